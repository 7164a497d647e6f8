// Reports made by hand, so that words can be tested without a document.

import {
  type Change,
  classOf,
  type Reason,
  type ReasonCode,
  type SignatureReport,
  type SignatureVerdict,
  type Verdict,
  type VerificationReport,
} from '../../src/verify/report.ts';

/** 2026-03-14T09:12:09+08:00, the time of signing. */
export const SIGNED_AT = Date.UTC(2026, 2, 14, 1, 12, 9);
export const CHECKED_AT = Date.UTC(2026, 5, 1, 3, 0, 0);

export function madeReason(code: ReasonCode, values: Partial<Omit<Reason, 'code'>> = {}): Reason {
  return { code, at: null, name: null, seconds: null, ...values };
}

export function madeChange(change: Partial<Change>): Change {
  return {
    revision: 2,
    kind: 'annotation-added',
    permitted: false,
    page: null,
    rect: null,
    field: null,
    before: null,
    after: null,
    rule: 'unexplained',
    ...change,
  };
}

export type MadeSignature = Partial<Omit<SignatureReport, 'signer' | 'time'>> & {
  readonly signer?: Partial<NonNullable<SignatureReport['signer']>> | null;
  readonly time?: Partial<NonNullable<SignatureReport['time']>> | null;
};

/** A signature of the given verdict; `VALID` unless told otherwise. */
export function madeSignature(parts: MadeSignature = {}): SignatureReport {
  const { signer, time, ...rest } = parts;
  const verdict = rest.verdict ?? 'VALID';
  return {
    indication: classOf(verdict) === 'accept' ? 'TOTAL_PASSED' : 'INDETERMINATE',
    subIndication: null,
    kind: 'signature',
    fieldName: 'sig_1',
    subFilter: 'ETSI.CAdES.detached',
    level: 'PAdES-B-T',
    deviations: [],
    revision: 1,
    integrity: { status: 'INTACT', coversWholeFile: true, changesAfter: [] },
    identity: { status: 'TRUSTED' },
    revocation: { status: 'GOOD', source: 'embedded-ocsp', producedAt: SIGNED_AT, revokedAt: null },
    page: 3,
    rect: [36, 36, 216, 96],
    rules: { certification: null, lock: null },
    claims: { reason: null, location: null },
    reasons: [],
    findings: [],
    forecast: null,
    details: null,
    ...rest,
    verdict,
    signer: signer === null ? null : { ...SIGNER, ...signer },
    time: time === null ? null : { ...TIME, ...time },
  };
}

const SIGNER: NonNullable<SignatureReport['signer']> = {
  commonName: 'Siti Contoh',
  organization: 'Pemerintah Kabupaten Contoh',
  issuer: 'CN=Penerbit Contoh,O=Balai Contoh,C=ID',
  issuerCommonName: 'Penerbit Contoh',
  certifiedByPsre: false,
  serial: '0a1b',
  notBefore: Date.UTC(2025, 0, 1),
  notAfter: Date.UTC(2027, 0, 1),
  fingerprint: 'ab'.repeat(32),
};

const TIME: NonNullable<SignatureReport['time']> = {
  value: SIGNED_AT,
  source: 'timestamp',
  tsa: 'TSA Contoh',
  claimed: SIGNED_AT - 2_000,
  skewSeconds: 2,
};

/** A report over these signatures; the verdict is theirs if they agree, else it must be given. */
export function madeReport(
  signatures: readonly SignatureReport[],
  parts: Partial<VerificationReport> = {},
): VerificationReport {
  const consents = signatures.filter(({ kind }) => kind === 'signature' || kind === 'seal');
  const ok = consents.filter(({ verdict }) => classOf(verdict) === 'accept').length;
  const verdict: Verdict = parts.verdict ?? consents[0]?.verdict ?? 'NO_SIGNATURE';
  const verdictClass = verdict === 'MIXED' ? 'reject' : classOf(verdict);
  return {
    verdict,
    ok: verdictClass === 'accept',
    class: verdictClass,
    counts: { signatures: consents.length, ok, notOk: consents.length - ok },
    file: { size: 204_800, sha256: '0123456789abcdef'.repeat(4) },
    prefix: null,
    signatures,
    problem: null,
    policy: { id: 'teken-default-1', url: '/docs/policy', revocation: 'require' },
    trustList: { version: '2026-05', sha256: 'cd'.repeat(32), asOf: Date.UTC(2026, 4, 1) },
    checkedAt: CHECKED_AT,
    ...parts,
  };
}

const REVOKED_AT = Date.UTC(2026, 2, 1, 2, 30);
const REVOKED_LATER_AT = Date.UTC(2026, 3, 2, 2, 30);
const ENDED_AT = Date.UTC(2026, 1, 28, 16);
const STARTS_AT = Date.UTC(2026, 3, 1);

const SIGNATURE_PARTS: Readonly<Record<SignatureVerdict, MadeSignature>> = {
  VALID: {},
  VALID_WITH_NOTES: {
    reasons: [madeReason('NO_TIMESTAMP'), madeReason('NOT_LTV')],
    time: { source: 'claimed' },
  },
  REVOKED_LATER: { reasons: [madeReason('CERT_REVOKED', { at: REVOKED_LATER_AT })] },
  UNKNOWN_ISSUER: { identity: { status: 'UNKNOWN' }, reasons: [madeReason('ISSUER_NOT_LISTED')] },
  UNKNOWN_REVOCATION: {
    identity: { status: 'UNDETERMINED' },
    reasons: [madeReason('REVOCATION_UNREACHABLE')],
  },
  TIME_UNPROVABLE: {
    identity: { status: 'UNDETERMINED' },
    time: { source: 'claimed', tsa: null },
    reasons: [madeReason('TIME_NOT_PROVEN')],
  },
  CHANGED_AFTER_LAST_SIGNATURE: {
    integrity: {
      status: 'ADDED',
      coversWholeFile: false,
      changesAfter: [madeChange({ page: 3 }), madeChange({ kind: 'page-added', page: 4 })],
    },
    reasons: [madeReason('ANNOTATION_ADDED'), madeReason('PAGE_ADDED')],
  },
  WEAK_ALGORITHM: { reasons: [madeReason('DIGEST_WEAK', { name: 'SHA-1' })] },
  TEST_CERTIFICATE: { identity: { status: 'TEST' }, reasons: [madeReason('TEST_ANCHOR')] },
  MODIFIED: {
    integrity: { status: 'CHANGED', coversWholeFile: true, changesAfter: [] },
    reasons: [madeReason('DIGEST_MISMATCH')],
  },
  INVALID: { reasons: [madeReason('SIGNATURE_VALUE_MISMATCH')] },
  REVOKED: { identity: { status: 'REVOKED' }, reasons: [madeReason('CERT_REVOKED', { at: REVOKED_AT })] },
  EXPIRED_AT_SIGNING: {
    identity: { status: 'EXPIRED' },
    reasons: [madeReason('CERT_EXPIRED', { at: ENDED_AT })],
  },
  NOT_YET_VALID: {
    identity: { status: 'NOT_YET_VALID' },
    reasons: [madeReason('CERT_NOT_STARTED', { at: STARTS_AT })],
  },
};

/** A typical signature of each verdict. */
export function typicalSignature(verdict: SignatureVerdict): SignatureReport {
  return madeSignature({ ...SIGNATURE_PARTS[verdict], verdict });
}

/** A typical report of each verdict. */
export function typicalReport(verdict: Verdict): VerificationReport {
  switch (verdict) {
    case 'MIXED':
      return madeReport([typicalSignature('VALID'), typicalSignature('REVOKED')], { verdict });
    case 'NO_SIGNATURE':
      return madeReport([]);
    case 'UNREADABLE':
      return madeReport([], { verdict, class: 'none', problem: { code: 'pdf-damaged', values: {} } });
    case 'SERVICE_ERROR':
      return madeReport([], { verdict, class: 'none', problem: { code: 'internal', values: {} } });
    default:
      return madeReport([typicalSignature(verdict)]);
  }
}
