// The reading of verify answers that integrators copy into their applications, on forged, modified and unsigned files, on answers of
// every generation, and on what is no answer: nothing but "valid" is ever shown as accepted.

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot, run, toolMissing } from '../../tools.ts';
import { openDesk } from './desk.ts';
import { send } from './wire.ts';

const skip = toolMissing('php');
let clientsFile = '';
const desk = await openDesk(
  {},
  {
    arrange: async (paths) => {
      clientsFile = paths.clientsFile;
      return {};
    },
  },
);
const folder = await mkdtemp(join(tmpdir(), 'teken-salah-baca-'));
t.teardown(async () => {
  await desk.service.close();
  await rm(folder, { recursive: true });
});
const { service } = desk;
const examples = join(projectRoot, 'examples', 'verification');
const program = (name: string): string => join(projectRoot, 'test', 'http', 'bsre', 'php', name);
const STRICT = ['-d', 'error_reporting=32767', '-d', 'display_errors=stderr'];

interface Shown {
  readonly result: string;
  readonly sentence: string;
  readonly signers: readonly { readonly name: string; readonly good: boolean }[];
  readonly html: string;
}
interface Received {
  readonly status: number;
  readonly body: string;
}

async function shown(answers: readonly Received[]): Promise<readonly Shown[]> {
  const input = answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
  const outcome = await run('php', [...STRICT, program('read-answers.php'), examples], { input });
  if (outcome.code !== 0 || outcome.stderr !== '') throw new Error(outcome.stderr || outcome.stdout);
  return linesOf(outcome.stdout) as readonly Shown[];
}

function linesOf(text: string): readonly unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

async function switchTo(compat: object): Promise<void> {
  const file = JSON.parse(readFileSync(clientsFile, 'utf8')) as object;
  writeFileSync(clientsFile, JSON.stringify({ ...file, compat }));
  if (!(await service.server.reload())) throw new Error('not in force');
}

const signed = (await desk.signV1({ tampilan: 'invisible', reason: 'asli' })).body;
const forged = Buffer.from(signed);
// messageDigest (RFC 5652, 11.2) of another document, as hexadecimal digits.
forged.write(
  '0123456789abcdef',
  signed.toString('latin1').toLowerCase().indexOf('06092a864886f70d010904') + 40,
);
const modified = Buffer.from(signed);
modified[20] = (modified[20] ?? 0) ^ 1;
const FILES = {
  valid: signed,
  forged,
  modified,
  appended: Buffer.concat([signed, Buffer.from('\n% tambahan\n')]),
  unsigned: service.letter,
} as const;
const EXPECTED = {
  valid: 'accepted',
  forged: 'refused',
  modified: 'refused',
  appended: 'refused',
  unsigned: 'unsigned',
} as const;

const ask = async (file: Buffer): Promise<readonly Received[]> =>
  [
    await desk.send({ path: '/api/sign/verify', parts: [['signed_file', file, { fileName: 'a.pdf' }]] }),
    await desk.send({ path: '/api/v2/verify/pdf', json: { file: file.toString('base64') } }),
  ].map(({ status, text }) => ({ status, body: text }));

for (const compat of [
  {},
  { signatureCount: 'safe' },
  { verifyGeneration: 'A' },
  { truthfulFlags: true, indeterminateAs: 'INDETERMINATE' },
])
  t.test(`with the switches ${JSON.stringify(compat)}: 0 false "valid"`, { skip }, async (t) => {
    await switchTo(compat);
    for (const [name, file] of Object.entries(FILES) as [keyof typeof FILES, Buffer][])
      for (const { result, sentence, html, signers } of await shown(await ask(file))) {
        t.equal(result, EXPECTED[name], name);
        t.not(sentence, '');
        t.equal(html.includes('Dapat diterima'), name === 'valid', name);
        t.equal(html.includes('✓'), name === 'valid', 'no mark that says more than the title');
        t.equal(signers.length, name === 'unsigned' ? 0 : 1);
      }
    await switchTo({});
  });

t.test('what is no answer is neither "valid" nor "unsigned"', { skip }, async (t) => {
  const stranger = await send(service, [], { path: '/api/v2/verify/pdf', json: { file: '' } });
  const refused = await desk.send({ path: '/api/v2/verify/pdf', json: { file: 'AAAA' } });
  const answers = [
    { status: stranger.status, body: stranger.text },
    { status: refused.status, body: refused.text },
    { status: 0, body: '' },
    { status: 502, body: '<html>Bad Gateway</html>' },
    { status: 200, body: '<html>Silakan masuk</html>' },
    { status: 200, body: '{}' },
    { status: 200, body: '[]' },
    { status: 200, body: '{"summary":true,"jumlah_signature":1}' },
    { status: 200, body: '{"conclusion":0,"summary":0}' },
    { status: 200, body: '{"conclusion":"SUCCESS","integrityValid":true,"signatureCount":3}' },
    { status: 200, body: '{"conclusion":"VALID","error":"x"}' },
    { status: 200, body: '{"jumlah_signature":1,"details":[]}' },
    { status: 500, body: '{"conclusion":"VALID"}' },
  ];
  for (const [i, { result, html }] of (await shown(answers)).entries()) {
    t.equal(result, 'unknown', JSON.stringify(answers[i]));
    t.match(html, /Belum dapat diperiksa/);
  }
  t.equal(
    (await shown([{ status: refused.status, body: refused.text }]))[0]?.sentence,
    'Berkas PDF tidak dapat diproses',
  );
});

t.test('names out of a file are no markup', { skip }, async (t) => {
  const body = JSON.stringify({
    conclusion: 'VALID',
    description: '<b>x</b>',
    signatureInformations: [{ signerName: '<script>alert(1)</script>', signatureDate: '"\'' }],
  });
  const [page] = await shown([{ status: 200, body }]);
  t.notMatch(page?.html, /<script|<b>|"'/);
});

t.test('the rule for Laravel and the controller for CodeIgniter decide the same', { skip }, async (t) => {
  const [user = '', password = ''] = Buffer.from(service.basic.slice(6), 'base64')
    .toString('utf8')
    .split(':');
  const names = Object.keys(FILES) as (keyof typeof FILES)[];
  const paths = names.map((name) => {
    const path = join(folder, `${name}.pdf`);
    writeFileSync(path, FILES[name]);
    return path;
  });
  const php = (url: string) =>
    run('php', [...STRICT, program('frameworks.php'), examples, ...paths], {
      env: { ESIGN_URL: url, ESIGN_USER: user, ESIGN_PASS: password },
    });
  const { stdout, stderr } = await php(service.url);
  t.equal(stderr, '');
  for (const [i, each] of linesOf(stdout).entries()) {
    const { failures, html } = each as { failures: readonly string[]; html: string };
    t.equal(failures.length, names[i] === 'valid' ? 0 : 1, names[i] ?? '');
    t.equal(html.includes('Dapat diterima'), names[i] === 'valid');
  }
  const nobody = linesOf((await php('http://127.0.0.1:9')).stdout) as { failures: string[]; html: string }[];
  t.ok(nobody.every(({ failures, html }) => failures.length === 1 && html.includes('Belum dapat diperiksa')));
});
