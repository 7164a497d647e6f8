// SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279, 5480, 8410): what policy asks of a key. The arithmetic is the platform's.

import { type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { encodeOid, encodeSequence } from '../asn1/encode.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { readBitStringOctets, readInteger, readOid, requireInteger } from '../asn1/values.ts';
import { readAlgorithmIdentifier } from './algorithm-identifiers.ts';
import type { PublicKeyFacts } from './certificate.ts';

export interface SubjectPublicKey {
  readonly facts: PublicKeyFacts;
  /** The octets of subjectPublicKey. */
  readonly octets: Uint8Array;
  /** An RSA modulus whose encoding reads as a negative number; some real authorities write it so. */
  readonly modulusWithoutLeadingZero: boolean;
}

const CURVE_BITS: ReadonlyMap<string, number> = new Map([
  [Oid.prime192v1, 192],
  [Oid.secp224r1, 224],
  [Oid.prime256v1, 256],
  [Oid.secp384r1, 384],
  [Oid.secp521r1, 521],
  [Oid.brainpoolP256r1, 256],
  [Oid.brainpoolP384r1, 384],
  [Oid.brainpoolP512r1, 512],
]);

/** A larger modulus only serves to exhaust whoever verifies. */
export const MAX_RSA_BITS = 16_384;

/**
 * Reads a SubjectPublicKeyInfo.
 * @throws MalformedAsn1 also for an RSA exponent that is even or below 3 and a modulus above `MAX_RSA_BITS`
 */
export function readSubjectPublicKeyInfo(element: Element): SubjectPublicKey {
  const fields = sequenceFields(element, 'SubjectPublicKeyInfo');
  const { oid, parameters } = readAlgorithmIdentifier(fields.take(Tag.sequence));
  const octets = readBitStringOctets(fields.take(Tag.bitString), 'subjectPublicKey');
  fields.end();
  if (oid === Oid.rsaEncryption || oid === Oid.rsassaPss) {
    const { bits, modulusWithoutLeadingZero } = readRsaPublicKey(octets);
    const algorithm = oid === Oid.rsaEncryption ? 'rsa' : 'rsa-pss';
    return { facts: { algorithm, bits, curve: null }, octets, modulusWithoutLeadingZero };
  }
  return { facts: otherKey(oid, parameters), octets, modulusWithoutLeadingZero: false };
}

function otherKey(oid: string, parameters: Element | null): PublicKeyFacts {
  switch (oid) {
    case Oid.ecPublicKey: {
      // Parameters written out instead of named could hide another generator (CVE-2020-0601): no curve, no strength.
      const curve = parameters?.tag === Tag.oid ? readOid(parameters, 'namedCurve') : null;
      return { algorithm: 'ec', bits: curve === null ? 0 : (CURVE_BITS.get(curve) ?? 0), curve };
    }
    case Oid.ed25519:
      return { algorithm: 'ed25519', bits: 256, curve: null };
    case Oid.ed448:
      return { algorithm: 'ed448', bits: 456, curve: null };
    case Oid.mlDsa44:
      return { algorithm: 'ml-dsa-44', bits: 0, curve: null };
    case Oid.mlDsa65:
      return { algorithm: 'ml-dsa-65', bits: 0, curve: null };
    case Oid.mlDsa87:
      return { algorithm: 'ml-dsa-87', bits: 0, curve: null };
    case Oid.dsa:
      return { algorithm: 'dsa', bits: dsaBits(parameters), curve: null };
    default:
      return { algorithm: 'unknown', bits: 0, curve: null };
  }
}

function readRsaPublicKey(octets: Uint8Array): { bits: number; modulusWithoutLeadingZero: boolean } {
  const fields = sequenceFields(parseElement(octets, 'RSAPublicKey'), 'RSAPublicKey');
  const modulus = fields.take(Tag.integer).content;
  const exponent = readInteger(fields.take(Tag.integer), 'publicExponent');
  fields.end();
  const negative = (modulus[0] ?? 0) >= 0x80;
  if (!negative) requireInteger(modulus, 'modulus');
  const bits = magnitudeBits(modulus);
  if (bits > MAX_RSA_BITS || exponent < 3n || exponent % 2n === 0n) {
    throw new MalformedAsn1('value-malformed', 'RSAPublicKey');
  }
  return { bits, modulusWithoutLeadingZero: negative };
}

function dsaBits(parameters: Element | null): number {
  if (parameters?.tag !== Tag.sequence) return 0;
  return magnitudeBits(sequenceFields(parameters, 'Dss-Parms').take(Tag.integer).content);
}

function magnitudeBits(octets: Uint8Array): number {
  const start = octets.findIndex((octet) => octet !== 0);
  if (start < 0) return 0;
  return (octets.length - start) * 8 - (Math.clz32(octets[start] ?? 0) - 24);
}

/**
 * The SubjectPublicKeyInfo of a DSA key that leaves its parameters to its issuer's key (RFC 5280, 6.1.4 (e)); any other key
 * comes back as it is.
 * @throws MalformedAsn1
 */
export function withInheritedParameters(publicKeyInfo: Uint8Array, issuerKeyInfo: Uint8Array): Uint8Array {
  const own = keyParts(publicKeyInfo);
  if (own.oid !== Oid.dsa || !(own.parameters === null || own.parameters.tag === Tag.null))
    return publicKeyInfo;
  const issuer = keyParts(issuerKeyInfo);
  if (issuer.oid !== Oid.dsa || issuer.parameters === null) return publicKeyInfo;
  return encodeSequence(encodeSequence(encodeOid(Oid.dsa), issuer.parameters.raw), own.key.raw);
}

function keyParts(publicKeyInfo: Uint8Array): { oid: string; parameters: Element | null; key: Element } {
  const fields = sequenceFields(parseElement(publicKeyInfo, 'SubjectPublicKeyInfo'), 'SubjectPublicKeyInfo');
  const algorithm = readAlgorithmIdentifier(fields.take(Tag.sequence));
  return { ...algorithm, key: fields.take(Tag.bitString) };
}
