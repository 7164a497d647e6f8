// The development PKI: fresh keys and certificates in the shape of the national hierarchy, made on each installation.

import type { KeyObject } from 'node:crypto';
import type { Instant } from '../src/asn1/values.ts';
import { parseCertificate } from '../src/pki/certificate.ts';
import { type TrustAnchor, type TrustList, trustListOf } from '../src/pki/trust-list.ts';
import type { Digests, Platform } from '../src/platform/platform.ts';
import {
  encodeCertificate,
  publicKeyInfoOf,
  randomSerialNumber,
  type Validity,
} from './encode-certificate.ts';
import { generateP256Key, generateRsaKey } from './generate-keys.ts';
import {
  type CertificateProfile,
  issuingProfile,
  legacyProfile,
  responderProfile,
  rootProfile,
  sealProfile,
  signerProfile,
  timestampProfile,
} from './profile.ts';
import type { AuthorityDigest } from './sign-structure.ts';

/** A certificate with its key. */
export interface Identity {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, own certificate first, then the issuing CA; an anchor is in no chain, its own is empty. */
  readonly chain: readonly Uint8Array[];
  readonly privateKey: KeyObject;
}

export const SIGNER_NAMES = [
  'pejabat',
  'pejabatEc',
  'segel',
  'kedaluwarsa',
  'dicabut',
  'belumBerlaku',
] as const;

/** An official with RSA, one with P-256, an office's seal; an expired, a revoked and a not yet valid signer. */
export type SignerName = (typeof SIGNER_NAMES)[number];

export interface Revocation {
  /** Content octets of the serial number. */
  readonly serialNumber: Uint8Array;
  readonly at: Instant;
  /** CRLReason (RFC 5280, 5.3.1). */
  readonly reason: number;
}

/** What the services need in order to answer for this PKI. */
export interface DevelopmentAuthorities {
  /** Without a slash at the end; AIA and CRL addresses begin with it. */
  readonly baseUrl: string;
  readonly root: Identity;
  readonly issuing: Identity;
  readonly tsa: Identity;
  readonly responder: Identity;
  /** DER of every certificate that the issuing CA signed. */
  readonly issued: readonly Uint8Array[];
  /** By the issuing CA. */
  readonly revocations: readonly Revocation[];
}

export interface DevelopmentPki extends DevelopmentAuthorities {
  /** Self-signed and expired; nothing is issued below it. */
  readonly legacy: Identity;
  readonly signers: Readonly<Record<SignerName, Identity>>;
  /** The seal of the service itself, P-256; it signs no documents of others. */
  readonly service: Identity;
  /** The root as active and the legacy anchor as historical, with the issuing CA at hand. */
  trustList(digests: Digests): TrustList;
}

export interface DevelopmentPkiOptions {
  /** The validity periods are laid around this time. */
  readonly now: Instant;
  readonly baseUrl: string;
  /** `full`: RSA 4096 for the two CAs, as in the model; `fast`: RSA 2048, for tests. */
  readonly keys: 'fast' | 'full';
  readonly platform: Platform;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;
// The revoked signer's certificate ended early because the official moved to another office.
const CESSATION_OF_OPERATION = 5;

/** Makes a whole PKI in memory; keys are generated in parallel. */
export async function createDevelopmentPki(options: DevelopmentPkiOptions): Promise<DevelopmentPki> {
  const keys = await generateKeys(options.keys === 'full' ? 4096 : 2048);
  const wholeSecond = Math.floor(options.now / 1000) * 1000;
  const from = (start: number, end: number): Validity => ({
    notBefore: wholeSecond + start,
    notAfter: wholeSecond + end,
  });
  const authorities = from(-10 * YEAR, 20 * YEAR);
  const root = selfSigned(options, keys.root, rootProfile, authorities);
  const legacy = selfSigned(options, keys.legacy, legacyProfile, from(-12 * YEAR, -2 * YEAR));
  const issuing = issueIdentity(options, root, {
    privateKey: keys.issuing,
    profile: issuingProfile,
    validity: authorities,
    digest: 'sha384',
  });
  const issue = (privateKey: KeyObject, profile: CertificateProfile, validity: Validity) =>
    issueIdentity(options, issuing, { privateKey, profile, validity });
  const current = from(-DAY, 2 * YEAR);
  const signers: Record<SignerName, Identity> = {
    pejabat: issue(keys.pejabat, signerProfile('UJICOBA00000001', 'Pejabat Contoh (UJI COBA)'), current),
    pejabatEc: issue(
      keys.pejabatEc,
      signerProfile('UJICOBA00000002', 'Pejabat Contoh Kurva Eliptik (UJI COBA)'),
      current,
    ),
    segel: issue(keys.segel, sealProfile('UJICOBA00000003', 'Segel Instansi Contoh (UJI COBA)'), current),
    kedaluwarsa: issue(
      keys.kedaluwarsa,
      signerProfile('UJICOBA00000004', 'Pejabat Kedaluwarsa (UJI COBA)'),
      from(-3 * YEAR, -YEAR),
    ),
    dicabut: issue(
      keys.dicabut,
      signerProfile('UJICOBA00000005', 'Pejabat Dicabut (UJI COBA)'),
      from(-60 * DAY, 2 * YEAR),
    ),
    belumBerlaku: issue(
      keys.belumBerlaku,
      signerProfile('UJICOBA00000006', 'Pejabat Belum Berlaku (UJI COBA)'),
      from(5 * YEAR, 7 * YEAR),
    ),
  };
  const service = issue(
    keys.service,
    sealProfile('UJICOBA00000007', 'Segel Layanan Contoh (UJI COBA)'),
    current,
  );
  const tsa = issue(keys.tsa, timestampProfile, authorities);
  const responder = issue(keys.responder, responderProfile, authorities);
  return {
    baseUrl: options.baseUrl,
    root,
    legacy,
    issuing,
    tsa,
    responder,
    signers,
    service,
    issued: [tsa, responder, service, ...Object.values(signers)].map(({ certificate }) => certificate),
    revocations: [
      {
        serialNumber: parseCertificate(signers.dicabut.certificate).serialNumber,
        at: wholeSecond - 30 * DAY,
        reason: CESSATION_OF_OPERATION,
      },
    ],
    trustList: (digests) => developmentTrustList({ root, legacy, issuing, asOf: wholeSecond, digests }),
  };
}

/** What an issuer puts its name under. */
export interface Issuance {
  readonly privateKey: KeyObject;
  readonly profile: CertificateProfile;
  readonly validity: Validity;
  /** `sha256` unless told otherwise. */
  readonly digest?: AuthorityDigest;
}

/** A certificate below an issuer of this PKI, also for tests that need one with a flaw. */
export function issueIdentity(
  context: { baseUrl: string; platform: Platform },
  issuer: Identity,
  issuance: Issuance,
): Identity {
  const certificate = certify(context, issuance, {
    subject: parseCertificate(issuer.certificate).subject.raw,
    privateKey: issuer.privateKey,
  });
  const isAnchor = issuer.chain.length === 0;
  return {
    certificate,
    chain: isAnchor ? [certificate] : [certificate, ...issuer.chain],
    privateKey: issuance.privateKey,
  };
}

function selfSigned(
  context: { baseUrl: string; platform: Platform },
  privateKey: KeyObject,
  profile: CertificateProfile,
  validity: Validity,
): Identity {
  const issuer = { subject: profile.subject, privateKey };
  return { certificate: certify(context, { privateKey, profile, validity }, issuer), chain: [], privateKey };
}

function certify(
  { baseUrl, platform }: { baseUrl: string; platform: Platform },
  { privateKey, profile, validity, digest = 'sha256' }: Issuance,
  issuer: { subject: Uint8Array; privateKey: KeyObject },
): Uint8Array {
  const publicKeyInfo = publicKeyInfoOf(privateKey);
  const content = {
    serialNumber: randomSerialNumber(platform.randomBytes),
    issuer: issuer.subject,
    subject: profile.subject,
    validity,
    publicKeyInfo,
    extensions: profile.extensions({
      subjectKey: publicKeyInfo,
      issuerKey: publicKeyInfoOf(issuer.privateKey),
      baseUrl,
      digests: platform.digests,
    }),
  };
  return encodeCertificate(content, issuer.privateKey, digest);
}

/** The trust list of a development PKI; its root is not the Indonesian root, so nothing below it is called certified. */
export function developmentTrustList(from: {
  root: Identity;
  legacy: Identity;
  issuing: Identity;
  asOf: Instant;
  digests: Digests;
}): TrustList {
  const anchor = (identity: Identity, role: TrustAnchor['role']): TrustAnchor => ({
    certificate: parseCertificate(identity.certificate),
    role,
    purposes: ['signature', 'seal', 'timestamp'],
    psreInduk: false,
  });
  return trustListOf({
    anchors: [anchor(from.root, 'active'), anchor(from.legacy, 'historical')],
    intermediates: [parseCertificate(from.issuing.certificate)],
    asOf: from.asOf,
    version: 'pengembangan',
    digests: from.digests,
  });
}

async function generateKeys(authorityBits: number) {
  const [
    root,
    issuing,
    legacy,
    tsa,
    responder,
    pejabat,
    pejabatEc,
    segel,
    kedaluwarsa,
    dicabut,
    belumBerlaku,
    service,
  ] = await Promise.all([
    generateRsaKey(authorityBits),
    generateRsaKey(authorityBits),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateP256Key(),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateRsaKey(2048),
    generateP256Key(),
  ]);
  return {
    root,
    issuing,
    legacy,
    tsa,
    responder,
    pejabat,
    pejabatEc,
    segel,
    kedaluwarsa,
    dicabut,
    belumBerlaku,
    service,
  };
}
