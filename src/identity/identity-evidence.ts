// What was found out about who signs, before the key was used: for the answer and the audit. Identifiers of the registry and
// digests; no name, no NIK, no address, no secret.

/** In the order in which they are looked at. */
export type IdentityStep =
  | 'client'
  | 'signer'
  | 'nik'
  | 'status'
  | 'certificate'
  | 'document'
  | 'approval'
  | 'second-factor'
  | 'secret';

/**
 * - `signer-not-allowed`: the client may not ask for this signer
 * - `signer-unknown`: nobody has this identifier
 * - `signer-status` { status }: the account is not active
 * - `certificate-foreign`: a certificate that the registry does not give to this signer
 * - `certificate-untrusted` { reason }, `certificate-expired`, `certificate-not-yet-valid`, `certificate-revoked`,
 *   `certificate-wrong-usage` { reason }
 * - `revocation-unavailable`: nobody says whether it was revoked
 * - `document-not-shown`: the signer's rule asks for `expectedSha256`; `document-mismatch`: it is another one's
 * - `approval-missing` { required, given }
 * - `second-factor-missing`, `second-factor-wrong`, `second-factor-used`: a code that was good once
 * - `secret-wrong`: the key or its holder did not accept it; `secret-locked`: and accepts none for now
 * - `attempts-exceeded` { retryAfterMs }
 */
export type IdentityRefusedCode =
  | 'signer-not-allowed'
  | 'signer-unknown'
  | 'signer-status'
  | 'certificate-foreign'
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-revoked'
  | 'certificate-wrong-usage'
  | 'revocation-unavailable'
  | 'document-not-shown'
  | 'document-mismatch'
  | 'approval-missing'
  | 'second-factor-missing'
  | 'second-factor-wrong'
  | 'second-factor-used'
  | 'secret-wrong'
  | 'secret-locked'
  | 'attempts-exceeded';

type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface IdentityFinding {
  readonly step: IdentityStep;
  /** `not-asked`: nothing requires it for this signer or request; `noted`: unusual, and no reason to refuse. */
  readonly outcome: 'passed' | 'noted' | 'not-asked' | 'failed';
  readonly code?: IdentityRefusedCode;
  readonly values?: Values;
}

export interface IdentityEvidence {
  /** Identifier of the registry, as far as it was found there; null for a signer from outside. */
  readonly signer: string | null;
  readonly client: string;
  readonly certificate: {
    readonly sha256: string;
    /** Hexadecimal. */
    readonly serialNumber: string;
  } | null;
  readonly findings: readonly IdentityFinding[];
}

/** The findings as words for the audit record: `certificate passed`, `second-factor failed second-factor-used`. */
export function identityWords({ findings }: IdentityEvidence): readonly string[] {
  return findings.map(({ step, outcome, code }) =>
    [step, outcome, ...(code === undefined ? [] : [code])].join(' '),
  );
}

/** Nothing was signed; `evidence` says how far it came. */
export class IdentityRefused extends Error {
  readonly code: IdentityRefusedCode;
  readonly values: Values;
  readonly evidence: IdentityEvidence;

  constructor(code: IdentityRefusedCode, evidence: IdentityEvidence, values: Values = {}, cause?: unknown) {
    super(code, { cause });
    this.name = 'IdentityRefused';
    this.code = code;
    this.values = values;
    this.evidence = evidence;
  }
}
