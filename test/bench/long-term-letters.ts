// Letters that carry all that verifying them needs: signed at B-LT by one official after another, the last time at B-LTA.

import { readFileSync, writeFileSync } from 'node:fs';
import { type DevelopmentPki, type Identity, issueIdentity } from '../../certs-dev/certificate-authority.ts';
import { generateRsaKey } from '../../certs-dev/generate-keys.ts';
import { signerProfile } from '../../certs-dev/profile.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  plainRequest,
  signerOf,
} from '../sign/development-signer.ts';
import type { SizeName, workplacePaths } from './workplace.ts';

export interface LongTermLetter {
  readonly size: SizeName;
  readonly signatures: number;
  readonly path: string;
}

const LETTERS: readonly (readonly [size: SizeName, signatures: number])[] = [
  ['100 KB', 1],
  ['10 MB', 10],
  ['100 MB', 1],
];
const DAY = 86_400_000;

/** Writes the letters into the workplace; the PKI answers in this process. */
export async function signForLongTerm(
  paths: ReturnType<typeof workplacePaths>,
  pki: DevelopmentPki,
): Promise<readonly LongTermLetter[]> {
  const written: LongTermLetter[] = [];
  for (const [size, signatures] of LETTERS) {
    const officials = await issueOfficials(signatures, pki);
    const issued = [...pki.issued, ...officials.map(({ certificate }) => certificate)];
    const letter = new Uint8Array(readFileSync(paths.letter(size)));
    const path = paths.longTerm(size, signatures);
    writeFileSync(path, await signInTurn(letter, officials, { ...pki, issued }));
    written.push({ size, signatures, path });
  }
  return written;
}

/** One certificate for each signature, as letters have: the evidence about one says nothing about the next. */
export function issueOfficials(count: number, pki: DevelopmentPki): Promise<readonly Identity[]> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const validity = { notBefore: now - DAY, notAfter: now + 365 * DAY };
  const issue = async (number: number): Promise<Identity> =>
    issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
      privateKey: await generateRsaKey(2048),
      profile: signerProfile(`UJICOBA1${String(number).padStart(7, '0')}`, `Pejabat ${number} (UJI COBA)`),
      validity,
    });
  return Promise.all(Array.from({ length: count }, (_, i) => issue(i + 1)));
}

/** Each signs what the one before has signed; the last one at B-LTA. */
export async function signInTurn(
  letter: Uint8Array,
  officials: readonly Identity[],
  pki: DevelopmentPki,
): Promise<Uint8Array> {
  const context = signingContext(pki);
  let bytes = letter;
  for (const [i, official] of officials.entries()) {
    const level = i + 1 === officials.length ? 'B-LTA' : 'B-LT';
    const signer = await signerOf(official);
    const request = { ...plainRequest, level } as const;
    const { document } = await signAndVerify(bytesSource(bytes), request, {
      ...context,
      signer,
      now: Date.now(),
    });
    bytes = document.read(0, document.size);
  }
  return bytes;
}

function signingContext(pki: DevelopmentPki): Omit<SignAndVerifyContext, 'signer' | 'now'> {
  const of = { pki, clock: () => Date.now() };
  return {
    platform: nodePlatform,
    activation: { kind: 'none' },
    timestamps: developmentTimestamps(8192, of),
    revocation: developmentRevocation(of),
    timeZone: 'Asia/Makassar',
    signal: new AbortController().signal,
    verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
    earlierBroken: 'refuse',
    developmentKeys: 'allow',
  };
}
