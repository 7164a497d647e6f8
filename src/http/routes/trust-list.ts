// GET /v1/trust-list: whom this service trusts, by which version of the list.

import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { nameText, type TrustAnchor, type TrustList } from '../../index.ts';
import { rfc3339 } from '../../report/time-text.ts';
import type { AppServices } from '../ports.ts';
import { nothing, trustListAnswer } from '../schemas.ts';

/** The trust list in force, with an ETag. */
export function trustListRoute(app: FastifyInstance, services: AppServices): void {
  app.get(
    '/v1/trust-list',
    {
      schema: {
        operationId: 'trustList',
        tags: ['verify'],
        summary: 'The trust list in force / Daftar kepercayaan yang berlaku',
        security: [],
        response: {
          200: { description: 'The list.', content: { 'application/json': { schema: trustListAnswer } } },
          304: nothing.describe('The list has not changed.'),
        },
      },
    },
    (request, reply) => {
      const list = services.trustList();
      const etag = `"${list.sha256}"`;
      reply.header('ETag', etag).header('Cache-Control', 'no-cache');
      const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim()) ?? [];
      return known.includes(etag) ? reply.code(304).send() : reply.send(answerOf(list));
    },
  );
}

function answerOf(list: TrustList): object {
  return {
    version: list.version,
    sha256: list.sha256,
    asOf: rfc3339(list.asOf),
    anchors: list.anchors.map(anchorAnswer),
  };
}

function anchorAnswer({ certificate, role, purposes, psreInduk }: TrustAnchor): object {
  return {
    subject: nameText(certificate.subject),
    sha256: createHash('sha256').update(certificate.der).digest('hex'),
    role,
    purposes,
    psreInduk,
    notBefore: rfc3339(certificate.notBefore),
    notAfter: rfc3339(certificate.notAfter),
  };
}
