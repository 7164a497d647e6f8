// What the findings on a signature itself conclude: its structure, its digest and value, its algorithms, what came after it.

import type { Instant } from '../asn1/values.ts';
import type { SignerCheck } from '../cms/check-signer.ts';
import { checkDigest, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { ChainJudgement } from './judge-chain.ts';
import type { ValidationPolicy } from './policy.ts';
import type { Change, Finding, Reason, ReasonCode } from './report.ts';
import { reason } from './signing-time.ts';
import { accepted, type Conclusion, failed, indeterminate } from './verdict.ts';

/** Takes a conclusion, if there is one, and the reasons that people are given for it. */
export type Conclude = (conclusion: Conclusion | null, ...why: readonly Reason[]) => void;

/** The effects of findings on structure, digest, value and later changes. */
export function concludeIntegrity(
  findings: readonly Finding[],
  changes: readonly Change[],
  conclude: Conclude,
): void {
  for (const { effect, code } of findings) {
    switch (effect) {
      case 'structure':
        conclude(
          code === 'signed-data-missing'
            ? indeterminate('INVALID', 'SIGNED_DATA_NOT_FOUND')
            : failed('INVALID', 'FORMAT_FAILURE'),
          reason('STRUCTURE_INVALID'),
        );
        break;
      case 'hash':
        conclude(failed('MODIFIED', 'HASH_FAILURE'), reason('DIGEST_MISMATCH'));
        break;
      case 'value':
        conclude(failed('INVALID', 'SIG_CRYPTO_FAILURE'), reason('SIGNATURE_VALUE_MISMATCH'));
        break;
      case 'change':
        conclude(failed('CHANGED_AFTER_LAST_SIGNATURE', 'FORMAT_FAILURE'));
        break;
      case 'constraint':
        if (code !== 'signing-certificate-not-found') {
          conclude(indeterminate('INVALID', 'SIG_CONSTRAINTS_FAILURE'), reason('STRUCTURE_INVALID'));
        }
        break;
      case 'weak':
        conclude(
          indeterminate('WEAK_ALGORITHM', 'CRYPTO_CONSTRAINTS_FAILURE'),
          reason('DIGEST_WEAK', { name: 'SHA-1' }),
        );
        break;
      case 'info':
        break;
    }
  }
  const unexplained = changes.filter(({ permitted }) => !permitted);
  for (const { kind } of unexplained) conclude(null, reason(CHANGE_REASONS[kind] ?? 'BYTES_NOT_COVERED'));
  const filled = changes.some(({ permitted, kind }) => permitted && kind === 'field-filled');
  if (filled) conclude(accepted('VALID_WITH_NOTES'), reason('ALLOWED_CHANGES'));
  const commented = changes.some(({ permitted, kind }) => permitted && kind === 'annotation-added');
  if (commented) conclude(accepted('VALID_WITH_NOTES'), reason('ALLOWED_COMMENTS'));
  if (findings.some(({ code }) => code === 'active-content')) conclude(null, reason('ACTIVE_CONTENT'));
  const uncovered = findings.some(({ effect }) => effect === 'change') && unexplained.length === 0;
  if (uncovered) conclude(null, reason('BYTES_NOT_COVERED'));
}

const CHANGE_REASONS: Readonly<Partial<Record<Change['kind'], ReasonCode>>> = {
  'signature-added': 'ANNOTATION_ADDED',
  'annotation-added': 'ANNOTATION_ADDED',
  'annotation-changed': 'ANNOTATION_ADDED',
  'annotation-removed': 'ANNOTATION_ADDED',
  'field-filled': 'FORM_CHANGED',
  'field-appearance-changed': 'FORM_CHANGED',
  'content-covered': 'CONTENT_OVERLAPPED',
  'page-added': 'PAGE_ADDED',
};

/** Nothing passes whose value was not seen to fit: not one that could not be computed either. */
export function concludeValue(check: SignerCheck | null, signed: boolean, conclude: Conclude): void {
  if (check === null) return;
  const digestUnknown = signed && check.digestMatches === null;
  const unchecked = check.certificate !== null && (check.valueMatches === null || digestUnknown);
  if (unchecked) conclude(failed('INVALID', 'SIG_CRYPTO_FAILURE'), reason('SIGNATURE_VALUE_MISMATCH'));
}

export function concludeAlgorithms(
  check: SignerCheck | null,
  certificate: Certificate | null,
  chain: ChainJudgement | null,
  time: Instant,
  { algorithms }: ValidationPolicy,
  conclude: Conclude,
): void {
  if (check === null) return;
  const digest =
    check.digestAlgorithm === null ? null : checkDigest(check.digestAlgorithm, time, { policy: algorithms });
  const value =
    certificate === null || check.scheme === null
      ? null
      : checkScheme(check.scheme, certificate.publicKey, time, algorithms);
  const weak = [digest, value, ...(chain?.weak ?? [])].filter((each) => each?.verdict === 'weak');
  for (const judgement of weak) {
    const subIndication = judgement.never
      ? 'CRYPTO_CONSTRAINTS_FAILURE'
      : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE';
    const code = judgement === digest ? 'DIGEST_WEAK' : 'KEY_WEAK';
    conclude(indeterminate('WEAK_ALGORITHM', subIndication), reason(code, { name: judgement.name }));
  }
}
