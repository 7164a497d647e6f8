// A key that the service cannot reach: OpenSSL's, from the development container, as a card or a phone would hold it.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../tools.ts';
import type { RealService } from './real-service.ts';

export interface OutsideKey {
  /** PEM, the signer's own certificate first. */
  readonly certificates: Buffer;
  /** `openssl dgst -sign` over the octets. */
  signMessage(message: Uint8Array, digest: string): Promise<Buffer>;
  /** `openssl pkeyutl -sign` over their digest. */
  signDigest(value: Uint8Array, digest: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** Takes key and certificates out of the container of a registered signer. */
export async function outsideKey(service: RealService, signer: string): Promise<OutsideKey> {
  const folder = await mkdtemp(join(tmpdir(), 'teken-kunci-'));
  const at = (name: string): string => join(folder, name);
  const container = join(dirname(String(service.environment.TEKEN_SIGNERS_FILE)), 'signers', `${signer}.p12`);
  await openssl(
    'pkcs12',
    '-in',
    container,
    '-passin',
    `pass:${service.passphrase}`,
    '-nodes',
    '-nocerts',
    '-out',
    at('key'),
  );
  await openssl(
    'pkcs12',
    '-in',
    container,
    '-passin',
    `pass:${service.passphrase}`,
    '-nokeys',
    '-out',
    at('chain'),
  );
  const signed = async (bytes: Uint8Array, words: readonly string[]): Promise<Buffer> => {
    await writeFile(at('in'), bytes);
    await openssl(...words, '-out', at('out'), ...(words[0] === 'dgst' ? [at('in')] : ['-in', at('in')]));
    return readFile(at('out'));
  };
  return {
    certificates: await readFile(at('chain')),
    signMessage: (message, digest) => signed(message, ['dgst', `-${digest}`, '-sign', at('key')]),
    signDigest: (value, digest) =>
      signed(value, ['pkeyutl', '-sign', '-inkey', at('key'), '-pkeyopt', `digest:${digest}`]),
    close: () => rm(folder, { recursive: true }),
  };
}

async function openssl(...words: readonly string[]): Promise<void> {
  const { code, stderr } = await run('openssl', words);
  if (code !== 0) throw new Error(stderr);
}
