// A batch as a library function, over a signer whose calls are counted.

import t from 'tap';
import type {
  BatchContext,
  BatchDocument,
  BatchOptions,
  BatchOutcome,
} from '../../src/batch/batch-document.ts';
import { signBatch } from '../../src/batch/sign-batch.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SignerFailed } from '../../src/sign/errors.ts';
import type { Activation, RawSigner, TimestampSource } from '../../src/sign/ports.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { developmentTimestamps, now, pki, plainRequest, signerOf } from '../sign/development-signer.ts';

const letter = handmadePdf({ objects: onePage() });
const damaged = letter.slice(0, 40);
const PASSPHRASE = 'rahasia';

interface Counted {
  readonly signer: RawSigner;
  readonly calls: number[];
  activations: number;
}

/** @param activates - whether one activation serves many calls */
async function counted(activates: boolean, wrong = false): Promise<Counted> {
  const real = await signerOf(pki.signers.segel);
  const record: Counted = { calls: [], activations: 0, signer: real };
  const check = (activation: Activation): void => {
    record.activations += 1;
    if (wrong || activation.kind !== 'passphrase') throw new SignerFailed('signer-auth-failed');
  };
  const { activate: _, ...calls } = real;
  const sign: RawSigner['sign'] = async (algorithm, items, activation, signal) => {
    if (!activates) check(activation);
    record.calls.push(items.length);
    return real.sign(algorithm, items, activation, signal);
  };
  const signer: RawSigner = { ...calls, maxBatch: 30, sign };
  const activate = async (activation: Activation): Promise<RawSigner> => {
    check(activation);
    return signer;
  };
  return Object.assign(record, { signer: activates ? { ...signer, activate } : signer });
}

const context = (signer: RawSigner, changes: Partial<BatchContext> = {}): BatchContext => ({
  platform: nodePlatform,
  signer,
  activation: { kind: 'passphrase', passphrase: Buffer.from(PASSPHRASE) },
  timestamps: null,
  revocation: null,
  clock: () => now,
  timeZone: 'Asia/Makassar',
  signal: new AbortController().signal,
  deadlineMs: 30_000,
  verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
  earlierBroken: 'refuse',
  developmentKeys: 'allow',
  ...changes,
});

async function* documents(
  files: readonly Uint8Array[],
  taken: number[] = [],
): AsyncGenerator<BatchDocument<number>> {
  for (const [label, file] of files.entries()) {
    taken.push(label);
    yield { label, source: bytesSource(file) };
  }
}

async function outcomesOf(
  files: readonly Uint8Array[],
  from: BatchContext,
  options: Partial<BatchOptions> = {},
  request: SignRequest = plainRequest,
): Promise<BatchOutcome<number>[]> {
  const all = { count: files.length, onFailure: 'continue', bytesInFlight: 1_000_000, ...options } as const;
  const list: BatchOutcome<number>[] = [];
  for await (const outcome of await signBatch(documents(files), request, from, all)) list.push(outcome);
  return list;
}

const statuses = (outcomes: readonly BatchOutcome<number>[]): string[] =>
  outcomes.map(({ status }) => status);
const letters = (count: number): Uint8Array[] => Array.from({ length: count }, () => letter);
const withDamagedAt = (count: number, at: number): Uint8Array[] => letters(count).with(at, damaged);

t.test('each document is signed and verified by itself, in order, with one activation', async (t) => {
  const { signer, calls, ...record } = await counted(true);
  const outcomes = await outcomesOf(withDamagedAt(20, 7), context(signer));
  t.same(
    outcomes.map(({ index, label }) => [index, label]),
    Array.from({ length: 20 }, (_, i) => [i, i]),
  );
  t.same(
    statuses(outcomes),
    Array.from({ length: 20 }, (_, i) => (i === 7 ? 'failed' : 'signed')),
  );
  t.equal(calls.length, 19);
  t.equal(record.activations, 0, 'read before the run');
  for (const outcome of outcomes) {
    if (outcome.status === 'signed') t.equal(outcome.result.signature.integrity.status, 'INTACT');
    if (outcome.status === 'failed') t.match(outcome.error, { name: 'MalformedPdf' });
  }
});

t.test('the key is activated once and before any document is read', async (t) => {
  const record = await counted(true, true);
  const taken: number[] = [];
  const options = { count: 2, onFailure: 'continue', bytesInFlight: 1_000_000 } as const;
  const batch = signBatch(documents(letters(2), taken), plainRequest, context(record.signer), options);
  await t.rejects(batch, { code: 'signer-auth-failed' });
  t.same([taken.length, record.activations], [0, 1]);
  const right = await counted(true);
  await outcomesOf(letters(5), context(right.signer));
  t.equal(right.activations, 1);
});

t.test('where every call asks anew, a wrong secret is tried once', async (t) => {
  const record = await counted(false, true);
  t.same(statuses(await outcomesOf(letters(10), context(record.signer))), ['failed']);
  t.equal(record.activations, 1);
});

t.test('more than the signer allows is refused, and nothing is read', async (t) => {
  const { signer, calls } = await counted(true);
  for (const onFailure of ['continue', 'stop', 'all-or-nothing'] as const) {
    const refused = outcomesOf(letters(1), context(signer), { count: 31, onFailure });
    await t.rejects(refused, { code: 'batch-too-large', values: { asked: 31, allowed: 30 } });
  }
  t.same(calls, []);
});

t.test('more than announced is not authorised', async (t) => {
  const { signer, calls } = await counted(true);
  const outcomes = await outcomesOf(letters(5), context(signer), { count: 2 });
  t.same(statuses(outcomes), ['signed', 'signed', 'failed']);
  t.match(outcomes[2], { error: { code: 'batch-too-large' } });
  t.equal(calls.length, 2);
});

t.test('stop hands out nothing after the first failure', async (t) => {
  const { signer } = await counted(true);
  const outcomes = await outcomesOf(withDamagedAt(25, 3), context(signer), { onFailure: 'stop' });
  t.same(statuses(outcomes), ['signed', 'signed', 'signed', 'failed']);
});

t.test('all or nothing uses the key once, when every document is prepared', async (t) => {
  const { signer, calls } = await counted(true);
  const failed = await outcomesOf(withDamagedAt(6, 5), context(signer), { onFailure: 'all-or-nothing' });
  t.same(statuses(failed), [...Array.from({ length: 5 }, () => 'skipped'), 'failed']);
  t.same(calls, [], 'the key was not used');
  const few = await outcomesOf(letters(6), context(signer), { onFailure: 'all-or-nothing', count: 7 });
  t.same(new Set(statuses(few)), new Set(['skipped']), 'one that was announced did not come');
  t.same(calls, []);
  t.same(
    new Set(statuses(await outcomesOf(letters(6), context(signer), { onFailure: 'all-or-nothing' }))),
    new Set(['signed']),
  );
  t.same(calls, [6]);
});

t.test('all or nothing hands out nothing when a time-stamp fails late', async (t) => {
  const { signer } = await counted(true);
  const real = developmentTimestamps();
  let stamps = 0;
  const timestamps: TimestampSource = {
    ...real,
    stamp: async (imprint, signal) => {
      stamps += 1;
      if (stamps === 4) throw new RangeError('putus');
      return real.stamp(imprint, signal);
    },
  };
  const options = { onFailure: 'all-or-nothing' } as const;
  const request = { ...plainRequest, level: 'B-T' } as const;
  const outcomes = await outcomesOf(letters(5), context(signer, { timestamps }), options, request);
  const found = statuses(outcomes);
  const times = (status: string): number => found.filter((each) => each === status).length;
  t.same([times('failed'), times('skipped'), times('signed')], [1, 4, 0]);
});

t.test('all or nothing holds no more than it may', async (t) => {
  const { signer, calls } = await counted(true);
  const options = { onFailure: 'all-or-nothing', bytesInFlight: 3 * letter.length } as const;
  const outcomes = await outcomesOf(letters(9), context(signer), options);
  t.match(outcomes.at(-1), { status: 'failed', error: { code: 'batch-too-large' } });
  t.equal(outcomes.filter(({ status }) => status === 'signed').length, 0);
  t.same(calls, []);
});

t.test('a value that the signer made wrong fails that document, and says whose fault it was', async (t) => {
  const { signer } = await counted(true);
  const wrong: RawSigner = {
    ...signer,
    sign: async (...call) => (await signer.sign(...call)).map((value) => value.map((byte) => byte ^ 1)),
  };
  const { activate: _, ...without } = wrong;
  for (const onFailure of ['continue', 'all-or-nothing'] as const) {
    const [outcome] = await outcomesOf(letters(1), context(without), { onFailure });
    t.match(outcome, { error: { code: 'signer-result-invalid', values: { check: 'signature' } } }, onFailure);
  }
});

t.test('when nobody listens any more, the work ends', async (t) => {
  const { signer, calls } = await counted(true);
  const options = { count: 30, onFailure: 'continue', bytesInFlight: 1_000_000 } as const;
  const taken: number[] = [];
  for await (const outcome of await signBatch(
    documents(letters(30), taken),
    plainRequest,
    context(signer),
    options,
  ))
    if (outcome.index === 1) break;
  const done = calls.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(taken.length < 30 && calls.length <= done + 16, `${taken.length} taken, ${calls.length} signed`);
});
