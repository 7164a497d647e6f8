// Who may sign, wired: the registry, the standing of certificates, codes and the counting of tries.

import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { StandingOf } from './certificate-standing.ts';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { type AttemptGuard, attemptGuard, countedBySigner } from './identity/attempt-guard.ts';
import type { IdentityEvidence } from './identity/identity-evidence.ts';
import { secondFactors } from './identity/second-factor.ts';
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
  /** The registered signer that this certificate belongs to; null for somebody from outside. */
  ownerOf(chain: readonly Uint8Array[]): RegisteredSigner | null;
}

export interface IdentityWiring {
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
  const factors = secondFactors({
    codes: wiring.state.codes,
    clock,
    directory: dirname(wiring.config.signersFile ?? '.'),
    key: sealKeys?.[0]?.key ?? randomBytes(32),
  });
  const onTrouble = (error: unknown): void =>
    log.error({ error: loggableError(error) }, 'a try stays counted as failed');
  const find = (name: string): RegisteredSigner | null => signers.registry().find(name);
  const contextFor = (signal: AbortSignal, name: string): IdentityContext => ({
    find,
    standing: (signer) => standingOf(signers.offerOf(signer)?.chain ?? [], signal),
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
    ownerOf: (chain) => ownerIn(signers, chain),
  };
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
