// X.509 certificates (RFC 5280, clause 4): bytes to facts. Nothing here is trusted yet.

import { contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import {
  type Instant,
  readBitStringOctets,
  readSmallInteger,
  readTime,
  requireInteger,
  sameBytes,
} from '../asn1/values.ts';
import type { MlDsa, SignatureScheme } from '../platform/platform.ts';
import { readSignatureAlgorithm } from './algorithm-identifiers.ts';
import {
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readCrlUrls,
  readExtendedKeyUsage,
  readKeyUsage,
  readSubjectKeyIdentifier,
} from './certificate-extensions.ts';
import { readExtensionList, readExtensionValue } from './extensions.ts';
import { hasUnusualStringType, type Name, parseName } from './name.ts';
import { readSubjectPublicKeyInfo } from './public-key.ts';

/** A parsed AlgorithmIdentifier of a signature; null where its parameters are not understood. */
export interface SignatureAlgorithmIdentifier {
  readonly oid: string;
  readonly raw: Uint8Array;
  readonly scheme: SignatureScheme | null;
}

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** The public key as far as policy asks: its kind and its strength. */
export interface PublicKeyFacts {
  readonly algorithm: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | MlDsa | 'dsa' | 'unknown';
  /** Modulus or field size in bits; 0 where unknown. */
  readonly bits: number;
  /** OID of the named curve, null for other keys. */
  readonly curve: string | null;
}

/** A deviation that real chains show and that harms nothing (verification of the bytes is unaffected). */
export type CertificateNote =
  | 'default-encoded'
  | 'serial-irregular'
  | 'modulus-without-leading-zero'
  | 'string-type-unusual';

export interface Certificate {
  readonly der: Uint8Array;
  /** The signed bytes: the TBSCertificate with its header. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Content octets of the INTEGER, as encoded. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** The bits of subjectPublicKey, over which key hashes of OCSP are computed. */
  readonly publicKeyBits: Uint8Array;
  readonly publicKey: PublicKeyFacts;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly notes: readonly CertificateNote[];
  /** Null where the extension is absent. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extendedKeyUsage: { readonly critical: boolean; readonly oids: readonly string[] } | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly authorityKeyIdentifier: Uint8Array | null;
  readonly ocspNoCheck: boolean;
  /** URLs of the extensions, unchecked and never fetched before the chain reaches an anchor. */
  readonly ocspUrls: readonly string[];
  readonly caIssuersUrls: readonly string[];
  readonly crlUrls: readonly string[];
}

/**
 * - `encoding-malformed`: not the DER of a certificate; the cause says where
 * - `algorithm-mismatch`: the signed bytes name another signature algorithm than the signature (RFC 5280, 4.1.1.2)
 * - `version-unfit`: extensions in a version that has none, or a version that does not exist
 * - `extension-repeated`: the same extension twice (RFC 5280, 4.2)
 * - `extension-malformed`: an extension that we read and cannot; the cause says which
 */
export type MalformedCertificateCode =
  | 'encoding-malformed'
  | 'algorithm-mismatch'
  | 'version-unfit'
  | 'extension-repeated'
  | 'extension-malformed';

/** Bytes that are no certificate, or one that may be read in two ways. */
export class MalformedCertificate extends Error {
  readonly code: MalformedCertificateCode;

  constructor(code: MalformedCertificateCode, cause?: unknown) {
    super(`certificate: ${code}`, { cause });
    this.name = 'MalformedCertificate';
    this.code = code;
  }
}

/** As much as a whole CMS may have. Real ones have 2 kB, with post-quantum signatures up to 50; each byte costs 0.3 µs to read. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Reads one certificate, strict DER, of at most 2 MiB. Deviations that real chains show and that harm nothing become notes.
 * @throws MalformedCertificate
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MOST_BYTES) throw new MalformedCertificate('encoding-malformed');
  return malformedAs('encoding-malformed', () => {
    const fields = sequenceFields(parseElement(der, 'Certificate'), 'Certificate');
    const tbs = fields.take(Tag.sequence);
    const algorithm = fields.take(Tag.sequence);
    const signature = readBitStringOctets(fields.take(Tag.bitString), 'signatureValue');
    fields.end();
    return { der, tbs: tbs.raw, signature, ...readTbs(tbs, algorithm) };
  });
}

type TbsFacts = Omit<Certificate, 'der' | 'tbs' | 'signature'>;

function readTbs(tbs: Element, outerAlgorithm: Element): TbsFacts {
  const notes = new Set<CertificateNote>();
  const fields = sequenceFields(tbs, 'TBSCertificate');
  const version = readVersion(fields.takeIf(contextTag(0)), notes);
  const serialNumber = readSerialNumber(fields.take(Tag.integer), notes);
  const innerAlgorithm = fields.take(Tag.sequence);
  if (!sameBytes(innerAlgorithm.raw, outerAlgorithm.raw))
    throw new MalformedCertificate('algorithm-mismatch');
  const issuer = parseName(fields.take(Tag.sequence));
  const validity = sequenceFields(fields.take(Tag.sequence), 'Validity');
  const notBefore = readTime(validity.takeAny(), 'notBefore');
  const notAfter = readTime(validity.takeAny(), 'notAfter');
  validity.end();
  const subject = parseName(fields.take(Tag.sequence));
  const keyInfo = fields.take(Tag.sequence);
  const key = readSubjectPublicKeyInfo(keyInfo);
  // Unique identifiers (RFC 5280, 4.1.2.8): read over, since nobody may rely on them.
  const identifiers = [fields.takeIf(contextTag(1, 'primitive')), fields.takeIf(contextTag(2, 'primitive'))];
  if (version === 1 && identifiers.some(Boolean)) throw new MalformedCertificate('version-unfit');
  const extensions = readExtensions(fields.takeIf(contextTag(3)), version, notes);
  fields.end();
  const extensionFacts = malformedAs('extension-malformed', () => readKnownExtensions(extensions, notes));
  if (key.modulusWithoutLeadingZero) notes.add('modulus-without-leading-zero');
  if (hasUnusualStringType(issuer) || hasUnusualStringType(subject)) notes.add('string-type-unusual');
  return {
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKeyInfo: keyInfo.raw,
    publicKeyBits: key.octets,
    publicKey: key.facts,
    signatureAlgorithm: readSignatureAlgorithm(outerAlgorithm),
    extensions,
    ...extensionFacts,
    notes: [...notes],
  };
}

function readVersion(wrapper: Element | undefined, notes: Set<CertificateNote>): 1 | 2 | 3 {
  if (wrapper === undefined) return 1;
  const value = readSmallInteger(parseElement(wrapper.content, 'version'), 'version');
  if (value === 0) notes.add('default-encoded');
  if (value === 0 || value === 1 || value === 2) return (value + 1) as 1 | 2 | 3;
  throw new MalformedCertificate('version-unfit');
}

// RFC 5280, 4.1.2.2: positive and at most 20 octets.
const MAX_SERIAL_OCTETS = 20;

function readSerialNumber(element: Element, notes: Set<CertificateNote>): Uint8Array {
  const { content } = element;
  requireInteger(content, 'serialNumber');
  const positive = (content[0] ?? 0) < 0x80 && content.some((octet) => octet !== 0);
  if (!positive || content.length > MAX_SERIAL_OCTETS) notes.add('serial-irregular');
  return content;
}

function readExtensions(
  wrapper: Element | undefined,
  version: 1 | 2 | 3,
  notes: Set<CertificateNote>,
): readonly Extension[] {
  if (wrapper === undefined) return [];
  if (version !== 3) throw new MalformedCertificate('version-unfit');
  const list = readExtensionList(parseElement(wrapper.content, 'Extensions'));
  if (list.repeated) throw new MalformedCertificate('extension-repeated');
  if (list.defaultEncoded) notes.add('default-encoded');
  return list.extensions;
}

type KnownExtensions = Pick<
  Certificate,
  | 'basicConstraints'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier'
  | 'ocspNoCheck'
  | 'ocspUrls'
  | 'caIssuersUrls'
  | 'crlUrls'
>;

function readKnownExtensions(extensions: readonly Extension[], notes: Set<CertificateNote>): KnownExtensions {
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | null =>
    readExtensionValue(extensions, oid, reader);
  const extendedKeyUsage = extensions.find(({ oid }) => oid === Oid.extendedKeyUsage);
  return {
    basicConstraints: read(Oid.basicConstraints, (value) => readBasicConstraints(value, notes)),
    keyUsage: read(Oid.keyUsage, readKeyUsage),
    extendedKeyUsage: extendedKeyUsage
      ? { critical: extendedKeyUsage.critical, oids: readExtendedKeyUsage(extendedKeyUsage.value) }
      : null,
    subjectKeyIdentifier: read(Oid.subjectKeyIdentifier, readSubjectKeyIdentifier),
    authorityKeyIdentifier: read(Oid.authorityKeyIdentifier, readAuthorityKeyIdentifier),
    ocspNoCheck: extensions.some(({ oid }) => oid === Oid.ocspNoCheck),
    ...(read(Oid.authorityInfoAccess, readAuthorityInfoAccess) ?? { ocspUrls: [], caIssuersUrls: [] }),
    crlUrls: read(Oid.crlDistributionPoints, readCrlUrls) ?? [],
  };
}

function malformedAs<T>(code: MalformedCertificateCode, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MalformedAsn1) throw new MalformedCertificate(code, cause);
    throw cause;
  }
}
