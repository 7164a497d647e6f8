// How the service ends: it finishes what it has begun, and keeps no connection open for more.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problems.ts';

export interface Ending {
  /** From here on `/readyz` says no and every answer closes its connection; requests are still served. */
  begin(): void;
  hasBegun(): boolean;
}

// A request may be on its way over a connection that looks idle, or on one that this process has not been handed yet: it goes
// on accepting until it has looked so often and nothing new had come, for ten seconds at most. Each look lets the event loop read
// what is there.
const LOOK_MS = 50;
const LOOKS = { silent: 5, most: 200 } as const;

/** Adds what makes the server's `close` lose no request and wait for no idle caller. */
export function endInOrder(server: FastifyInstance): Ending {
  let begun = false;
  let closing = false;
  let arrivals = 0;
  const connections = openConnections(server, () => {
    arrivals += 1;
  });
  server.addHook('preClose', async () => {
    begun = true;
    if (server.server.listening) await silence(() => arrivals);
    closing = true;
    // Browsers and HTTP clients open connections ahead of need; Node would wait for their first request.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  });
  // What comes over an open connection after the server has stopped accepting goes to another replica.
  server.addHook('onRequest', async () => {
    arrivals += 1;
    if (closing) throw new HttpProblem('shutting-down');
  });
  server.addHook('onSend', async ({ raw }, reply) => {
    if (!begun) return;
    if (raw.complete) reply.header('Connection', 'close');
    else closeAfterBody(raw, reply.raw);
  });
  return {
    begin: () => {
      begun = true;
    },
    hasBegun: () => begun,
  };
}

async function silence(arrivals: () => number): Promise<void> {
  let known = arrivals();
  let silent = 0;
  for (let look = 0; look < LOOKS.most && silent < LOOKS.silent; look += 1) {
    await wait(LOOK_MS);
    silent = arrivals() === known ? silent + 1 : 0;
    known = arrivals();
  }
}

/** Whoever still sends would see a broken connection instead of the answer; linger.ts ends those that never finish. */
function closeAfterBody(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  response.removeHeader('Connection');
  response.once('finish', () => {
    if (request.complete) socket.end();
    else request.once('end', () => socket.end());
  });
}

function openConnections(server: FastifyInstance, onConnection: () => void): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  const add = (socket: Socket): void => {
    onConnection();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.server.on('connection', add);
  return open;
}
