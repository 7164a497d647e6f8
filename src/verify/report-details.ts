// The details of a judgement, for specialists: every building block of EN 319 102-1 with what it concluded, and what it looked at.

import type { Instant } from '../asn1/values.ts';
import type { Finding, Indication, SubIndication } from './report.ts';

/** In the order of work; the clauses are those of EN 319 102-1. */
export const BUILDING_BLOCKS = {
  'format-checking': '5.2.2',
  'signing-certificate': '5.2.3',
  'validation-context': '5.2.4',
  'certificate-path': '5.2.6',
  'cryptographic-verification': '5.2.7',
  'signature-acceptance': '5.2.8',
  'basic-validation': '5.3',
  'time-stamps': '5.4',
  'validation-with-time': '5.5',
  'past-certificate-validation': '5.6.2.1',
  'time-sliding': '5.6.2.2',
  'past-signature-validation': '5.6.2.4',
} as const;

export type BuildingBlock = keyof typeof BUILDING_BLOCKS;

export interface BlockResult {
  readonly block: BuildingBlock;
  readonly clause: string;
  /** Null for a block that was not needed. */
  readonly indication: 'PASSED' | 'FAILED' | 'INDETERMINATE' | null;
  readonly subIndication: SubIndication | null;
  readonly findings: readonly Finding[];
}

export interface CertificateDetails {
  readonly der: Uint8Array;
  /** RFC 4514 text. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly anchor: boolean;
  /** Since when it is proven to exist; the present where nothing proves more. */
  readonly provenSince: Instant;
  readonly revocation: RevocationDetails | null;
}

export interface RevocationDetails {
  readonly status: 'good' | 'revoked' | 'on-hold' | 'unknown';
  readonly source: 'ocsp' | 'crl' | null;
  /** SHA-256 of the item that decided, hexadecimal. */
  readonly item: string | null;
  readonly thisUpdate: Instant | null;
  readonly nextUpdate: Instant | null;
  readonly revokedAt: Instant | null;
  /** CRLReason (RFC 5280, 5.3.1). */
  readonly reason: number | null;
  readonly provenSince: Instant | null;
  /** Why evidence was not used, as stable words. */
  readonly findings: readonly string[];
}

export interface TimestampDetails {
  readonly kind: 'content' | 'signature' | 'document';
  /** SHA-256 of the token, hexadecimal; null for one that cannot be read. */
  readonly token: string | null;
  readonly status: 'accepted' | 'undetermined' | 'rejected';
  readonly subIndication: SubIndication | null;
  /** Null for a token that cannot be read. */
  readonly genTime: Instant | null;
  readonly accuracyMs: number | null;
  readonly authority: string | null;
  readonly chain: readonly CertificateDetails[];
  readonly findings: readonly Finding[];
}

export interface SlidingDetails {
  readonly time: Instant;
  readonly lack: 'no-evidence' | 'unproven' | 'signer-ended' | null;
  readonly steps: readonly {
    readonly certificate: string;
    readonly cause: 'revoked' | 'not-fresh' | 'certificate-ended' | 'algorithm-ended';
    readonly to: Instant;
  }[];
}

export interface SignatureDetails {
  readonly blocks: readonly BlockResult[];
  readonly chain: readonly CertificateDetails[];
  readonly timestamps: readonly TimestampDetails[];
  readonly digestAlgorithm: string | null;
  readonly signatureAlgorithm: string | null;
  /** The signature value, hexadecimal SHA-256. */
  readonly signatureValue: string | null;
  /** The digest that the signature holds of the covered bytes, hexadecimal. */
  readonly signedDigest: string | null;
  /** Since when the signature is proven to exist: its best signature time; the present where nothing proves more. */
  readonly provenSince: Instant;
  readonly sliding: SlidingDetails | null;
  /** What the standard's own defaults would have concluded (policy `etsi`). */
  readonly standard: { readonly indication: Indication; readonly subIndication: SubIndication | null };
}
