// What a command loads: no more than it uses, so that it answers at once.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { minimalPdf } from './minimal-pdf.ts';

const SRC = new URL('../../src/', import.meta.url).href;
const MAIN = fileURLToPath(new URL('cli/main.ts', SRC));
const HOOK = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
process.on('exit', () => {
  const webClient = process.moduleLoadList.filter((name) => name.includes('undici'));
  process.stderr.write('LOADED ' + JSON.stringify([...loaded, ...webClient]) + '\\n');
});
`;

/** Files below `src`, packages by name, and the web client that Node has inside. */
async function loadedBy(line: readonly string[]): Promise<readonly string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const child = spawn(process.execPath, ['--import', hook, MAIN, ...line], {
    env: { PATH: process.env.PATH ?? '', HOME: t.testdirName },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  await once(child, 'close');
  const [, list = '[]'] = /^LOADED (.*)$/m.exec(words) ?? [];
  return (JSON.parse(list) as string[])
    .filter((url) => url.startsWith('file:') || url.includes('undici'))
    .map((url) => (url.startsWith('file:') ? url : 'web client'))
    .map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(SRC, ''));
}

const foldersOf = (modules: readonly string[]): readonly string[] =>
  [...new Set(modules.map((name) => name.split('/')[0] ?? ''))].sort();

t.test('help, completion and explanations load words alone', async (t) => {
  for (const line of [['--help'], ['help', 'verify'], ['sign', '--help'], ['verify', '--explain', 'VALID']]) {
    const folders = foldersOf(await loadedBy(line));
    t.strictSame(folders, ['cli', 'report', 'verify'], line.join(' '));
  }
});

t.test('a verification loads no key, no service and nothing that signs', async (t) => {
  const file = join(t.testdir(), 'a.pdf');
  writeFileSync(file, minimalPdf());
  const modules = await loadedBy(['verify', '--offline', file]);
  const folders = foldersOf(modules);
  t.ok(modules.includes('cli/verify.ts'));
  for (const stranger of ['sign', 'signers', 'http', 'web', 'identity', 'audit', 'state', 'server.ts']) {
    t.notOk(folders.includes(stranger), stranger);
  }
  t.strictSame(
    folders.filter((name) => !name.endsWith('.ts')),
    ['asn1', 'cli', 'cms', 'pdf', 'pki', 'platform', 'report', 'tracing', 'trust-services', 'verify', 'zod'],
  );
});
