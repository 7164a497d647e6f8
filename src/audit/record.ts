// One record of the audit: what is said about an event, and the one line of JSON that says it.

import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** The form of the lines; another one gets another word. */
export const RECORD_FORM = 'teken-audit/1';

export const AUDIT_EVENTS = [
  'config.loaded',
  'auth.failed',
  'sign.requested',
  'sign.prepared',
  'sign.completed',
  'sign.repeated',
  'sign.refused',
  'sign.withheld',
  'report.sealed',
  'checkpoint.made',
  'trust.reloaded',
  'shutdown',
] as const;

export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** A value that only who has the key of this id can connect with what it was made from. */
export interface KeyedReference {
  readonly keyId: string;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** What is known of a time-stamp: enough to find it again at its authority. */
export interface TimestampFacts {
  readonly policy: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** RFC 3339, UTC. */
  readonly genTime: string;
}

/** Where a chain before this one stood when this one began. */
export interface ChainHead {
  readonly chainId: string;
  readonly seq: number;
  readonly hash: string;
}

/**
 * What an event says. No name, no personal number, no secret, no word of a document: persons are keyed references, texts of
 * callers are keyed digests.
 */
export interface AuditFacts {
  /** A code of the problems that a caller sees. */
  readonly problemCode?: string;
  /** The code of the library, where it says more than the caller may know. */
  readonly reason?: string;
  /** What the service that holds the key answered instead, in its own words; BSrE's acceptance asks for them. */
  readonly original?: { readonly code: string; readonly text: string };
  /** What an application of the compatible API was told instead. */
  readonly answered?: { readonly code: number; readonly text: string };
  readonly requestId?: string;
  readonly traceparent?: string;
  readonly idempotencyKey?: KeyedReference;
  /** Pattern of the route. */
  readonly route?: string;
  readonly client?: { readonly id: string; readonly keyId: string };
  readonly remoteAddr?: string;
  readonly signerRef?: KeyedReference;
  readonly certificate?: { readonly sha256: string; readonly serial: string; readonly issuer: string };
  readonly signatureId?: string;
  /** Place in a batch, counted from 0. */
  readonly index?: number;
  /** Documents that a batch announces. */
  readonly count?: number;
  readonly document?: {
    readonly inputSha256?: string;
    readonly inputSize?: number;
    readonly expectedSha256?: string;
    readonly outputSha256?: string;
    readonly level?: string;
    readonly algorithm?: string;
    readonly reasonRef?: KeyedReference;
    readonly locationRef?: KeyedReference;
  };
  readonly timestamp?: TimestampFacts;
  /** Steps of the identity validation by their codes. */
  readonly identity?: readonly string[];
  readonly trust?: { readonly version: string; readonly sha256: string };
  readonly build?: { readonly version: string; readonly commit: string; readonly configSha256: string };
  /** Which key proves the lines of this chain. */
  readonly macKeyId?: string;
  readonly after?: readonly ChainHead[];
  readonly checkpoint?: {
    readonly number: number;
    readonly firstSeq: number;
    readonly lastSeq: number;
    readonly root: string;
  };
}

// In this order they stand in the line; what is not named here is never written.
const MEMBERS = [
  'problemCode',
  'reason',
  'original',
  'answered',
  'requestId',
  'traceparent',
  'idempotencyKey',
  'route',
  'client',
  'remoteAddr',
  'signerRef',
  'certificate',
  'signatureId',
  'index',
  'count',
  'document',
  'timestamp',
  'identity',
  'trust',
  'build',
  'macKeyId',
  'after',
  'checkpoint',
] as const satisfies readonly (keyof AuditFacts)[];

export interface RecordPlace {
  readonly chainId: string;
  /** Counted from 1. */
  readonly seq: number;
  /** Hash of the record before it; 64 zeros for the first. */
  readonly prev: string;
  /** RFC 3339, UTC. */
  readonly ts: string;
}

/** A record as it is written. */
export interface WrittenRecord {
  readonly chainId: string;
  readonly seq: number;
  /** SHA-256 over everything that stands before it in the line, hexadecimal. */
  readonly hash: string;
  /** With its line feed. */
  readonly line: string;
}

export const NO_PREVIOUS = '0'.repeat(64);

/**
 * Writes a record. `hash` covers every octet of the line before it, so that no second way to write the same JSON exists; `mac`
 * proves that the hash was made by who has the key.
 *
 * @param macKey - of this chain
 */
export function writeRecord(
  place: RecordPlace,
  event: AuditEvent,
  facts: AuditFacts,
  macKey: KeyObject,
): WrittenRecord {
  const { chainId, seq, prev, ts } = place;
  const members: Record<string, unknown> = { v: RECORD_FORM, chainId, seq, prev, ts, event };
  for (const name of MEMBERS) if (facts[name] !== undefined) members[name] = facts[name];
  const body = ascii(JSON.stringify(members)).slice(0, -1);
  const hash = createHash('sha256').update(body).digest('hex');
  return { chainId, seq, hash, line: `${body},"hash":"${hash}","mac":"${macOf(hash, macKey)}"}\n` };
}

/** One octet for each character: what a reader sees is what was hashed, whatever it makes of wrong UTF-8. */
function ascii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** 128 bits (SP 800-107, 5.3.3): nobody can try against it but by writing records. */
const MAC_HEX_DIGITS = 32;

function macOf(hash: string, key: KeyObject): string {
  return createHmac('sha256', key).update(hash).digest('hex').slice(0, MAC_HEX_DIGITS);
}

/** A line as read. */
export interface ReadRecord extends RecordPlace {
  readonly event: string;
  readonly hash: string;
  readonly mac: string;
  /** The hash is the one of the octets before it. */
  readonly intact: boolean;
  readonly facts: AuditFacts;
}

const TAIL = /^(\{.*),"hash":"([0-9a-f]{64})","mac":"([0-9a-f]{32})"\}$/s;

/** @param line - one character for each octet, without the line feed @returns null for what is no record */
export function readRecord(line: string): ReadRecord | null {
  const [, body, hash, mac] = TAIL.exec(line) ?? [];
  if (body === undefined || hash === undefined || mac === undefined) return null;
  const members = parseObject(`${body}}`);
  if (members === null) return null;
  const { v, chainId, seq, prev, ts, event, ...facts } = members;
  if (v !== RECORD_FORM || typeof chainId !== 'string' || !Number.isSafeInteger(seq)) return null;
  if (typeof prev !== 'string' || typeof ts !== 'string' || typeof event !== 'string') return null;
  const intact = createHash('sha256').update(body, 'latin1').digest('hex') === hash;
  return { chainId, seq: Number(seq), prev, ts, event, hash, mac, intact, facts };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // That it is no JSON is the answer.
    return null;
  }
}

/** Whether who wrote this line had the key. */
export function hasMac({ hash, mac }: Pick<ReadRecord, 'hash' | 'mac'>, key: KeyObject): boolean {
  return timingSafeEqual(Buffer.from(macOf(hash, key)), Buffer.from(mac));
}
