// A request to sign with an Idempotency-Key (IETF httpapi, draft-ietf-httpapi-idempotency-key-header-07): whoever saw a time-out sends it
// again, and gets the signature that was made, after the secret was tried again. What is kept is the update, never the document.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from './identity-claim.ts';
import { decodeKept, digestOf, keepResult, keyDigest, releaseClaim } from './kept-result.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import type { SignedFacts, SignedUpload } from './sign-reply.ts';

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  pattern: '^[!-~]{1,255}$',
  description:
    'Names this request, so that it can be sent again: 1 to 255 visible ASCII characters, new for each signature. The same request with the same key signs once within an hour; its repeat has the secret checked again and brings the same document, with "Idempotency-Replayed: true". With another document or other wishes it is refused (422), and while the first is under way too (409).',
} as const;

/** For how long a repeat brings what was signed. */
const KEPT_MS = 3_600_000;
// Beyond the deadline of a signature: its process has ended.
const LEASE_MARGIN_MS = 5_000;
const KEY = /^[\x21-\x7e]{1,255}$/;
/** Asked again at each repeat, or given anew for it. */
const SECRETS = ['passphrase', 'password', 'otp', 'credentialToken', 'code', 'approvals'];

/** The key as sent, or in the quotation marks of a structured field (RFC 9651, 3.3.3). @throws HttpProblem `invalid-request` */
export function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const given = headers['idempotency-key'];
  if (given === undefined) return null;
  const text = given.toString().trim();
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (KEY.test(key)) return key;
  throw new HttpProblem('invalid-request', {}, [
    { pointer: '/Idempotency-Key', message: '1 to 255 visible ASCII characters' },
  ]);
}

/** Where the result of a request with this key is. */
export function signSlot(client: string, key: string): string {
  return `sign-key ${keyDigest(client, key)}`;
}

interface RepeatableExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly services: AppServices;
}

interface KeptSigned {
  readonly facts: SignedFacts;
  readonly updates: readonly Uint8Array[];
}

/**
 * Signs, unless a request with this key has: then what that one brought about.
 * @param wishes - everything that makes two requests the same; secrets under their usual names do not count, and one-time ones are to
 *   stand beside them under another
 * @param work - signs; called at most once for a key while its result is kept
 * @param again - proves the secret of a repeat
 * @throws HttpProblem `invalid-request`, `idempotency-in-flight`, `idempotency-payload-mismatch`; SharedStateUnavailable; as `work` and `again`
 */
export async function oncePerKey(
  { request, reply, services }: RepeatableExchange,
  wishes: object,
  {
    work,
    again,
  }: {
    readonly work: () => Promise<SignedUpload>;
    readonly again: (facts: SignedFacts, update: Uint8Array) => Promise<SignedUpload>;
  },
): Promise<SignedUpload> {
  const given = idempotencyKeyOf(request);
  const { repeats: slots, settings } = services;
  if (given === null || slots === null) return work();
  const client = clientOf(request).id;
  const key = signSlot(client, given);
  const fingerprint = digestOf([client, wishes], SECRETS);
  const claim = await slots.claim(key, fingerprint, settings.signDeadlineMs + LEASE_MARGIN_MS);
  if (claim.kind === 'in-flight') throw new HttpProblem('idempotency-in-flight');
  if (claim.kind === 'other-payload') throw new HttpProblem('idempotency-payload-mismatch');
  if (claim.kind === 'done') {
    const { facts, updates } = decodeKept<KeptSigned>(claim.result);
    const signed = await again(facts, updates[0] ?? new Uint8Array());
    reply.header('Idempotency-Enforced', 'true').header('Idempotency-Replayed', 'true');
    return signed;
  }
  const held = { slots, key, claim: claim.claim, log: request.log };
  let signed: SignedUpload;
  try {
    signed = await work();
  } catch (error) {
    await releaseClaim(held);
    throw error;
  }
  const kept: KeptSigned = { facts: signed.facts, updates: [signed.update] };
  reply.header('Idempotency-Enforced', String(await keepResult(held, kept, KEPT_MS)));
  return signed;
}

/** Says of every other request of this API that signs and came with a key that the key is only recorded. */
export function announceUnenforcedKeys(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const { config, url = '' } = request.routeOptions;
    const keyed = request.headers['idempotency-key'] !== undefined && config.audit === 'signature';
    if (keyed && url.startsWith('/v1/') && !reply.hasHeader('Idempotency-Enforced'))
      reply.header('Idempotency-Enforced', 'false');
    return payload;
  });
}
