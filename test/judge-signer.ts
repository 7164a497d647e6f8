// `npm run signer-contract -- <URI or module>`: whether a signer keeps the contract that all of Teken's keep. Prints TAP; the exit code is 0
// only if every row holds.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import t from 'tap';
import { nodePlatform } from '../src/platform/node.ts';
import type { Activation } from '../src/sign/ports.ts';
import { openSigner } from '../src/signers/open-signer.ts';
import { rawSignerOf, testRawSigner } from './signer-contract.ts';

const USAGE = `usage: npm run signer-contract -- [--signer-id ID] [--passphrase-file FILE] URI

URI is a signer's, such as module:adapter.mjs?key=key.pem; a bare file name means module:
--passphrase-file  what each signature brings as its passphrase or PIN; a wrong one is tried once`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'signer-id': { type: 'string' }, 'passphrase-file': { type: 'string' } },
});
const [named, ...more] = positionals;
if (named === undefined || more.length > 0) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const uri = /^[a-z][a-z0-9+.-]+:/.test(named) ? named : `module:${named}`;
const { 'signer-id': signerId = null, 'passphrase-file': passphraseFile } = values;
const passphrase =
  passphraseFile === undefined ? null : readFileSync(passphraseFile, 'utf8').replace(/\r?\n$/, '');
const brings = (text: string): Activation => ({
  kind: 'passphrase',
  passphrase: new TextEncoder().encode(text),
});

const open = () => openSigner(uri, { production: false, platform: nodePlatform });

t.test(named.split('?')[0] ?? '', async (t) => {
  const backend = await open();
  const { algorithms } = await rawSignerOf(backend, signerId);
  await backend.close();
  await testRawSigner(t, {
    open,
    signerId,
    expectedAlgorithms: algorithms,
    activation: () => (passphrase === null ? { kind: 'none' } : brings(passphrase)),
    wrongActivation: passphrase === null ? null : () => brings(`${passphrase}-salah`),
    mostWaiting: 256,
  });
});
