// Twenty people sign one letter: what each next one costs when the letter already carries the others' signatures.

import { bytesSource } from '../../src/platform/platform.ts';
import type { RawSigner } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { type SignAndVerifyContext, verifyAfter, verifyBefore } from '../../src/sign-and-verify.ts';
import { median } from './measure.ts';

/** What one more signature takes, medians in milliseconds of processor time, which other work on the machine shakes less than the clock. */
export interface NextSignature {
  /** Which signature it is, 1 for the first. */
  readonly number: number;
  /** All of signing but the key's own work. */
  readonly prepareAndEmbedMs: number;
  /** The second opinion on the document after, all signatures in it included. */
  readonly selfCheckMs: number;
}

const SIGNERS = 20;
const REPETITIONS = 40;
const WARM_UPS = 20;

/** Measures every signature of a letter that twenty sign in turn; each repetition starts from the bare letter. */
export async function measureSignerAfterSigner(
  letter: Uint8Array,
  request: SignRequest,
  signer: RawSigner,
  context: SignAndVerifyContext,
): Promise<readonly NextSignature[]> {
  const rounds: (readonly NextSignature[])[] = [];
  for (let i = 0; i < WARM_UPS + REPETITIONS; i += 1) {
    rounds.push(await signInTurn(letter, request, signer, context));
  }
  const measured = rounds.slice(WARM_UPS);
  return Array.from({ length: SIGNERS }, (_, i) => {
    const same = measured.flatMap((round) => round.slice(i, i + 1));
    return {
      number: i + 1,
      prepareAndEmbedMs: median(same.map(({ prepareAndEmbedMs }) => prepareAndEmbedMs)),
      selfCheckMs: median(same.map(({ selfCheckMs }) => selfCheckMs)),
    };
  });
}

async function signInTurn(
  letter: Uint8Array,
  request: SignRequest,
  signer: RawSigner,
  context: SignAndVerifyContext,
): Promise<readonly NextSignature[]> {
  const measured: NextSignature[] = [];
  let bytes = letter;
  for (let number = 1; number <= SIGNERS; number += 1) {
    const watched = withWatch(signer);
    // A second later each, as fields are named by the time of signing.
    const next = { ...context, now: context.now + number * 1000, signer: watched.signer };
    const source = bytesSource(bytes);
    const before = await verifyBefore(source, signer, next);
    const start = processorMs();
    const signed = await signDocument(source, request, { ...next, trustList: next.verification.trustList });
    const written = processorMs();
    await verifyAfter(before, signed, next);
    const end = processorMs();
    measured.push({
      number,
      prepareAndEmbedMs: written - start - watched.spentMs(),
      selfCheckMs: end - written,
    });
    bytes = signedBytes(signed);
  }
  return measured;
}

/** User and system time of this process, its threads included. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The same signer, and how long its key was at work. */
function withWatch(signer: RawSigner): { readonly signer: RawSigner; readonly spentMs: () => number } {
  let spentMs = 0;
  const sign: RawSigner['sign'] = async (...order) => {
    const start = processorMs();
    const values = await signer.sign(...order);
    spentMs += processorMs() - start;
    return values;
  };
  return { signer: { ...signer, sign }, spentMs: () => spentMs };
}
