// A prepared signature sealed for its way through foreign hands and back: the service keeps nothing between the two steps, and
// nobody on the way can read it, change it, hand it on to another client or keep it for later (AES-256-GCM, SP 800-38D).

import { concatBytes, type Instant } from '../asn1/values.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { SigningFailed } from './errors.ts';
import { decodePrepared, encodePrepared } from './prepared-encoding.ts';
import type { PreparedSignature } from './prepared-signature.ts';

export interface SealKey {
  /** One to 32 letters, digits, `.`, `_` or `-`; stands readable in the token. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface SealContext {
  /** The newest first: it seals; all of them open. */
  readonly keys: readonly SealKey[];
  /** For whom it is sealed; nobody else's token opens. */
  readonly bearer: string;
  readonly now: Instant;
  readonly platform: Pick<Platform, 'ciphers' | 'deflate' | 'inflater' | 'randomBytes'>;
}

export interface SealedPrepared {
  readonly token: Uint8Array;
  readonly expiresAt: Instant;
}

/** A person has to read the letter, find the card and type its PIN; a certificate's status may change in an hour. */
export const SEAL_LIFETIME_MS = 15 * 60_000;
/** A page with the largest picture that a form takes (5 MB) and its base64, deflated. */
export const MAX_SEALED_BYTES = 8 * 1024 * 1024;
// An update may hold long runs of zeros, as the gap of the signature does.
const MAX_OPENED_BYTES = 4 * MAX_SEALED_BYTES;

const VERSION = 1;
const NONCE_BYTES = 12;
const TIME_BYTES = 8;

/** A prepared signature with what else its second step needs. */
export interface CarriedSignature extends PreparedSignature {
  /** Texts, by names of the caller's; may be secrets. Absent where nothing is carried. */
  readonly carried?: Readonly<Record<string, string>>;
}

/**
 * Deflates and seals. Nonces are random: one key is good for 2^32 tokens (SP 800-38D, 8.3).
 * @throws MalformedPdf `limits-exceeded` { limit, value } when more would have to be carried than 8 MiB
 */
export async function sealPrepared(
  prepared: CarriedSignature,
  { keys, bearer, now, platform }: SealContext,
): Promise<SealedPrepared> {
  const [newest] = keys;
  if (newest === undefined) throw new RangeError('a seal needs a key');
  const encoded = encodePrepared(prepared);
  requireWithin(encoded.length, MAX_OPENED_BYTES);
  const expiresAt = now + SEAL_LIFETIME_MS;
  const head = headOf(newest.id, expiresAt);
  const nonce = platform.randomBytes(NONCE_BYTES);
  const cipher = { key: newest.key, nonce, associated: associatedWith(head, bearer) };
  const sealed = platform.ciphers.aesGcmSeal(cipher, await platform.deflate(encoded));
  const token = concatBytes([head, nonce, sealed]);
  requireWithin(token.length, MAX_SEALED_BYTES);
  return { token, expiresAt };
}

function requireWithin(size: number, most: number): void {
  if (size > most) throw new MalformedPdf('limits-exceeded', { limit: 'prepared-bytes', value: size });
}

/**
 * Opens what `sealPrepared` made. Nothing in it is inflated or read before its seal has proven to be ours.
 * @throws SigningFailed `prepared-mismatch` { reason }: `token` when it is not ours, was altered or is another's, `expired`
 */
export function openPrepared(
  token: Uint8Array,
  { keys, bearer, now, platform }: SealContext,
): CarriedSignature {
  const parts = partsOf(token);
  const known = keys.find(({ id }) => id === parts?.keyId);
  if (parts === null || known === undefined) throw refused('token');
  const { head, nonce, sealed, expiresAt } = parts;
  const cipher = { key: known.key, nonce, associated: associatedWith(head, bearer) };
  const deflated = platform.ciphers.aesGcmOpen(cipher, sealed);
  if (deflated === null) throw refused('token');
  if (now > expiresAt) throw refused('expired');
  return decodePrepared(platform.inflater.inflate(deflated, MAX_OPENED_BYTES));
}

/** Version, when it ends, and which key sealed it: what has to be known before it is opened. */
function headOf(keyId: string, expiresAt: Instant): Uint8Array {
  const id = new TextEncoder().encode(keyId);
  const head = new Uint8Array(1 + TIME_BYTES + 1 + id.length);
  const view = new DataView(head.buffer);
  view.setUint8(0, VERSION);
  view.setBigUint64(1, BigInt(expiresAt));
  view.setUint8(1 + TIME_BYTES, id.length);
  head.set(id, 2 + TIME_BYTES);
  return head;
}

interface Parts {
  readonly head: Uint8Array;
  readonly keyId: string;
  readonly expiresAt: Instant;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

function partsOf(token: Uint8Array): Parts | null {
  if (token.length > MAX_SEALED_BYTES || token.length < 2 + TIME_BYTES || token[0] !== VERSION) return null;
  const view = new DataView(token.buffer, token.byteOffset, token.length);
  const headLength = 2 + TIME_BYTES + view.getUint8(1 + TIME_BYTES);
  const sealedAt = headLength + NONCE_BYTES;
  if (token.length < sealedAt) return null;
  return {
    head: token.subarray(0, headLength),
    keyId: new TextDecoder().decode(token.subarray(2 + TIME_BYTES, headLength)),
    expiresAt: Number(view.getBigUint64(1)),
    nonce: token.subarray(headLength, sealedAt),
    sealed: token.subarray(sealedAt),
  };
}

/** The head is of fixed form and tells its own length, so that no bearer's name can be taken for a part of it. */
function associatedWith(head: Uint8Array, bearer: string): Uint8Array {
  return concatBytes([head, new TextEncoder().encode(bearer)]);
}

function refused(reason: 'token' | 'expired'): SigningFailed {
  return new SigningFailed('prepared-mismatch', { reason });
}
