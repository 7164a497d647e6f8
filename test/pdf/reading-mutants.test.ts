// Seeded mutants of files of every form: whatever the bytes are, the answer is objects or a MalformedPdf, soon.

import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { corpusFiles, corpusMissing, toolMissing } from '../tools.ts';
import { clearDocument, throughQpdf } from './encrypted-samples.ts';
import { readEverything } from './read-everything.ts';
import {
  computedMs,
  hybridDocument,
  latin1Bytes,
  linearizedDocument,
  onePage,
  streamDocument,
  tableDocument,
  textOfBytes,
} from './reading-samples.ts';

/** Numbers in [0, below), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const WORDS = [
  ...[
    'obj',
    'endobj',
    'stream',
    'endstream',
    'xref',
    'trailer',
    'startxref',
    '%%EOF',
    'R',
    '<<',
    '>>',
    '[',
    ']',
    '(',
  ],
  ...[
    ')',
    '<',
    '>',
    '/Prev',
    '/Length',
    '/Kids',
    '/Parent',
    '/Size',
    '/XRefStm',
    '/Extends',
    '0',
    '-1',
    '65536',
    '%',
  ],
  ...[
    '99999999999999999999',
    '1 0 R',
    '2 0 R',
    '4 0 R',
    '\0',
    '\r',
    '\n',
    '/W [0 0 0]',
    '/Index [0 9]',
    '/Type /ObjStm',
  ],
];

/** Changes one to four places: a bit, a byte, a word put in or over, a piece cut, doubled or moved. */
function mutant(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let mutated = bytes.slice();
  for (let changes = 1 + random(4); changes > 0; changes -= 1) {
    const at = random(mutated.length);
    const to = Math.min(mutated.length, at + 1 + random(200));
    const word = latin1Bytes(WORDS[random(WORDS.length)] ?? '');
    const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
    switch (random(7)) {
      case 0:
        mutated[at] = (mutated[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        mutated[at] = random(256);
        break;
      case 2:
        mutated = joined(mutated.subarray(0, at), word, mutated.subarray(at));
        break;
      case 3:
        mutated = joined(mutated.subarray(0, at), word, mutated.subarray(at + word.length));
        break;
      case 4:
        mutated = joined(mutated.subarray(0, at), mutated.subarray(to));
        break;
      case 5:
        mutated = joined(mutated.subarray(0, to), mutated.subarray(at));
        break;
      default:
        mutated = joined(
          mutated.subarray(0, at),
          mutated.subarray(at, to).toReversed(),
          mutated.subarray(to),
        );
    }
    if (mutated.length === 0) mutated = bytes.slice();
  }
  return mutated;
}

function withForm(): Uint8Array {
  const file = onePage()
    .object(4, '<< /T (a) /Kids [5 0 R] /FT /Sig >>')
    .object(5, '<< /T (b) /Parent 4 0 R /V 6 0 R >>');
  file
    .object(6, '<< /Type /Sig /ByteRange [0 1 2 3] /Contents <3000> >>')
    .object(1, '<< /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>');
  file.table('/Size 7 /Root 1 0 R');
  file.object(6, '<< /Type /Sig >>').crossReferenceStream(7, '/Size 8 /Root 1 0 R');
  return file.bytes();
}

const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  'a table': tableDocument().bytes(),
  'a cross-reference stream': streamDocument().bytes(),
  'a hybrid file': hybridDocument().bytes(),
  'a linearized file': linearizedDocument(),
  'a form with an update': withForm(),
};

function readMutants(t: Test, bytes: Uint8Array, count: number, seed: number): void {
  const random = randomNumbers(seed);
  const met = new Map<string, number>();
  let slowest = 0;
  for (let i = 0; i < count; i += 1) {
    const changed = mutant(bytes, random);
    const started = computedMs();
    try {
      for (const code of readEverything(changed)) met.set(code, (met.get(code) ?? 0) + 1);
    } catch (error) {
      t.fail(`mutant ${i} of seed ${seed}: ${String(error)}`, {
        mutant: textOfBytes(changed).slice(0, 2_000),
      });
    }
    slowest = Math.max(slowest, computedMs() - started);
  }
  t.ok(slowest < 2_000, `the slowest took ${Math.round(slowest)} ms`);
  t.ok(
    (met.get('strict') ?? 0) > 0 && (met.get('pdf-damaged') ?? 0) > 0,
    'some stay sound, some are damaged',
  );
  t.comment([...met].map(([code, times]) => `${code}: ${times}`).join(', '));
}

let seed = 1;
for (const [what, bytes] of Object.entries(SAMPLES)) {
  t.test(`3 500 mutants of ${what}`, (t) => {
    readMutants(t, bytes, 3_500, seed++);
    t.end();
  });
}

t.test('mutants of encrypted files', { skip: toolMissing('qpdf') }, async (t) => {
  const forms = [['40'], ['128', '--use-aes=n'], ['128', '--use-aes=y'], ['256']];
  for (const options of forms) {
    const bytes = await throughQpdf(clearDocument(), [
      '--allow-weak-crypto',
      '--encrypt',
      '',
      'x',
      ...options,
      '--',
    ]);
    readMutants(t, bytes, 700, seed++);
  }
});

t.test('2 500 mutants of signed files from elsewhere', { skip: corpusMissing() }, (t) => {
  const files = corpusFiles({ category: ['pades-valid', 'diff-permitted', 'attack-shadow'] })
    .map(({ path }) => new Uint8Array(readFileSync(path)))
    .filter(({ length }) => length < 60_000)
    .slice(0, 25);
  for (const bytes of files) readMutants(t, bytes, 100, seed++);
  t.end();
});
