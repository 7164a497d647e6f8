// `teken raise`, file to file.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import { type DevelopmentPlace, startDevelopmentPlace } from './development-place.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

/** The sample letter signed at B-B. */
async function signedLetter(folder: string, input = place.paths.sample, name = 'b.pdf'): Promise<string> {
  const output = join(folder, name);
  const line = ['sign', input, '-o', output, '--level', 'B-B', '--signer', place.signerUri('pejabatEc')];
  const { exit, err } = await place.teken(line);
  if (exit !== 0) throw new Error(err);
  return output;
}

async function answerOf(path: string): Promise<FileAnswer> {
  const { out } = await place.teken(['verify', '-f', 'ndjson', path]);
  return JSON.parse(out) as FileAnswer;
}

t.test('a letter is raised step by step, and its archive renewed', async (t) => {
  const folder = t.testdir();
  let input = await signedLetter(folder);
  for (const [index, level] of ['B-T', 'B-LT', 'B-LTA', 'B-LTA'].entries()) {
    const output = join(folder, `${index}.pdf`);
    const { exit, out, err } = await place.teken([
      ...['raise', input, '-o', output, '--level', level, '--tsa', place.tsaUrl],
    ]);
    t.equal(exit, 0, err);
    t.match(out, `✔ Raised to PAdES-${level}: ${output}\n`);
    t.equal(out.includes('Renew before '), level === 'B-LTA');
    const before = readFileSync(input);
    t.ok(readFileSync(output).subarray(0, before.length).equals(before));
    const { verdict, signatures } = await answerOf(output);
    t.strictSame([verdict, signatures[0]?.level], ['VALID', `PAdES-${level}`]);
    input = output;
  }
  t.strictSame(readdirSync(folder).sort(), ['0.pdf', '1.pdf', '2.pdf', '3.pdf', 'b.pdf']);
});

t.test('as JSON it says what was added, and what was left as it was', async (t) => {
  const folder = t.testdir();
  const first = await signedLetter(folder);
  const second = await signedLetter(folder, first, 'dua.pdf');
  const bytes = readFileSync(second);
  // Of the second signature alone: the first ends before it.
  const at = bytes.lastIndexOf('/M (D:') + '/M (D:'.length;
  bytes.write('1999', at, 'latin1');
  writeFileSync(second, bytes);
  const output = join(folder, 'naik.pdf');
  const line = ['raise', second, '-o', output, '--level', 'B-T', '--tsa', place.tsaUrl];
  const { exit, out, err } = await place.teken([...line, '-f', 'json']);
  t.equal(exit, 0, err);
  const raised = JSON.parse(out) as { leftAsTheyWere: string[]; documentTimestamps: string[] };
  t.match(raised, { path: second, output, level: 'B-T', renewBefore: null });
  t.equal(raised.leftAsTheyWere.length, 1);
  t.equal(raised.documentTimestamps.length, 1);
  const told = await place.teken([...line, '--force', '--lang', 'en']);
  t.match(told.out, `Warning: the signature in "${raised.leftAsTheyWere[0]}" is broken`);
});

t.test('what cannot be raised leaves no file', async (t) => {
  const folder = t.testdir({ 'bukan.pdf': 'bukan' });
  const signed = await signedLetter(folder);
  const output = join(folder, 'hasil.pdf');
  const tsa = ['--tsa', place.tsaUrl];
  const cases = [
    [[place.paths.sample, '-o', output, '--level', 'B-T', ...tsa], 1, 'level-unsupported'],
    [[signed, '-o', output, '--level', 'B-T'], 1, 'tsa-unavailable'],
    [[join(folder, 'bukan.pdf'), '-o', output, '--level', 'B-T', ...tsa], 5, 'not-pdf'],
    [[signed, '-o', signed, '--level', 'B-T', '--force', ...tsa], 2, 'output-is-input'],
    [[signed, '-o', join(folder, 'bukan.pdf'), '--level', 'B-T', ...tsa], 2, 'output-exists'],
    [[signed, '-o', output, ...tsa], 2, 'option-missing'],
    [[signed, '-o', output, '--level', 'B-B', ...tsa], 2, 'option-value-invalid'],
  ] as const;
  for (const [words, code, name] of cases) {
    const { exit, err } = await place.teken(['raise', ...words]);
    t.equal(exit, code, err);
    t.match(err, `[${name}`);
  }
  t.strictSame(readdirSync(folder).sort(), ['b.pdf', 'bukan.pdf']);
});
