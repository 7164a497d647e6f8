// The compatible API on the same server: its own refusals below /api, its own reading of bodies, and the same use cases as /v1.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { USUAL_SWITCHES } from '../../identity/compat-switches.ts';
import { noteAnswer } from '../audit-trail.ts';
import { logProblem, problemHeaders } from '../error-handler.ts';
import type { AppServices } from '../ports.ts';
import { problemOf } from '../problem-of-error.ts';
import { HttpProblem } from '../problems.ts';
import { MalformedJson } from './bodies.ts';
import { BsreRefused, type Operation, type Refusal, refusalBody, refusalOf } from './refusal.ts';
import { certificateChainRoutes } from './routes/certificate-chain.ts';
import { downloadRoute } from './routes/download.ts';
import { registrationRoutes } from './routes/registration.ts';
import { sealRoutes } from './routes/seal.ts';
import { signV1Route } from './routes/sign-v1.ts';
import { signV2Route } from './routes/sign-v2.ts';
import { totpRoute } from './routes/totp.ts';
import { userStatusRoutes } from './routes/user-status.ts';
import { verifyV1Routes } from './routes/verify-v1.ts';
import { verifyV2Route } from './routes/verify-v2.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route of the compatible API does. */
    bsre?: Operation;
  }
}

/** Everything below `/api`; a face for `buildApp`. */
export function compatibleApi(services: AppServices): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    await server.register(
      async (scope) => {
        readAnyBody(scope);
        answerAsTheOriginal(scope, services);
        signV1Route(scope, services);
        downloadRoute(scope, services);
        verifyV1Routes(scope, services);
        userStatusRoutes(scope, services);
        certificateChainRoutes(scope, services);
        signV2Route(scope, services);
        totpRoute(scope, services);
        sealRoutes(scope, services);
        verifyV2Route(scope, services);
        registrationRoutes(scope, services);
      },
      { prefix: '/api' },
    );
  };
}

/** Types of bodies say nothing here: they are read by what the address expects. */
function readAnyBody(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
}

function answerAsTheOriginal(scope: FastifyInstance, services: AppServices): void {
  scope.setErrorHandler((error, request, reply) => {
    const problem = problemFor(error);
    logProblem(request, problem);
    return sendRefusal({ error, problem }, request, reply, services);
  });
  scope.setNotFoundHandler((request, reply) => {
    const error = new HttpProblem('not-found');
    return sendRefusal({ error, problem: error }, request, reply, services);
  });
}

function problemFor(error: unknown): HttpProblem {
  if (error instanceof BsreRefused || error instanceof MalformedJson)
    return new HttpProblem('invalid-request', {}, [], error);
  return problemOf(error);
}

function sendRefusal(
  { error, problem }: { readonly error: unknown; readonly problem: HttpProblem },
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, now }: AppServices,
): FastifyReply {
  request.problem = problem;
  const switches = request.client?.compat ?? USUAL_SWITCHES;
  const operation = request.routeOptions.config.bsre ?? 'other';
  const refusal = ((): Refusal => {
    if (error instanceof MalformedJson) return { kind: 'framework', status: 400 };
    if (error instanceof BsreRefused)
      return { kind: 'business', status: error.status, business: error.business };
    return refusalOf(problem, operation, switches, settings.maxUploadMegabytes);
  })();
  problemHeaders(problem, reply).code(refusal.status).header('X-Error-Code', problem.code);
  if (refusal.status === 401) reply.header('WWW-Authenticate', 'Basic realm="Realm"');
  if (refusal.kind === 'business') noteAnswer(request, refusal.business);
  const legacy = operation === 'sign' && switches.errorGeneration === 'legacy';
  const [path = '/'] = request.url.split(/[?#]/, 1);
  return reply
    .type('application/json')
    .serializer(JSON.stringify)
    .send(refusalBody(refusal, { path, now: now(), legacy }));
}
