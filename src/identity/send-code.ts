// A new one-time code for a signer who has them by mail.

import { randomBytes } from 'node:crypto';
import type { SharedState } from '../state/ports.ts';
import type { CodeDelivery } from './code-delivery.ts';
import { IdentityRefused } from './identity-evidence.ts';
import { digestOfCode, newCode } from './second-factor.ts';
import type { RegisteredSigner } from './signer-registry.ts';
import { MAY_SIGN } from './signer-status.ts';
import type { IdentityClaim } from './validate-identity.ts';

/** As for BSrE's codes. */
const CODE = { minutes: 5, tries: 5 } as const;
const MINUTE_MS = 60_000;

/** Messages to one signer within the window of failed tries: a full mailbox helps nobody. */
const MOST_MESSAGES = 5;

export interface CodeSenderContext {
  find(name: string): RegisteredSigner | null;
  readonly delivery: CodeDelivery;
  readonly state: Pick<SharedState, 'codes' | 'rates'>;
  /** Of the digests of codes. */
  readonly key: Uint8Array;
  readonly windowMs: number;
}

/** @returns what does the same for every signer that the client may ask for, known or not, as far as the caller can tell */
export function codeSender({ find, delivery, state, key, windowMs }: CodeSenderContext) {
  return async (client: IdentityClaim['client'], name: string, documents: number): Promise<void> => {
    const signer = find(name);
    const id = signer?.id ?? name;
    const refuse = (code: 'signer-not-allowed' | 'attempts-exceeded', values = {}): never => {
      const finding = { step: 'client', outcome: 'failed', code } as const;
      const evidence = { signer: null, client: client.id, certificate: null, findings: [finding] };
      throw new IdentityRefused(code, evidence, values);
    };
    if (!client.signers.has(id)) refuse('signer-not-allowed');
    const rule = { requests: MOST_MESSAGES, windowMs };
    const { allowed, retryAfterMs } = await state.rates.take(`code ${id}`, rule);
    if (!allowed) refuse('attempts-exceeded', { retryAfterMs });
    if (signer?.secondFactor?.kind !== 'email' || signer.status !== MAY_SIGN) return;
    const code = newCode((length) => randomBytes(length));
    const rules = { expiresInMs: CODE.minutes * MINUTE_MS, tries: CODE.tries, uses: documents };
    await state.codes.issue(signer.id, digestOfCode(key, signer.id, code), rules);
    await delivery.send({ to: signer.secondFactor.email, code, documents, minutes: CODE.minutes });
  };
}
