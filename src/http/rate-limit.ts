// How often a client may ask and sign: RateLimit fields on each answer (IETF httpapi, ratelimit-headers), 429 beyond.

import type { FastifyReply } from 'fastify';
import type { ApiClient } from '../identity/api-clients.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';

/**
 * Takes from what a client may do.
 *
 * @param kind - `requests` of any kind that need a client; `signatures` that are asked for, each document of a batch
 * @throws HttpProblem `rate-limited`, with when to come back; `batch-too-large` for what will never be allowed at once
 */
export async function takeFromRate(
  client: ApiClient | null,
  kind: keyof ApiClient['rates'],
  units: number,
  { services, reply }: { readonly services: Pick<AppServices, 'rates'>; readonly reply: FastifyReply },
): Promise<void> {
  const rate = client?.rates[kind] ?? null;
  if (client === null || rate === null) return;
  if (units > rate.requests) throw new HttpProblem('batch-too-large');
  const { allowed, remaining, resetMs, retryAfterMs } = await services.rates.take(
    `${kind} ${client.id}`,
    rate,
    units,
  );
  addField(reply, 'RateLimit-Policy', `"${kind}";q=${rate.requests};w=${seconds(rate.windowMs)}`);
  addField(reply, 'RateLimit', `"${kind}";r=${remaining};t=${seconds(allowed ? resetMs : retryAfterMs)}`);
  if (!allowed) throw new HttpProblem('rate-limited', { seconds: String(seconds(retryAfterMs)) });
}

/** Both fields are lists: a request can count against two policies. */
function addField(reply: FastifyReply, name: string, item: string): void {
  const earlier = reply.getHeader(name);
  reply.header(name, earlier === undefined ? item : `${String(earlier)}, ${item}`);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
