// Who may sign, wired: the registry, the standing of certificates, codes and the counting of tries.

import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { StandingOf } from './certificate-standing.ts';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { APPROVAL_LIFETIME_MS, sealApproval } from './identity/approval-token.ts';
import { type AttemptGuard, attemptGuard, countedBySigner } from './identity/attempt-guard.ts';
import type { CodeDelivery } from './identity/code-delivery.ts';
import { type IdentityEvidence, IdentityRefused } from './identity/identity-evidence.ts';
import { type SealActivations, sealActivations } from './identity/seal-activation.ts';
import { secondFactors } from './identity/second-factor.ts';
import { codeSender } from './identity/send-code.ts';
import type { RegisteredSigner } from './identity/signer-registry.ts';
import {
  type IdentityClaim,
  type IdentityContext,
  type ValidatedIdentity,
  validateHolder,
  validateIdentity,
} from './identity/validate-identity.ts';
import { type Instant, SignerFailed } from './index.ts';
import type { OpenSigners } from './open-signers.ts';
import type { SealKey } from './sign/sealed-prepared.ts';
import type { SharedState } from './state/ports.ts';

export interface IdentityServices {
  /** @throws IdentityRefused, SharedStateUnavailable */
  validate(claim: IdentityClaim, signal: AbortSignal): Promise<ValidatedIdentity>;
  /**
   * For a key that is elsewhere: its holder as far as the certificate tells.
   * @throws IdentityRefused
   */
  validateHolder(
    client: IdentityClaim['client'],
    chain: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<IdentityEvidence>;
  /**
   * One person's approval that another signs one document.
   * @param claim - of who approves, with `purpose` `approval`
   * @param signer - who is to sign
   * @throws IdentityRefused, SharedStateUnavailable
   */
  readonly approve:
    | ((claim: IdentityClaim, signer: string, signal: AbortSignal) => Promise<GivenApproval>)
    | null;
  /** Codes of agencies' seals. */
  readonly sealActivations: SealActivations;
  /**
   * Sends a one-time code to a signer who has them by mail; nothing, and no word of it, to whoever has not.
   * @throws IdentityRefused, SharedStateUnavailable, CodeNotDelivered
   */
  readonly sendCode:
    | ((client: IdentityClaim['client'], signer: string, documents: number) => Promise<void>)
    | null;
  /** The registered signer that this certificate belongs to; null for somebody from outside. */
  ownerOf(chain: readonly Uint8Array[]): RegisteredSigner | null;
}

export interface GivenApproval {
  readonly token: string;
  readonly expiresAt: Instant;
  readonly identity: IdentityEvidence;
}

export interface IdentityWiring {
  /** Null: nobody has codes by mail. */
  readonly delivery: CodeDelivery | null;
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => Instant;
  readonly signers: OpenSigners;
  readonly state: SharedState;
  readonly standingOf: StandingOf;
  readonly sealKeys: readonly SealKey[] | null;
}

export function identityServices(wiring: IdentityWiring): IdentityServices {
  const { signers, clock, standingOf, sealKeys, log } = wiring;
  const guards = guardsOf(wiring);
  const codeKey = sealKeys?.[0]?.key ?? randomBytes(32);
  const factors = secondFactors({
    codes: wiring.state.codes,
    clock,
    directory: dirname(wiring.config.signersFile ?? '.'),
    key: codeKey,
  });
  const onTrouble = (error: unknown): void =>
    log.error({ error: loggableError(error) }, 'a try stays counted as failed');
  const find = (name: string): RegisteredSigner | null => signers.registry().find(name);
  const contextFor = (signal: AbortSignal, name: string): IdentityContext => ({
    find,
    standing: async (signer) => {
      const chain = signers.offerOf(signer)?.chain ?? [];
      return chain.length === 0 ? null : standingOf(chain, signal);
    },
    factors,
    guard: guards(find(name)),
    sealKeys,
    now: clock(),
    refusalOf,
    onTrouble,
  });
  return {
    validate: (claim, signal) => validateIdentity(claim, contextFor(signal, claim.signer), signal),
    validateHolder: async (client, chain, signal) =>
      validateHolder(client, ownerIn(signers, chain), await standingOf(chain, signal)),
    approve:
      sealKeys === null
        ? null
        : async (claim, name, signal) => {
            const approver = await validateIdentity(claim, contextFor(signal, claim.signer), signal);
            const signer = requireApprover(claim, find(name), approver);
            const expiresAt = clock() + APPROVAL_LIFETIME_MS;
            const token = await approver.prove(signal, async () =>
              sealApproval(
                {
                  approver: approver.signer.id,
                  signer: signer.id,
                  document: claim.documentSha256 ?? '',
                  client: claim.client.id,
                  expiresAt,
                },
                sealKeys,
              ),
            );
            return { token, expiresAt, identity: approver.evidence() };
          },
    sealActivations: sealActivations({ find, codes: wiring.state.codes, factors, key: codeKey, clock }),
    sendCode:
      wiring.delivery === null
        ? null
        : codeSender({
            find,
            delivery: wiring.delivery,
            state: wiring.state,
            key: codeKey,
            windowMs: wiring.config.attemptWindowMs,
          }),
    ownerOf: (chain) => ownerIn(signers, chain),
  };
}

/** @throws IdentityRefused `signer-not-allowed` for somebody whose approval that signer does not need */
function requireApprover(
  { client }: IdentityClaim,
  signer: RegisteredSigner | null,
  approver: ValidatedIdentity,
): RegisteredSigner {
  if (signer?.approval?.of.has(approver.signer.id) === true && client.signers.has(signer.id)) return signer;
  throw new IdentityRefused('signer-not-allowed', approver.evidence());
}

/** Keys that are here belong to whoever the registry says, whether or not it names their certificate. */
function ownerIn(signers: OpenSigners, [leaf]: readonly Uint8Array[]): RegisteredSigner | null {
  if (leaf === undefined) return null;
  const certificate = Buffer.from(leaf);
  const registry = signers.registry();
  const isTheirs = (signer: RegisteredSigner): boolean => {
    const [own] = signers.offerOf(signer)?.chain ?? [];
    return own !== undefined && certificate.equals(own);
  };
  return (
    registry.findByCertificate(createHash('sha256').update(certificate).digest('hex')) ??
    registry.all.find(isTheirs) ??
    null
  );
}

/** Where the key's holder counts, codes are still counted here: their holder is this service. */
function guardsOf({ config, state }: IdentityWiring): (signer: RegisteredSigner | null) => AttemptGuard {
  const counted = attemptGuard(state.attempts, config.attemptWindowMs);
  if (config.attemptGuard !== 'signer') return () => counted;
  return (signer) => (signer?.secondFactor == null ? countedBySigner : counted);
}

function refusalOf(error: unknown): 'secret-wrong' | 'secret-locked' | null {
  if (!(error instanceof SignerFailed)) return null;
  if (error.code === 'signer-auth-failed') return 'secret-wrong';
  return error.code === 'signer-locked' ? 'secret-locked' : null;
}
