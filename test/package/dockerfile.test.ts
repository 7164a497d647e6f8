// The image's steps, replayed in an empty folder and started as another user, since no container engine runs here.

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { developmentPaths, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { nodeOptions } from '../bench/node-options.ts';
import { projectRoot, run } from '../tools.ts';
import { type Replay, replayStages } from './container-replay.ts';
import { execForm, lastStep, readDockerfile, type Stage } from './dockerfile-steps.ts';

const { args, stages } = readDockerfile(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8'));
const runtime = stages.at(-1) as Stage;
const user = Number(lastStep(runtime, 'USER'));

t.test('both base images are pinned by a digest that the build has to name', (t) => {
  t.same(
    [...args],
    [
      ['BUILD_DIGEST', null],
      ['RUNTIME_DIGEST', null],
    ],
  );
  t.same(
    stages.map(({ image }) => /@\$\{(\w+)\}$/.exec(image)?.[1]),
    ['BUILD_DIGEST', 'RUNTIME_DIGEST'],
  );
  t.match(runtime.image, /distroless/);
  t.ok(user > 0, 'the service is not root');
  t.end();
});

t.test(
  'the replayed image starts as another user, is healthy, writes nothing and ends when asked',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'teken-image-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    // Where distroless has its Node; the project's own is the same major version.
    const node = join(folder, 'nodejs', 'bin', 'node');
    mkdirSync(join(folder, 'nodejs', 'bin'), { recursive: true });
    cpSync(process.execPath, node);
    const path = [join(folder, 'nodejs', 'bin'), process.env.PATH].join(delimiter);

    const image = await replayStages(stages, folder, path);
    const installed = globSync('node_modules/{*,@*/*}', { cwd: image.workingDirectory });
    t.ok(installed.includes('node_modules/fastify'));
    for (const development of ['tap', 'typescript', 'playwright-core', '@biomejs/biome']) {
      t.notOk(installed.includes(`node_modules/${development}`), `${development} is not in the image`);
    }
    const contents = contentsOf(image.workingDirectory);
    t.comment(contents.map(({ name, megabytes }) => `${name} ${megabytes.toFixed(1)} MB`).join(', '));
    t.same(
      contents.map(({ name }) => name).filter((name) => !name.startsWith('node_modules/')),
      ['LICENSE', 'NOTICE', 'dist', 'openapi-bsre.yaml', 'openapi.yaml', 'package.json'],
    );
    const total = contents.reduce((sum, { megabytes }) => sum + megabytes, 0);
    t.ok(total < 120, `${total.toFixed(1)} MB beside the base image, not compressed`);
    const trust = await trustFolder(folder);
    const before = globSync('**', { cwd: image.root });

    const port = await freePort();
    const environment = { ...image.environment, TEKEN_PORT: String(port), TEKEN_TRUST_DIR: trust };
    const service = startAs(
      user,
      inImage([...entrypoint(), ...execForm(lastStep(runtime, 'CMD'))], node),
      image,
      environment,
    );
    t.teardown(() => service.process.kill('SIGKILL'));
    const check = inImage(execForm(lastStep(runtime, 'HEALTHCHECK')), node);
    t.ok(await healthyWithin(20_000, check, environment), `healthy: ${service.output()}`);

    const answer = await fetch(`http://127.0.0.1:${port}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: Buffer.from('not a PDF'),
    });
    t.equal(answer.status, 415, 'it answers about documents');
    t.match(await answer.json(), { code: 'not-pdf' });

    service.process.kill('SIGTERM');
    t.equal(await service.ended, 0, `ends when asked: ${service.output()}`);
    t.same(globSync('**', { cwd: image.root }), before, 'nothing was written');
    const { code } = await run(check[0] ?? '', check.slice(1), { env: environment });
    t.not(code, 0, 'without the service the health check fails');
  },
);

/** What the image holds beside its base, and how large each part is. */
function contentsOf(folder: string): readonly { readonly name: string; readonly megabytes: number }[] {
  return globSync(['*', 'node_modules/{[!@.]*,@*/*}'], { cwd: folder })
    .filter((name) => name !== 'node_modules')
    .toSorted()
    .map((name) => {
      const files = [name, ...globSync(`${name}/**`, { cwd: folder })].map((file) =>
        statSync(join(folder, file)),
      );
      const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0);
      return { name, megabytes: bytes / 1e6 };
    });
}

function entrypoint(): readonly string[] {
  return execForm(lastStep(runtime, 'ENTRYPOINT'));
}

function inImage(command: readonly string[], node: string): readonly string[] {
  return command.map((word) => (word === '/nodejs/bin/node' ? node : word));
}

/** Trust anchors outside the image, as an operator mounts them. */
async function trustFolder(folder: string): Promise<string> {
  const now = Date.now();
  const baseUrl = 'http://127.0.0.1:9';
  const pki = await createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform });
  const development = join(folder, 'development');
  await writeDevelopmentFolder(development, pki, { platform: nodePlatform, now });
  const mounted = join(folder, 'trust');
  cpSync(developmentPaths(development).trust, mounted, { recursive: true });
  chmodSync(mounted, 0o755);
  return mounted;
}

function startAs(
  uid: number,
  command: readonly string[],
  image: Replay,
  env: Readonly<Record<string, string>>,
): { process: ChildProcess; ended: Promise<number | null>; output: () => string } {
  // Only root may become another user; without that right the replay runs as oneself.
  const identity = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  // Without the hooks that tap puts into every process: an image has none.
  const args = ['-u', 'NODE_OPTIONS', ...command];
  const child = spawn('/usr/bin/env', args, { cwd: image.workingDirectory, env, ...identity });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { process: child, ended, output: () => output };
}

async function healthyWithin(
  milliseconds: number,
  [program = '', ...rest]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    const { code } = await run(program, rest, { env });
    if (code === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

t.test('Node has the same options in the image as under npm start', async (t) => {
  const options = nodeOptions();
  t.ok(options.length > 0);
  for (const option of options) t.ok(entrypoint().includes(option), option);
});
