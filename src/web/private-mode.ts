// Privacy mode: the program that reads a document on its owner's device, and the result of what that device states of it.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';

/** Where the page sends a statement. */
export const PRIVATE_PATH = '/pribadi';
export const PRIVATE_PROGRAM_PATH = '/assets/private-mode.js';

/** What the page needs of the service for it. */
export interface StatementServices {
  /** Lets the routes of a scope take statements. */
  acceptStatements(scope: FastifyInstance): void;
  /** @throws what `problemOf` understands */
  checkStatement(request: FastifyRequest): Promise<VerificationReport>;
}

/** Serves the program; it is built when it is first asked for. */
export async function privateProgram(app: FastifyInstance, program: () => Promise<string>): Promise<void> {
  app.get(PRIVATE_PROGRAM_PATH, { schema: { hide: true } }, async (request, reply) => {
    const text = await program();
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    reply.header('Cache-Control', 'public, max-age=3600').header('ETag', tag);
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.type('text/javascript; charset=utf-8').send(text);
  });
}
