// What each certificate of the development PKI says: the shape of the national hierarchy under names that cannot be mistaken.

import { encodeOid, encodeSequence } from '../src/asn1/encode.ts';
import { Oid } from '../src/asn1/oids.ts';
import type { Extension } from '../src/pki/certificate.ts';
import { encodeDevelopmentMarker } from '../src/pki/development-marker.ts';
import type { Digests } from '../src/platform/platform.ts';
import { encodeName } from './encode-certificate.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicy,
  criticalExtendedKeyUsage,
  crlDistributionPoint,
  keyUsage,
  ocspNoCheck,
  plain,
  sealStatement,
  subjectKeyIdentifier,
} from './encode-extensions.ts';

// An arc of our own, made from a UUID (ITU-T X.667): nothing here may look like a policy of the national arc 2.16.360.
const POLICY_ARC = '2.25.289117599169403964989154151021873438430';

export const DevelopmentPolicy = {
  signature: `${POLICY_ARC}.1`,
  seal: `${POLICY_ARC}.2`,
  timestamp: `${POLICY_ARC}.3`,
} as const;

const ORGANIZATION = 'Uji Coba Lokal';

/** Where the development services answer, below their base URL. */
export const ServicePath = {
  timestamp: '/tsa',
  ocsp: '/ocsp',
  rootCrl: '/root.crl',
  issuingCrl: '/penerbit.crl',
  issuingCertificate: '/penerbit.crt',
  policy: '/kebijakan',
} as const;

/** The public keys that the identifiers of one certificate are made from (SubjectPublicKeyInfo, DER), and its services. */
export interface ProfileContext {
  readonly subjectKey: Uint8Array;
  readonly issuerKey: Uint8Array;
  readonly baseUrl: string;
  readonly digests: Digests;
}

/** The fixed part of a certificate: who, and what the key may do. */
export interface CertificateProfile {
  /** DER of the subject's name. */
  readonly subject: Uint8Array;
  readonly extensions: (context: ProfileContext) => readonly Extension[];
}

/** A self-signed anchor; the common name comes first, as in the national root. */
export function anchorProfile(commonName: string): CertificateProfile {
  return {
    subject: encodeName(
      [Oid.commonName, commonName],
      [Oid.organizationName, ORGANIZATION],
      [Oid.countryName, 'ID'],
    ),
    extensions: authorityExtensions,
  };
}

export const rootProfile = anchorProfile('Root CA Pengembangan DS G1 (TIDAK SAH)');

/** An anchor that has ended, for documents that are older than its end. */
export const legacyProfile = anchorProfile('Root CA Lama Pengembangan (TIDAK SAH)');

/** The issuing CA: country first, no AIA, its own status by CRL alone. */
export const issuingProfile: CertificateProfile = {
  subject: encodeName(
    [Oid.countryName, 'ID'],
    [Oid.organizationName, ORGANIZATION],
    [Oid.commonName, 'CA Penerbit Pengembangan DS G1 (TIDAK SAH)'],
  ),
  extensions: (context) => [
    ...authorityExtensions(context),
    crlDistributionPoint(`${context.baseUrl}${ServicePath.rootCrl}`),
  ],
};

export const timestampProfile: CertificateProfile = {
  subject: encodeName(
    [Oid.commonName, 'Timestamp Authority Pengembangan (TIDAK SAH)'],
    [Oid.organizationalUnitName, 'Pengembangan'],
    [Oid.organizationName, ORGANIZATION],
    [Oid.countryName, 'ID'],
  ),
  extensions: (context) => [
    ...endEntityExtensions(context, DevelopmentPolicy.timestamp),
    keyUsage('digitalSignature', 'nonRepudiation'),
    criticalExtendedKeyUsage(Oid.ekuTimeStamping),
    ocspNoCheck(),
  ],
};

/** The delegated OCSP responder (RFC 6960, 4.2.2.2). */
export const responderProfile: CertificateProfile = {
  subject: encodeName(
    [Oid.commonName, 'OCSP Pengembangan (TIDAK SAH)'],
    [Oid.organizationName, ORGANIZATION],
    [Oid.countryName, 'ID'],
  ),
  extensions: (context) => [
    ...identifiers(context),
    basicConstraints(false),
    keyUsage('digitalSignature'),
    plain(Oid.extendedKeyUsage, encodeSequence(encodeOid(Oid.ekuOcspSigning))),
    ocspNoCheck(),
  ],
};

/**
 * A person's certificate: the subscriber's id in a description RDN, no NIK, critical Adobe usage alone.
 * @param subscriberId - 15 characters
 */
export function signerProfile(subscriberId: string, commonName: string): CertificateProfile {
  return {
    subject: encodeName(
      [Oid.description, `${subscriberId}_Tanda Tangan Elektronik`],
      [Oid.commonName, commonName],
      [Oid.organizationName, 'Pemerintah Kabupaten Contoh (UJI COBA)'],
      [Oid.countryName, 'ID'],
    ),
    extensions: (context) => documentSigningExtensions(context, DevelopmentPolicy.signature),
  };
}

/** The certificate of an office instead of a person. */
export function sealProfile(subscriberId: string, commonName: string): CertificateProfile {
  return {
    subject: encodeName(
      [Oid.description, `${subscriberId}_Segel Elektronik`],
      [Oid.commonName, commonName],
      [Oid.organizationName, 'Pemerintah Kabupaten Contoh (UJI COBA)'],
      [Oid.countryName, 'ID'],
    ),
    extensions: (context) => [...documentSigningExtensions(context, DevelopmentPolicy.seal), sealStatement()],
  };
}

function authorityExtensions(context: ProfileContext): readonly Extension[] {
  return [
    ...identifiers(context),
    basicConstraints(true),
    keyUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
  ];
}

function documentSigningExtensions(context: ProfileContext, policy: string): readonly Extension[] {
  return [
    ...endEntityExtensions(context, policy),
    keyUsage('digitalSignature', 'nonRepudiation'),
    criticalExtendedKeyUsage(Oid.ekuAdobeAuthenticDocuments),
  ];
}

function endEntityExtensions(context: ProfileContext, policy: string): readonly Extension[] {
  const at = (path: string) => `${context.baseUrl}${path}`;
  return [
    ...identifiers(context),
    basicConstraints(false),
    certificatePolicy(policy, at(ServicePath.policy)),
    authorityInfoAccess({ ocsp: at(ServicePath.ocsp), caIssuers: at(ServicePath.issuingCertificate) }),
    crlDistributionPoint(at(ServicePath.issuingCrl)),
  ];
}

// Every certificate carries the marker by which production recognises that it is for development.
function identifiers(context: ProfileContext): readonly Extension[] {
  return [
    subjectKeyIdentifier(context.subjectKey, context.digests),
    authorityKeyIdentifier(context.issuerKey, context.digests),
    encodeDevelopmentMarker(),
  ];
}
