// Checkpoints: now and then the records since the last one become a tree whose root is signed, time-stamped and published. Who
// keeps a published checkpoint can say later whether a record was there, and nobody can take one away.

import { createHash } from 'node:crypto';
import { treeRoot } from './merkle.ts';
import type { WrittenRecord } from './record.ts';
import { type AuditSeal, signJws } from './seal.ts';

export const CHECKPOINT_FORM = 'teken-checkpoint/1';

/** What a checkpoint says. */
export interface CheckpointStatement {
  readonly v: typeof CHECKPOINT_FORM;
  readonly chainId: string;
  /** Counted from 1 in its chain. */
  readonly number: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the record `lastSeq`. */
  readonly head: string;
  /** Of the tree over the hashes of the records (RFC 9162, 2.1), hexadecimal. */
  readonly root: string;
  /** SHA-256 of the statement before it, 64 zeros for the first. */
  readonly prev: string;
  /** RFC 3339, UTC. */
  readonly ts: string;
}

/** A checkpoint as it is published. */
export interface Checkpoint {
  /** The statement as the text that is signed and time-stamped. */
  readonly statement: string;
  /** The same text, signed by the service (RFC 7515); null for a service that has no seal. */
  readonly jws: string | null;
  /** RFC 3161 token over the SHA-256 of the text, DER in base64; null as long as there is none. */
  readonly timestamp: string | null;
  /** Hashes of its records in order, hexadecimal: they tell nothing about a record to who does not have it. */
  readonly leaves: readonly string[];
}

/** Where a chain stands between two checkpoints. */
export interface CheckpointPlace {
  readonly number: number;
  readonly prev: string;
}

export const FIRST_CHECKPOINT: CheckpointPlace = { number: 1, prev: '0'.repeat(64) };

export function stateCheckpoint(
  records: readonly Pick<WrittenRecord, 'chainId' | 'seq' | 'hash'>[],
  { number, prev }: CheckpointPlace,
  ts: string,
): CheckpointStatement {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a checkpoint covers records');
  const root = treeRoot(records.map(({ hash }) => Buffer.from(hash, 'hex')));
  return {
    v: CHECKPOINT_FORM,
    chainId: first.chainId,
    number,
    firstSeq: first.seq,
    lastSeq: last.seq,
    head: last.hash,
    root: Buffer.from(root).toString('hex'),
    prev,
    ts,
  };
}

/** The checkpoint of a statement, not yet time-stamped. @param leaves - of its records */
export async function sealCheckpoint(
  stated: CheckpointStatement,
  leaves: readonly string[],
  seal: AuditSeal | null,
): Promise<Checkpoint> {
  const statement = JSON.stringify(stated);
  const jws = seal === null ? null : await signJws('teken-checkpoint', statement, seal);
  return { statement, jws, timestamp: null, leaves };
}

/** SHA-256 of a statement's text, hexadecimal: the `prev` of the next one. */
export function statementHash(statement: string): string {
  return createHash('sha256').update(statement).digest('hex');
}

/** @returns null for a text that says no such thing */
export function readStatement(statement: string): CheckpointStatement | null {
  let value: Partial<CheckpointStatement>;
  try {
    value = JSON.parse(statement) as Partial<CheckpointStatement>;
  } catch {
    // That it is no JSON is the answer.
    return null;
  }
  const numbers = [value.number, value.firstSeq, value.lastSeq];
  const digests = [value.head, value.root, value.prev];
  const right =
    value.v === CHECKPOINT_FORM &&
    typeof value.chainId === 'string' &&
    typeof value.ts === 'string' &&
    numbers.every((each) => Number.isSafeInteger(each)) &&
    digests.every((each) => typeof each === 'string' && /^[0-9a-f]{64}$/.test(each));
  return right ? (value as CheckpointStatement) : null;
}
