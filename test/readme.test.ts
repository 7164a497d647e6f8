// The README's commands, as a newcomer pastes them: each block marked `<!-- run -->` is executed against a running service.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { closeServer, listenOnLoopback } from '../certs-dev/services.ts';
import { CONFIGURATION } from '../src/config.ts';
import { projectRoot, run, toolMissing } from './tools.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^<!-- run -->\n```sh\n([\s\S]*?)^```$/gm)].map(([, lines = '']) => lines);
const skip = toolMissing('bash') || toolMissing('curl') || toolMissing('openssl');

/** A folder that looks like a fresh clone after `npm ci`, so that nothing of the developer's own is touched. */
function cloneFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'teken-readme-'));
  for (const name of ['package.json', 'node_modules', 'src', 'certs-dev', 'openapi.yaml']) {
    symlinkSync(join(projectRoot, name), join(folder, name));
  }
  return folder;
}

async function freePort(): Promise<string> {
  const server = createServer();
  const url = await listenOnLoopback(server, 0);
  await closeServer(server);
  return new URL(url).port;
}

/** `npm start` on ports of its own. */
async function startService(
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

t.test('the README has commands that are executed', (t) => {
  t.ok(blocks.length >= 2, `${blocks.length} blocks`);
  t.match(blocks.join(''), /\/v1\/sign[\s\S]*\/v1\/verify[\s\S]*teken -- verify[\s\S]*teken -- sign/);
  t.end();
});

t.test('every block works as printed, in order', { skip }, async (t) => {
  const folder = cloneFolder();
  const [port, servicesPort] = [await freePort(), await freePort()];
  const stop = await startService(folder, port, servicesPort);
  t.teardown(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  for (const block of blocks) {
    // The ports are the only difference: those of the README may be taken on this machine.
    const lines = block
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:8081', `127.0.0.1:${servicesPort}`);
    const { code, stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', lines], { cwd: folder });
    t.equal(code, 0, `${block}\n${stdout.slice(0, 2000)}\n${stderr}`);
  }
  const [, end = ''] =
    readFileSync(join(folder, 'hasil.ndjson'), 'utf8')
      .trimEnd()
      .match(/\n([^\n]+)$/) ?? [];
  t.match(JSON.parse(end), { summary: { announced: 2, signed: 2 } });
  for (const letter of ['surat-bertanda-tangan.pdf', 'surat-dari-kartu.pdf', 'surat-dari-cli.pdf']) {
    const body = readFileSync(join(folder, letter));
    const answer = await fetch(`http://127.0.0.1:${port}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body,
    });
    t.match(await answer.json(), { verdict: 'VALID', ok: true }, letter);
  }
});

t.test('the table of the configuration is the one in the code', (t) => {
  const rows = CONFIGURATION.map(({ name, fallback, expected }) => {
    return `| \`${name}\` | ${fallback === null ? '–' : `\`${fallback}\``} | ${expected} |`;
  });
  t.match(readme, ['| variable | default | what it takes |', '|---|---|---|', ...rows, ''].join('\n'));
  t.end();
});
