import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { type Comparison, readKnownDifferences, settleDifferences } from './known-differences.ts';

const difference: Comparison = {
  file: 'pdf/a.pdf',
  sha256: 'aa',
  oracle: 'dss',
  theirs: 'INTACT',
  ours: 'CHANGED',
};
const known = { ...difference, reason: 'the stricter reading' };

t.test('a listed difference is settled', (t) => {
  t.same(settleDifferences([difference], [known]), { unlisted: [], outlived: [] });
  t.end();
});

t.test('an unlisted difference is reported', (t) => {
  t.same(settleDifferences([difference], []).unlisted, [difference]);
  t.same(settleDifferences([{ ...difference, oracle: 'pyhanko' }], [known]).unlisted.length, 1);
  t.end();
});

t.test('a listed difference that is none any more is reported', (t) => {
  t.same(settleDifferences([{ ...difference, ours: 'INTACT' }], [known]).outlived, [known]);
  t.same(settleDifferences([], [known]).outlived, [known], 'nor may it name what is not compared');
  t.end();
});

t.test('an oracle that answers now so, now otherwise, may agree, but not say a third thing', (t) => {
  const unsteady = { ...known, unsteady: true } as const;
  t.same(settleDifferences([{ ...difference, theirs: 'CHANGED' }], [unsteady]), {
    unlisted: [],
    outlived: [],
  });
  const other = { ...difference, theirs: 'UNREADABLE' };
  t.same(settleDifferences([other], [unsteady]).unlisted, [other]);
  t.end();
});

t.test('a listed difference does not cover another one of the same file', (t) => {
  for (const other of [
    { ...difference, ours: 'UNREADABLE' },
    { ...difference, theirs: 'UNREADABLE' },
    { ...difference, sha256: 'bb' },
  ]) {
    t.same(settleDifferences([other], [known]), { unlisted: [other], outlived: [known] });
  }
  t.end();
});

t.test('a list with an entry without a reason, or with one twice, is refused', (t) => {
  const read = (entries: readonly unknown[]): unknown => {
    const file = join(t.testdir({}), 'list.json');
    writeFileSync(file, JSON.stringify(entries));
    return readKnownDifferences(pathToFileURL(file));
  };
  t.same(read([known]), [known]);
  t.throws(() => read([{ ...known, reason: '' }]), { message: /not complete/ });
  t.throws(() => read([difference]), { message: /not complete/ });
  t.throws(() => read([known, known]), { message: /listed twice/ });
  t.end();
});
