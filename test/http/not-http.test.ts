// Requests that reach no route: other methods, and what Node cannot read as HTTP. Their answers are problems like all others.

import { connect } from 'node:net';
import t from 'tap';
import { roomOf } from '../../src/http/form-room.ts';
import { problemSchema, signForm } from '../../src/http/schemas.ts';
import { API_KEY, standInApp } from './stand-in.ts';

const app = await standInApp();
const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
t.teardown(() => app.server.close());

/** Sends these octets, reads to the end of the connection. */
function exchange(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

t.test(
  'another method is 405 with Allow, before a body is read, with and without a slash at the end',
  async (t) => {
    for (const [method, path, allow] of [
      ['GET', '/v1/verify', 'POST'],
      ['PUT', '/v1/sign/', 'POST'],
      ['DELETE', '/v1/trust-list?x=1', 'GET, HEAD'],
      ['POST', '/healthz', 'GET, HEAD'],
      ['PATCH', '/v1/audit/checkpoints/rantai/1', 'GET, HEAD'],
      ['OPTIONS', '/v1/sign', 'POST'],
    ] as const) {
      const answer = await fetch(`${url}${path}`, { method });
      t.equal(answer.status, 405, `${method} ${path}`);
      t.equal(answer.headers.get('allow'), allow, `${method} ${path}`);
      t.match(await answer.json(), { code: 'method-not-allowed' });
    }
    t.match(
      await exchange('TRACE /v1/sign HTTP/1.1\r\nHost: uji\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 405 .*\r\n(?:.*\r\n)*allow: POST\r\n/i,
    );
  },
);

t.test('an address that nobody serves stays 404 by any method', async (t) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const answer = await fetch(`${url}/v1/tidak-ada`, { method });
    t.equal(answer.status, 404, method);
  }
  t.equal((await fetch(`${url}/v1/audit/checkpoints/a/b/c`)).status, 404);
});

t.test('a head that is too long is a problem of its own, and the connection ends', async (t) => {
  const answer = await exchange(`GET /healthz?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: uji\r\n\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  t.match(head, /^HTTP\/1\.1 431 /);
  t.match(head, /content-type: application\/problem\+json/i);
  t.match(head, /connection: close/i);
  const problem = problemSchema.parse(JSON.parse(body));
  t.equal(problem.code, 'head-too-large');
});

t.test('what is no HTTP at all gets a problem too, and nothing of it comes back', async (t) => {
  for (const request of [
    'rahasia-kami HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nrahasia kami\r\n\r\n',
    'POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ]) {
    const answer = await exchange(request);
    t.match(answer, /^HTTP\/1\.1 400 /, request);
    t.match(answer, /"code":"invalid-request"/);
    t.notMatch(answer, /rahasia/);
  }
  t.equal((await fetch(`${url}/healthz`)).status, 200, 'the service goes on');
});

t.test('a form with all of its fields fits, each as long as it may be', async (t) => {
  const { fields } = roomOf(signForm);
  const names = Object.keys(signForm.shape);
  t.ok(fields.most > names.length);
  const boundary = 'batas';
  const part = (name: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const long: Readonly<Record<string, string>> = {
    approvals: 'a'.repeat(20_480),
    credentialToken: 'b'.repeat(8_192),
    qr: 'ﷺ'.repeat(2_048),
  };
  const body = `${names.map((name) => part(name, long[name] ?? 'x')).join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n--${boundary}--\r\n`;
  const answer = await fetch(`${url}/v1/sign`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body,
  });
  const { errors = [] } = (await answer.json()) as { errors?: { pointer: string; message: string }[] };
  t.equal(answer.status, 400, 'most of the values are none');
  t.ok(
    errors.some(({ pointer }) => pointer === '/level'),
    'the fields were read, and judged one by one',
  );
  for (const name of Object.keys(long))
    t.notOk(
      errors.some(({ pointer }) => pointer === `/${name}`),
      name,
    );
});
