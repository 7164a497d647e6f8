// The signed attributes of PAdES (EN 319 142-1, 6.3): written, and read back out of any signature.

import { contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { encodeElement, encodeOctetString, encodeOid, encodeSequence, encodeSetOf } from '../asn1/encode.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { type Instant, readOctetString, readOid, readTime } from '../asn1/values.ts';
import {
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  readDigestAlgorithm,
} from '../pki/algorithm-identifiers.ts';
import { type Name, parseName } from '../pki/name.ts';
import type { DigestAlgorithm, Digests, SignatureScheme } from '../platform/platform.ts';
import { type Attributes, attributeValues, encodeAttribute } from './attributes.ts';

export interface SignedAttributesContent {
  /** Of the signed content: id-data for a document, id-ct-TSTInfo for a time-stamp token. */
  readonly contentType: string;
  /** Digest of the content: of the bytes under the ByteRange, or of the TSTInfo. */
  readonly messageDigest: Uint8Array;
  readonly digestAlgorithm: DigestAlgorithm;
  /** The signing certificate, DER. */
  readonly certificateDer: Uint8Array;
  readonly signatureAlgorithm: SignatureScheme;
  readonly digests: Digests;
}

/**
 * The bytes to sign: a DER SET OF with content-type, message-digest, signing-certificate-v2 and CMSAlgorithmProtection.
 * There is no signing-time: PAdES forbids it beside the `/M` of the signature dictionary (EN 319 142-1, 6.3).
 */
export function encodeSignedAttributes(content: SignedAttributesContent): Uint8Array {
  return encodeSetOf(
    encodeAttribute(Oid.contentType, encodeOid(content.contentType)),
    encodeAttribute(Oid.messageDigest, encodeOctetString(content.messageDigest)),
    encodeAttribute(Oid.signingCertificateV2, encodeSigningCertificateV2(content)),
    encodeAttribute(Oid.cmsAlgorithmProtection, encodeAlgorithmProtection(content)),
  );
}

/** SigningCertificateV2 (RFC 5035) of the leaf alone; issuerSerial would only repeat what sid says (EN 319 122-1, 5.2.2.3). */
function encodeSigningCertificateV2(content: SignedAttributesContent): Uint8Array {
  const { digestAlgorithm: hash, digests, certificateDer } = content;
  // DER leaves out the DEFAULT of hashAlgorithm, which is SHA-256.
  const hashAlgorithm = hash === 'sha256' ? [] : [encodeDigestAlgorithm(hash)];
  const certHash = encodeOctetString(digests.of(hash, certificateDer));
  return encodeSequence(encodeSequence(encodeSequence(...hashAlgorithm, certHash)));
}

/** CMSAlgorithmProtection (RFC 6211): `signatureAlgorithm [1] IMPLICIT`. */
function encodeAlgorithmProtection(content: SignedAttributesContent): Uint8Array {
  const signature = parseElement(encodeSignatureAlgorithm(content.signatureAlgorithm), 'signatureAlgorithm');
  return encodeSequence(
    encodeDigestAlgorithm(content.digestAlgorithm),
    encodeElement(contextTag(1), signature.content),
  );
}

/** The first message-digest, null where the attribute is absent. @throws MalformedAsn1 */
export function readMessageDigest(attributes: Attributes): Uint8Array | null {
  const [value] = attributeValues(attributes, Oid.messageDigest);
  return value === undefined ? null : readOctetString(value, 'message-digest');
}

/** The first content-type, null where the attribute is absent. @throws MalformedAsn1 */
export function readContentType(attributes: Attributes): string | null {
  const [value] = attributeValues(attributes, Oid.contentType);
  return value === undefined ? null : readOid(value, 'content-type');
}

/** The signing-time claim, null where the attribute is absent. It proves nothing. @throws MalformedAsn1 */
export function readSigningTime(attributes: Attributes): Instant | null {
  const [value] = attributeValues(attributes, Oid.signingTime);
  return value === undefined ? null : readTime(value, 'signing-time');
}

/** What a signing-certificate attribute says of the signer's own certificate: its first ESSCertID or ESSCertIDv2. */
export interface SigningCertificateReference {
  readonly version: 1 | 2;
  /** Of `hash`; null for a digest that is not known by name. */
  readonly digest: DigestAlgorithm | null;
  /** Of the certificate's DER. */
  readonly hash: Uint8Array;
  readonly issuerSerial: {
    /** Null where the issuer is not given as one directory name. */
    readonly issuer: Name | null;
    /** Content octets of the INTEGER, as encoded. */
    readonly serialNumber: Uint8Array;
  } | null;
}

/** The references of signing-certificate-v2 and of signing-certificate, in this order. @throws MalformedAsn1 */
export function readSigningCertificates(attributes: Attributes): readonly SigningCertificateReference[] {
  const [second] = attributeValues(attributes, Oid.signingCertificateV2);
  const [first] = attributeValues(attributes, Oid.signingCertificate);
  return [
    ...(second === undefined ? [] : [readSigningCertificateValue(second, 2)]),
    ...(first === undefined ? [] : [readSigningCertificateValue(first, 1)]),
  ];
}

/** The reference to the signing certificate, version 2 preferred; null where there is none. @throws MalformedAsn1 */
export function readSigningCertificate(attributes: Attributes): SigningCertificateReference | null {
  return readSigningCertificates(attributes)[0] ?? null;
}

/** SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), policies OPTIONAL }: only the first names the signer. */
function readSigningCertificateValue(value: Element, version: 1 | 2): SigningCertificateReference {
  const where = version === 2 ? 'signing-certificate-v2' : 'signing-certificate';
  const fields = sequenceFields(value, where);
  const certs = sequenceFields(fields.take(Tag.sequence), where);
  fields.takeIf(Tag.sequence);
  fields.end();
  const id = sequenceFields(certs.take(Tag.sequence), where);
  const algorithm = version === 2 ? id.takeIf(Tag.sequence) : undefined;
  const hash = readOctetString(id.take(Tag.octetString), where);
  const issuerSerial = id.takeIf(Tag.sequence);
  id.end();
  return {
    version,
    digest: algorithm === undefined ? (version === 2 ? 'sha256' : 'sha1') : readDigestAlgorithm(algorithm),
    hash,
    issuerSerial: issuerSerial === undefined ? null : readIssuerSerial(sequenceFields(issuerSerial, where)),
  };
}

/** IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }, issuer being one directoryName [4]. */
function readIssuerSerial(fields: Fields): NonNullable<SigningCertificateReference['issuerSerial']> {
  const names = sequenceFields(fields.take(Tag.sequence), 'issuerSerial');
  const directoryName = names.takeIf(contextTag(4));
  const issuer =
    directoryName === undefined || names.more
      ? null
      : parseName(parseElement(directoryName.content, 'issuerSerial'));
  const serialNumber = fields.take(Tag.integer).content;
  // The ASN.1 of RFC 5035 ends here; some producers append issuerUID, which names nothing more.
  return { issuer, serialNumber };
}

/** CMSAlgorithmProtection (RFC 6211) as two AlgorithmIdentifiers in DER. */
export interface AlgorithmProtection {
  readonly digestAlgorithm: Uint8Array;
  /** Null where a MAC is protected instead, which no signature may do. */
  readonly signatureAlgorithm: Uint8Array | null;
}

/** Null where the attribute is absent. @throws MalformedAsn1 */
export function readAlgorithmProtection(attributes: Attributes): AlgorithmProtection | null {
  const where = 'CMSAlgorithmProtection';
  const [value] = attributeValues(attributes, Oid.cmsAlgorithmProtection);
  if (value === undefined) return null;
  const fields = sequenceFields(value, where);
  const digestAlgorithm = fields.take(Tag.sequence).raw;
  const signature = fields.takeIf(contextTag(1));
  const mac = fields.takeIf(contextTag(2));
  fields.end();
  if (signature === undefined && mac === undefined) throw new MalformedAsn1('truncated', where);
  return {
    digestAlgorithm,
    signatureAlgorithm: signature === undefined ? null : encodeElement(Tag.sequence, signature.content),
  };
}
