// X.509 certificates (RFC 5280, clause 4.1), written and signed.

import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSetOf,
  encodeTime,
  encodeUtf8String,
} from '../src/asn1/encode.ts';
import { Oid } from '../src/asn1/oids.ts';
import type { Instant } from '../src/asn1/values.ts';
import type { Extension } from '../src/pki/certificate.ts';
import type { RandomBytes } from '../src/platform/platform.ts';
import { encodeExtensions } from './encode-extensions.ts';
import { type AuthorityDigest, signatureAlgorithm, signatureOver } from './sign-structure.ts';

/** Whole seconds are encoded; `notAfter` is the last instant in force. */
export interface Validity {
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

export interface CertificateContent {
  /** Content octets of the INTEGER, positive. */
  readonly serialNumber: Uint8Array;
  /** DER of the names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly validity: Validity;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** A version 3 certificate, DER. */
export function encodeCertificate(
  content: CertificateContent,
  issuerKey: KeyObject,
  digest: AuthorityDigest,
): Uint8Array {
  const tbs = encodeSequence(
    encodeExplicit(0, encodeInteger(2)),
    encodeInteger(content.serialNumber),
    signatureAlgorithm(issuerKey, digest),
    content.issuer,
    encodeSequence(encodeTime(content.validity.notBefore), encodeTime(content.validity.notAfter)),
    content.subject,
    content.publicKeyInfo,
    encodeExplicit(3, encodeExtensions(content.extensions)),
  );
  return encodeSequence(tbs, ...signatureOver(issuerKey, digest, tbs));
}

/** A name with one attribute per RDN, in the order given; country as PrintableString, all else as UTF8String. */
export function encodeName(...attributes: readonly (readonly [oid: string, text: string])[]): Uint8Array {
  return encodeSequence(
    ...attributes.map(([oid, text]) => {
      const value = oid === Oid.countryName ? encodePrintableString(text) : encodeUtf8String(text);
      return encodeSetOf(encodeSequence(encodeOid(oid), value));
    }),
  );
}

/** 20 octets, positive and without a leading zero octet (RFC 5280, 4.1.2.2). */
export function randomSerialNumber(randomBytes: RandomBytes): Uint8Array {
  const serial = randomBytes(20);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** SubjectPublicKeyInfo of a private key, DER. */
export function publicKeyInfoOf(privateKey: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
}
