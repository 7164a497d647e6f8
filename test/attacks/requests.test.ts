// What a caller can write into a request to reach a log, a file, another answer: log forging, names that are paths, smuggled heads,
// abused forms, and files that are something else as well.

import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type RealService, requestSignature, signedLetter, startRealService } from '../http/real-service.ts';
import { projectRoot } from '../tools.ts';

const service: RealService = await startRealService();
t.teardown(() => service.close());
const signed = await signedLetter(service);

const FORGED = '{"level":30,"msg":"answered","status":200,"forged":true}';
// Ends of lines as JSON, terminals, Unicode and old Macs know them, and what terminals obey.
const BREAKS = ['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\u001b[2K\u001b[1G', '\0', '%0a', '\\n'];
const PAYLOADS = BREAKS.flatMap((end) => Array.from({ length: 10 }, (_, i) => `x${i}${end}${FORGED}${end}y`));

/** Lines that were logged since; each is whole JSON or this throws. */
async function linesOf(act: () => Promise<void>): Promise<readonly Record<string, unknown>[]> {
  const before = service.logged().length;
  await act();
  return service
    .logged()
    .slice(before)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

t.test(
  'log forging: one hundred payloads, in names, fields and addresses, make no line of their own',
  async (t) => {
    t.equal(PAYLOADS.length, 100);
    const lines = await linesOf(async () => {
      for (const [i, payload] of PAYLOADS.entries()) {
        const form = new FormData();
        form.append('file', new Blob([new Uint8Array(signed)]), i % 2 === 0 ? payload : 'surat.pdf');
        if (i % 4 === 1) form.append('password', payload);
        if (i % 4 === 3) form.append(payload, payload);
        const path =
          i % 5 === 0 ? `/v1/${encodeURIComponent(payload)}?${encodeURIComponent(payload)}` : '/v1/verify';
        const answer = await fetch(`${service.url}${path}`, {
          method: 'POST',
          headers: {
            'user-agent': encodeURIComponent(payload),
            'x-request-id': encodeURIComponent(payload).slice(0, 60),
          },
          body: form,
        });
        await answer.arrayBuffer();
      }
    });
    t.equal(lines.filter(({ msg }) => msg === 'answered').length, 100, 'one line for each request');
    t.same(
      lines.filter((line) => 'forged' in line),
      [],
    );
    const text = JSON.stringify(lines);
    t.notMatch(text, /forged|\\u001b|\\u2028/, 'nothing of a payload stands in any line');
  },
);

t.test(
  'fifty names of files are never paths: nothing is written, and none comes back in a header',
  async (t) => {
    const place = await mkdtemp(join(tmpdir(), 'teken-names-'));
    t.teardown(() => rm(place, { recursive: true }));
    const bases = ['jebakan', 'jebakan.pdf', 'jebakan\0.pdf', 'CON', 'jebakan.pdf '];
    const ways = [
      '../',
      '../../../../',
      '..\\..\\',
      `${place}/`,
      `file://${place}/`,
      '%2e%2e%2f',
      '....//',
      '/',
      '~/',
      'C:\\',
    ];
    const names = ways.flatMap((way) => bases.map((base) => `${way}${base}`));
    t.equal(names.length, 50);
    for (const name of names) {
      const form = new FormData();
      form.append('signer', 'pejabat');
      form.append('passphrase', service.passphrase);
      form.append('level', 'B-B');
      form.append('file', new Blob([new Uint8Array(service.letter)]), name);
      const answer = await fetch(`${service.url}/v1/sign`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${service.apiKey}` },
        body: form,
      });
      await answer.arrayBuffer();
      t.equal(answer.status, 200, JSON.stringify(name));
      t.notMatch(JSON.stringify([...answer.headers]), /jebakan|CON\b/);
    }
    const everywhere = [place, projectRoot, join(projectRoot, 'src'), tmpdir(), homedir(), '/', '/etc'];
    const trapped = everywhere
      .flatMap((folder) => readdirSync(folder))
      .filter((name) => /jebakan|^CON/.test(name));
    t.same(trapped, []);
  },
);

/** Sends these octets and reads until the connection ends or nothing more comes. */
function exchange(request: Uint8Array | string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.setTimeout(1_500, () => socket.destroy());
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

t.test(
  'smuggled requests: whatever head is ambiguous, one request is answered, and no second one behind it',
  async (t) => {
    const inner = 'GET /v1/trust-list HTTP/1.1\r\nHost: uji\r\n\r\n';
    const heads = [
      `Content-Length: ${inner.length}\r\nTransfer-Encoding: chunked`,
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding : chunked',
      'Transfer-Encoding: chunked, identity',
      'Content-Length: 0\r\nContent-Length: 44',
      'Content-Length: +4',
      'Content-Length: 0x4',
      'Content-Length: -1',
      'X: a\n Transfer-Encoding: chunked',
      'X: a\rTransfer-Encoding: chunked',
      'X: \0',
      ' Host: lain',
      'Host: lain',
    ];
    for (const head of heads) {
      const answer = await exchange(
        `POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Type: application/pdf\r\n${head}\r\n\r\n0\r\n\r\n${inner}`,
      );
      t.notMatch(answer, /"anchors"|HTTP\/1\.1 200/, JSON.stringify(head));
      t.ok(answer.split('HTTP/1.1 ').length <= 2, `${JSON.stringify(head)}: one answer`);
    }
    t.equal((await fetch(`${service.url}/healthz`)).status, 200);
  },
);

t.test('paths: what leads out of a folder, or around a route, is no address', async (t) => {
  for (const path of [
    '/docs/static/../../../../etc/passwd',
    '/docs/static/..%2f..%2f..%2fetc%2fpasswd',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/..\\..\\package.json',
    '/assets/..%2f..%2fserver.ts',
    '/assets/%00',
    '/static/../server.ts',
    '/v1/audit/checkpoints/..%2f..%2f..%2fetc/1',
    '/v1/audit/checkpoints/%2e%2e/1',
    '/v1/sign%00',
    '/v1/sign/../metrics',
    '/metrics',
    '/V1/SIGN',
    '/v1;/sign',
    '/%61pi-docs',
    '//etc/passwd',
    '/\\etc\\passwd',
    'http://169.254.169.254/latest/meta-data/',
  ]) {
    const answer = await exchange(`GET ${path} HTTP/1.1\r\nHost: uji\r\nConnection: close\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 (?:400|404|405|403) /, path);
    t.notMatch(answer, /root:|"dependencies"|import |ami-id/, path);
  }
});

t.test('abused forms are refused whole, and each of them soon', async (t) => {
  const boundary = 'batas';
  const part = (disposition: string, content: string, more = ''): string =>
    `--${boundary}\r\nContent-Disposition: ${disposition}${more}\r\n\r\n${content}\r\n`;
  const file = part(
    'form-data; name="file"; filename="a.pdf"',
    signed.toString('latin1'),
    '\r\nContent-Type: application/pdf',
  );
  const end = `--${boundary}--\r\n`;
  const abuses: Readonly<Record<string, string>> = {
    'ten thousand fields': `${Array.from({ length: 10_000 }, (_, i) => part(`form-data; name="f${i}"`, 'x')).join('')}${file}${end}`,
    'ten thousand files': `${Array.from({ length: 10_000 }, () => part('form-data; name="file"; filename="a"', 'x')).join('')}${end}`,
    'ten thousand headers of a part': `--${boundary}\r\n${Array.from({ length: 10_000 }, (_, i) => `X-${i}: y`).join('\r\n')}\r\n\r\nx\r\n${end}`,
    'a name of a megabyte': `${part(`form-data; name="${'n'.repeat(1_048_576)}"`, 'x')}${file}${end}`,
    'a header of a megabyte': `${part('form-data; name="file"; filename="a.pdf"', 'x', `\r\nX: ${'y'.repeat(1_048_576)}`)}${end}`,
    'the file twice': `${file}${file}${end}`,
    'prototype names': `${part('form-data; name="__proto__"', '{"ok":true}')}${part('form-data; name="constructor"', 'x')}${file}${end}`,
    'a form in a form': `${part('form-data; name="file"', `--b2\r\n\r\nx\r\n--b2--`, '\r\nContent-Type: multipart/mixed; boundary=b2')}${end}`,
    'no end': file,
    'no name': `${part('form-data', 'x')}${end}`,
    'nothing but boundaries': `--${boundary}\r\n`.repeat(10_000),
  };
  for (const [name, body] of Object.entries(abuses)) {
    const started = performance.now();
    const answer = await fetch(`${service.url}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(body, 'latin1'),
    });
    const { ok, code } = (await answer.json()) as { ok?: boolean; code?: string };
    t.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status} ${code}`);
    t.equal(ok, false, name);
    t.ok(performance.now() - started < 5_000, `${name}: soon`);
  }
  t.equal((await requestSignature(service)).status, 200, 'the service goes on');
});
