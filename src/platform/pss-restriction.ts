// What a key for RSASSA-PSS may be bound to (RFC 4055, 3.1): a digest, that of its mask, and the shortest salt.

import { bigIntOf, hexOf } from './big-integers.ts';
import { DIGEST_IDENTIFIERS, type SigningDigest } from './digest-identifiers.ts';
import { INTEGER, type KeyAlgorithm, OID, only, read, SEQUENCE } from './subject-public-key.ts';

const MGF1 = '2a864886f70d010108';
const EXPLICIT = 0xa0;
/** OpenSSL reads no key that is bound to another. */
const BINDING: readonly SigningDigest[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
const SHA1 = DIGEST_IDENTIFIERS.sha1;
const DEFAULT_SALT = 20;
const DEFAULT_TRAILER = 1;

/** Whether the key may be used with this digest, for the message and for MGF1, and a salt of this length. */
export function allowsPss(key: KeyAlgorithm, digest: SigningDigest, saltLength: number): boolean {
  if (key.parameters === null) return true;
  const bound = readRestriction(key.parameters);
  if (bound === null || !BINDING.includes(digest)) return false;
  const named = DIGEST_IDENTIFIERS[digest];
  return (
    bound !== null && bound.digest === named && bound.mgfDigest === named && bound.saltLength <= saltLength
  );
}

interface Restriction {
  readonly digest: string;
  readonly mgfDigest: string;
  readonly saltLength: number;
}

/** RSASSA-PSS-params; null for what is not as it must be, which is no key for OpenSSL. */
function readRestriction(parameters: Uint8Array): Restriction | null {
  const fields = explicitFields(parameters);
  if (fields === null) return null;
  const [hash, mask, salt, trailer] = fields;
  const digest = hash === undefined ? SHA1 : algorithmIn(hash)?.oid;
  const mgf = mask === undefined ? null : algorithmIn(mask);
  const mgfDigest = mask === undefined ? SHA1 : mgf?.oid === MGF1 ? algorithmIn(mgf.rest)?.oid : undefined;
  const saltLength = salt === undefined ? DEFAULT_SALT : numberIn(salt);
  const trailerField = trailer === undefined ? DEFAULT_TRAILER : numberIn(trailer);
  if (digest === undefined || mgfDigest === undefined || saltLength === null) return null;
  return trailerField === DEFAULT_TRAILER ? { digest, mgfDigest, saltLength } : null;
}

/** By their tags, [0] to [3]; each at most once, and in their order. */
function explicitFields(parameters: Uint8Array): readonly (Uint8Array | undefined)[] | null {
  const sequence = only(parameters, SEQUENCE);
  if (sequence === null) return null;
  const fields: (Uint8Array | undefined)[] = [];
  for (let rest = sequence.content; rest.length > 0; ) {
    const field = read(rest, null);
    const at = field === null ? -1 : field.tag - EXPLICIT;
    if (field === null || at < fields.length || at > 3) return null;
    fields[at] = field.content;
    rest = field.rest;
  }
  return fields;
}

function algorithmIn(bytes: Uint8Array): { readonly oid: string; readonly rest: Uint8Array } | null {
  const algorithm = only(bytes, SEQUENCE);
  const oid = algorithm === null ? null : read(algorithm.content, OID);
  return oid === null ? null : { oid: hexOf(oid.content), rest: oid.rest };
}

/** Not negative, and none that a salt could not have. */
function numberIn(bytes: Uint8Array): number | null {
  const integer = only(bytes, INTEGER);
  const digits = integer?.content ?? new Uint8Array();
  return digits.length < 1 || digits.length > 4 || (digits[0] ?? 0) >= 0x80 ? null : Number(bigIntOf(digits));
}
