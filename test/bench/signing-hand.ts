// `node signing-hand.ts teken|signpdf FOLDER` stays and signs: a letter and the file for the signed one per line, a tab between them.

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { signFile, signingContext } from './cases.ts';
import { signWithSignpdf } from './signpdf-peer.ts';
import { PEER_PASSPHRASE, workplacePaths } from './workplace.ts';

const [who, folder = ''] = process.argv.slice(2);
const paths = workplacePaths(folder);
const sign = who === 'signpdf' ? peer() : await ours();

for await (const line of createInterface({ input: process.stdin })) {
  const [letter = '', output = ''] = line.split('\t');
  await sign(letter, output);
  process.stdout.write(`${output}\n`);
}

async function ours(): Promise<(letter: string, output: string) => Promise<void>> {
  const context = await signingContext(paths);
  return (letter, output) => signFile(letter, output, context);
}

function peer(): (letter: string, output: string) => Promise<void> {
  const container = readFileSync(paths.peerContainer);
  return async (letter, output) =>
    writeFileSync(output, await signWithSignpdf(readFileSync(letter), container, PEER_PASSPHRASE));
}
