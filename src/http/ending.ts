// How the service ends: it finishes what it has begun, and keeps no connection open for more.

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problems.ts';

export interface Ending {
  /** From here on `/readyz` says no and every answer closes its connection; requests are still served. */
  begin(): void;
  hasBegun(): boolean;
}

/** Adds what makes the server's `close` lose no request and wait for no idle caller. */
export function endInOrder(server: FastifyInstance): Ending {
  let begun = false;
  let closing = false;
  const connections = openConnections(server);
  server.addHook('preClose', async () => {
    begun = true;
    closing = true;
    // Browsers and HTTP clients open connections ahead of need; Node would wait for their first request.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  });
  // What comes over an open connection after the server has stopped accepting goes to another replica.
  server.addHook('onRequest', async () => {
    if (closing) throw new HttpProblem('shutting-down');
  });
  server.addHook('onSend', async (_request, reply) => {
    if (begun) reply.header('Connection', 'close');
  });
  return {
    begin: () => {
      begun = true;
    },
    hasBegun: () => begun,
  };
}

function openConnections(server: FastifyInstance): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}
