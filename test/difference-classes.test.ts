import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import {
  type DifferenceClass,
  explainByClass,
  type GroundedComparison,
  readDifferenceClasses,
} from './difference-classes.ts';

const difference: GroundedComparison = {
  file: 'pdf/a.pdf',
  sha256: 'aa',
  oracle: 'pdfsig on Sig1',
  theirs: 'intact',
  ours: 'not intact',
  findings: ['page-changed', 'unexplained-object'],
  saying: 'Signature is Valid.',
  seconds: ['pyhanko'],
};
const byFinding: DifferenceClass = {
  oracle: 'pdfsig',
  theirs: 'intact',
  ours: 'not intact',
  findings: ['page-changed'],
  count: 1,
  reason: 'it does not look at what follows',
};

t.test('a class explains what has its words and one of its findings', (t) => {
  const { explained, unexplained, miscounted } = explainByClass([difference], [byFinding]);
  t.same(explained, [{ by: byFinding, differences: [difference] }]);
  t.same([unexplained, miscounted], [[], []]);
  t.end();
});

t.test('a class explains nothing of another oracle, word, finding or saying', (t) => {
  for (const other of [
    { ...difference, oracle: 'dss on Sig1' },
    { ...difference, theirs: 'not intact', ours: 'intact' },
    { ...difference, findings: ['unexplained-object'] },
  ]) {
    t.same(explainByClass([other], [byFinding]).unexplained, [other]);
  }
  const bySaying = { ...byFinding, saying: 'Digest Mismatch' };
  t.same(explainByClass([difference], [bySaying]).unexplained, [difference]);
  t.end();
});

t.test(
  'where a class wants a second, a difference that nobody else shares with us stays unexplained',
  (t) => {
    const seconded = { ...byFinding, seconded: true } as const;
    t.same(explainByClass([difference], [seconded]).unexplained, []);
    const alone = { ...difference, seconds: [] };
    t.same(explainByClass([alone], [seconded]).unexplained, [alone]);
    t.end();
  },
);

t.test('a class that explains fewer or more than it states is reported', (t) => {
  t.same(explainByClass([], [byFinding]).miscounted, [{ by: byFinding, found: 0 }]);
  t.same(explainByClass([difference, difference], [byFinding]).miscounted, [{ by: byFinding, found: 2 }]);
  t.end();
});

t.test('of two classes that fit, the first one counts the difference', (t) => {
  const second = { ...byFinding, reason: 'another' };
  const { explained, miscounted } = explainByClass([difference], [byFinding, second]);
  t.equal(explained[0]?.differences.length, 1);
  t.same(miscounted, [{ by: second, found: 0 }]);
  t.end();
});

t.test('a class without a reason, a ground or a count is refused', (t) => {
  const read = (entries: readonly unknown[]): unknown => {
    const file = join(t.testdir({}), 'classes.json');
    writeFileSync(file, JSON.stringify(entries));
    return readDifferenceClasses(pathToFileURL(file));
  };
  t.same(read([byFinding]), [byFinding]);
  const { findings, ...groundless } = byFinding;
  for (const bad of [{ ...byFinding, reason: '' }, { ...byFinding, count: 0 }, groundless]) {
    t.throws(() => read([bad]), { message: /not complete/ });
  }
  t.end();
});
