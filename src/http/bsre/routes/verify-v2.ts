// POST /api/v2/verify/pdf: JSON with the document in base64.

import type { FastifyInstance } from 'fastify';
import { admit } from '../../authenticate.ts';
import type { AppServices } from '../../ports.ts';
import { HttpProblem } from '../../problems.ts';
import { readJsonBody } from '../bodies.ts';
import { checkFile } from '../check-file.ts';
import { DESCRIBED } from '../described.ts';
import { lenientBase64, optionalText, parametersIn } from '../leniency.ts';
import { switchesOf } from '../of-request.ts';
import { verifyAnswerV2 } from '../verify-answers.ts';

export function verifyV2Route(scope: FastifyInstance, services: AppServices): void {
  scope.post(
    '/v2/verify/pdf',
    {
      config: { audit: 'access', bsre: 'verify', described: DESCRIBED.verifyV2 },
      schema: { hide: true },
      onRequest: admit(null, services, 'basic'),
    },
    async (request, reply) => {
      const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
      const given = body.get('file');
      const file = lenientBase64(Array.isArray(given) ? given[0] : given);
      if (file === null || file.length === 0) throw new HttpProblem('file-empty');
      const password = optionalText(body.get('password', 'passsword'));
      const bytes = password === null ? null : Buffer.from(password, 'utf8');
      const report = await checkFile(file, request, services, bytes);
      return reply
        .header('Cache-Control', 'no-store')
        .type('application/json')
        .serializer(JSON.stringify)
        .send(verifyAnswerV2(report, switchesOf(request), services.settings));
    },
  );
}
