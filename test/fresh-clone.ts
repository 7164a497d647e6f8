// What a newcomer has: a fresh clone of the project, and the service that `npm start` runs in it.

import { spawn } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer, listenOnLoopback } from '../certs-dev/services.ts';
import { projectRoot } from './tools.ts';

/** A folder that looks like a fresh clone after `npm ci`, so that nothing of the developer's own is touched. */
export function cloneFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'teken-readme-'));
  for (const name of ['package.json', 'node_modules', 'src', 'certs-dev', 'examples', 'openapi.yaml']) {
    symlinkSync(join(projectRoot, name), join(folder, name));
  }
  return folder;
}

export async function freePort(): Promise<string> {
  const server = createServer();
  const url = await listenOnLoopback(server, 0);
  await closeServer(server);
  return new URL(url).port;
}

/** `npm start` on ports of its own. */
export async function startService(
  folder: string,
  port: string,
  servicesPort: string,
): Promise<() => Promise<void>> {
  const options = ['--folder', join(folder, '.dev'), '--port', port, '--services-port', servicesPort];
  const child = spawn(process.execPath, [join(projectRoot, 'certs-dev', 'start.ts'), ...options], {
    cwd: folder,
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const read = (part: Buffer): void => {
      printed += part.toString('utf8');
      if (/Ctrl-C\.\n/.test(printed)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error(`npm start ended: ${printed}`)), reject);
  });
  return async () => {
    child.kill('SIGINT');
    await ended;
  };
}
