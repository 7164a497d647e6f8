// Whether this client may have this document signed by this signer now: every question in one place, each answer a finding. What
// comes out is the only way to a key (`ValidatedIdentity`); the last two questions, code and secret, are asked with the key itself.

import { type Approval, openApproval } from './approval-token.ts';
import type { AttemptGuard, TryOutcome } from './attempt-guard.ts';
import {
  type IdentityEvidence,
  type IdentityFinding,
  IdentityRefused,
  type IdentityRefusedCode,
} from './identity-evidence.ts';
import { doubtsAboutNik } from './nik.ts';
import type { SealKeyEntry } from './seal-keys.ts';
import type { SecondFactors } from './second-factor.ts';
import type { RegisteredSigner } from './signer-registry.ts';
import { MAY_SIGN } from './signer-status.ts';

/** What is asked, and by whom; `client` comes from the credential alone. */
export interface IdentityClaim {
  readonly client: {
    readonly id: string;
    readonly signers: { has(id: string): boolean };
    /** Null: of any agency. */
    readonly agencies?: { has(agency: string): boolean } | null;
  };
  /** As the request names the signer. */
  readonly signer: string;
  /** SHA-256, hexadecimal; null where several documents follow. */
  readonly documentSha256: string | null;
  readonly expectedSha256: string | null;
  /** How many documents; one code covers all of them. */
  readonly documents: number;
  readonly approvals: readonly string[];
  /**
   * `approval`: not a key is used, but what the signer gives proves who approves. `completion`: document, approvals and second factor were
   * asked for when the signature was prepared, which its sealed token proves. `repetition`: they were asked for when it was made, and
   * the same client asks for the very same again. Absent: `signature`.
   */
  readonly purpose?: 'signature' | 'approval' | 'completion' | 'repetition';
  /** Whether a secret of the key is given: something that could be a guess. */
  readonly secret: boolean;
  readonly code: string | null;
}

/** What is known of a certificate at this moment. */
export type CertificateStanding = IdentityEvidence['certificate'] & {
  readonly refusal: {
    readonly code: Extract<IdentityRefusedCode, `certificate-${string}` | 'revocation-unavailable'>;
    readonly reason: string | null;
  } | null;
  /** What said that it was not revoked. */
  readonly revocation: readonly string[];
};

export interface IdentityContext {
  /** Null for what nobody has, and for a signer whose key is not there. */
  find(name: string): RegisteredSigner | null;
  /** Null for a signer without a certificate. @throws only for what is no fault of the certificate */
  standing(signer: RegisteredSigner): Promise<CertificateStanding | null>;
  readonly factors: SecondFactors;
  readonly guard: AttemptGuard;
  /** Null: nobody can approve. */
  readonly sealKeys: readonly SealKeyEntry[] | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the key's holder did not accept the secret, or accepts none for now; null for any other error. */
  readonly refusalOf: (error: unknown) => 'secret-wrong' | 'secret-locked' | null;
  /** Told that a try could not be settled; it stays counted as failed. */
  readonly onTrouble: (error: unknown) => void;
}

const proven = new WeakSet<object>();

/** Comes from `validateIdentity` alone. */
export interface ValidatedIdentity {
  readonly signer: RegisteredSigner;
  /** How far it is known by now. */
  evidence(): IdentityEvidence;
  /**
   * Uses the key: the try is counted before it is made, the code is checked, and what the key says is noted.
   * @throws IdentityRefused, SharedStateUnavailable, and what `useKey` throws
   */
  prove<T>(signal: AbortSignal, useKey: () => Promise<T>): Promise<T>;
}

/** For whoever holds keys. @throws TypeError for what did not come from `validateIdentity` */
export function requireValidated(identity: ValidatedIdentity): void {
  if (!proven.has(identity)) throw new TypeError('not a validated identity');
}

/**
 * Asks everything that can be asked before the key is used; all answers are gathered, the first refusal counts.
 * @param signal - ends the waiting for a turn to try
 * @throws IdentityRefused, SharedStateUnavailable
 */
export async function validateIdentity(
  claim: IdentityClaim,
  context: IdentityContext,
  signal: AbortSignal,
): Promise<ValidatedIdentity> {
  const signer = context.find(claim.signer);
  const client = checkClient(claim, signer);
  // Whoever may not ask learns nothing, and makes us ask nobody.
  if (client.outcome === 'failed') refuseFailed([client], evidenceOf(claim, null, null));
  const standing = signer === null ? null : await context.standing(signer);
  const findings = [client, ...findingsAbout(signer, standing, claim, context)];
  const evidence = evidenceOf(claim, signer, standing);
  await refuseTooMany(claim, context, evidence);
  if (signer === null || looksLikeWrongSecret(findings)) await countAsTry(claim, context, evidence, signal);
  refuseFailed(findings, evidence);
  // Nobody gets here without a signer: `signer-unknown` has been refused.
  const identity = identityOf(signer as RegisteredSigner, claim, { findings, evidence, context });
  proven.add(identity);
  return identity;
}

/**
 * Whether a client may have signatures finished that a key elsewhere made: its holder is known by the certificate alone.
 * @param owner - whom the registry gives the certificate to; null for somebody from outside, who may always be asked for
 * @throws IdentityRefused
 */
export function validateHolder(
  client: IdentityClaim['client'],
  owner: RegisteredSigner | null,
  standing: CertificateStanding,
): IdentityEvidence {
  const findings: readonly IdentityFinding[] =
    owner === null
      ? [passed('client'), { step: 'signer', outcome: 'not-asked' }, checkStanding(standing, 'key-alone')]
      : [
          checkClient({ client, signer: owner.id }, owner),
          passed('signer'),
          checkStatus(owner),
          checkCertificate(owner, standing),
        ];
  const evidence = evidenceOf({ client }, owner, standing);
  refuseFailed(findings, evidence);
  return { ...evidence, findings };
}

function findingsAbout(
  signer: RegisteredSigner | null,
  standing: CertificateStanding | null,
  claim: IdentityClaim,
  context: IdentityContext,
): readonly IdentityFinding[] {
  if (signer === null) return [failed('signer', 'signer-unknown')];
  return [
    passed('signer'),
    checkNik(signer),
    checkStatus(signer),
    checkCertificate(signer, standing),
    ...(askedBefore(claim) ? [] : [checkDocument(signer, claim)]),
    ...(claim.purpose === 'approval' || askedBefore(claim) ? [] : [checkApproval(signer, claim, context)]),
  ];
}

/** Whether document, approvals and second factor were asked for when the signature was begun. */
function askedBefore({ purpose }: IdentityClaim): boolean {
  return purpose === 'completion' || purpose === 'repetition';
}

/** Refusals whose answer is that of a wrong secret. */
function looksLikeWrongSecret(findings: readonly IdentityFinding[]): boolean {
  const code = findings.find(({ outcome }) => outcome === 'failed')?.code;
  return code === 'signer-status' || code?.startsWith('certificate-') === true;
}

/** At once, whatever else is wrong: a guesser costs nothing but this question. */
async function refuseTooMany(
  { signer, client, secret, code }: IdentityClaim,
  { guard }: IdentityContext,
  evidence: Omit<IdentityEvidence, 'findings'>,
): Promise<void> {
  if (!secret && code === null) return;
  const retryAfterMs = await guard.refusedFor(evidence.signer ?? signer, client.id);
  if (retryAfterMs > 0) refuseFailed([failed('secret', 'attempts-exceeded', { retryAfterMs })], evidence);
}

/** Else the sixth try would tell a signer that exists from one that does not. */
async function countAsTry(
  { signer, client, secret, code }: IdentityClaim,
  { guard }: IdentityContext,
  evidence: Omit<IdentityEvidence, 'findings'>,
  signal: AbortSignal,
): Promise<void> {
  if (!secret && code === null) return;
  const attempt = await guard.admit(evidence.signer ?? signer, client.id, signal);
  if (attempt.admitted) return attempt.settle('failed');
  refuseFailed([failed('secret', 'attempts-exceeded', { retryAfterMs: attempt.retryAfterMs })], evidence);
}

function checkClient(
  { client, signer: name }: Pick<IdentityClaim, 'client' | 'signer'>,
  signer: RegisteredSigner | null,
): IdentityFinding {
  return mayAskFor(client, name, signer) ? passed('client') : failed('client', 'signer-not-allowed');
}

/**
 * Whether a client may ask for this signer, by its name and its agency.
 * @param signer - what the registry knows under the name; null for nobody
 */
export function mayAskFor(
  { signers, agencies = null }: IdentityClaim['client'],
  name: string,
  signer: RegisteredSigner | null,
): boolean {
  const agency = signer?.agency ?? null;
  return (
    signers.has(signer?.id ?? name) &&
    (signer === null || agencies === null || (agency !== null && agencies.has(agency)))
  );
}

function checkNik({ nik }: RegisteredSigner): IdentityFinding {
  if (nik === null) return { step: 'nik', outcome: 'not-asked' };
  const doubts = doubtsAboutNik(nik);
  return doubts.length === 0 ? passed('nik') : { step: 'nik', outcome: 'noted', values: { doubts } };
}

function checkStatus({ status }: RegisteredSigner): IdentityFinding {
  return status === MAY_SIGN ? passed('status') : failed('status', 'signer-status', { status });
}

function checkCertificate(
  { certificates }: RegisteredSigner,
  standing: CertificateStanding | null,
): IdentityFinding {
  if (standing === null) return failed('certificate', 'certificate-untrusted', { reason: 'missing' });
  if (certificates !== null && !certificates.has(standing.sha256))
    return failed('certificate', 'certificate-foreign');
  return checkStanding(standing, certificates === null ? 'key-alone' : 'registry');
}

/** @param bound - what binds the certificate to the signer */
function checkStanding(
  { refusal, revocation }: CertificateStanding,
  bound: 'registry' | 'key-alone',
): IdentityFinding {
  if (refusal === null) return { step: 'certificate', outcome: 'passed', values: { bound, revocation } };
  const { code, reason } = refusal;
  return failed('certificate', code, reason === null ? {} : { reason });
}

function checkDocument(signer: RegisteredSigner, claim: IdentityClaim): IdentityFinding {
  const { expectedSha256, documentSha256 } = claim;
  if (expectedSha256 === null)
    return signer.expectedSha256 === 'required'
      ? failed('document', 'document-not-shown')
      : { step: 'document', outcome: 'not-asked' };
  return expectedSha256 === documentSha256 ? passed('document') : failed('document', 'document-mismatch');
}

function checkApproval(
  { id, approval }: RegisteredSigner,
  claim: IdentityClaim,
  { find, sealKeys, now }: IdentityContext,
): IdentityFinding {
  if (approval === null) return { step: 'approval', outcome: 'not-asked' };
  const counts = (given: Approval | null): given is Approval =>
    given !== null &&
    given.signer === id &&
    given.client === claim.client.id &&
    given.document === claim.documentSha256 &&
    given.expiresAt > now &&
    given.approver !== id &&
    approval.of.has(given.approver) &&
    find(given.approver)?.status === MAY_SIGN;
  const opened = claim.approvals.map((token) => openApproval(token, sealKeys ?? []));
  const by = [...new Set(opened.filter(counts).map(({ approver }) => approver))].sort();
  const { required } = approval;
  return by.length >= required
    ? { step: 'approval', outcome: 'passed', values: { by, required } }
    : failed('approval', 'approval-missing', { required, given: by.length });
}

function identityOf(
  signer: RegisteredSigner,
  claim: IdentityClaim,
  found: {
    readonly findings: readonly IdentityFinding[];
    readonly evidence: Omit<IdentityEvidence, 'findings'>;
    readonly context: IdentityContext;
  },
): ValidatedIdentity {
  const { context } = found;
  const known: IdentityFinding[] = [...found.findings];
  const note = (finding: IdentityFinding): void => {
    if (!known.some(({ step }) => step === finding.step)) known.push(finding);
  };
  const refuse = (finding: IdentityFinding, cause?: unknown): never => {
    const evidence = { ...found.evidence, findings: [...known, finding] };
    throw new IdentityRefused(finding.code ?? 'secret-wrong', evidence, finding.values, cause);
  };
  // One code is checked once, however many parts of a batch wait for it.
  let factor: Promise<IdentityFinding> | null = null;
  const proveFactor = async (): Promise<void> => {
    factor ??= checkFactor(signer, claim, context);
    const finding = await factor;
    if (finding.outcome === 'failed') refuse(finding);
    note(finding);
  };
  const tryKey = async <T>(useKey: () => Promise<T>): Promise<T> => {
    await proveFactor();
    try {
      const result = await useKey();
      note(claim.secret ? passed('secret') : { step: 'secret', outcome: 'not-asked' });
      return result;
    } catch (error) {
      const code = context.refusalOf(error);
      return code === null ? Promise.reject(error) : refuse(failed('secret', code), error);
    }
  };
  const guessable = claim.secret || claim.code !== null || signer.secondFactor !== null;
  return {
    signer,
    evidence: () => ({ ...found.evidence, findings: [...known] }),
    prove: async (signal, useKey) => {
      if (!guessable) return tryKey(useKey);
      const attempt = await context.guard.admit(signer.id, claim.client.id, signal);
      if (!attempt.admitted)
        return refuse(failed('secret', 'attempts-exceeded', { retryAfterMs: attempt.retryAfterMs }));
      // The key has been used by then: what is not settled stays counted as failed.
      const settle = (outcome: TryOutcome): Promise<void> => attempt.settle(outcome).catch(context.onTrouble);
      try {
        const result = await tryKey(useKey);
        await settle('passed');
        return result;
      } catch (error) {
        await settle(isGuess(error) ? 'failed' : 'unused');
        throw error;
      }
    },
  };
}

async function checkFactor(
  signer: RegisteredSigner,
  claim: IdentityClaim,
  { factors }: IdentityContext,
): Promise<IdentityFinding> {
  const { code, documents, purpose } = claim;
  if (askedBefore(claim)) return { step: 'second-factor', outcome: 'not-asked' };
  const approves = purpose === 'approval';
  if (signer.secondFactor === null && !approves) return { step: 'second-factor', outcome: 'not-asked' };
  // Nothing else proves who approves.
  if (signer.secondFactor === null || code === null) return failed('second-factor', 'second-factor-missing');
  const outcome = await factors.check(signer, code, documents);
  if (outcome !== 'passed') return failed('second-factor', outcome);
  return { step: 'second-factor', outcome, values: { kind: signer.secondFactor.kind } };
}

function isGuess(error: unknown): boolean {
  return error instanceof IdentityRefused && error.code !== 'second-factor-missing';
}

function evidenceOf(
  { client }: Pick<IdentityClaim, 'client'>,
  signer: RegisteredSigner | null,
  standing: CertificateStanding | null,
): Omit<IdentityEvidence, 'findings'> {
  const certificate =
    standing === null ? null : { sha256: standing.sha256, serialNumber: standing.serialNumber };
  return { signer: signer?.id ?? null, client: client.id, certificate };
}

function refuseFailed(
  findings: readonly IdentityFinding[],
  evidence: Omit<IdentityEvidence, 'findings'>,
): void {
  const first = findings.find(({ outcome }) => outcome === 'failed');
  if (first?.code === undefined) return;
  throw new IdentityRefused(first.code, { ...evidence, findings }, first.values);
}

function passed(step: IdentityFinding['step']): IdentityFinding {
  return { step, outcome: 'passed' };
}

function failed(
  step: IdentityFinding['step'],
  code: IdentityRefusedCode,
  values: NonNullable<IdentityFinding['values']> = {},
): IdentityFinding {
  return { step, outcome: 'failed', code, values };
}
