// The same request sent again is the same operation: it waits for the one under way, or gets what that one brought about, each time
// after its own secret was tried. The original signs again, and a client that saw a time-out has two signatures.

import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Claim } from '../../state/ports.ts';
import { callerGone } from '../caller-gone.ts';
import { withinDeadline } from '../deadline.ts';
import { clientOf } from '../identity-claim.ts';
import { decodeKept, digestOf, keepResult, keyDigest, releaseClaim } from '../kept-result.ts';
import type { AppServices } from '../ports.ts';
import { problemOf } from '../problem-of-error.ts';
import type { CompatibleOrder } from './order.ts';
import { BsreRefused } from './refusal.ts';

/** What an operation has brought about, as it is kept: never a document. */
export interface OperationResult {
  readonly documentId: string;
  readonly timeMs: number;
  readonly signatureIds: readonly string[];
  /** One for each file. */
  readonly updates: readonly Uint8Array[];
}

const POLL_MS = 25;
// Beyond the deadline of the operation: its process has ended.
const LEASE_MARGIN_MS = 5_000;
const LONGEST_KEY = 255;

/**
 * @param work - signs; called at most once for the same operation while its result is kept
 * @param proveSecret - tries the secret of a repeat @throws HttpProblem, SharedStateUnavailable
 */
export async function once(
  {
    request,
    services,
    order,
  }: {
    readonly request: FastifyRequest;
    readonly services: AppServices;
    readonly order: CompatibleOrder;
  },
  work: () => Promise<OperationResult>,
  proveSecret: (signal: AbortSignal) => Promise<void>,
): Promise<{ readonly result: OperationResult; readonly repeated: boolean }> {
  const client = clientOf(request);
  const windowMs = request.client?.compat.dedupeWindow ?? 0;
  const fingerprint = fingerprintOf(client.id, order);
  const key = slotKey(request, client.id, fingerprint, windowMs);
  const { repeats: slots, settings } = services;
  if (key === null || slots === null) return { result: await work(), repeated: false };
  const leaseMs = settings.signDeadlineMs * (order.files.length + 1) + LEASE_MARGIN_MS;
  const claimIt = async (signal: AbortSignal): Promise<Exclude<Claim, { kind: 'in-flight' }>> => {
    for (;;) {
      const claim = await slots.claim(key, fingerprint, leaseMs);
      if (claim.kind !== 'in-flight') return claim;
      await wait(POLL_MS, undefined, { signal });
    }
  };
  const claim = await withinDeadline(leaseMs, callerGone(request), claimIt);
  if (claim.kind === 'other-payload')
    throw new BsreRefused({ code: 400, text: 'Idempotency-Key sudah digunakan untuk permintaan lain' });
  if (claim.kind === 'done') {
    const prove = withinDeadline(settings.signDeadlineMs, callerGone(request), proveSecret);
    await prove.catch((error: unknown) => Promise.reject(problemOf(error)));
    return { result: decodeKept<OperationResult>(claim.result), repeated: true };
  }
  const held = { slots, key, claim: claim.claim, log: request.log };
  let result: OperationResult;
  try {
    result = await work();
  } catch (error) {
    await releaseClaim(held);
    throw error;
  }
  await keepResult(held, result, windowMs === 0 ? USUAL_WINDOW_MS : windowMs);
  return { result, repeated: false };
}

const USUAL_WINDOW_MS = 600_000;

/** Where the result of a request with this key is. */
export function keySlot(client: string, key: string): string {
  return `compat-key ${keyDigest(client, key)}`;
}

/** Null where repeats are not recognised. */
function slotKey(
  { headers }: FastifyRequest,
  client: string,
  fingerprint: string,
  windowMs: number,
): string | null {
  const given = headers['idempotency-key'];
  if (typeof given === 'string' && given.trim() !== '' && given.length <= LONGEST_KEY)
    return keySlot(client, given.trim());
  return windowMs === 0 ? null : `compat ${fingerprint}`;
}

/** Of everything that makes two requests the same, a one-time code too; never of a passphrase. */
function fingerprintOf(
  client: string,
  { signer, files, code, fieldPrefix, activation }: CompatibleOrder,
): string {
  const oneTime = activation.kind === 'otp' ? activation.otp : code;
  const wishes = files.map(({ bytes, wanted }) => ({ bytes, wanted }));
  return digestOf([client, signer, fieldPrefix, oneTime, wishes], ['password']);
}
