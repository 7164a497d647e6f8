// Fifty secrets, put wherever a caller can put one, at every address of the service as it is described; then everything that the
// service has written and answered is searched for them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { SignerFailed, SigningFailed } from '../../src/index.ts';
import { projectRoot } from '../tools.ts';
import { formOf, startRealService } from './real-service.ts';
import { API_KEY, auditThrough, standInApp } from './stand-in.ts';

const CANARIES = 50;

/** A NIK, or a secret as people make them up; none of them occurs anywhere else. */
function canary(i: number): string {
  return i % 2 === 0 ? `72710419${String(84_000_000 + i * 7_919)}` : `Kenari-rahasia-${i}-Xq${i * 31}`;
}

interface Asked {
  readonly fields: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly query: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** Where a secret can stand in a request, rightly or by mistake. */
const PLACES: Readonly<Record<string, (secret: string) => Partial<Asked>>> = {
  passphrase: (passphrase) => ({ fields: { passphrase } }),
  password: (password) => ({ fields: { password } }),
  code: (code) => ({ fields: { code } }),
  otp: (otp) => ({ fields: { otp } }),
  credentialToken: (credentialToken) => ({ fields: { credentialToken } }),
  signer: (signer) => ({ fields: { signer } }),
  token: (token) => ({ fields: { token } }),
  approvals: (approvals) => ({ fields: { approvals } }),
  'a field that nobody knows': (secret) => ({ fields: { [secret]: secret } }),
  'Teken-Passphrase': (secret) => ({ headers: { 'Teken-Passphrase': secret } }),
  'Teken-Password': (secret) => ({ headers: { 'Teken-Password': secret } }),
  'Teken-Code': (secret) => ({ headers: { 'Teken-Code': secret } }),
  'Teken-Otp': (secret) => ({ headers: { 'Teken-Otp': secret } }),
  'Teken-Credential-Token': (secret) => ({ headers: { 'Teken-Credential-Token': secret } }),
  'a bearer token': (secret) => ({ headers: { Authorization: `Bearer ${secret}` } }),
  'a Basic password': (secret) => ({
    headers: { Authorization: `Basic ${Buffer.from(`opd:${secret}`).toString('base64')}` },
  }),
  'Idempotency-Key': (secret) => ({ headers: { 'Idempotency-Key': secret } }),
  Cookie: (secret) => ({ headers: { Cookie: `sesi=${secret}` } }),
  'a header that nobody knows': (secret) => ({ headers: { 'X-Nik': secret } }),
  'the query': (secret) => ({ query: `?signer=${secret}&passphrase=${secret}` }),
  'a name in the query': (secret) => ({ query: `?${secret}=1` }),
  'the name of the file': (secret) => ({ fileName: `${secret}.pdf` }),
  'the document': (secret) => ({ bytes: Buffer.from(`%PDF-1.7\n(${secret}) Tj`) }),
};

interface Running {
  readonly child: ChildProcess;
  readonly written: () => string;
  readonly url: string;
}

async function start(environment: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      written += data.toString();
    });
  while (child.exitCode === null) {
    const url = /"url":"([^"]+)"/.exec(written)?.[1];
    if (url !== undefined) return { child, written: () => written, url };
    await wait(25);
  }
  throw new Error(written);
}

interface Address {
  readonly method: string;
  readonly path: string;
}

/** Every operation of the service, as it describes itself: a new one cannot be forgotten. */
async function addressesOf(url: string): Promise<readonly Address[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}

t.test('no secret is written or answered, whatever place it was put in', { timeout: 280_000 }, async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const folder = await mkdtemp(join(tmpdir(), 'teken-kenari-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const running = await start({
    ...service.environment,
    TEKEN_LOG_LEVEL: 'trace',
    TEKEN_METRICS_PORT: '0',
    TEKEN_AUDIT_SINKS: `stdout,file:${folder}`,
  });
  const addresses = await addressesOf(running.url);
  t.ok(addresses.length > 8);

  const secrets = Array.from({ length: CANARIES }, (_, i) => canary(i));
  const places = Object.entries(PLACES);
  const answers: string[] = [];
  const ask = async ({ method, path }: Address, secret: string, i: number): Promise<void> => {
    const [, placed] = places[i % places.length] ?? [];
    const put = placed?.(secret) ?? {};
    const asked: Asked = {
      query: '',
      fileName: 'surat.pdf',
      bytes: service.letter,
      ...put,
      fields: { signer: 'pejabat', passphrase: 'salah', count: '1', ...put.fields },
      headers: { Authorization: `Bearer ${service.apiKey}`, ...put.headers },
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(asked.fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(asked.bytes)], { type: 'application/pdf' }), asked.fileName);
    const address = `${running.url}${path.replace(/\{[^}]+\}/g, encodeURIComponent(secret))}${asked.query}`;
    const raw = i % 3 === 0;
    const { headers } = asked;
    const type = raw ? { 'Content-Type': 'application/pdf' } : {};
    const body = raw ? new Uint8Array(asked.bytes) : form;
    const withBody = method === 'GET' ? {} : { body };
    const response = await fetch(address, { method, headers: { ...headers, ...type }, ...withBody });
    const answered = Buffer.from(await response.arrayBuffer()).toString('latin1');
    // A report names the file that was sent, to who has sent it.
    const own = path === '/v1/verify' || path === '/v1/revisions' || path === '/v1/extract';
    if (!own) answers.push(`${path} ${JSON.stringify([...response.headers])} ${answered}`);
  };
  for (const address of addresses)
    for (let i = 0; i < CANARIES; i += 5)
      await Promise.all(secrets.slice(i, i + 5).map((secret, k) => ask(address, secret, i + k)));
  const [, metricsUrl = ''] = /"metricsUrl":"([^"]+)"/.exec(running.written()) ?? [];
  const metrics = await (await fetch(metricsUrl)).text();
  running.child.kill('SIGTERM');
  await once(running.child, 'exit');

  const audit = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  t.match(audit.join(''), /"event":"sign\.refused"/, 'attempts were recorded');
  t.match(running.written(), /"level":30/, 'and the log was written');
  t.match(metrics, /tte_sign_requests_total\{result="[a-z-]+"/, 'and attempts were counted');
  const written = {
    metrics,
    'standard output and error': running.written(),
    audit: audit.join(''),
    answers: answers.join('\n'),
  };
  for (const [where, text] of Object.entries(written)) t.same(found(secrets, text), [], where);
});

/** Secrets that stand in a text, plainly or as base64 or hexadecimal of them; with what stands around. */
function found(secrets: readonly string[], text: string): readonly string[] {
  return secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      bytes.toString('hex'),
      bytes.toString('base64').slice(0, -3),
    ];
    return forms.flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + form.length + 20)];
    });
  });
}

t.test('errors that repeat a secret do not carry it out, at any level of the log', async (t) => {
  const secret = canary(1);
  const nik = canary(2);
  const faults: Readonly<Record<string, () => Error>> = {
    'an error of a library': () => new Error(`cannot open ${secret} of ${nik}`),
    'a cause': () => new SignerFailed('signer-unavailable', {}, new Error(secret)),
    values: () => new SigningFailed('self-check-failed', { findings: [secret, nik] }),
    'a code': () => Object.assign(new Error('x'), { code: `${secret}-${nik}` }),
    'members of an error': () => Object.assign(new TypeError('x'), { passphrase: secret, input: nik }),
  };
  for (const [name, fault] of Object.entries(faults)) {
    const lines: string[] = [];
    const sink = { name: 'memory', write: async (more: readonly string[]) => void lines.push(...more) };
    const refuse = async (): Promise<never> => {
      throw fault();
    };
    const app = await standInApp({
      audit: auditThrough(sink),
      sign: refuse,
      verify: refuse,
      verifyStatement: refuse,
      preflight: refuse,
    });
    const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
    const answers: string[] = [];
    for (const path of ['/v1/sign', '/v1/preflight', '/v1/verify']) {
      const fields = path === '/v1/sign' ? { signer: 'pejabat', passphrase: secret } : {};
      const body = formOf(Buffer.from('%PDF-1.7 surat'), fields);
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${API_KEY}` },
        body,
      });
      answers.push(await response.text());
      t.ok(response.status >= 400, path);
    }
    await app.server.close();
    t.match(lines.join(''), /"event":"sign\.refused"/);
    for (const text of [app.logged(), lines.join(''), answers.join('')])
      t.same(found([secret, nik], text), [], name);
  }
});

t.test('a sink that fails does not carry a record into the log', async (t) => {
  const nik = canary(4);
  const write = (lines: readonly string[]) => Promise.reject(new Error(`${nik} ${lines.join('')}`));
  const app = await standInApp({ audit: auditThrough({ name: 'rusak', write }, { patienceMs: 100 }) });
  const answer = await app.server.inject({
    method: 'POST',
    url: '/v1/sign?signer=pejabat',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/pdf' },
    payload: Buffer.from('%PDF-1.7 surat'),
  });
  t.equal(answer.statusCode, 503);
  t.same(found([nik], `${app.logged()}${answer.body}`), []);
});
