// What the audit is told about requests: every attempt to sign, and every caller who was not let in, before the answer leaves.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditEvent, AuditFacts } from '../audit/record.ts';
import { ClientRefused } from '../identity/client-refused.ts';
import { IdentityRefused, identityWords } from '../identity/identity-evidence.ts';
import { serviceRefusalIn } from '../index.ts';
import { preferredLanguage } from './accept.ts';
import { problemHeaders } from './error-handler.ts';
import { stableCode } from './loggable-error.ts';
import type { AppServices } from './ports.ts';
import { problemAnswer } from './problem-answer.ts';
import { HttpProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `signature`: no answer of this route leaves without a record of the attempt. `access`: refused callers are recorded.
     */
    audit?: 'signature' | 'access';
  }
  interface FastifyRequest {
    trail: Trail | null;
  }
}

/** What is known of a request so far. */
interface Trail {
  facts: AuditFacts;
  /** The record of what the answer says is written. */
  recorded: boolean;
}

/** Adds the rule that no answer leaves before its record is there. */
export function recordAttempts(server: FastifyInstance, services: AppServices): void {
  server.decorateRequest('trail', null);
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.audit !== undefined) request.trail = { facts: {}, recorded: false };
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const { trail, problem } = request;
    if (trail === null || trail.recorded) return payload;
    const event = eventOf(request, reply);
    if (event === null) return payload;
    trail.recorded = true;
    try {
      // What the sinks have just failed to take has been waited for long enough.
      const { written } = services.audit.append(event, { ...refusalFacts(problem), ...factsOf(request) });
      if (problem?.code !== 'audit-unavailable') await written;
      if (reply.statusCode < 400) return withheld(request, reply, payload, services, 'internal');
      return payload;
    } catch {
      // That the record could not be written is what the caller is told instead; the lane has logged why.
      return withheld(request, reply, payload, services, 'audit-unavailable');
    }
  });
}

/** Null for an answer that needs no record of its own. */
function eventOf({ routeOptions }: FastifyRequest, { statusCode }: FastifyReply): AuditEvent | null {
  if (statusCode === 401) return 'auth.failed';
  if (routeOptions.config.audit === 'signature') return statusCode < 400 ? 'sign.withheld' : 'sign.refused';
  return statusCode === 403 ? 'auth.failed' : null;
}

const OF_A_DOCUMENT = ['Signature-Id', 'Content-Digest', 'Audit-Receipt', 'Content-Length'];

/** Another answer in place of one that may not leave. */
function withheld(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  { settings, log }: AppServices,
  code: 'audit-unavailable' | 'internal',
): string {
  const problem = new HttpProblem(code);
  log.error({ requestId: request.id, code }, 'answer withheld: no record');
  if (isStream(payload)) payload.destroy();
  for (const name of OF_A_DOCUMENT) reply.removeHeader(name);
  const language = preferredLanguage(request.headers['accept-language']);
  const answer = problemAnswer(problem, {
    language,
    requestId: request.id,
    maxUploadMegabytes: settings.maxUploadMegabytes,
    verification: false,
  });
  problemHeaders(problem, reply).header('Content-Language', language).type('application/problem+json');
  return JSON.stringify(answer);
}

function isStream(payload: unknown): payload is { destroy(): void } {
  return typeof (payload as { destroy?: unknown } | null)?.destroy === 'function';
}

function refusalFacts(problem: HttpProblem | null): AuditFacts {
  if (problem === null) return {};
  if (problem.cause instanceof ClientRefused)
    return { problemCode: problem.code, reason: problem.cause.reason ?? problem.cause.code };
  const reason = stableCode(problem.cause);
  const said = serviceRefusalIn(problem.cause);
  const original =
    said === null ? {} : { original: { code: said.original, text: said.message.slice(0, LONGEST_WORDS) } };
  const identity =
    problem.cause instanceof IdentityRefused ? { identity: identityWords(problem.cause.evidence) } : {};
  return { problemCode: problem.code, ...(reason === null ? {} : { reason }), ...original, ...identity };
}

// Sentences, not the pages that some servers send instead.
const LONGEST_WORDS = 300;

function factsOf(request: FastifyRequest): AuditFacts {
  const { client, trail, routeOptions } = request;
  const traceparent = request.headers.traceparent?.toString();
  return {
    requestId: request.id,
    ...(routeOptions.url === undefined ? {} : { route: routeOptions.url }),
    remoteAddr: request.ip,
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
    ...(client === null ? {} : { client: { id: client.id, keyId: client.keyId } }),
    ...trail?.facts,
  };
}

// W3C Trace Context, 3.2.
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What a caller asks for, as far as the audit may know it. */
export interface Attempt {
  /** As the caller names the signer. */
  readonly signer?: string | undefined;
  readonly reason?: string | undefined;
  readonly location?: string | undefined;
  readonly level?: string;
  readonly inputSha256?: string;
  readonly inputSize?: number;
  readonly expectedSha256?: string | undefined;
  /** Documents of a batch. */
  readonly count?: number;
}

/** Notes what is asked for, for every later record of this request. */
export function noteAttempt(request: FastifyRequest, { audit }: AppServices, attempt: Attempt): void {
  const { signer, reason, location, count, level, inputSha256, inputSize, expectedSha256 } = attempt;
  const idempotencyKey = request.headers['idempotency-key']?.toString();
  const document = {
    ...(inputSha256 === undefined ? {} : { inputSha256 }),
    ...(inputSize === undefined ? {} : { inputSize }),
    ...(expectedSha256 === undefined ? {} : { expectedSha256 }),
    ...(level === undefined ? {} : { level }),
    ...(reason === undefined ? {} : { reasonRef: audit.reference('reason', reason) }),
    ...(location === undefined ? {} : { locationRef: audit.reference('location', location) }),
  };
  note(request, {
    ...(signer === undefined ? {} : { signerRef: audit.reference('signer', signer) }),
    ...(idempotencyKey === undefined
      ? {}
      : { idempotencyKey: audit.reference('idempotency-key', idempotencyKey) }),
    ...(count === undefined ? {} : { count }),
    ...(Object.keys(document).length === 0 ? {} : { document }),
  });
}

/** Notes what the caller is told, where words of a contract say it. */
export function noteAnswer(request: FastifyRequest, answered: NonNullable<AuditFacts['answered']>): void {
  note(request, { answered });
}

function note({ trail }: FastifyRequest, facts: AuditFacts): void {
  if (trail === null) return;
  const document = { ...trail.facts.document, ...facts.document };
  trail.facts = { ...trail.facts, ...facts, ...(Object.keys(document).length === 0 ? {} : { document }) };
}

/**
 * Says that a key may be used from now on. It is in the chain before whatever comes of it, so nobody waits for it.
 * @throws HttpProblem `audit-unavailable` when the records wait already
 */
export function recordRequested(request: FastifyRequest, services: AppServices): void {
  appended(request, services, 'sign.requested', {});
}

/** A batch begins; each of its documents gets a record of its own. @throws HttpProblem `audit-unavailable` */
export async function recordBatch(request: FastifyRequest, services: AppServices): Promise<void> {
  await unlessUnavailable(appended(request, services, 'sign.requested', {}).written);
}

/** A first step is done. @throws HttpProblem `audit-unavailable` */
export async function recordPrepared(
  request: FastifyRequest,
  services: AppServices,
  facts: AuditFacts,
): Promise<void> {
  await recorded(request, services, 'sign.prepared', facts);
}

/**
 * A document is signed; nothing of it may leave before this resolves.
 * @returns the receipt, null for a service without a seal
 * @throws HttpProblem `audit-unavailable`
 */
export async function recordCompleted(
  request: FastifyRequest,
  services: AppServices,
  facts: AuditFacts & { readonly signatureId: string },
): Promise<string | null> {
  const record = appended(request, services, 'sign.completed', facts);
  const sha256 = facts.document?.outputSha256 ?? '';
  const receipt = services.audit.receipt(record, { signatureId: facts.signatureId, sha256 });
  const [, given] = await Promise.all([unlessUnavailable(record.written), receipt]);
  markRecorded(request);
  return given;
}

/** What was signed before is handed out once more. @throws HttpProblem `audit-unavailable` */
export async function recordRepeated(
  request: FastifyRequest,
  services: AppServices,
  facts: AuditFacts,
): Promise<void> {
  await recorded(request, services, 'sign.repeated', facts);
}

/** A document of a batch was not signed. @throws HttpProblem `audit-unavailable` */
export async function recordFailed(
  request: FastifyRequest,
  services: AppServices,
  problem: HttpProblem,
  facts: AuditFacts,
): Promise<void> {
  await recorded(request, services, 'sign.refused', { ...refusalFacts(problem), ...facts });
}

/**
 * A report bears the service's own seal; it does not leave before this resolves. What was checked stays between the caller and
 * us: the record names the report alone.
 * @throws HttpProblem `audit-unavailable`
 */
export async function recordReport(
  request: FastifyRequest,
  services: AppServices,
  outputSha256: string,
): Promise<void> {
  await unlessUnavailable(
    appended(request, services, 'report.sealed', { document: { outputSha256 } }).written,
  );
}

/** From here on the answer tells what its records say one by one. */
export function markRecorded({ trail }: FastifyRequest): void {
  if (trail !== null) trail.recorded = true;
}

async function recorded(
  request: FastifyRequest,
  services: AppServices,
  event: AuditEvent,
  facts: AuditFacts,
): Promise<void> {
  await unlessUnavailable(appended(request, services, event, facts).written);
  markRecorded(request);
}

type Appended = ReturnType<AppServices['audit']['append']>;

function appended(
  request: FastifyRequest,
  { audit }: AppServices,
  event: AuditEvent,
  facts: AuditFacts,
): Appended {
  const known = factsOf(request);
  const document = { ...known.document, ...facts.document };
  const all = { ...known, ...facts, ...(Object.keys(document).length === 0 ? {} : { document }) };
  try {
    return audit.append(event, all);
  } catch (error) {
    throw new HttpProblem('audit-unavailable', {}, [], error);
  }
}

async function unlessUnavailable(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    throw new HttpProblem('audit-unavailable', {}, [], error);
  }
}
