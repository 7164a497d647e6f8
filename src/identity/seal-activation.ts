// An agency's seal without a person at hand: a code by mail or of an authenticator activates it for one application, which then asks for codes of its own.

import { randomBytes } from 'node:crypto';
import type { OneTimeCodes } from '../state/ports.ts';
import { digestOfCode, newCode, type SecondFactors } from './second-factor.ts';
import type { RegisteredSigner } from './signer-registry.ts';
import type { IdentityClaim } from './validate-identity.ts';

export interface IssuedCode {
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Null and false for a code that is nobody's, for another application, or over; each wrong one counts against the right one. */
export interface SealActivations {
  /** The same code for another day. */
  extend(client: IdentityClaim['client'], name: string, code: string): Promise<IssuedCode | null>;
  /** A code for one request that seals so many documents. */
  issue(
    client: IdentityClaim['client'],
    name: string,
    code: string,
    documents: number,
  ): Promise<IssuedCode | null>;
  revoke(client: IdentityClaim['client'], name: string, code: string): Promise<boolean>;
}

const ACTIVATION = { expiresInMs: 24 * 3_600_000, tries: 5, uses: 1 } as const;
const SEAL_CODE = { expiresInMs: 5 * 60_000, tries: 5 } as const;

export interface SealActivationContext {
  find(name: string): RegisteredSigner | null;
  readonly codes: OneTimeCodes;
  readonly factors: SecondFactors;
  /** Of the digests of codes. */
  readonly key: Uint8Array;
  readonly clock: () => number;
}

export function sealActivations({
  find,
  codes,
  factors,
  key,
  clock,
}: SealActivationContext): SealActivations {
  const placeOf = (client: IdentityClaim['client'], { id }: RegisteredSigner): string =>
    `seal-activation ${client.id} ${id}`;
  const signerOf = (client: IdentityClaim['client'], name: string): RegisteredSigner | null => {
    const signer = find(name);
    return signer !== null && client.signers.has(signer.id) ? signer : null;
  };
  /** The code is taken: an activation, or the code of a mail or an authenticator that becomes one. */
  const take = async (client: IdentityClaim['client'], signer: RegisteredSigner, code: string) => {
    const digest = digestOfCode(key, signer.id, code);
    const known = await codes.redeem(placeOf(client, signer), digest, 1);
    return known === 'accepted' || (await factors.check(signer, code, 1)) === 'passed';
  };
  const extend = async (client: IdentityClaim['client'], name: string, code: string) => {
    const signer = signerOf(client, name);
    if (signer === null || !(await take(client, signer, code))) return null;
    await codes.issue(placeOf(client, signer), digestOfCode(key, signer.id, code), ACTIVATION);
    return { code, expiresAt: clock() + ACTIVATION.expiresInMs };
  };
  return {
    extend,
    issue: async (client, name, code, documents) => {
      const signer = signerOf(client, name);
      if (signer === null || (await extend(client, name, code)) === null) return null;
      // From here on a code of the signer as one by mail: whoever signs is asked for it in the one place that asks.
      const fresh = newCode((length) => randomBytes(length));
      await codes.issue(signer.id, digestOfCode(key, signer.id, fresh), { ...SEAL_CODE, uses: documents });
      return { code: fresh, expiresAt: clock() + SEAL_CODE.expiresInMs };
    },
    revoke: async (client, name, code) => {
      const signer = signerOf(client, name);
      return signer !== null && (await take(client, signer, code));
    },
  };
}
