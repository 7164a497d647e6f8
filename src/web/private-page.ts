// The result of a document that stays on its owner's device, by what that device states of it.

import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { languageOf } from './page-reply.ts';
import type { PageServices } from './page-services.ts';
import { PRIVATE_PATH } from './private-mode.ts';
import { result } from './result.ts';
import { CHECKING, type Show } from './showing.ts';

/** Registers the address that statements are sent to. */
export async function privateRoute(app: FastifyInstance, services: PageServices, show: Show): Promise<void> {
  const scoped: FastifyPluginAsync = async (scope) => {
    services.acceptStatements(scope);
    scope.post(PRIVATE_PATH, CHECKING, async (request, reply) => {
      const report = await services.checkStatement(request);
      if (report.problem !== null) throw services.problemOfReport(report.problem);
      const language = languageOf(request);
      const { timeZone } = services;
      const context = { language, timeZone, requestId: request.id, fileName: null, onDevice: true };
      const { title, content } = result(report, context, { file: null, idPrefix: '', alone: true });
      return show(reply.header('Cache-Control', 'no-store'), { language, title }, content);
    });
  };
  await app.register(scoped);
}
