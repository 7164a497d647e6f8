// The service's HTTP face, assembled: guards first, then one registration per route. What it does comes in as ports.

import type { TlsOptions } from 'node:tls';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { safeParse } from 'zod';
import { admitDocuments } from './admission.ts';
import { recordAttempts } from './audit-trail.ts';
import { limitBodyTime } from './body-time.ts';
import { describeCompatibleApi } from './bsre/describe.ts';
import { compatibleApi } from './bsre/face.ts';
import { watchCallers } from './caller-gone.ts';
import { describeApi, documentationRoutes } from './documentation.ts';
import { endInOrder } from './ending.ts';
import { answerProblems } from './error-handler.ts';
import { closeAfterRefusal } from './linger.ts';
import { measureRequests } from './measure-requests.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { faultsOf } from './parameters.ts';
import type { AppServices, TlsSettings } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { callersRequestId, uuidV7 } from './request-id.ts';
import { logRequests, withoutSecrets } from './request-log.ts';
import { approvalRoute } from './routes/approval.ts';
import { auditCheckpointsRoutes } from './routes/audit-checkpoints.ts';
import { codeRoute } from './routes/code.ts';
import { healthRoutes } from './routes/health.ts';
import { operationsRoute } from './routes/operations.ts';
import { preflightRoute } from './routes/preflight.ts';
import { raiseRoute } from './routes/raise.ts';
import { revisionsRoute } from './routes/revisions.ts';
import { signRoute } from './routes/sign.ts';
import { signBatchRoute } from './routes/sign-batch.ts';
import { signCompleteRoute } from './routes/sign-complete.ts';
import { signPrepareRoute } from './routes/sign-prepare.ts';
import { signingRequestsRoute } from './routes/signing-requests.ts';
import { trustListRoute } from './routes/trust-list.ts';
import { verifyRoute } from './routes/verify.ts';
import { verifyDigestRoute } from './routes/verify-digest.ts';
import { guardAnswers } from './security-headers.ts';
import { announceUnenforcedKeys } from './sign-repeats.ts';
import { traceRequests } from './trace-requests.ts';
import { answerUnreadable } from './unreadable-requests.ts';

/** Another face on the same server, as the upload page; it is handed a scope of its own and adds its routes. */
export type Face = (scope: FastifyInstance) => Promise<void>;

export interface App {
  readonly server: FastifyInstance;
  /** From here on `/readyz` says no; everything else is still served. */
  beginEnding(): void;
}

const HEADERS_TIMEOUT_MS = 15_000;

/** Assembles the service; nothing listens yet. */
export async function buildApp(services: AppServices, faces: readonly Face[] = []): Promise<App> {
  const server = createServer(services);
  traceRequests(server, services);
  recordAttempts(server, services);
  announceUnenforcedKeys(server);
  measureRequests(server, services.metrics, services.monotonicMs);
  const ending = endInOrder(server);
  answerProblems(server, services.settings.maxUploadMegabytes);
  logRequests(server, services.monotonicMs);
  closeAfterRefusal(server);
  admitDocuments(server, services);
  limitBodyTime(server);
  watchCallers(server);
  await guardAnswers(server);
  refuseOtherMethods(server);
  await acceptDocuments(server);
  await describeApi(server, services.settings.tool.version);
  await describeCompatibleApi(server, services.settings.tool.version);
  verifyRoute(server, services);
  revisionsRoute(server, services);
  server.decorateRequest('client', null);
  await verifyDigestRoute(server, services);
  signRoute(server, services);
  raiseRoute(server, services);
  preflightRoute(server, services);
  signBatchRoute(server, services);
  signPrepareRoute(server, services);
  signCompleteRoute(server, services);
  await signingRequestsRoute(server, services);
  operationsRoute(server, services);
  approvalRoute(server, services);
  codeRoute(server, services);
  trustListRoute(server, services);
  auditCheckpointsRoutes(server, services);
  healthRoutes(server, services, ending.hasBegun);
  await compatibleApi(services)(server);
  await documentationRoutes(server);
  for (const face of faces) await server.register(face);
  return { server, beginEnding: ending.begin };
}

function createServer(services: AppServices): FastifyInstance {
  const server = fastify({
    loggerInstance: withoutSecrets(services.log),
    // Fastify's own lines hold the address with its query; request-log.ts writes ours.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) =>
      callersRequestId(request.headers['x-request-id']) ?? uuidV7(services.now(), services.randomBytes(10)),
    // Not Node's, which knows no exception: body-time.ts.
    requestTimeout: 0,
    clientErrorHandler: (error, socket) => {
      const requestId = uuidV7(services.now(), services.randomBytes(10));
      const code = answerUnreadable(error, socket, requestId);
      if (code !== null) services.log.info({ reqId: requestId, code }, 'not readable as HTTP');
    },
    // Fastify holds the hooks that begin and end it to this too, and ending.ts takes ten seconds where callers never stop coming; on a
    // machine that is short of processor time both take longer.
    pluginTimeout: 60_000,
    // With these it loads no JSON Schema compilers of its own: a hundred modules that nobody here would ask.
    schemaController: OWN_COMPILERS,
    // Only the two upload forms are read, each under its own limit; this is for what nobody expects.
    bodyLimit: 1024,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Applications join addresses that do or do not end in a slash with paths that begin with one.
    rewriteUrl: ({ url = '/' }) => url.replace(/^[^?#]*/, (path) => path.replace(/\/{2,}/g, '/')),
    // Whose X-Forwarded-For says where a request came from; from anybody else it says nothing.
    trustProxy: [...services.settings.trustedProxies],
    ...(services.tls === null
      ? { http: { headersTimeout: HEADERS_TIMEOUT_MS } }
      : { https: { headersTimeout: HEADERS_TIMEOUT_MS, ...tlsOptions(services.tls) } }),
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  return server;
}

const validatorCompiler = ({ schema }: { readonly schema: unknown }) => validator(schema as z.ZodType);

/** Its types know only compilers of JSON Schema. */
const OWN_COMPILERS = {
  compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

/** A certificate is asked of everybody and needed by nobody: checking documents is open, and who shows none has other credentials. */
function tlsOptions({ certificate, privateKey, clientAuthorities }: TlsSettings): TlsOptions {
  return {
    cert: certificate,
    key: privateKey,
    minVersion: 'TLSv1.2',
    ...(clientAuthorities === null
      ? {}
      : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: false }),
  };
}

// The data stays as sent: a handler reads it by the same schema again and gets the types with it.
function validator(schema: z.ZodType): (data: unknown) => { value: unknown } | { error: Error } {
  return (data) => {
    const read = safeParse(schema, data);
    return read.success
      ? { value: data }
      : { error: new HttpProblem('invalid-request', {}, faultsOf(read.error)) };
  };
}

async function acceptDocuments(server: FastifyInstance): Promise<void> {
  server.removeAllContentTypeParsers();
  await server.register(multipart);
  // The body is the document: it is handed on as a stream and read under the upload limit.
  server.addContentTypeParser('application/pdf', (_request, body, done) => done(null, body));
}
