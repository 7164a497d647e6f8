// The commands about this installation, and what shells and `man` are told of all commands.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readArguments } from '../../src/cli/arguments.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { run, toolMissing } from '../tools.ts';
import { runTeken, startDevelopmentPlace } from './development-place.ts';

t.test('doctor: what is right, what is amiss, and how to mend it', async (t) => {
  const place = await startDevelopmentPlace(t.testdir());
  t.teardown(() => place.close());
  const environment = { ...place.environment, TEKEN_TSA_URLS: place.tsaUrl };
  const well = await runTeken(['doctor', '--lang', 'en'], { environment });
  t.equal(well.exit, 0, well.out);
  t.match(well.out, /^✔ configuration: right\n✔ trust list: \d+ issuers, \d+ days old\n/);
  t.match(well.out, /✔ time-stamps: 127\.0\.0\.1\S* answered within \d+ ms/);
  t.match(well.out, /✔ clock: 0\.\d s from/);
  const unasked = await runTeken(['doctor', '--offline'], { environment });
  t.match(unasked.out, '– clock: not asked');
  const gone = await runTeken(['doctor'], {
    environment: { ...environment, TEKEN_TSA_URLS: 'http://127.0.0.1:9/' },
  });
  t.equal(gone.exit, 1);
  t.match(gone.out, /✖ time-stamps: 127\.0\.0\.1:9 gave no time-stamp/);
  t.match(gone.out, '\n  → Check its address');
  const empty = await runTeken(['doctor', '--offline', '-f', 'json'], {
    environment: { ...environment, TEKEN_TRUST_DIR: t.testdirName },
  });
  t.equal(empty.exit, 1);
  t.match(JSON.parse(empty.out), [
    { what: 'configuration', health: 'good' },
    { what: 'trust-list', health: 'bad' },
  ]);
});

t.test('config check reads as the service does, and ends as it would', async (t) => {
  const right = await runTeken(['config', 'check'], { environment: { TEKEN_TRUST_DIR: '/etc/teken/trust' } });
  t.match(right, { exit: 0, out: /^The configuration is right/ });
  const wrong = await runTeken(['config', 'check'], {
    environment: { TEKEN_PORT: 'http', TEKEN_TRUST: 'x' },
  });
  t.match(wrong, { exit: 78, out: '' });
  for (const name of ['TEKEN_PORT', 'TEKEN_TRUST ', 'TEKEN_TRUST_DIR']) t.match(wrong.err, name);
  const faults = await runTeken(['doctor'], { environment: { TEKEN_PORT: 'http' } });
  t.match(faults, { exit: 1, out: /✖ configuration: TEKEN_PORT is "http"/ });
});

t.test(
  'bash completes commands, options and the words of an option',
  { skip: toolMissing('bash') },
  async (t) => {
    const { out } = await runTeken(['completion', 'bash']);
    const script = join(t.testdir(), 'teken.bash');
    const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const call = `COMP_WORDS=(teken ${line}); COMP_CWORD=${words.length}; _teken; printf '%s\\n' "\${COMPREPLY[@]}"`;
      writeFileSync(script, `${out}\n${call}\n`);
      const { stdout, stderr } = await run('bash', [script]);
      t.equal(stderr, '');
      return stdout.trim().split('\n');
    };
    t.strictSame(await completed('ver'), ['verify']);
    t.strictSame(
      await completed('verify', '--re'),
      [
        '--recursive',
        '--require',
        '--report-dir',
        '--report-format',
        '--reproducible',
        '--resume',
        '--revocation',
      ].sort((a, b) => optionPlace(a) - optionPlace(b)),
    );
    t.strictSame(await completed('verify', '--progress', 'p'), ['plain']);
  },
);

const optionPlace = (word: string): number =>
  COMMANDS.find(({ name }) => name === 'verify')?.options.findIndex(({ name }) => `--${name}` === word) ?? -1;

t.test('zsh and fish take what is written for them', async (t) => {
  for (const [shell, options] of [
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ] as const) {
    for (const language of ['id', 'en']) {
      const { out, exit } = await runTeken(['completion', shell, '--lang', language]);
      t.equal(exit, 0);
      for (const { name } of COMMANDS) t.match(out, name);
      if (toolMissing(shell) !== false) continue;
      const file = join(t.testdir(), `teken.${shell}`);
      writeFileSync(file, out);
      t.match(await run(shell, [...options, file]), { code: 0, stderr: '' }, shell);
    }
  }
  t.equal((await runTeken(['completion', 'csh'])).exit, 2);
});

t.test('the manual page has every command, option and exit code, and no stray request', async (t) => {
  const { out } = await runTeken(['completion', 'man', '--lang', 'en']);
  t.match(out, /^\.TH TEKEN 1\n/);
  for (const { name, options } of COMMANDS) {
    t.match(out, `.SS "teken ${name}"`);
    for (const option of options) t.match(out, `\\-\\-${option.name.replaceAll('-', '\\-')}`);
  }
  const requests = new Set(
    out
      .split('\n')
      .filter((line) => /^[.']/.test(line))
      .map((line) => line.split(' ')[0]),
  );
  t.strictSame([...requests].sort(), ['.B', '.PP', '.SH', '.SS', '.TH', '.TP', '.br', '.fi', '.nf']);
});

t.test('every example of the help is a command line that is understood', async (t) => {
  for (const command of COMMANDS) {
    t.ok(command.examples.length >= 3, `${command.name} has three`);
    for (const { line } of command.examples) {
      const text = line.replaceAll('\\\n', ' ');
      const own = text.split(/\s*[|>]\s*|\s+&&\s+/).find((part) => /(^|\s|\()teken\s/.test(part)) ?? '';
      const words = [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
      const start = words.findIndex((word) => word.endsWith('teken'));
      const name = words[start + 1]?.replace(/\)$/, '');
      const called = COMMANDS.find((each) => each.name === name);
      t.ok(called !== undefined, line);
      if (called !== undefined)
        t.doesNotThrow(() => readArguments(words.slice(start + 2), called.options), line);
    }
  }
});
