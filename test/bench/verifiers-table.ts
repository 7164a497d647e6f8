// What comparing the verifiers says.

import { compareVerifiers, type Verified } from './compare-verifiers.ts';
import type { LongTermLetter } from './long-term-letters.ts';
import { say, sayTable } from './table.ts';
import { FLOOR, type Trusted } from './verifiers.ts';

const HEAD = [
  'file',
  'signatures',
  'who',
  'median ms',
  'to Teken',
  'processor ms',
  'to Teken',
  'runs',
  'called good',
];
const WORK = `Everyone stays in a process and is given the file and the root certificate, and no network. All but pdfsig check, for every
signature and time-stamp, the digest, the signature value, the path to the root, revocation from the data in the file alone,
and what later revisions changed. pdfsig checks digests and signature values: no path, no revocation, no changes, no time-stamps;
it has no process to stay in, so it starts for each file.
`;

export async function sayVerifiers(letters: readonly LongTermLetter[], trusted: Trusted): Promise<void> {
  say('## Verifying letters that carry their long-term data, the last signature at PAdES B-LTA, warm\n');
  say(WORK);
  const all = await compareVerifiers(letters, trusted);
  sayTable(
    HEAD,
    all.map((one) => rowOf(one, all)),
  );
}

function rowOf({ letter, verifier, result }: Verified, all: readonly Verified[]): readonly string[] {
  const start = [letter.size, String(letter.signatures), verifier];
  if (result === null) return [...start, 'not installed', '', '', '', '', ''];
  const { medianMs, processorMs, runs, good } = result;
  const ours = all.find((other) => other.letter === letter)?.result;
  return [
    ...start,
    medianMs.toFixed(1),
    ratio(medianMs, ours?.medianMs),
    Number.isNaN(processorMs) ? '' : processorMs.toFixed(0),
    ratio(processorMs, ours?.processorMs),
    String(runs),
    verifier === FLOOR ? '' : `${good} of ${letter.signatures}`,
  ];
}

function ratio(ms: number, oursMs: number | undefined): string {
  const times = ms / (oursMs ?? Number.NaN);
  return Number.isFinite(times) ? `${times.toFixed(1)} ×` : '';
}
