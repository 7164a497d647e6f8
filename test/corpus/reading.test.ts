// Every PDF of the corpus is opened and read whole: no crash, no hang, and strictly wherever another reader finds no fault.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { accountOfBytes } from '../../src/pdf/account-of-bytes.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { hybridViewsAgree } from '../../src/pdf/hybrid.ts';
import { openWith } from '../pdf/encrypted-samples.ts';
import { readEverything } from '../pdf/read-everything.ts';
import { computedMs } from '../pdf/reading-samples.ts';
import { type CorpusFile, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';
import { passwordOf } from './passwords.ts';

const bytesOf = (file: CorpusFile) => new Uint8Array(readFileSync(file.path));

/** How a file opens for a verifier: its reading, or the code and reason for which it does not. */
function openingOf(file: CorpusFile): string {
  try {
    return openWith(bytesOf(file), passwordOf(file)).reading;
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error;
    return `${error.code} ${error.values.reason ?? ''}`.trim();
  }
}

t.test(
  'each file is answered within two seconds, by objects or by a typed error',
  { skip: corpusMissing() },
  (t) => {
    const openings = new Map<string, number>();
    for (const file of corpusFiles()) {
      const started = computedMs();
      readEverything(bytesOf(file), passwordOf(file));
      const elapsed = computedMs() - started;
      if (elapsed > 2_000) t.fail(`${file.name}: ${Math.round(elapsed)} ms`);
      const opening = openingOf(file);
      openings.set(opening, (openings.get(opening) ?? 0) + 1);
    }
    const counted = [...openings]
      .sort(([, a], [, b]) => b - a)
      .map(([opening, count]) => `${opening}: ${count}`);
    t.comment(counted.join(', '));
    t.equal(
      [...openings.values()].reduce((sum, count) => sum + count),
      602,
    );
    t.end();
  },
);

const ENCRYPTED = 'pdf-encrypted';

t.test('every honest signed file is read strictly', { skip: corpusMissing() }, (t) => {
  const honest = corpusFiles({ category: ['pades-valid', 'diff-permitted'] });
  t.equal(honest.length, 179);
  const others = honest.filter((file) => openingOf(file) !== 'strict');
  t.same(
    others.filter((file) => openingOf(file) !== ENCRYPTED).map(({ name }) => name),
    [],
  );
  t.equal(others.length, 2, 'those encrypted to a certificate');
  t.end();
});

// The one honest signed file whose last update carries objects that its section does not list.
const UNLISTED = ['pdf/pades-valid/tdf145312.pdf'];

t.test(
  'honest updates account for each byte, and both views of hybrid files agree',
  { skip: corpusMissing() },
  (t) => {
    const unaccounted: string[] = [];
    for (const file of corpusFiles({ category: ['pades-valid', 'diff-permitted'] })) {
      if (openingOf(file) !== 'strict') continue;
      const document = openWith(bytesOf(file), passwordOf(file));
      const later = document.revisions.slice(1);
      if (later.some(({ index }) => accountOfBytes(document, index) !== null)) unaccounted.push(file.name);
      if (!hybridViewsAgree(document)) t.fail(`${file.name}: its views differ`);
    }
    t.same(unaccounted, UNLISTED);
    t.end();
  },
);

t.test('no attack that breaks the structure is read strictly', { skip: corpusMissing() }, (t) => {
  for (const file of corpusFiles({ category: ['attack-ISA', 'attack-SWA'] }))
    t.not(openingOf(file), 'strict', file.name);
  t.end();
});

/** Files in which qpdf finds no fault and we do, each with what is wrong with it. */
const FAULTS: Readonly<Record<string, string>> = {
  'pdf/parser/PDF 2.0 with offset start.pdf': 'bytes before the header',
  'pdf/parser/issue12706.pdf': 'an earlier section without startxref and %%EOF',
  'pdf/parser/leading-junk.pdf': 'bytes before the header',
  'pdf/parser/sci-notation.pdf': 'rows of 21 bytes',
  'pdf/unsigned/minimal-badxref.pdf': 'a row of 19 bytes',
};

t.test(
  'what qpdf reads without fault or password is read strictly',
  {
    skip: corpusMissing() || toolMissing('qpdf'),
    timeout: 300_000,
  },
  async (t) => {
    let sound = 0;
    const faults: string[] = [];
    for (const file of corpusFiles()) {
      const opening = openingOf(file);
      if (opening === 'strict') {
        sound += 1;
        continue;
      }
      if (opening === ENCRYPTED) continue;
      if ((await run('qpdf', ['--check', file.path])).code === 0) faults.push(file.name);
    }
    t.same(new Set(faults), new Set(Object.keys(FAULTS)));
    t.comment(`${sound} files are read strictly`);
  },
);
