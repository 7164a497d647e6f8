// What a known client may ask for: held against its entry in the clients file, never against anything else of the request.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient } from '../identity/api-clients.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { takeFromRate } from './rate-limit.ts';

/** By the name that the request wrote; where a key is used, the validation of the signer asks again. @throws HttpProblem `signer-not-allowed` */
export function requireAllowedSigner(client: ApiClient | null, signer: string): void {
  if (client?.signers.has(signer) !== true) throw new HttpProblem('signer-not-allowed');
}

/** @throws HttpProblem `level-not-allowed` */
export function requireAllowedLevel(client: ApiClient | null, level: string): void {
  if (client?.levels?.has(level) === false) throw new HttpProblem('level-not-allowed');
}

/**
 * Lets the client have signatures, and counts them.
 *
 * @param level - as asked for; absent: the service's own
 * @param count - how many documents
 * @throws HttpProblem `level-not-allowed`, `rate-limited`, `batch-too-large`
 */
export async function allowSignatures(
  { request, reply, services }: Exchange,
  level: string | undefined,
  count = 1,
): Promise<void> {
  requireAllowedLevel(request.client, level ?? services.settings.defaultLevel);
  await takeFromRate(request.client, 'signatures', count, { services, reply });
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly services: AppServices;
}
