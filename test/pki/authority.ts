// A certification authority for these tests: writes whatever it is asked to, right or wrong, and signs it with P-256 keys.

import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { contextTag } from '../../src/asn1/element.ts';
import {
  encodeBitString,
  encodeBoolean,
  encodeElement,
  encodeEnumerated,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeInteger,
  encodeNamedBits,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeTime,
  encodeUtf8String,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import {
  type Certificate,
  type Extension,
  type KeyUsage,
  parseCertificate,
} from '../../src/pki/certificate.ts';
import type { AnchorRole, TrustAnchor } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { SignatureCheck } from '../../src/platform/platform.ts';

export const { digests } = nodePlatform;

/** Signature arithmetic without gathering: every question is answered at once. */
export const verified = (check: SignatureCheck): boolean => nodePlatform.arithmetic.verify(check) === true;

export const day = 86_400_000;
/** The time of these tests; certificates are in force from a year before to a year after it. */
export const noon: Instant = Date.UTC(2026, 5, 15, 12);

/** A certificate with its key. */
export interface Issued {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

export interface CertificateSpec {
  /** A common name, or the DER of a whole name. */
  readonly subject: string | Uint8Array;
  /** Absent: self-signed. */
  readonly issuer?: Issued;
  readonly issuerName?: Uint8Array;
  readonly serial?: number | bigint;
  readonly extensions?: readonly Extension[];
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  /** The value of the version field; null leaves it out. */
  readonly version?: number | null;
  readonly key?: KeyObject;
}

let lastSerial = 1000;

export function issue(spec: CertificateSpec): Issued {
  const key = spec.key ?? newKey();
  const der = encodeCertificate(spec, key, spec.issuer?.key ?? key);
  return { certificate: parseCertificate(der), key };
}

/** The DER of a certificate that may be malformed. */
export function encodeCertificate(spec: CertificateSpec, key: KeyObject, issuerKey: KeyObject): Uint8Array {
  const subject = typeof spec.subject === 'string' ? nameDer(spec.subject) : spec.subject;
  const { version = 2, notBefore = noon - 365 * day, notAfter = noon + 365 * day, extensions = [] } = spec;
  lastSerial += 1;
  const tbs = encodeSequence(
    ...(version === null ? [] : [encodeExplicit(0, encodeInteger(version))]),
    encodeInteger(spec.serial ?? lastSerial),
    signatureAlgorithm,
    spec.issuerName ?? spec.issuer?.certificate.subject.raw ?? subject,
    encodeSequence(encodeTime(notBefore), encodeTime(notAfter)),
    subject,
    keyInfoOf(key),
    ...(extensions.length === 0 ? [] : [encodeExplicit(3, encodeExtensions(extensions))]),
  );
  return signed(tbs, issuerKey);
}

export const signatureAlgorithm = encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'sha256' });

export function signed(tbs: Uint8Array, key: KeyObject, ...more: readonly Uint8Array[]): Uint8Array {
  const signature = encodeBitString(new Uint8Array(sign('sha256', tbs, key)));
  return encodeSequence(tbs, signatureAlgorithm, signature, ...more);
}

export function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

export function keyInfoOf(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
}

/** A common name, or another attribute by its type. */
export type AttributeSpec = string | readonly [oid: string, text: string];

/** A name with one attribute for each RDN. */
export function nameDer(...attributes: readonly AttributeSpec[]): Uint8Array {
  return encodeSequence(
    ...attributes.map((attribute) => {
      const [oid, text] = typeof attribute === 'string' ? [Oid.commonName, attribute] : attribute;
      return encodeSetOf(encodeSequence(encodeOid(oid), encodeUtf8String(text)));
    }),
  );
}

export function encodeExtensions(extensions: readonly Extension[]): Uint8Array {
  return encodeSequence(
    ...extensions.map(({ oid, critical, value }) =>
      encodeSequence(encodeOid(oid), ...(critical ? [encodeBoolean(true)] : []), encodeOctetString(value)),
    ),
  );
}

export function extension(oid: string, value: Uint8Array, critical = false): Extension {
  return { oid, critical, value };
}

export function basicConstraints(ca: boolean, pathLength?: number): Extension {
  const fields = [
    ...(ca ? [encodeBoolean(true)] : []),
    ...(pathLength === undefined ? [] : [encodeInteger(pathLength)]),
  ];
  return extension(Oid.basicConstraints, encodeSequence(...fields), true);
}

const USAGE_BITS: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
];

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  return extension(Oid.keyUsage, encodeNamedBits(usages.map((usage) => USAGE_BITS.indexOf(usage))), true);
}

export function extendedKeyUsage(critical: boolean, ...purposes: readonly string[]): Extension {
  return extension(Oid.extendedKeyUsage, encodeSequence(...purposes.map(encodeOid)), critical);
}

export function unknownExtension(critical: boolean): Extension {
  return extension('1.3.6.1.4.1.99999.1', encodeUtf8String('unknown'), critical);
}

export const caExtensions: readonly Extension[] = [
  basicConstraints(true),
  keyUsage('keyCertSign', 'cRLSign'),
];
export const signerExtensions: readonly Extension[] = [keyUsage('digitalSignature', 'nonRepudiation')];

export function anchorOf(issued: Issued, role: AnchorRole = 'active'): TrustAnchor {
  return { certificate: issued.certificate, role, purposes: ['signature'], psreInduk: false };
}

export interface ListEntry {
  readonly serial: Uint8Array;
  readonly at: Instant;
  readonly extensions?: readonly Extension[];
}

export interface ListSpec {
  readonly issuer: Issued;
  readonly thisUpdate?: Instant;
  /** Null leaves it out. */
  readonly nextUpdate?: Instant | null;
  readonly entries?: readonly ListEntry[];
  readonly extensions?: readonly Extension[];
  readonly key?: KeyObject;
}

export function encodeCrl(spec: ListSpec): Uint8Array {
  const { issuer, thisUpdate = noon - day, nextUpdate = noon + day, entries = [], extensions = [] } = spec;
  const tbs = encodeSequence(
    encodeInteger(1),
    signatureAlgorithm,
    issuer.certificate.subject.raw,
    encodeTime(thisUpdate),
    ...(nextUpdate === null ? [] : [encodeTime(nextUpdate)]),
    ...(entries.length === 0 ? [] : [encodeSequence(...entries.map(encodeEntry))]),
    ...(extensions.length === 0 ? [] : [encodeExplicit(0, encodeExtensions(extensions))]),
  );
  return signed(tbs, spec.key ?? issuer.key);
}

export function encodeEntry({ serial, at, extensions = [] }: ListEntry): Uint8Array {
  return encodeSequence(
    encodeElement(0x02, serial),
    encodeTime(at),
    ...(extensions.length === 0 ? [] : [encodeExtensions(extensions)]),
  );
}

export function reasonCode(reason: number): Extension {
  return extension(Oid.reasonCode, encodeEnumerated(reason));
}

export function invalidityDate(at: Instant): Extension {
  return extension(Oid.invalidityDate, encodeGeneralizedTime(at));
}

export interface OcspSpec {
  readonly certificate: Certificate;
  /** The issuer that the CertID names. */
  readonly issuer: Certificate;
  readonly signer: Issued;
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: Instant; readonly reason?: number };
  readonly thisUpdate?: Instant;
  readonly nextUpdate?: Instant | null;
  readonly producedAt?: Instant;
  readonly responderId?: 'name' | 'key';
  readonly certificates?: readonly Certificate[];
  readonly singleExtensions?: readonly Extension[];
  readonly responseExtensions?: readonly Extension[];
}

export function encodeOcspResponse(spec: OcspSpec): Uint8Array {
  const { thisUpdate = noon - day, nextUpdate = noon + day, signer } = spec;
  const keyHash = digests.of('sha1', signer.certificate.publicKeyBits);
  const single = encodeSequence(
    certId(spec.certificate, spec.issuer),
    certStatus(spec.status ?? 'good'),
    encodeGeneralizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [encodeExplicit(0, encodeGeneralizedTime(nextUpdate))]),
    ...(spec.singleExtensions ? [encodeExplicit(1, encodeExtensions(spec.singleExtensions))] : []),
  );
  const data = encodeSequence(
    spec.responderId === 'key'
      ? encodeExplicit(2, encodeOctetString(keyHash))
      : encodeExplicit(1, signer.certificate.subject.raw),
    encodeGeneralizedTime(spec.producedAt ?? thisUpdate),
    encodeSequence(single),
    ...(spec.responseExtensions ? [encodeExplicit(1, encodeExtensions(spec.responseExtensions))] : []),
  );
  const sent = (spec.certificates ?? []).map(({ der }) => der);
  const basic = signed(
    data,
    signer.key,
    ...(sent.length === 0 ? [] : [encodeExplicit(0, encodeSequence(...sent))]),
  );
  const bytes = encodeSequence(encodeOid(Oid.ocspBasic), encodeOctetString(basic));
  return encodeSequence(encodeEnumerated(0), encodeExplicit(0, bytes));
}

function certId(certificate: Certificate, issuer: Certificate): Uint8Array {
  return encodeSequence(
    encodeSequence(encodeOid(Oid.sha256)),
    encodeOctetString(digests.of('sha256', issuer.subject.raw)),
    encodeOctetString(digests.of('sha256', issuer.publicKeyBits)),
    encodeElement(0x02, certificate.serialNumber),
  );
}

function certStatus(status: NonNullable<OcspSpec['status']>): Uint8Array {
  if (status === 'good') return encodeElement(contextTag(0, 'primitive'));
  if (status === 'unknown') return encodeElement(contextTag(2, 'primitive'));
  const reason = status.reason === undefined ? [] : [encodeExplicit(0, encodeEnumerated(status.reason))];
  return encodeElement(contextTag(1), encodeGeneralizedTime(status.revokedAt), ...reason);
}

/** PEM, for the programs of others. */
export function pem(label: 'CERTIFICATE' | 'X509 CRL', der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
