// Who comes while there is no room is told so before the document is sent: a refusal that costs nothing keeps the others fast.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';

const MEBIBYTE = 1024 * 1024;
/** Documents that are being received or worked on may take this much memory, or four of the largest. */
const LEAST_ROOM = 256 * MEBIBYTE;
const LARGEST_DOCUMENTS = 4;

/** Refuses documents while as many bytes of others are held as may be, or while as many wait to be verified as may. */
export function admitDocuments(server: FastifyInstance, services: AppServices): void {
  const largest = services.settings.maxUploadMegabytes * MEBIBYTE;
  const room = Math.max(LEAST_ROOM, LARGEST_DOCUMENTS * largest);
  const present = new Set<() => number>();
  server.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    const full = request.routeOptions.config.verification === true && services.isFull?.() === true;
    if (full || heldBytes(present) >= room) throw new HttpProblem('overloaded');
    const held = receivedBy(request, largest);
    present.add(held);
    reply.raw.once('close', () => present.delete(held));
  });
}

function heldBytes(present: ReadonlySet<() => number>): number {
  let sum = 0;
  for (const held of present) sum += held();
  return sum;
}

/**
 * What has come of a request, not what it announces: whoever announces much and sends it drop by drop would keep out everybody else.
 * @param most - more is never kept of one, as of a batch
 */
function receivedBy({ raw: { socket } }: FastifyRequest, most: number): () => number {
  const before = socket.bytesRead;
  return () => Math.min(most, socket.bytesRead - before);
}
