// Every error ends here: as a problem for the caller, and as a log line without a word of what was sent.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClientRefused } from '../identity/client-refused.ts';
import { preferredLanguage } from './accept.ts';
import { loggableError, stableCode } from './loggable-error.ts';
import { problemAnswer } from './problem-answer.ts';
import { problemOf } from './problem-of-error.ts';
import { HttpProblem, mayBeRetried, PROBLEM_STATUS, RETRY_AFTER_SECONDS } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers of this route tell about a document's verdict. */
    verification?: boolean;
  }
  interface FastifyRequest {
    /** What the answer says instead of what was asked for. */
    problem: HttpProblem | null;
  }
}

/** Answers errors and unknown addresses with `application/problem+json`. */
export function answerProblems(server: FastifyInstance, maxUploadMegabytes: number): void {
  server.decorateRequest('problem', null);
  server.setErrorHandler((error, request, reply) => {
    const problem = brokeOff(request)
      ? new HttpProblem('invalid-request', {}, [BROKEN_OFF], error)
      : problemOf(error);
    logProblem(request, problem);
    return sendProblem(problem, request, reply, maxUploadMegabytes);
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(new HttpProblem('not-found'), request, reply, maxUploadMegabytes),
  );
}

const BROKEN_OFF = { pointer: '/', message: 'ended before it was complete' };

/** The caller has hung up while it was sending: no failure of ours, whatever reading the rest of it has thrown. */
function brokeOff({ raw }: FastifyRequest): boolean {
  return !raw.complete && stableCode(raw.errored) === 'ECONNRESET';
}

/** Logs what happened: ours loudly, the caller's quietly. */
export function logProblem(request: FastifyRequest, problem: HttpProblem): void {
  const line = { code: problem.code, ...whoOf(request, problem), error: loggableError(problem.cause) };
  if (PROBLEM_STATUS[problem.code] >= 500) request.log.error(line, 'failed');
  else request.log.info(line, 'refused');
}

/** Who was refused, and why as only the operator is told. */
function whoOf({ client }: FastifyRequest, { cause }: HttpProblem): Readonly<Record<string, unknown>> {
  if (!(cause instanceof ClientRefused)) return client === null ? {} : { client: client.id };
  return { client: cause.clientId, reason: cause.reason };
}

/** The headers that belong to a problem's status, whatever the form of the answer. */
export function problemHeaders(problem: HttpProblem, reply: FastifyReply): FastifyReply {
  reply.code(PROBLEM_STATUS[problem.code]).header('Cache-Control', 'no-store');
  if (mayBeRetried(problem.code))
    reply.header('Retry-After', problem.values.seconds ?? String(RETRY_AFTER_SECONDS));
  if (problem.code === 'unauthenticated') reply.header('WWW-Authenticate', 'Bearer');
  return reply;
}

function sendProblem(
  problem: HttpProblem,
  request: FastifyRequest,
  reply: FastifyReply,
  maxUploadMegabytes: number,
): FastifyReply {
  request.problem = problem;
  const language = preferredLanguage(request.headers['accept-language']);
  const answer = problemAnswer(problem, {
    language,
    requestId: request.id,
    maxUploadMegabytes,
    verification: request.routeOptions.config.verification === true,
  });
  return problemHeaders(problem, reply)
    .header('Content-Language', language)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(answer);
}
