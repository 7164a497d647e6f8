// What the QR code of a letter says, signed by the service: which letter it belongs to, without any database. COSE_Sign1 (RFC 9052,
// 4.2) with ES256 in base45, for a JWS of the same would not fit into the usual 90 points at the level that a logo needs.

import { decodeBase45, encodeBase45 } from './base45.ts';
import { type Cbor, decodeCbor, decodeTagged, encodeCbor, encodeTagged, MalformedCode } from './cbor.ts';

/** What a letter says about itself, and what ties it to the file. */
export interface LetterFacts {
  readonly number: string;
  /** `YYYY-MM-DD`, as it stands in the letter. */
  readonly date: string;
  readonly subject: string;
  /** Name of who signs, as the certificate has it. */
  readonly signer: string;
  readonly agency: string;
  /**
   * SHA-256 over the first `size` octets of the signed file: the document as it was handed over to be signed. Signing appends and
   * changes none of them, so anyone who has the signed file can compute it, with no more than a program for SHA-256.
   */
  readonly contentSha256: Uint8Array;
  readonly size: number;
}

/** Characters at most: with these a code still fits the usual 90 points. */
export const LETTER_LIMITS = { number: 80, subject: 120, agency: 100 } as const;

/** Signs letters' codes: the service's own key. */
export interface LetterSeal {
  /** SHA-256 of the certificate, 32 bytes. */
  readonly certificateSha256: string;
  /** ES256: r and s side by side. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What a code begins with, so that a reader knows it from an address. */
export const CODE_PREFIX = 'TKN1:';

const SIGN1 = 18;
const ES256 = new Map<number, Cbor>([[1, -7]]);
const KEY_ID = 4;
const KEY_ID_BYTES = 8;
const MEMBER = { number: 1, date: 2, subject: 3, signer: 4, agency: 5, digest: 6, size: 7 } as const;
// A code that no QR holds is none (version 40 at level L: 4296 letters).
const MOST_LETTERS = 4_296;

/** The text of the QR code. */
export async function letterCode(facts: LetterFacts, seal: LetterSeal): Promise<string> {
  const payload = encodeCbor(
    new Map<number, Cbor>([
      [MEMBER.number, facts.number],
      [MEMBER.date, daysOf(facts.date)],
      [MEMBER.subject, facts.subject],
      [MEMBER.signer, facts.signer],
      [MEMBER.agency, facts.agency],
      [MEMBER.digest, facts.contentSha256],
      [MEMBER.size, facts.size],
    ]),
  );
  const header = encodeCbor(ES256);
  const keyId = Buffer.from(seal.certificateSha256, 'base64url').subarray(0, KEY_ID_BYTES);
  const signature = await seal.sign(toBeSigned(header, payload));
  const unprotected = new Map<number, Cbor>([[KEY_ID, new Uint8Array(keyId)]]);
  return CODE_PREFIX + encodeBase45(encodeTagged(SIGN1, [header, unprotected, payload, signature]));
}

/** A code as read; nothing in it is verified. */
export interface ReadCode {
  readonly facts: LetterFacts;
  /** First 8 octets of the SHA-256 of the seal's certificate. */
  readonly keyId: Uint8Array;
  /** What the seal signed. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** @throws MalformedCode */
export function readLetterCode(text: string): ReadCode {
  if (!text.startsWith(CODE_PREFIX) || text.length > MOST_LETTERS) throw new MalformedCode();
  const parts = decodeTagged(SIGN1, decodeBase45(text.slice(CODE_PREFIX.length)));
  if (!Array.isArray(parts) || parts.length !== 4) throw new MalformedCode();
  const [header, unprotected, payload, signature] = parts as readonly Cbor[];
  const keyId = unprotected instanceof Map ? unprotected.get(KEY_ID) : undefined;
  const octets = [header, payload, signature, keyId].every((part) => part instanceof Uint8Array);
  // The algorithm is not the code's to choose.
  if (!octets || !Buffer.from(encodeCbor(ES256)).equals(header as Uint8Array)) throw new MalformedCode();
  return {
    facts: factsOf(decodeCbor(payload as Uint8Array)),
    keyId: keyId as Uint8Array,
    message: toBeSigned(header as Uint8Array, payload as Uint8Array),
    signature: signature as Uint8Array,
  };
}

/** Sig_structure (RFC 9052, 4.4). */
function toBeSigned(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', header, new Uint8Array(), payload]);
}

function factsOf(payload: Cbor): LetterFacts {
  if (!(payload instanceof Map)) throw new MalformedCode();
  const text = (member: number): string => {
    const value: unknown = payload.get(member);
    if (typeof value !== 'string') throw new MalformedCode();
    return value;
  };
  const digest: unknown = payload.get(MEMBER.digest);
  const [days, size]: unknown[] = [payload.get(MEMBER.date), payload.get(MEMBER.size)];
  if (!(digest instanceof Uint8Array) || digest.length !== 32) throw new MalformedCode();
  if (typeof days !== 'number' || typeof size !== 'number' || size < 0) throw new MalformedCode();
  return {
    number: text(MEMBER.number),
    date: dateOf(days),
    subject: text(MEMBER.subject),
    signer: text(MEMBER.signer),
    agency: text(MEMBER.agency),
    contentSha256: digest,
    size,
  };
}

const DAY_MS = 86_400_000;
// 9999-12-31; what lies beyond has no four digits.
const LAST_DAY = 2_932_896;

function daysOf(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

function dateOf(days: number): string {
  if (Math.abs(days) > LAST_DAY) throw new MalformedCode();
  return new Date(days * DAY_MS).toISOString().slice(0, 10);
}
