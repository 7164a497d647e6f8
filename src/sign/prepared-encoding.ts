// A prepared signature as bytes, for its way through other hands; JSON, since whoever holds it may look.

import type { PermittedChanges } from '../pdf/doc-mdp.ts';
import { SigningFailed } from './errors.ts';
import { type Level, type SignatureAlgorithm, schemeOf } from './ports.ts';
import type { PreparedSignature } from './prepared-signature.ts';
import type { CarriedSignature } from './sealed-prepared.ts';

const VERSION = 1;

/** Bytes that `decodePrepared` reads. */
export function encodePrepared(prepared: CarriedSignature): Uint8Array {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const { update, digest, toBeSigned, chain, ...rest } = prepared;
  const text = JSON.stringify({
    version: VERSION,
    ...rest,
    update: base64(update),
    digest: base64(digest),
    toBeSigned: base64(toBeSigned),
    chain: chain.map(base64),
  });
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** @throws SigningFailed `prepared-mismatch` { reason: 'prepared' } for anything that `encodePrepared` does not make */
export function decodePrepared(encoded: Uint8Array): CarriedSignature {
  const members = membersOf(encoded);
  if (members.version !== VERSION) throw malformed();
  const algorithm = oneOf(members.algorithm, ALGORITHMS);
  const [begin, ...ranges] = listOf(members.byteRange, count);
  const [cut, resume, length, ...more] = ranges;
  if (begin !== 0 || cut === undefined || resume === undefined || length === undefined || more.length > 0)
    throw malformed();
  const anchor = members.anchor === null ? null : record(members.anchor);
  return Object.freeze({
    sourceSha256: text(members.sourceSha256, /^[0-9a-f]{64}$/),
    sourceSize: count(members.sourceSize),
    update: bytes(members.update),
    byteRange: [begin, cut, resume, length] as const,
    contentsAt: count(members.contentsAt),
    reserved: count(members.reserved),
    digestAlgorithm: oneOf(members.digestAlgorithm, [schemeOf(algorithm).digest]),
    digest: bytes(members.digest),
    toBeSigned: bytes(members.toBeSigned),
    algorithm,
    chain: listOf(members.chain, bytes),
    fieldName: text(members.fieldName, /./su),
    subFilter: oneOf(members.subFilter, ['ETSI.CAdES.detached'] as const),
    level: oneOf(members.level, LEVELS),
    certification: members.certification === null ? null : oneOf(members.certification, CERTIFICATIONS),
    anchor: anchor && {
      page: count(anchor.page),
      occurrence: count(anchor.occurrence),
      matches: count(anchor.matches),
    },
    collisions: listOf(members.collisions, collision),
    ...(members.carried === undefined ? {} : { carried: texts(members.carried) }),
  });
}

const LEVELS: readonly Level[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];

const CERTIFICATIONS: readonly PermittedChanges[] = ['no-changes', 'form-filling', 'annotations'];

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'ed25519',
];

type Members = Readonly<Record<string, unknown>>;

function membersOf(encoded: Uint8Array): Members {
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(encoded)));
  } catch (cause) {
    throw malformed(cause);
  }
}

function record(value: unknown): Members {
  if (typeof value !== 'object' || value === null) throw malformed();
  return value as Members;
}

function text(value: unknown, form: RegExp): string {
  if (typeof value !== 'string' || !form.test(value)) throw malformed();
  return value;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value));
  return Object.fromEntries(entries.map(([name, each]) => [name, text(each, /^/)]));
}

function bytes(value: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(text(value, /^[A-Za-z0-9+/]*={0,2}$/), 'base64'));
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed();
  return value as number;
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw malformed();
  return found;
}

function listOf<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw malformed();
  return value.map(read);
}

function collision(value: unknown): PreparedSignature['collisions'][number] {
  const { kind, box } = record(value);
  const [left, bottom, right, top, ...more] = listOf(box, coordinate);
  if (left === undefined || bottom === undefined || right === undefined || top === undefined)
    throw malformed();
  if (more.length > 0) throw malformed();
  return {
    kind: oneOf(kind, ['text', 'image', 'annotation', 'widget'] as const),
    box: [left, bottom, right, top],
  };
}

function coordinate(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed();
  return value;
}

function malformed(cause?: unknown): SigningFailed {
  return new SigningFailed('prepared-mismatch', { reason: 'prepared' }, cause);
}
