// POST /v1/approvals: one person approves that another signs this document; what comes back is shown with the request to sign.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rfc3339 } from '../../report/time-text.ts';
import { admit } from '../authenticate.ts';
import { requireAllowedSigner } from '../authorize.ts';
import { claimOf } from '../identity-claim.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem, SIGNING_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { approvalAnswer, approvalForm } from '../schemas.ts';
import { inSigningTime, requireExpectedDocument } from '../sign-request.ts';
import { readUpload } from '../upload.ts';

/** Nothing is kept: the approval is in the answer. */
export function approvalRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/approvals',
    {
      config: { audit: 'access', uploadForm: approvalForm, bodies: 'form' },
      schema: {
        operationId: 'approve',
        tags: ['sign'],
        summary:
          'Approve a document that another signs / Menyetujui dokumen yang akan ditandatangani orang lain',
        description:
          'For signers whose signatures others have to approve: the approver proves with a one-time code that this document may be signed. The answer is an approval for this document, this signer and this client, good for 24 hours; the request to sign shows as many of them as the registry asks for, in "approvals".',
        security: [{ apiKey: [] }],
        response: {
          200: {
            description: 'The approval.',
            content: { 'application/json': { schema: approvalAnswer } },
          },
          ...problemResponses([...SIGNING_CODES, 'approvals-not-configured']),
        },
      },
      onRequest: admit('sign', services),
    },
    (request, reply) => approve(request, reply, services),
  );
}

async function approve(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const give = services.approve;
  if (give === null) throw new HttpProblem('approvals-not-configured');
  const upload = await readUpload(request, services.settings.maxUploadMegabytes);
  const parameters = readParameters(approvalForm, Object.fromEntries(upload.fields));
  const { signer, approver, code, expectedSha256 } = parameters;
  for (const one of [approver, signer]) requireAllowedSigner(request.client, one);
  const sha256 = requireExpectedDocument(upload, expectedSha256, request);
  const claim = claimOf(request, {
    signer: approver,
    activation: { kind: 'none' },
    code,
    expectedSha256: sha256,
    documentSha256: sha256,
  });
  const { token, expiresAt, identity } = await inSigningTime(request, services, (signal) =>
    give({ ...claim, purpose: 'approval' }, signer, signal),
  );
  return reply
    .header('Cache-Control', 'no-store')
    .send({ approval: token, expiresAt: rfc3339(expiresAt), sha256, identity });
}
