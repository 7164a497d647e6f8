// A small router before replicas: in turn, to those whose /readyz says yes.

import { createServer, request } from 'node:http';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { readyStatus } from './ground.ts';

export interface Router {
  readonly url: string;
  close(): Promise<void>;
}

const LOOK_MS = 100;

/** @param replicas - their addresses; one that is gone is asked again and again */
export async function openRouter(replicas: () => readonly string[]): Promise<Router> {
  const ready = new Set<string>();
  let turn = 0;
  let open = true;
  const look = async (): Promise<void> => {
    while (open) {
      await Promise.all(
        replicas().map(async (url) => {
          if ((await readyStatus(url)) === 200) ready.add(url);
          else ready.delete(url);
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const looking = look();
  const server = createServer((incoming, response) => {
    const targets = replicas().filter((url) => ready.has(url));
    turn += 1;
    const target = targets[turn % Math.max(1, targets.length)];
    if (target === undefined) {
      response.writeHead(502).end();
      return;
    }
    const { method, headers, url } = incoming;
    const onward = request(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    incoming.pipe(onward);
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    close: async () => {
      open = false;
      await looking;
      await closeServer(server);
    },
  };
}
