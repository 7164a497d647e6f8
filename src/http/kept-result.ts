// What a request that may come again has brought about, as it is kept for the repeat: facts and what is appended to each document,
// never a document; and what makes two requests the same, never by a passphrase.

import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { IdempotencySlots } from '../state/ports.ts';
import { stableCode } from './loggable-error.ts';

/** For the names of slots: whose key it is, and the key. */
export function keyDigest(client: string, key: string): string {
  return digestOf([client, key]);
}

/** Lower-case hexadecimal SHA-256 of a value as JSON, with a digest in place of all bytes and without members of these names. */
export function digestOf(value: unknown, without: readonly string[] = []): string {
  return sha256(Buffer.from(JSON.stringify(withDigests(value, without)), 'utf8'));
}

function withDigests(value: unknown, without: readonly string[]): unknown {
  if (value instanceof Uint8Array) return sha256(value);
  if (Array.isArray(value)) return value.map((one) => withDigests(one, without));
  if (typeof value !== 'object' || value === null) return value ?? null;
  const members = Object.entries(value).filter(([name]) => !without.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withDigests(member, without)]));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Kept {
  readonly updates: readonly Uint8Array[];
}

/** Lengths and facts as JSON, then the updates one after another. */
export function encodeKept<T extends Kept>({ updates, ...facts }: T): Uint8Array {
  const head = Buffer.from(
    JSON.stringify({ ...facts, lengths: updates.map(({ length }) => length) }),
    'utf8',
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length);
  return Buffer.concat([size, head, ...updates]);
}

/** @param bytes - of `encodeKept` of the same kind of result */
export function decodeKept<T extends Kept>(bytes: Uint8Array): T {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + buffer.readUInt32BE(0);
  const { lengths, ...facts } = JSON.parse(buffer.subarray(4, start).toString('utf8')) as Omit<
    T,
    'updates'
  > & {
    readonly lengths: readonly number[];
  };
  let at = start;
  const updates = lengths.map((length) => {
    at += length;
    return buffer.subarray(at - length, at);
  });
  return { ...facts, updates } as unknown as T;
}

/** A claim that this request has, to do what its key stands for. */
export interface HeldClaim {
  readonly slots: IdempotencySlots;
  readonly key: string;
  readonly claim: string;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

/** What was signed leaves whether or not it could be kept: to hold it back would have the caller sign again. @returns whether it is kept */
export async function keepResult<T extends Kept>(
  { slots, key, claim, log }: HeldClaim,
  result: T,
  keepMs: number,
): Promise<boolean> {
  try {
    if (await slots.finish(key, claim, encodeKept(result), keepMs)) return true;
    await slots.abandon(key, claim);
    return false;
  } catch (error) {
    log.warn({ code: stableCode(error) }, 'signed, and not kept for a repeat');
    return false;
  }
}

/** The key is free again. Where that cannot be said, it is when the lease of the claim ends; what went wrong before stays the answer. */
export async function releaseClaim({ slots, key, claim, log }: HeldClaim): Promise<void> {
  try {
    await slots.abandon(key, claim);
  } catch (error) {
    log.warn({ code: stableCode(error) }, 'an idempotency key stays taken until its lease ends');
  }
}
