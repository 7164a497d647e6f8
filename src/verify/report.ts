// What a verification says: a closed vocabulary of codes and values. Sentences for people are made in report/.

import type { Instant } from '../asn1/values.ts';
import type { FieldLock, PermittedChanges } from '../pdf/doc-mdp.ts';
import type { SignatureDetails } from './report-details.ts';

export const VERDICTS = [
  'VALID',
  'VALID_WITH_NOTES',
  'REVOKED_LATER',
  'UNKNOWN_ISSUER',
  'UNKNOWN_REVOCATION',
  'TIME_UNPROVABLE',
  'CHANGED_AFTER_LAST_SIGNATURE',
  'WEAK_ALGORITHM',
  'TEST_CERTIFICATE',
  'MODIFIED',
  'INVALID',
  'REVOKED',
  'EXPIRED_AT_SIGNING',
  'NOT_YET_VALID',
  'MIXED',
  'NO_SIGNATURE',
  'UNREADABLE',
  'SERVICE_ERROR',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** A verdict that one signature can have. */
export type SignatureVerdict = Exclude<Verdict, 'MIXED' | 'NO_SIGNATURE' | 'UNREADABLE' | 'SERVICE_ERROR'>;

/** Worst first: of several findings on one signature the first in this order is its verdict. */
export const SIGNATURE_VERDICTS_WORST_FIRST: readonly SignatureVerdict[] = [
  'MODIFIED',
  'INVALID',
  'REVOKED',
  'EXPIRED_AT_SIGNING',
  'NOT_YET_VALID',
  'CHANGED_AFTER_LAST_SIGNATURE',
  'WEAK_ALGORITHM',
  'TEST_CERTIFICATE',
  'UNKNOWN_ISSUER',
  'TIME_UNPROVABLE',
  'UNKNOWN_REVOCATION',
  'REVOKED_LATER',
  'VALID_WITH_NOTES',
  'VALID',
];

export type VerdictClass = 'accept' | 'unsure' | 'reject' | 'none';

/** What a verdict asks of its reader; `MIXED` takes the class of its worst signature instead. */
export function classOf(verdict: Exclude<Verdict, 'MIXED'>): VerdictClass {
  switch (verdict) {
    case 'VALID':
    case 'VALID_WITH_NOTES':
    case 'REVOKED_LATER':
      return 'accept';
    case 'UNKNOWN_ISSUER':
    case 'UNKNOWN_REVOCATION':
    case 'TIME_UNPROVABLE':
      return 'unsure';
    case 'CHANGED_AFTER_LAST_SIGNATURE':
    case 'WEAK_ALGORITHM':
    case 'TEST_CERTIFICATE':
    case 'MODIFIED':
    case 'INVALID':
    case 'REVOKED':
    case 'EXPIRED_AT_SIGNING':
    case 'NOT_YET_VALID':
      return 'reject';
    case 'NO_SIGNATURE':
    case 'UNREADABLE':
    case 'SERVICE_ERROR':
      return 'none';
  }
}

/** EN 319 102-1, clause 5.1.3. */
export type Indication = 'TOTAL_PASSED' | 'TOTAL_FAILED' | 'INDETERMINATE';

/** EN 319 102-1, tables 5 and 6; those that can arise here. */
export type SubIndication =
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'TIMESTAMP_ORDER_FAILURE'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'OUT_OF_BOUNDS_NOT_REVOKED'
  | 'REVOCATION_OUT_OF_BOUNDS_NO_POE'
  | 'NO_POE'
  | 'TRY_LATER'
  | 'SIGNED_DATA_NOT_FOUND';

/** Reasons and notes that people see. */
export const REASON_CODES = [
  'NO_TIMESTAMP',
  'CERT_EXPIRED_SINCE',
  'LEGACY_FORMAT',
  'TSA_EXPIRED',
  'ALLOWED_CHANGES',
  'ALLOWED_COMMENTS',
  'REVOCATION_NOT_CHECKED',
  'NOT_LTV',
  'CLAIMED_TIME_DIFFERS',
  'E_METERAI_PRESENT',
  'INVISIBLE_SIGNATURE',
  'PARTLY_CHECKED_ON_DEVICE',
  'ACTIVE_CONTENT',
  'DIGEST_MISMATCH',
  'SIGNATURE_VALUE_MISMATCH',
  'STRUCTURE_INVALID',
  'BYTES_NOT_COVERED',
  'PAGE_ADDED',
  'ANNOTATION_ADDED',
  'FORM_CHANGED',
  'CONTENT_OVERLAPPED',
  'ISSUER_NOT_LISTED',
  'CERT_REVOKED',
  'CERT_EXPIRED',
  'CERT_NOT_STARTED',
  'CERT_ON_HOLD',
  'TEST_ANCHOR',
  'REVOCATION_UNREACHABLE',
  'REVOCATION_UNKNOWN',
  'EVIDENCE_NOT_BOUND',
  'TIMESTAMP_REJECTED',
  'TIME_NOT_PROVEN',
  'DIGEST_WEAK',
  'KEY_WEAK',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

export interface Reason {
  readonly code: ReasonCode;
  /** `at`: an instant that the sentence names; `name`: an algorithm; `seconds`: a difference. */
  readonly at: Instant | null;
  readonly name: string | null;
  readonly seconds: number | null;
}

/** One observation of a rule, for details and evidence; `code` is a stable kebab-case word. */
export interface Finding {
  readonly code: string;
  readonly effect: 'structure' | 'hash' | 'value' | 'change' | 'constraint' | 'weak' | 'info';
  /** Object numbers, offsets, names: what a specialist needs to find the place. Never document content. */
  readonly where: string;
}

export type ChangeKind =
  | 'signature-added'
  | 'timestamp-added'
  | 'validation-data-added'
  | 'field-filled'
  | 'field-appearance-changed'
  | 'annotation-added'
  | 'annotation-changed'
  | 'annotation-removed'
  | 'content-covered'
  | 'page-added'
  | 'page-removed'
  | 'page-changed'
  | 'document-changed'
  | 'bytes-uncovered';

/** Something that a later revision did. */
export interface Change {
  /** The revision that did it, 1 for the oldest. */
  readonly revision: number;
  readonly kind: ChangeKind;
  readonly permitted: boolean;
  /** 1-based, null where unknown. */
  readonly page: number | null;
  /** [left, bottom, right, top] in points of user space. */
  readonly rect: readonly [number, number, number, number] | null;
  /** Full name of the form field. */
  readonly field: string | null;
  /** Form value before and after, null where the change is of another kind or a side is unknown. Content: never logged. */
  readonly before: string | null;
  readonly after: string | null;
  /** The rule that explained it, or the finding that nothing did. */
  readonly rule: string;
}

export type IntegrityStatus = 'INTACT' | 'CHANGED' | 'ADDED' | 'UNREADABLE';
export type IdentityStatus =
  | 'TRUSTED'
  | 'UNKNOWN'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'TEST'
  | 'UNDETERMINED';

export type SignatureKind = 'signature' | 'seal' | 'doc-timestamp' | 'e-meterai';

export type SignatureLevel =
  | 'PAdES-BES'
  | 'PAdES-B-B'
  | 'PAdES-B-T'
  | 'PAdES-B-LT'
  | 'PAdES-B-LTA'
  | 'PKCS7-B'
  | 'PKCS7-T'
  | 'PKCS7-LT'
  | 'PKCS7-LTA'
  | 'PDF-NOT-ETSI'
  | 'DOC-TIMESTAMP';

/** From when on a signature that is good now will not be any more, unless somebody acts before. */
export interface Forecast {
  readonly belowPolicyFrom: Instant;
  /** `algorithm`: the table of algorithms states its end; else a certificate that a proof rests on ends. */
  readonly cause: 'algorithm' | 'certificate' | 'timestamp-authority';
  /** Of the algorithm. */
  readonly name: string | null;
  readonly action: 'add-timestamp' | 'add-document-timestamp';
}

export interface SignatureReport {
  readonly verdict: SignatureVerdict;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  readonly kind: SignatureKind;
  /** Full name of the field, null for a value that no field leads to. */
  readonly fieldName: string | null;
  readonly subFilter: string | null;
  readonly level: SignatureLevel;
  /** Requirements of the level above that are not met, and other deviations, as stable words. */
  readonly deviations: readonly string[];
  /** The revision that it signs, 1 for the oldest; null when its range fits none. */
  readonly revision: number | null;
  readonly integrity: {
    readonly status: IntegrityStatus;
    readonly coversWholeFile: boolean;
    readonly changesAfter: readonly Change[];
  };
  readonly identity: { readonly status: IdentityStatus };
  /** From the certificate alone; null when there is none. */
  readonly signer: {
    readonly commonName: string | null;
    readonly organization: string | null;
    /** RFC 4514 text of the issuer's name. */
    readonly issuer: string;
    readonly issuerCommonName: string | null;
    readonly certifiedByPsre: boolean;
    /** Hexadecimal. */
    readonly serial: string;
    readonly notBefore: Instant;
    readonly notAfter: Instant;
    /** SHA-256 of the certificate, hexadecimal. */
    readonly fingerprint: string;
  } | null;
  readonly time: {
    readonly value: Instant;
    readonly source: 'timestamp' | 'claimed';
    /** Common name of the time-stamp authority. */
    readonly tsa: string | null;
    readonly claimed: Instant | null;
    /** Time-stamp minus claimed, null if one is missing. */
    readonly skewSeconds: number | null;
  } | null;
  readonly revocation: {
    readonly status: 'GOOD' | 'REVOKED' | 'UNKNOWN' | 'NOT_CHECKED';
    readonly source: 'embedded-ocsp' | 'embedded-crl' | 'fetched-ocsp' | 'fetched-crl' | null;
    readonly producedAt: Instant | null;
    readonly revokedAt: Instant | null;
  } | null;
  /** 1-based page of the first widget, null when it has none on a page. */
  readonly page: number | null;
  readonly rect: readonly [number, number, number, number] | null;
  /** What the signature holds the document to from then on. */
  readonly rules: {
    /** What a certification still allows; null where the signature certifies nothing. */
    readonly certification: PermittedChanges | null;
    readonly lock: FieldLock | null;
  };
  /** Reason and place as the signer wrote them; claims, not facts. */
  readonly claims: { readonly reason: string | null; readonly location: string | null };
  readonly reasons: readonly Reason[];
  readonly findings: readonly Finding[];
  /** Null where no end is in sight, and for what is not accepted now. */
  readonly forecast: Forecast | null;
  /** Null unless they were asked for. */
  readonly details: SignatureDetails | null;
}

/** Why a whole file could not be judged. */
export type ProblemCode =
  | 'file-empty'
  | 'not-pdf'
  | 'pdf-encrypted'
  | 'pdf-damaged'
  | 'pdf-unsupported'
  | 'limits-exceeded'
  | 'deadline-exceeded'
  | 'internal';

export interface VerificationReport {
  readonly verdict: Verdict;
  /** True exactly for `VALID`, `VALID_WITH_NOTES` and `REVOKED_LATER`. */
  readonly ok: boolean;
  readonly class: VerdictClass;
  readonly counts: { readonly signatures: number; readonly ok: number; readonly notOk: number };
  readonly file: { readonly size: number; readonly sha256: string };
  /** Of the first bytes, where the caller asked for it: what an appended signature left untouched. */
  readonly prefix: { readonly size: number; readonly sha256: string } | null;
  /** In the order of signing. */
  readonly signatures: readonly SignatureReport[];
  /** Set exactly for `UNREADABLE` and `SERVICE_ERROR`. */
  readonly problem: {
    readonly code: ProblemCode;
    readonly values: Readonly<Record<string, string | number>>;
  } | null;
  readonly policy: {
    readonly id: string;
    readonly url: string;
    readonly revocation: 'require' | 'prefer' | 'off';
  };
  readonly trustList: { readonly version: string; readonly sha256: string; readonly asOf: Instant };
  readonly checkedAt: Instant;
}
