// The README's commands, as a newcomer pastes them: each block marked `<!-- run -->` is executed against a running service.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CONFIGURATION } from '../src/config.ts';
import { cloneFolder, freePort, startService } from './fresh-clone.ts';
import { projectRoot, run, toolMissing } from './tools.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^<!-- run -->\n```sh\n([\s\S]*?)^```$/gm)].map(([, lines = '']) => lines);
const skip = toolMissing('bash') || toolMissing('curl') || toolMissing('openssl');

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
