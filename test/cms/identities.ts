// Keys with certificates of every kind that can sign, below one authority; made when a test asks for them.

import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { encodeCertificate, encodeName, publicKeyInfoOf } from '../../certs-dev/encode-certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  criticalExtendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from '../../certs-dev/encode-extensions.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Extension } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';

export const KEY_KINDS = ['rsa', 'rsa-pss', 'p256', 'p384', 'p521', 'ed25519'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface TestIdentity {
  readonly privateKey: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
}

const { digests } = nodePlatform;
/** The instant that is the present for the tests of signatures. */
export const NOW = Date.UTC(2026, 10, 21, 3, 4, 5);

export function generateKey(kind: KeyKind | 'rsa-1024' | 'p224'): KeyObject {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    case 'rsa-1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    case 'rsa-pss':
      return restrictedPssKey();
    case 'p224':
      return generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey;
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
    case 'p521':
      return generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

/** A key of id-RSASSA-PSS that is bound to SHA-384. */
function restrictedPssKey(): KeyObject {
  return generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha384',
    mgf1HashAlgorithm: 'sha384',
  }).privateKey;
}

const caKey = generateKey('p256');
const caKeyInfo = publicKeyInfoOf(caKey);
const caName = encodeName([Oid.countryName, 'ID'], [Oid.commonName, 'CA Uji']);
// Long enough for OpenSSL, which goes by the clock of the machine.
const validity = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2120, 0, 1) };
let serial = 0;

/** Self-signed; every certificate of `issue` is below it. */
export const authority: TestIdentity = {
  privateKey: caKey,
  certificate: encodeCertificate(
    {
      serialNumber: Uint8Array.of(1),
      issuer: caName,
      subject: caName,
      validity,
      publicKeyInfo: caKeyInfo,
      extensions: [
        basicConstraints(true),
        keyUsage('keyCertSign', 'cRLSign'),
        subjectKeyIdentifier(caKeyInfo, digests),
      ],
    },
    caKey,
    'sha256',
  ),
};

export interface IssueOptions {
  readonly privateKey?: KeyObject;
  /** Content octets. */
  readonly serialNumber?: Uint8Array;
  readonly extensions?: readonly Extension[];
  readonly validity?: { readonly notBefore: number; readonly notAfter: number };
}

/** A certificate for a new key of this kind, or for the given one. */
export function issue(kind: KeyKind | 'rsa-1024' | 'p224', options: IssueOptions = {}): TestIdentity {
  const privateKey = options.privateKey ?? generateKey(kind);
  const publicKeyInfo = publicKeyInfoOf(privateKey);
  serial += 1;
  const certificate = encodeCertificate(
    {
      serialNumber: options.serialNumber ?? Uint8Array.of(0x40, serial),
      issuer: caName,
      subject: encodeName([Oid.countryName, 'ID'], [Oid.commonName, `Pejabat Uji ${kind}`]),
      validity: options.validity ?? validity,
      publicKeyInfo,
      extensions: options.extensions ?? [
        keyUsage('digitalSignature', 'nonRepudiation'),
        subjectKeyIdentifier(publicKeyInfo, digests),
        authorityKeyIdentifier(caKeyInfo, digests),
      ],
    },
    caKey,
    'sha256',
  );
  return { privateKey, certificate };
}

/** A certificate that may only sign time-stamps. */
export function issueTimestampAuthority(extensions: readonly Extension[] = timestampUsage()): TestIdentity {
  return issue('rsa', { extensions });
}

export function timestampUsage(): readonly Extension[] {
  return [keyUsage('digitalSignature'), criticalExtendedKeyUsage(Oid.ekuTimeStamping)];
}

export function pem(certificate: Uint8Array): string {
  return new X509Certificate(certificate).toString();
}

/** The same key as another object, as if it had been read from a file. */
export function copyOf(key: KeyObject): KeyObject {
  return createPrivateKey({
    key: key.export({ format: 'der', type: 'pkcs8' }),
    format: 'der',
    type: 'pkcs8',
  });
}
