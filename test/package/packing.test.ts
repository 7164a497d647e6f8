// The package as npm carries it: packed, installed into an empty folder on Node 24, used there.

import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { developmentPaths, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type Outcome, projectRoot, run } from '../tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-package-'));
t.teardown(() => rmSync(folder, { recursive: true }));

/** This Node first, as on a machine that has Node 24; npm itself is that of the machine. */
const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), TEKEN_ENV: 'development' };

const tarball = await pack();
const installed = join(folder, 'empty');
mkdirSync(installed);

async function pack(into = folder): Promise<string> {
  const { code, stdout, stderr } = await run('npm', ['pack', '--json', '--pack-destination', into], {
    cwd: projectRoot,
    env,
  });
  if (code !== 0) throw new Error(`npm pack: ${stderr}`);
  // What the build itself prints stands before npm's answer.
  const [answer] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }];
  return join(into, answer.filename);
}

function teken(...args: readonly string[]): Promise<Outcome> {
  return run('npx', ['--no-install', 'teken', ...args], { cwd: installed, env });
}

t.test('the tarball holds the built program and its papers, no sources, tests or keys', async (t) => {
  const { stdout } = await run('tar', ['--list', '--gzip', '--file', tarball]);
  const files = stdout.trimEnd().split('\n');
  for (const needed of [
    'dist/cli/main.js',
    'dist/index.js',
    'dist/index.d.ts',
    'openapi.yaml',
    'openapi-bsre.yaml',
    'LICENSE',
    'NOTICE',
  ]) {
    t.ok(files.includes(`package/${needed}`), needed);
  }
  const sources = globSync('src/web/static/**/*.*', { cwd: projectRoot });
  t.ok(sources.length > 0);
  for (const file of sources) {
    t.ok(files.includes(file.replace(/^src/, 'package/dist')), file);
  }
  const allowed = /^package\/(?:dist\/|(?:package\.json|openapi(?:-bsre)?\.yaml|README\.md|LICENSE|NOTICE)$)/;
  t.same(
    files.filter((file) => !allowed.test(file)),
    [],
  );
  t.same(
    files.filter((file) => /\.(?:p12|key|pass|pem)$|(?<!\.d)\.ts$/.test(file)),
    [],
  );
});

t.test('packed again it is the same, byte for byte', async (t) => {
  const again = join(folder, 'again');
  mkdirSync(again);
  t.ok(readFileSync(await pack(again)).equals(readFileSync(tarball)));
});

t.test('installed into an empty folder it explains itself', async (t) => {
  const { code, stderr } = await run('npm', ['install', '--no-audit', '--no-fund', tarball], {
    cwd: installed,
    env,
    timeoutMs: 300_000,
  });
  t.equal(code, 0, stderr);
  const help = await teken('--help');
  t.equal(help.code, 0, help.stderr);
  t.match(help.stdout, /teken <command>/);
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  t.match((await teken('--version')).stdout, version);
});

t.test('the installed program signs a letter and verifies it, and tells a changed one', async (t) => {
  const now = Date.now();
  const services = await startDevelopmentServices({
    pki: (baseUrl) => createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform }),
    port: 0,
    clock: () => Date.now(),
    platform: nodePlatform,
  });
  t.teardown(() => services.close());
  const development = join(folder, 'development');
  await writeDevelopmentFolder(development, services.pki, { platform: nodePlatform, now });
  const paths = developmentPaths(development);
  const signed = join(folder, 'signed.pdf');
  const signer = `pkcs12:${paths.container('pejabat')}?passphrase-file=${paths.passphrase('pejabat')}`;

  const signing = await teken(
    ...['sign', paths.sample, '-o', signed, '--signer', signer],
    ...['--level', 'B-T', '--tsa', `${services.url}/tsa`, '--trust', paths.trust],
  );
  t.equal(signing.code, 0, signing.stderr);

  const verify = (file: string): Promise<Outcome> =>
    teken('verify', file, '--trust', paths.trust, '-f', 'json');
  const accepted = await verify(signed);
  t.equal(accepted.code, 0, accepted.stderr);
  t.match(accepted.stdout, /"VALID"/);

  const bytes = readFileSync(signed);
  const changedAt = bytes.indexOf('endobj') - 2;
  bytes[changedAt] = (bytes[changedAt] ?? 0) ^ 1;
  const changed = join(folder, 'changed.pdf');
  writeFileSync(changed, bytes);
  const rejected = await verify(changed);
  t.not(rejected.code, 0);
  t.notMatch(rejected.stdout, /"ok":\s*true/);
});
