// POST /v1/signing-requests: an application asks an official for a signature, and gets the link to give. Nothing is kept here.

import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient } from '../../identity/api-clients.ts';
import { sealSigningLink } from '../../identity/signing-link.ts';
import { rfc3339 } from '../../report/time-text.ts';
import { admit } from '../authenticate.ts';
import { requireAllowedLevel } from '../authorize.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem } from '../problems.ts';
import { uuidV7 } from '../request-id.ts';
import { problemResponses } from '../responses.ts';
import { SIGNING_PATH, type SigningPage } from '../signing-page.ts';
import { orderAt } from '../signing-place.ts';
import {
  type OrderTexts,
  type SigningRequestBody,
  signingRequestAnswer,
  signingRequestBody,
} from '../signing-request-schemas.ts';
import { invalidField } from '../upload.ts';
import { visibleOrder } from '../visible-order.ts';

// Three addresses, a title and the texts of a block.
const MAX_BODY_BYTES = 16 * 1024;

export async function signingRequestsRoute(server: FastifyInstance, services: AppServices): Promise<void> {
  const scoped: FastifyPluginAsync = async (scope) => {
    acceptJson(scope);
    scope.post(
      '/v1/signing-requests',
      {
        config: { audit: 'access' },
        schema: {
          operationId: 'requestSignature',
          tags: ['sign'],
          summary: 'Ask an official for a signature / Meminta tanda tangan pejabat',
          description:
            'The answer is a link on which one official signs one letter: signed in by the agency\'s account, having seen it, with the key\'s own passphrase or code. The letter is fetched from the application when the link is opened, and the signed one is sent back by POST with the headers Teken-Request, Signature-Id and Content-Digest; an answer of 200, 201, 202 or 204 takes it. Fetching and delivering may be repeated. Needs addresses under "letters" in the clients file, and no scope.',
          security: [{ apiKey: [] }],
          body: signingRequestBody,
          response: {
            201: {
              description: 'The link.',
              content: { 'application/json': { schema: signingRequestAnswer } },
            },
            ...problemResponses([
              'invalid-request',
              'file-too-large',
              'head-too-large',
              'unauthenticated',
              'client-disabled',
              'address-not-allowed',
              'address-not-listed',
              'level-not-allowed',
              'signer-not-allowed',
              'signing-page-not-configured',
              'unsupported-media-type',
              'rate-limited',
              'internal',
              'state-unavailable',
            ]),
          },
        },
        onRequest: admit(null, services),
      },
      (request, reply) => ask(request, reply, services),
    );
  };
  await server.register(scoped);
}

/** Of this route alone: everywhere else a body is a document. */
function acceptJson(scope: FastifyInstance): void {
  const options = { parseAs: 'string', bodyLimit: MAX_BODY_BYTES } as const;
  scope.addContentTypeParser('application/json', options, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(new HttpProblem('invalid-request', {}, [{ pointer: '', message: 'not JSON' }], error));
    }
  });
}

/** @throws HttpProblem `signing-page-not-configured` */
export function requireSigningPage({ signingPage }: AppServices): SigningPage {
  if (signingPage === null) throw new HttpProblem('signing-page-not-configured');
  return signingPage;
}

async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const page = requireSigningPage(services);
  const given = request.body as { readonly order?: OrderTexts };
  const wanted = readParameters<SigningRequestBody>(signingRequestBody, { ...given });
  const client = requireClient(request.client);
  requireListed(client, wanted);
  requireAllowedLevel(client, wanted.order.level ?? services.settings.defaultLevel);
  if (services.account(client, wanted.signer)?.id !== wanted.signer)
    throw new HttpProblem('signer-not-allowed');
  // What makes no sense together is told to the application, not to the official.
  const order = textsOf(given.order ?? {});
  visibleOrder({ parts: new Map() }, orderAt(order, null));
  const id = uuidV7(services.now(), services.randomBytes(10));
  const expiresAt = services.now() + wanted.expiresIn * 1000;
  const sealed = sealSigningLink(
    {
      id,
      client: client.id,
      signer: wanted.signer,
      document: wanted.documentSha256,
      from: wanted.documentUrl,
      to: wanted.deliverTo,
      back: wanted.returnTo ?? null,
      title: wanted.title,
      order,
      expiresAt,
    },
    page.sealing,
  );
  if (sealed === null) throw invalidField('order', 'all texts together are too long for a link');
  request.log.info({ client: client.id, signingRequest: id }, 'signature asked for');
  const url = `${page.publicUrl}${SIGNING_PATH}?permintaan=${sealed}`;
  return reply
    .code(201)
    .header('Cache-Control', 'no-store')
    .send({ id, url, expiresAt: rfc3339(expiresAt) });
}

function requireClient(client: ApiClient | null): ApiClient {
  if (client === null) throw new HttpProblem('unauthenticated');
  return client;
}

/** @throws HttpProblem `address-not-listed` */
function requireListed(
  { letters }: ApiClient,
  { documentUrl, deliverTo, returnTo }: SigningRequestBody,
): void {
  const faults = [
    ...(letters.has(documentUrl) ? [] : ['documentUrl']),
    ...(letters.has(deliverTo) ? [] : ['deliverTo']),
    ...(returnTo === undefined || letters.hasOrigin(returnTo) ? [] : ['returnTo']),
  ];
  if (faults.length > 0)
    throw new HttpProblem(
      'address-not-listed',
      {},
      faults.map((name) => ({ pointer: `/${name}`, message: 'not listed for this client' })),
    );
}

/** As the application wrote them; their schema has been asked. */
function textsOf(order: OrderTexts): Record<string, string> {
  return Object.fromEntries(Object.entries(order).map(([name, value]) => [name, String(value)]));
}
