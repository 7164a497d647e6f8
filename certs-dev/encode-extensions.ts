// Certificate extensions of RFC 5280, clause 4.2, written.

import { contextTag, parseElement, Tag } from '../src/asn1/element.ts';
import {
  encodeBoolean,
  encodeElement,
  encodeExplicit,
  encodeIa5String,
  encodeNamedBits,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../src/asn1/encode.ts';
import { sequenceFields } from '../src/asn1/fields.ts';
import { Oid } from '../src/asn1/oids.ts';
import { readBitStringOctets } from '../src/asn1/values.ts';
import type { Extension, KeyUsage } from '../src/pki/certificate.ts';
import type { Digests } from '../src/platform/platform.ts';

// The numbers of the bits (RFC 5280, 4.2.1.3).
const KEY_USAGE_BITS: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
};

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  return critical(Oid.keyUsage, encodeNamedBits(usages.map((usage) => KEY_USAGE_BITS[usage])));
}

export function basicConstraints(ca: boolean): Extension {
  return critical(Oid.basicConstraints, encodeSequence(...(ca ? [encodeBoolean(true)] : [])));
}

export function criticalExtendedKeyUsage(...purposes: readonly string[]): Extension {
  return critical(Oid.extendedKeyUsage, encodeSequence(...purposes.map(encodeOid)));
}

export function subjectKeyIdentifier(publicKeyInfo: Uint8Array, digests: Digests): Extension {
  return plain(Oid.subjectKeyIdentifier, encodeOctetString(keyIdentifier(publicKeyInfo, digests)));
}

export function authorityKeyIdentifier(issuerPublicKeyInfo: Uint8Array, digests: Digests): Extension {
  const identifier = encodeElement(contextTag(0, 'primitive'), keyIdentifier(issuerPublicKeyInfo, digests));
  return plain(Oid.authorityKeyIdentifier, encodeSequence(identifier));
}

/** Method (1) of RFC 5280, 4.2.1.2: SHA-1 over the bits of the public key; it names the key and protects nothing. */
export function keyIdentifier(publicKeyInfo: Uint8Array, digests: Digests): Uint8Array {
  return digests.of('sha1', publicKeyBits(publicKeyInfo));
}

/** The bits of subjectPublicKey, without tag, length and the count of unused bits. */
export function publicKeyBits(publicKeyInfo: Uint8Array): Uint8Array {
  const fields = sequenceFields(parseElement(publicKeyInfo, 'SubjectPublicKeyInfo'), 'SubjectPublicKeyInfo');
  fields.take(Tag.sequence);
  return readBitStringOctets(fields.take(Tag.bitString), 'subjectPublicKey');
}

/** One policy with the address of its statement. */
export function certificatePolicy(policy: string, cpsUrl: string): Extension {
  const qualifier = encodeSequence(encodeOid(Oid.cps), encodeIa5String(cpsUrl));
  return plain(
    Oid.certificatePolicies,
    encodeSequence(encodeSequence(encodeOid(policy), encodeSequence(qualifier))),
  );
}

export function authorityInfoAccess(urls: { ocsp: string; caIssuers: string }): Extension {
  return plain(
    Oid.authorityInfoAccess,
    encodeSequence(
      encodeSequence(encodeOid(Oid.accessOcsp), uri(urls.ocsp)),
      encodeSequence(encodeOid(Oid.accessCaIssuers), uri(urls.caIssuers)),
    ),
  );
}

export function crlDistributionPoint(url: string): Extension {
  const fullName = encodeElement(contextTag(0), uri(url));
  return plain(Oid.crlDistributionPoints, encodeSequence(encodeSequence(encodeExplicit(0, fullName))));
}

/** The statement that the certificate is for electronic seals: QcType eseal (EN 319 412-5, 4.2.3). */
export function sealStatement(): Extension {
  const types = encodeSequence(encodeOid(Oid.qcTypeSeal));
  return plain(Oid.qcStatements, encodeSequence(encodeSequence(encodeOid(Oid.qcType), types)));
}

export function ocspNoCheck(): Extension {
  return plain(Oid.ocspNoCheck, encodeNull());
}

/** `Extensions`: the SEQUENCE that certificates, CRLs and OCSP responses share. */
export function encodeExtensions(extensions: readonly Extension[]): Uint8Array {
  return encodeSequence(
    ...extensions.map((extension) =>
      encodeSequence(
        encodeOid(extension.oid),
        ...(extension.critical ? [encodeBoolean(true)] : []),
        encodeOctetString(extension.value),
      ),
    ),
  );
}

export function critical(oid: string, value: Uint8Array): Extension {
  return { oid, critical: true, value };
}

export function plain(oid: string, value: Uint8Array): Extension {
  return { oid, critical: false, value };
}

// GeneralName, choice uniformResourceIdentifier.
function uri(url: string): Uint8Array {
  return encodeElement(contextTag(6, 'primitive'), new TextEncoder().encode(url));
}
