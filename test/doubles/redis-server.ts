// A real Redis for one test, on a socket in a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { toolPath } from '../tools.ts';

export interface RedisServer {
  /** For `TEKEN_REDIS_URL`. */
  readonly url: string;
  /** Ends it at once, as a machine does that loses its power; what it held is gone. */
  kill(): Promise<void>;
  /** Where it was, with nothing in it. */
  restart(): Promise<void>;
  /** Whether it goes on answering; its connections stay open. */
  pause(paused: boolean): void;
}

/** Runs until the end of the test. */
export async function startRedis(t: Pick<Test, 'teardown'>): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'teken-redis-'));
  const socket = join(folder, 'redis.sock');
  let running = await startOn(socket, folder);
  const kill = async (): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  };
  t.teardown(async () => {
    await kill();
    await rm(folder, { recursive: true });
  });
  return {
    url: `unix:${socket}`,
    kill,
    restart: async () => {
      await kill();
      running = await startOn(socket, folder);
    },
    pause: (paused) => void running.kill(paused ? 'SIGSTOP' : 'SIGCONT'),
  };
}

async function startOn(socket: string, folder: string): Promise<ChildProcess> {
  const program = toolPath('redis-server') ?? 'redis-server';
  await rm(socket, { force: true });
  const settings = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = spawn(program, settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (/ready to accept connections/i.test(said)) break;
  }
  return server;
}
