// The rules a verdict is reached by, as a value that the report names.

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
}

export const DEFAULT_POLICY: ValidationPolicy = {
  id: 'teken-default-1',
  url: '/docs/policy',
  revocation: 'require',
  expiredTimestampAuthority: 'accept',
};

/** As the standard's default: a time-stamp whose own certificate has ended needs a later proof. */
export const ETSI_POLICY: ValidationPolicy = {
  ...DEFAULT_POLICY,
  id: 'teken-etsi-1',
  expiredTimestampAuthority: 'needs-proof',
};
