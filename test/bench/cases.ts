// The pieces of work that are compared. Each runs in a process of its own (case.ts), so that memory can be told apart.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { beginFile } from '../../src/cli/atomic-file.ts';
import { type FileSource, nodePlatform, openFileSource } from '../../src/platform/node.ts';
import { bytesSource, type Source } from '../../src/platform/platform.ts';
import type { RawSigner } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { type SignedDocument, signedBytes } from '../../src/sign/signed-document.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { openSigner } from '../../src/signers/open-signer.ts';
import { loadTrustDirectory } from '../../src/trust-services/trust-directory.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { type Measured, type MeasureOptions, measure } from './measure.ts';
import { measureSignerAfterSigner, type NextSignature } from './signer-after-signer.ts';
import { signWithSignpdf } from './signpdf-peer.ts';
import { PEER_PASSPHRASE, type SizeName, type workplacePaths } from './workplace.ts';

const PIECE = 1024 * 1024;
const REQUEST: SignRequest = {
  level: 'B-B',
  fieldName: null,
  placement: null,
  appearance: null,
  reason: 'Pengukuran',
  location: null,
  contactInfo: null,
  algorithm: 'rsa-pkcs1-sha256',
};
/** Enough of each size for a steady median, few enough for one coffee. */
const RUNS: Readonly<Record<SizeName, { warmUps: number; runs: number }>> = {
  '100 KB': { warmUps: 20, runs: 200 },
  '10 MB': { warmUps: 3, runs: 20 },
  '100 MB': { warmUps: 1, runs: 5 },
};
/** A service is warm for days; until the compiler has settled it takes a core of its own. The same for the peer. */
const WARM = { warmUps: 'settled', runs: 2000 } as const;
const PEER_WARM = { warmUps: 'settled', runs: 60 } as const;
/** From file to file the peer is slow enough to need few runs. */
const PEER_RUNS: typeof RUNS = { ...RUNS, '100 KB': { warmUps: 10, runs: 40 } };

type Paths = ReturnType<typeof workplacePaths>;
type Case = (paths: Paths, size: SizeName) => Promise<Measured>;

export const CASES = {
  'sign in memory, teken': async (paths, size) => {
    const bytes = new Uint8Array(readFileSync(paths.letter(size)));
    const context = await signingContext(paths);
    return measure(() => signAndVerify(bytesSource(bytes), REQUEST, context), WARM);
  },
  'sign in memory without the self-check, teken': async (paths, size) => {
    const bytes = new Uint8Array(readFileSync(paths.letter(size)));
    const context = await signingContext(paths);
    const sign = async (): Promise<Uint8Array> =>
      signedBytes(
        await signDocument(bytesSource(bytes), REQUEST, {
          ...context,
          trustList: context.verification.trustList,
        }),
      );
    return measure(sign, WARM);
  },
  'sign in memory without the self-check, teken, 16 at once': async (paths, size) => {
    const bytes = new Uint8Array(readFileSync(paths.letter(size)));
    const context = await signingContext(paths);
    const { trustList } = context.verification;
    const sign = async (): Promise<Uint8Array> =>
      signedBytes(await signDocument(bytesSource(bytes), REQUEST, { ...context, trustList }));
    return measureStream(sign);
  },
  'sign in memory, teken, 16 at once': async (paths, size) => {
    const bytes = new Uint8Array(readFileSync(paths.letter(size)));
    const context = await signingContext(paths);
    return measureStream(() => signAndVerify(bytesSource(bytes), REQUEST, context));
  },
  'sign in memory, signpdf': (paths, size) => {
    const pdf = readFileSync(paths.letter(size));
    const container = readFileSync(paths.peerContainer);
    return measure(() => signWithSignpdf(pdf, container, PEER_PASSPHRASE), PEER_WARM);
  },
  'sign in memory, signpdf, 16 at once': (paths, size) => {
    const pdf = readFileSync(paths.letter(size));
    const container = readFileSync(paths.peerContainer);
    const sign = () => signWithSignpdf(pdf, container, PEER_PASSPHRASE);
    return measureStream(sign, { letters: 48, warmUps: 'settled', runs: 3 });
  },
  'sign file to file, teken': async (paths, size) => {
    const context = await signingContext(paths);
    await settle(() => signFile(paths.letter('100 KB'), paths.output, context));
    return measure(() => signFile(paths.letter(size), paths.output, context), RUNS[size]);
  },
  'sign file to file, signpdf': async (paths, size) => {
    const container = readFileSync(paths.peerContainer);
    const sign = async (letter: string): Promise<void> => {
      writeFileSync(paths.output, await signWithSignpdf(readFileSync(letter), container, PEER_PASSPHRASE));
    };
    await sign(paths.letter('100 KB'));
    return measure(() => sign(paths.letter(size)), { ...PEER_RUNS[size], warmUps: 0 });
  },
  'read and hash file': (paths, size) =>
    measure(() => readAndHash(paths.letter(size)), { ...RUNS[size], warmUps: 2 }),
  'verify file, teken': async (paths, size) => {
    const { verification } = await signingContext(paths);
    const verify = async (path: string): Promise<void> => {
      const source = openFileSource(path);
      const policy = { ...DEFAULT_POLICY, revocation: 'off' } as const;
      const context = { ...verification, policy, platform: nodePlatform, revocation: null, now: Date.now() };
      const { ok } = await verifyDocument(source, { ...context, signal: AbortSignal.timeout(60_000) });
      source.close();
      if (!ok) throw new Error('the measured letter does not verify');
    };
    await settle(() => verify(paths.signed('100 KB')));
    return measure(() => verify(paths.signed(size)), RUNS[size]);
  },
} as const satisfies Readonly<Record<string, Case>>;

export type CaseName = keyof typeof CASES;

/** A service always has the next request; so here the next letter begins when one of sixteen is done. */
async function measureStream(
  work: () => Promise<unknown>,
  { letters, ...often }: MeasureOptions & { readonly letters: number } = {
    letters: 320,
    warmUps: 'settled',
    runs: 10,
  },
): Promise<Measured> {
  const stream = (): Promise<void> => inFlight(16, letters, work);
  const { perSecond, medianMs, cpuMs, ...rest } = await measure(stream, often);
  return { ...rest, perSecond: perSecond * letters, medianMs: medianMs / letters, cpuMs: cpuMs / letters };
}

/** Does the work `total` times, never more than `most` at once and never fewer while some is left. */
async function inFlight(most: number, total: number, work: () => Promise<unknown>): Promise<void> {
  let left = total;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: most }, one));
}

/** Runs small work until code is compiled and the heap has its shape, so that growth afterwards is the large work's. */
async function settle(work: () => Promise<void>): Promise<void> {
  for (let i = 0; i < 50; i += 1) await work();
}

/** Signs the letters that the verifying case reads. */
export async function signLetters(paths: Paths, sizes: readonly SizeName[]): Promise<void> {
  const context = await signingContext(paths);
  for (const size of sizes) await signFile(paths.letter(size), paths.signed(size), context);
}

/** What each of twenty signatures on one letter costs. */
export async function signInTurn(paths: Paths, size: SizeName): Promise<readonly NextSignature[]> {
  const letter = new Uint8Array(readFileSync(paths.letter(size)));
  return measureSignerAfterSigner(letter, REQUEST, await benchSigner(paths), await signingContext(paths));
}

async function benchSigner(paths: Paths): Promise<RawSigner> {
  const backend = await openSigner(paths.signerUri, { production: false, platform: nodePlatform });
  const signer = await backend.signerFor(null);
  if (signer.shape !== 'raw') throw new Error('not a key of our own');
  return signer;
}

export async function signingContext(paths: Paths): Promise<SignAndVerifyContext> {
  const signer = await benchSigner(paths);
  const { digests } = nodePlatform;
  return {
    platform: nodePlatform,
    signer,
    activation: { kind: 'none' },
    timestamps: null,
    revocation: null,
    now: Date.now(),
    timeZone: 'Asia/Makassar',
    signal: new AbortController().signal,
    verification: {
      trustList: loadTrustDirectory(paths.trust, { digests, production: false }),
      policy: DEFAULT_POLICY,
    },
    earlierBroken: 'refuse',
    developmentKeys: 'allow',
  };
}

/** As `teken sign` does it, up to the file's safe place on the disk. */
export async function signFile(input: string, output: string, context: SignAndVerifyContext): Promise<void> {
  const source = openFileSource(input);
  const file = beginFile(output, 'replace');
  const written: FileSource[] = [];
  const copied = file.copyFrom(input);
  const materialise = async ({ update }: SignedDocument): Promise<Source> => {
    await copied;
    file.write(update);
    file.flush();
    const standing = openFileSource(file.part);
    written.push(standing);
    return standing;
  };
  await signAndVerify(source, REQUEST, { ...context, materialise });
  file.commit();
  for (const standing of [source, ...written]) standing.close();
}

function readAndHash(path: string): void {
  const file = openSync(path, 'r');
  const piece = Buffer.alloc(PIECE);
  const hash = createHash('sha256');
  for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
    hash.update(piece.subarray(0, count));
  }
  hash.digest();
  closeSync(file);
}
