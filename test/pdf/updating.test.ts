// What opens without a guess still does when we have appended to it, and each of its states is what it was before.

import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { concatBytes } from '../../src/asn1/values.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { PdfUpdate } from '../../src/pdf/update.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { corpusFiles, corpusMissing } from '../tools.ts';
import { handmadePdf, onePage } from './handmade.ts';

const identifier = new Uint8Array(16).fill(0x5a);

/** Null for what does not open strictly, or is encrypted. */
function strictly(bytes: Uint8Array): PdfDocument | null {
  try {
    const document = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
    return document.reading === 'strict' && !document.encrypted ? document : null;
  } catch (error) {
    if (error instanceof MalformedPdf) return null;
    throw error;
  }
}

/** Without its `end`: an update brings the line end that the last marker may lack. */
function states(document: PdfDocument): readonly object[] {
  return document.revisions.map(({ endOfMarker, startxref, form, sections }) => ({
    endOfMarker,
    startxref,
    form,
    sections,
  }));
}

/** @returns whether the file opened strictly, so that there was something to see */
function check(t: Test, bytes: Uint8Array, name: string): boolean {
  const before = strictly(bytes);
  if (before === null) return false;
  for (const isEmpty of [true, false]) {
    const update = new PdfUpdate(before, nodePlatform.randomBytes);
    if (!isEmpty) update.add(null);
    const after = strictly(concatBytes([bytes, update.write(identifier).bytes]));
    if (after === null) t.fail(`${name}: no longer opens strictly`);
    else t.strictSame(states(after).slice(0, -1), states(before), name);
  }
  return true;
}

t.test('each file of the corpus', { skip: corpusMissing() }, (t) => {
  const files = corpusFiles();
  const checked = files.filter(({ path, name }) => check(t, new Uint8Array(readFileSync(path)), name));
  t.comment(`${checked.length} of ${files.length} open strictly`);
  t.ok(checked.length > 400, 'most of them do');
  t.end();
});

/** Each form of section, with what writers leave between a section and the marker that names it, and behind the marker. */
function* generated(): Generator<readonly [name: string, bytes: Uint8Array]> {
  const unlisted = '77 0 obj\n(not listed)\nendobj\n';
  const between = {
    nothing: '',
    'a comment': '% written by hand\n',
    'an object': unlisted,
    'another trailer': 'trailer\n<< /Size 3 >>\n',
    'a section that nothing names': 'xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 7 >>\n',
    'many bytes': unlisted.repeat(100),
  };
  const behind = { 'a line end': '\n', nothing: '', CR: '\r', blanks: '\n'.repeat(9), junk: `\n${unlisted}` };
  for (const form of ['table', 'stream', 'hybrid'] as const) {
    const compressed = form === 'table' ? [] : [6];
    const file = Buffer.from(
      handmadePdf({ objects: onePage({ 6: '(aside)' }), form, compressed, end: '' }),
    ).toString('latin1');
    const marker = file.lastIndexOf('startxref');
    for (const [what, text] of Object.entries(between)) {
      for (const [tail, end] of Object.entries(behind)) {
        const whole = file.slice(0, marker) + text + file.slice(marker) + end;
        yield [`${form}, ${what} before the marker, ${tail} behind it`, latin1(whole)];
      }
    }
    const twice = `${file}\n${unlisted}${file.slice(marker)}\n`;
    yield [`${form}, the marker twice`, latin1(twice)];
    for (const distance of [1009, 1010, 1011, 1012, 1013, 1023, 1024]) {
      const far = `${file.slice(0, marker)}${unlisted}${file.slice(marker)}`;
      yield [`${form}, the marker ${distance} bytes before the end`, latin1(far + ' '.repeat(distance))];
    }
  }
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

t.test('each way to end a revision', (t) => {
  let checked = 0;
  for (const [name, bytes] of generated()) {
    if (check(t, bytes, name)) checked += 1;
    else if (!name.includes('bytes before the end')) t.fail(`${name}: does not open strictly`);
  }
  t.ok(checked > 90, `${checked}`);
  t.end();
});

t.test('mutants that still open strictly', (t) => {
  let state = 20261121;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const files = [...generated()].map(([, bytes]) => bytes);
  let checked = 0;
  for (let i = 0; i < 3000; i += 1) {
    const mutant = Uint8Array.from(files[random(files.length)] ?? []);
    // Near the end are the sections and markers.
    const from = Math.max(0, mutant.length - 600);
    const at = random(4) === 0 ? random(mutant.length) : from + random(mutant.length - from);
    const piece = mutant.subarray(at, at + 1 + random(40));
    const copied = concatBytes([mutant.subarray(0, at), piece, mutant.subarray(at)]);
    const cut = concatBytes([mutant.subarray(0, at), mutant.subarray(at + piece.length)]);
    const changed = mutant.slice();
    changed[at] = random(256);
    const kind = random(3);
    if (check(t, kind === 0 ? changed : kind === 1 ? copied : cut, `mutant ${i}`)) checked += 1;
  }
  t.comment(`${checked} of 3000 open strictly`);
  t.ok(checked > 300);
  t.end();
});
