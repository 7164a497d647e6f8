// The rules a verdict is reached by, as a value that the report names.

import { ALGORITHM_POLICY, type AlgorithmPolicy } from '../pki/algorithm-policy.ts';

/**
 * - `require`: without a usable answer the verdict is `UNKNOWN_REVOCATION`
 * - `prefer`: it is used where there is one, else the note `REVOCATION_NOT_CHECKED`
 * - `off`: not asked at all, the same note
 */
export type RevocationPolicy = 'require' | 'prefer' | 'off';

export interface ValidationPolicy {
  readonly id: string;
  readonly url: string;
  readonly revocation: RevocationPolicy;
  /** Whether a time-stamp still proves its time after its own certificate has ended, or needs a later proof (EN 319 102-1). */
  readonly expiredTimestampAuthority: 'accept' | 'needs-proof';
  /**
   * What proves that a certificate was good when nobody can ask about it any more:
   * - `proven-time`: evidence that speaks about the proven time of the signature
   * - `sliding`: evidence that is itself proven to be old enough, step by step from the anchor down (EN 319 102-1, 5.6.2.2)
   */
  readonly pastValidation: 'proven-time' | 'sliding';
  /**
   * What a comment means that was added after signing, where the certification lets people comment (`/P 3`) and no signature forbids it:
   * - `refuse`: a change like any other
   * - `note`: a note of the verdict, for notes and marked text that hide nothing; never for text on the page, stamps, drawings, pictures
   */
  readonly addedAnnotations: 'refuse' | 'note';
  /** Which algorithms prove something, and until when. */
  readonly algorithms: AlgorithmPolicy;
}

export const DEFAULT_POLICY: ValidationPolicy = {
  id: 'teken-default-1',
  url: '/docs/policy',
  revocation: 'require',
  expiredTimestampAuthority: 'accept',
  pastValidation: 'proven-time',
  addedAnnotations: 'refuse',
  algorithms: ALGORITHM_POLICY,
};

/** As the standard's default: what has ended needs a later proof, and so does the evidence about it. */
export const ETSI_POLICY: ValidationPolicy = {
  ...DEFAULT_POLICY,
  id: 'teken-etsi-1',
  expiredTimestampAuthority: 'needs-proof',
  pastValidation: 'sliding',
};

/** The same policy without its concessions for what has ended. */
export function asStandard(policy: ValidationPolicy): ValidationPolicy {
  const { expiredTimestampAuthority, pastValidation } = ETSI_POLICY;
  return { ...policy, expiredTimestampAuthority, pastValidation };
}
