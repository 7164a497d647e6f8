// What routes of the compatible API ask of a request beside its body.

import type { FastifyRequest } from 'fastify';
import { type CompatSwitches, USUAL_SWITCHES } from '../../identity/compat-switches.ts';
import { clientOf } from '../identity-claim.ts';
import type { AppServices, SignerAccount } from '../ports.ts';

/** How this application wants to be answered. */
export function switchesOf({ client }: FastifyRequest): CompatSwitches {
  return client?.compat ?? USUAL_SWITCHES;
}

/**
 * What our own QR code leads to: the page of this service, as the caller reaches it. The caller, who is known, may name any
 * address in a code, so it can claim nothing here that it could not say itself.
 */
export function ownAddress({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}/`;
}

/** The account, as far as this client may know it. @throws HttpProblem `unauthenticated` */
export function accountFor(
  request: FastifyRequest,
  { account }: Pick<AppServices, 'account'>,
  name: string,
): SignerAccount | null {
  return account(clientOf(request), name);
}
