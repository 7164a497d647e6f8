// What every adapter of the raw signer port promises, tried on whichever back end a test opens.

import { inspect } from 'node:util';
import type { Test } from 'tap';
import { parseCertificate } from '../src/pki/certificate.ts';
import { nodePlatform } from '../src/platform/node.ts';
import { SignerFailed } from '../src/sign/errors.ts';
import {
  type Activation,
  type RawSigner,
  type SignatureAlgorithm,
  type SignerBackend,
  schemeOf,
  type ToBeSigned,
} from '../src/sign/ports.ts';
import { openSigner, type SignerEnvironment } from '../src/signers/open-signer.ts';

const { digests, arithmetic, randomBytes } = nodePlatform;

export interface RawSignerContract {
  /** Opens a fresh back end. */
  open(): Promise<SignerBackend>;
  readonly signerId: string | null;
  readonly expectedAlgorithms: readonly SignatureAlgorithm[];
  /** A fresh one for each call, since callers zero theirs. */
  activation(): Activation;
  /** Null where the key was activated when it was opened. */
  readonly wrongActivation: (() => Activation) | null;
  /** The wait of the line, beyond which calls are refused. */
  readonly mostWaiting: number;
}

const never = new AbortController().signal;

/** An item with its digest for this algorithm; the message defaults to something new. */
export function toBeSigned(algorithm: SignatureAlgorithm, message = randomBytes(300)): ToBeSigned {
  return { message, digest: digests.of(schemeOf(algorithm).digest, message) };
}

/** A back end that gives raw signers, as its scheme has it. */
export async function openRaw(
  uri: string,
  environment: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const backend = await openSigner(uri, environment);
  return { ...backend, signerFor: (signerId) => rawSignerOf(backend, signerId) };
}

/** The signer of a back end whose shape the test knows. */
export async function rawSignerOf(
  backend: SignerBackend,
  signerId: string | null = null,
): Promise<RawSigner> {
  const signer = await backend.signerFor(signerId);
  if (signer.shape !== 'raw') throw new Error(`a ${signer.shape} signer`);
  return signer;
}

/** Whether the value is right for the message and the leaf's key. */
export function isRight(
  signer: RawSigner,
  algorithm: SignatureAlgorithm,
  { message }: ToBeSigned,
  signature: Uint8Array | undefined,
): boolean {
  const [leaf] = signer.chain;
  if (leaf === undefined || signature === undefined) return false;
  const { publicKeyInfo: publicKey } = parseCertificate(leaf);
  return arithmetic.verify({ publicKey, scheme: schemeOf(algorithm).scheme, message, signature }) === true;
}

/** The failure that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<SignerFailed> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SignerFailed) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

/** Runs all rows of the contract as subtests, on one back end, which is closed by the last of them. */
export async function testRawSigner(t: Test, contract: RawSignerContract): Promise<void> {
  const backend = await contract.open();
  const signer = await rawSignerOf(backend, contract.signerId);

  await t.test('opens, and says what it offers', async (t) => {
    t.equal(await backend.ready(), true);
    t.equal(signer.shape, 'raw');
    t.same(signer.algorithms, contract.expectedAlgorithms);
    t.ok(signer.maxConcurrency >= 1 && signer.maxBatch >= 1);
    t.equal(await backend.signerFor(contract.signerId), signer, 'one signer for one key');
  });

  await t.test('every listed algorithm gives a value that verifies', async (t) => {
    for (const algorithm of signer.algorithms) {
      const item = toBeSigned(algorithm);
      const [value, ...others] = await signer.sign(algorithm, [item], contract.activation(), never);
      t.ok(isRight(signer, algorithm, item, value), algorithm);
      t.equal(others.length, 0);
    }
  });

  await t.test('an algorithm that is not listed is refused', async (t) => {
    const algorithm = signer.algorithms.includes('ed25519') ? 'rsa-pkcs1-sha256' : 'ed25519';
    const failure = await failureOf(
      signer.sign(algorithm, [toBeSigned(algorithm)], contract.activation(), never),
    );
    t.equal(failure.code, 'signer-algorithm-unsupported');
  });

  await t.test('a batch keeps its order, one more than allowed is refused', async (t) => {
    const [algorithm] = signer.algorithms;
    if (algorithm === undefined) throw new Error('no algorithm');
    const items = Array.from({ length: signer.maxBatch }, () => toBeSigned(algorithm));
    const values = await signer.sign(algorithm, items, contract.activation(), never);
    t.equal(values.length, items.length);
    t.ok(items.every((item, i) => isRight(signer, algorithm, item, values[i])));
    const tooMany = signer.sign(algorithm, [...items, toBeSigned(algorithm)], contract.activation(), never);
    const failure = await failureOf(tooMany);
    t.equal(failure.code, 'signer-refused');
    t.same(failure.values, { asked: signer.maxBatch + 1, allowed: signer.maxBatch });
  });

  await t.test('32 calls at once each get their own result', async (t) => {
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const items = Array.from({ length: 32 }, () => toBeSigned(algorithm));
    const results = await Promise.all(
      items.map((item) => signer.sign(algorithm, [item], contract.activation(), never)),
    );
    t.ok(items.every((item, i) => isRight(signer, algorithm, item, results[i]?.[0])));
  });

  await t.test('more calls than can wait are refused at once, the others are served', async (t) => {
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const served = signer.maxConcurrency + contract.mostWaiting;
    const calls = Array.from({ length: served + 3 }, () =>
      signer.sign(algorithm, [toBeSigned(algorithm)], contract.activation(), never),
    );
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter((each) => each.status === 'rejected');
    t.equal(refused.length, 3);
    t.ok(refused.every(({ reason }) => reason instanceof SignerFailed && reason.code === 'overloaded'));
  });

  await t.test('a signal ends the waiting, before the call and in the line', async (t) => {
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const call = (signal: AbortSignal): Promise<unknown> =>
      signer.sign(algorithm, [toBeSigned(algorithm)], contract.activation(), signal);
    const before = await failureOf(call(AbortSignal.abort('deadline')));
    t.equal(before.code, 'signer-unavailable');
    t.equal(before.cause, 'deadline');

    const controller = new AbortController();
    const others = Array.from({ length: signer.maxConcurrency }, () => call(never));
    const waiting = call(controller.signal);
    controller.abort('deadline');
    t.equal((await failureOf(waiting)).code, 'signer-unavailable');
    await Promise.all(others);
    await call(never);
  });

  if (contract.wrongActivation !== null)
    await testWrongSecret(t, signer, contract, contract.wrongActivation());

  await t.test('the activation is left as it was', async (t) => {
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const activation = contract.activation();
    await signer.sign(algorithm, [toBeSigned(algorithm)], activation, never);
    t.same(activation, contract.activation(), 'its owner zeroes it');
  });

  await t.test('a closed back end is not ready and signs nothing', async (t) => {
    await backend.close();
    t.equal(await backend.ready(), false);
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const failure = await failureOf(
      signer.sign(algorithm, [toBeSigned(algorithm)], contract.activation(), never),
    );
    t.equal(failure.code, 'signer-unavailable');
    t.equal((await failureOf(backend.signerFor(contract.signerId))).code, 'signer-unavailable');
  });
}

async function testWrongSecret(
  t: Test,
  signer: RawSigner,
  contract: RawSignerContract,
  wrong: Activation,
): Promise<void> {
  await t.test('a wrong secret is refused, and no error shows it', async (t) => {
    const algorithm = signer.algorithms[0] ?? 'ed25519';
    const failure = await failureOf(signer.sign(algorithm, [toBeSigned(algorithm)], wrong, never));
    t.equal(failure.code, 'signer-auth-failed');
    const secret = wrong.kind === 'passphrase' ? Buffer.from(wrong.passphrase).toString() : '';
    t.not(secret, '');
    t.notOk(inspect(failure, { depth: 9 }).includes(secret));
    const none = await failureOf(signer.sign(algorithm, [toBeSigned(algorithm)], { kind: 'none' }, never));
    t.equal(none.code, 'signer-auth-failed');
    const item = toBeSigned(algorithm);
    const [value] = await signer.sign(algorithm, [item], contract.activation(), never);
    t.ok(isRight(signer, algorithm, item, value), 'the right one still works');
  });
}
