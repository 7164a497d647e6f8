// Uploads as an attacker or a slow line sends them, over real sockets.

import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { DEFAULT_SETTINGS, standInApp } from './stand-in.ts';

const app = await standInApp({ settings: { ...DEFAULT_SETTINGS, maxUploadMegabytes: 1 } });
const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
t.teardown(() => app.server.close());

const MEGABYTE = 1024 * 1024;

function part(name: string, content: string, fileName?: string): string {
  const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: application/pdf`;
  return `--batas\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
}

async function post(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=batas', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

t.test('a file of exactly the limit is accepted, one byte more is not', async (t) => {
  const file = (size: number): string => `${part('file', 'a'.repeat(size), 'surat.pdf')}--batas--\r\n`;
  t.equal((await post(file(MEGABYTE))).status, 200);
  t.match(await post(file(MEGABYTE + 1)), { status: 413, body: { code: 'file-too-large' } });
  const raw = { 'content-type': 'application/pdf' };
  t.equal((await post(new Uint8Array(MEGABYTE), raw)).status, 200);
  t.match(await post(new Uint8Array(MEGABYTE + 1), raw), { status: 413 });
});

t.test('an announced length beyond the limit is refused before a byte of it has come', async (t) => {
  const socket = await talk(
    `POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Type: application/pdf\r\nContent-Length: 10000000000\r\n\r\n`,
  );
  t.match(await firstLine(socket), /^HTTP\/1\.1 413 /);
  socket.destroy();
});

for (const [name, type, beginning] of [
  ['an endless body', 'application/pdf', ''],
  [
    'an endless file in a form',
    'multipart/form-data; boundary=batas',
    part('file', '', 'surat.pdf').trimEnd(),
  ],
] as const) {
  t.test(`${name} is refused at the limit, and the connection ends`, async (t) => {
    const before = process.memoryUsage().arrayBuffers;
    const socket = await talk(
      `POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const state = { answer: '' };
    // The reset that ends the connection is what this test waits for.
    socket.on('error', () => undefined);
    const answered = firstLine(socket).then((line) => {
      state.answer = line;
    });
    socket.write(chunkOf(Buffer.from(`${beginning}\r\n\r\n`)));
    const more = chunkOf(Buffer.alloc(65_536));
    let sentBeforeAnswer = 0;
    const startedMs = performance.now();
    while (!socket.destroyed && performance.now() - startedMs < 9_000) {
      if (socket.writableLength < MEGABYTE) socket.write(more);
      if (state.answer === '') sentBeforeAnswer += more.length;
      await wait(1);
    }
    await answered;
    t.match(state.answer, /^HTTP\/1\.1 413 /);
    t.ok(sentBeforeAnswer < 16 * MEGABYTE, `answered after ${Math.round(sentBeforeAnswer / MEGABYTE)} MB`);
    t.ok(socket.destroyed, `ended after ${Math.round(performance.now() - startedMs)} ms`);
    const kept = process.memoryUsage().arrayBuffers - before;
    t.ok(kept < 64 * MEGABYTE, 'what comes after the limit is not kept');
  });
}

function chunkOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

t.test('a form must have the one part "file", with something in it', async (t) => {
  const file = part('file', '%PDF-1.7', 'surat.pdf');
  const cases: readonly (readonly [name: string, body: string, status: number, answer: object])[] = [
    ['no file', part('lang', 'id'), 400, { code: 'file-missing' }],
    ['a browser without a choice', part('file', '', ''), 400, { code: 'file-missing' }],
    ['an empty file', part('file', '', 'surat.pdf'), 400, { code: 'file-empty' }],
    ['two files', file + file, 400, { code: 'invalid-request', errors: [{ pointer: '/file' }] }],
    [
      'another part with a file',
      part('lampiran', 'a', 'b.pdf'),
      400,
      { code: 'invalid-request', errors: [{ pointer: '/lampiran' }] },
    ],
    ['an unknown field', file + part('sandi', 'x'), 400, { errors: [{ pointer: '/sandi' }] }],
    ['a field twice', part('a', '1') + part('a', '2') + file, 400, { errors: [{ pointer: '/a' }] }],
    ['a field too long', part('a', 'x'.repeat(5000)) + file, 400, { errors: [{ pointer: '/a' }] }],
    ['10 000 parts', part('a', '').repeat(10_000), 400, { code: 'invalid-request' }],
    ['a name of the prototype', part('__proto__', '1') + file, 400, { code: 'invalid-request' }],
    ['no form at all', 'bukan formulir', 400, { code: 'invalid-request' }],
  ];
  for (const [name, body, status, answer] of cases) {
    t.match(await post(`${body}--batas--\r\n`), { status, body: { ...answer, ok: false } }, name);
  }
});

t.test('another media type is 415, in both languages', async (t) => {
  const json = { 'content-type': 'application/json' };
  const english = await post('{}', { ...json, 'accept-language': 'en' });
  const indonesian = await post('{}', { ...json, 'accept-language': 'id-ID,en;q=0.5' });
  t.match(english, { status: 415, body: { code: 'unsupported-media-type', detail: /^Send/ } });
  t.match(indonesian, { status: 415, body: { code: 'unsupported-media-type', detail: /^Kirim/ } });
});

for (const [form, type, begun] of [
  ['a form', 'multipart/form-data; boundary=batas', part('file', '%PDF-1.7', 'surat.pdf').slice(0, -10)],
  ['a document', 'application/pdf', '%PDF-1.7'],
] as const)
  t.test(`a sender of ${form} that hangs up in the middle leaves the service as it was`, async (t) => {
    const before = app.logged().length;
    const socket = await talk(
      `POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n`,
    );
    socket.write(begun);
    await wait(50);
    socket.destroy();
    let said = '';
    for (let i = 0; i < 200 && !said.includes('"msg":"refused"'); i += 1) {
      await wait(25);
      said = app.logged().slice(before);
    }
    t.match(said, /"level":30[^\n]*"code":"invalid-request"[^\n]*"msg":"refused"/);
    t.notMatch(said, /"level":50/, 'nobody has to get up for it');
    const healthy = await fetch(`${url}/healthz`);
    t.equal(healthy.status, 200);
  });

async function talk(head: string): Promise<Socket> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(head);
  return socket;
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data: Buffer) => resolve(data.toString('latin1').split('\r\n')[0] ?? ''));
  });
}
