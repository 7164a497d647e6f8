// AlgorithmIdentifiers of digests and signatures (RFC 4055, 5754, 5758, 8410, 8702), read and written.

import { contextTag, type Element, parseElement, Tag } from '../asn1/element.ts';
import { encodeExplicit, encodeInteger, encodeNull, encodeOid, encodeSequence } from '../asn1/encode.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { readOid, readSmallInteger } from '../asn1/values.ts';
import type { DigestAlgorithm, MlDsa, SignatureScheme } from '../platform/platform.ts';
import type { PublicKeyFacts, SignatureAlgorithmIdentifier } from './certificate.ts';

const DIGEST_OIDS: Readonly<Record<DigestAlgorithm, string>> = {
  md5: Oid.md5,
  ripemd160: Oid.ripemd160,
  sha1: Oid.sha1,
  sha224: Oid.sha224,
  sha256: Oid.sha256,
  sha384: Oid.sha384,
  sha512: Oid.sha512,
  'sha3-256': Oid.sha3x256,
  'sha3-384': Oid.sha3x384,
  'sha3-512': Oid.sha3x512,
  shake256: Oid.shake256,
};

const DIGESTS = new Map(Object.entries(DIGEST_OIDS).map(([digest, oid]) => [oid, digest as DigestAlgorithm]));

type PlainKind = 'rsa-pkcs1' | 'ecdsa' | 'ecdsa-plain' | 'dsa';

const PLAIN_SCHEMES: ReadonlyMap<string, { readonly kind: PlainKind; readonly digest: DigestAlgorithm }> =
  new Map([
    [Oid.md5WithRsa, { kind: 'rsa-pkcs1', digest: 'md5' }],
    [Oid.ripemd160WithRsa, { kind: 'rsa-pkcs1', digest: 'ripemd160' }],
    [Oid.sha1WithRsa, { kind: 'rsa-pkcs1', digest: 'sha1' }],
    [Oid.sha224WithRsa, { kind: 'rsa-pkcs1', digest: 'sha224' }],
    [Oid.sha256WithRsa, { kind: 'rsa-pkcs1', digest: 'sha256' }],
    [Oid.sha384WithRsa, { kind: 'rsa-pkcs1', digest: 'sha384' }],
    [Oid.sha512WithRsa, { kind: 'rsa-pkcs1', digest: 'sha512' }],
    [Oid.sha3x256WithRsa, { kind: 'rsa-pkcs1', digest: 'sha3-256' }],
    [Oid.sha3x384WithRsa, { kind: 'rsa-pkcs1', digest: 'sha3-384' }],
    [Oid.sha3x512WithRsa, { kind: 'rsa-pkcs1', digest: 'sha3-512' }],
    [Oid.ecdsaWithSha1, { kind: 'ecdsa', digest: 'sha1' }],
    [Oid.ecdsaWithSha224, { kind: 'ecdsa', digest: 'sha224' }],
    [Oid.ecdsaWithSha256, { kind: 'ecdsa', digest: 'sha256' }],
    [Oid.ecdsaWithSha384, { kind: 'ecdsa', digest: 'sha384' }],
    [Oid.ecdsaWithSha512, { kind: 'ecdsa', digest: 'sha512' }],
    [Oid.ecdsaWithSha3x256, { kind: 'ecdsa', digest: 'sha3-256' }],
    [Oid.ecdsaWithSha3x384, { kind: 'ecdsa', digest: 'sha3-384' }],
    [Oid.ecdsaWithSha3x512, { kind: 'ecdsa', digest: 'sha3-512' }],
    [Oid.plainEcdsaWithSha224, { kind: 'ecdsa-plain', digest: 'sha224' }],
    [Oid.plainEcdsaWithSha256, { kind: 'ecdsa-plain', digest: 'sha256' }],
    [Oid.plainEcdsaWithSha384, { kind: 'ecdsa-plain', digest: 'sha384' }],
    [Oid.plainEcdsaWithSha512, { kind: 'ecdsa-plain', digest: 'sha512' }],
    [Oid.dsaWithSha1, { kind: 'dsa', digest: 'sha1' }],
    [Oid.dsaWithSha256, { kind: 'dsa', digest: 'sha256' }],
  ]);

type PureKind = 'ed25519' | 'ed448' | MlDsa;

/** Schemes that sign the message itself and take no digest. */
const PURE_SCHEMES: ReadonlyMap<string, PureKind> = new Map([
  [Oid.ed25519, 'ed25519'],
  [Oid.ed448, 'ed448'],
  [Oid.mlDsa44, 'ml-dsa-44'],
  [Oid.mlDsa65, 'ml-dsa-65'],
  [Oid.mlDsa87, 'ml-dsa-87'],
]);

/**
 * Reads the AlgorithmIdentifier of a signature. `rsaEncryption`, which CMS allows and which names no digest, has no scheme
 * here: `withDigest` completes it, as it does `id-dsa`.
 * @param keyKind - where the key is known: a scheme that does not fit it is null
 * @throws MalformedAsn1 when it is no AlgorithmIdentifier; unknown algorithms and parameters give a null scheme
 */
export function readSignatureAlgorithm(
  element: Element,
  keyKind?: PublicKeyFacts['algorithm'],
): SignatureAlgorithmIdentifier {
  const { oid, parameters } = readAlgorithmIdentifier(element);
  const scheme = schemeOf(oid, parameters);
  const fits = scheme === null || keyKind === undefined || schemeFitsKey(scheme, keyKind);
  return { oid, raw: element.raw, scheme: fits ? scheme : null };
}

/** The scheme of an identifier that names only the kind of key, its digest standing elsewhere (RFC 5652, digestAlgorithm). */
export function withDigest(
  algorithm: SignatureAlgorithmIdentifier,
  digest: DigestAlgorithm | null,
): SignatureAlgorithmIdentifier {
  if (digest === null) return algorithm;
  if (algorithm.oid === Oid.rsaEncryption) return { ...algorithm, scheme: { kind: 'rsa-pkcs1', digest } };
  return algorithm.oid === Oid.dsa ? { ...algorithm, scheme: { kind: 'dsa', digest } } : algorithm;
}

/** Whether a key of this kind can have made a signature of this scheme. */
export function schemeFitsKey(scheme: SignatureScheme, keyKind: PublicKeyFacts['algorithm']): boolean {
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return keyKind === 'rsa';
    case 'rsa-pss':
      return keyKind === 'rsa' || keyKind === 'rsa-pss';
    case 'ecdsa':
    case 'ecdsa-plain':
      return keyKind === 'ec';
    case 'dsa':
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return keyKind === scheme.kind;
  }
}

/** OID and parameters of any AlgorithmIdentifier. @throws MalformedAsn1 */
export function readAlgorithmIdentifier(element: Element): { oid: string; parameters: Element | null } {
  const fields = sequenceFields(element, 'AlgorithmIdentifier');
  const oid = readOid(fields.take(Tag.oid), 'AlgorithmIdentifier');
  const parameters = fields.more ? fields.takeAny() : null;
  fields.end();
  return { oid, parameters };
}

function schemeOf(oid: string, parameters: Element | null): SignatureScheme | null {
  if (oid === Oid.rsassaPss) return pssScheme(parameters);
  const pure = PURE_SCHEMES.get(oid);
  // RFC 8410, 3 and RFC 9881, 2: the parameters must be absent; anything there would be signed over without being understood.
  if (pure !== undefined) return parameters === null ? { kind: pure } : null;
  const scheme = PLAIN_SCHEMES.get(oid);
  if (scheme === undefined) return null;
  // Makers of plain ECDSA values name the curve once more; the arithmetic goes by the key's own.
  const namesCurve = scheme.kind === 'ecdsa-plain' && parameters?.tag === Tag.oid;
  return isAbsentOrNull(parameters) || namesCurve ? scheme : null;
}

// RSASSA-PSS-params (RFC 4055, 3.1): each field has a default, and a missing structure stands for all of them.
function pssScheme(parameters: Element | null): SignatureScheme | null {
  const scheme = { kind: 'rsa-pss', digest: 'sha1', mgfDigest: 'sha1', saltLength: 20 } as const;
  if (parameters === null) return scheme;
  const fields = sequenceFields(parameters, 'RSASSA-PSS-params');
  const hash = explicitField(fields, 0);
  const mask = explicitField(fields, 1);
  const salt = explicitField(fields, 2);
  const trailer = explicitField(fields, 3);
  fields.end();
  const digest = hash === null ? scheme.digest : readDigestAlgorithm(hash);
  const mgfDigest = mask === null ? scheme.mgfDigest : readMaskDigest(mask);
  const saltLength = salt === null ? scheme.saltLength : readSmallInteger(salt, 'saltLength');
  const trailerField = trailer === null ? 1 : readSmallInteger(trailer, 'trailerField');
  if (digest === null || mgfDigest === null || saltLength < 0 || trailerField !== 1) return null;
  return { kind: 'rsa-pss', digest, mgfDigest, saltLength };
}

function explicitField(fields: Fields, n: number): Element | null {
  const wrapper = fields.takeIf(contextTag(n));
  return wrapper === undefined ? null : parseElement(wrapper.content, 'RSASSA-PSS-params', wrapper.encoding);
}

function readMaskDigest(element: Element): DigestAlgorithm | null {
  const { oid, parameters } = readAlgorithmIdentifier(element);
  return oid === Oid.mgf1 && parameters !== null ? readDigestAlgorithm(parameters) : null;
}

/** The digest that an AlgorithmIdentifier names; null for one that is not known. @throws MalformedAsn1 */
export function readDigestAlgorithm(element: Element): DigestAlgorithm | null {
  const { oid, parameters } = readAlgorithmIdentifier(element);
  // RFC 8419, 2.3 spells the 512 bits out; id-shake256 alone means the same (RFC 8702, 3.1).
  if (oid === Oid.shake256Len) return isLength512(parameters) ? 'shake256' : null;
  return isAbsentOrNull(parameters) ? (DIGESTS.get(oid) ?? null) : null;
}

function isLength512(parameters: Element | null): boolean {
  return parameters?.tag === Tag.integer && readSmallInteger(parameters, 'ShakeOutputLen') === 512;
}

// RFC 5754 wants them absent for digests and NULL for RSA, and both forms accepted; NULL says nothing else elsewhere either.
function isAbsentOrNull(parameters: Element | null): boolean {
  return parameters === null || (parameters.tag === Tag.null && parameters.content.length === 0);
}

export function digestOid(digest: DigestAlgorithm): string {
  return DIGEST_OIDS[digest];
}

/** A digest's AlgorithmIdentifier, parameters absent (RFC 5754, 2). */
export function encodeDigestAlgorithm(digest: DigestAlgorithm): Uint8Array {
  return encodeSequence(encodeOid(digestOid(digest)));
}

/** A signature's AlgorithmIdentifier: NULL for PKCS#1 v1.5, everything explicit for PSS, absent for the others. */
export function encodeSignatureAlgorithm(scheme: SignatureScheme): Uint8Array {
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return encodeSequence(encodeOid(plainOid(scheme)), encodeNull());
    case 'rsa-pss':
      return encodeSequence(encodeOid(Oid.rsassaPss), encodePssParameters(scheme));
    case 'ecdsa':
    case 'ecdsa-plain':
    case 'dsa':
      return encodeSequence(encodeOid(plainOid(scheme)));
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return encodeSequence(encodeOid(pureOid(scheme.kind)));
  }
}

function pureOid(kind: PureKind): string {
  for (const [oid, known] of PURE_SCHEMES) if (known === kind) return oid;
  throw new RangeError(`no signature algorithm identifier for ${kind}`);
}

function plainOid(scheme: { readonly kind: PlainKind; readonly digest: DigestAlgorithm }): string {
  for (const [oid, { kind, digest }] of PLAIN_SCHEMES) {
    if (kind === scheme.kind && digest === scheme.digest) return oid;
  }
  throw new RangeError(`no signature algorithm identifier for ${scheme.kind} with ${scheme.digest}`);
}

function encodePssParameters(scheme: Extract<SignatureScheme, { kind: 'rsa-pss' }>): Uint8Array {
  // RFC 4055, 3.1: NULL parameters in the hash identifiers of PSS, which is what other verifiers compare with.
  const identifier = (digest: DigestAlgorithm): Uint8Array =>
    encodeSequence(encodeOid(digestOid(digest)), encodeNull());
  return encodeSequence(
    encodeExplicit(0, identifier(scheme.digest)),
    encodeExplicit(1, encodeSequence(encodeOid(Oid.mgf1), identifier(scheme.mgfDigest))),
    encodeExplicit(2, encodeInteger(scheme.saltLength)),
  );
}

/** A digest as people write it, such as `SHA-256`. */
export function digestName(digest: DigestAlgorithm): string {
  if (digest === 'ripemd160') return 'RIPEMD-160';
  if (digest === 'shake256') return 'SHAKE256';
  return digest.startsWith('sha3-') || digest === 'md5'
    ? digest.toUpperCase()
    : `SHA-${digest.slice('sha'.length)}`;
}

/** A signature scheme as people write it, such as `RSA PKCS#1 v1.5 with SHA-256`. */
export function schemeName(scheme: SignatureScheme): string {
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return `RSA PKCS#1 v1.5 with ${digestName(scheme.digest)}`;
    case 'rsa-pss':
      return `RSA-PSS with ${digestName(scheme.digest)}`;
    case 'ecdsa':
    case 'ecdsa-plain':
      return `ECDSA with ${digestName(scheme.digest)}`;
    case 'dsa':
      return `DSA with ${digestName(scheme.digest)}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return scheme.kind.toUpperCase();
  }
}
