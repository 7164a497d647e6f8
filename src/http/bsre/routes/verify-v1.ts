// POST /api/sign/verify, and another address under which some clients look for it.

import type { FastifyInstance } from 'fastify';
import { admit } from '../../authenticate.ts';
import type { AppServices } from '../../ports.ts';
import { readCompatibleForm } from '../bodies.ts';
import { checkFile } from '../check-file.ts';
import { missingField } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { switchesOf } from '../of-request.ts';
import { BsreRefused } from '../refusal.ts';
import { verifyAnswerV1 } from '../verify-answers.ts';

export function verifyV1Routes(scope: FastifyInstance, services: AppServices): void {
  for (const path of ['/sign/verify', '/verify/pdf'])
    scope.post(
      path,
      {
        config: { audit: 'access', bsre: 'verify', described: DESCRIBED.verifyV1 },
        schema: { hide: true },
        onRequest: admit(null, services, 'basic'),
      },
      async (request, reply) => {
        const form = await readCompatibleForm(request, services.settings.maxUploadMegabytes);
        const file = form.file('signed_file', 'file');
        if (file === null) throw new BsreRefused(missingField('signed_file'));
        const report = await checkFile(file.bytes, request, services, null);
        return reply
          .header('Cache-Control', 'no-store')
          .type('application/json')
          .serializer(JSON.stringify)
          .send(verifyAnswerV1(report, switchesOf(request), file.name));
      },
    );
}
