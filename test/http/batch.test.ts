// POST /v1/sign/batch over the real service.

import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { type BatchFile, batchForm, linesOf, postBatch, readBatch } from './batch-client.ts';
import { requestVerdict, signedLetter, startRealService } from './real-service.ts';

const service = await startRealService({ TEKEN_MAX_UPLOAD_MB: '1' });
t.teardown(() => service.close());

const { letter } = service;
const damaged = letter.subarray(0, 300);
const common = { signer: 'segel', passphrase: service.passphrase, level: 'B-B' };

function files(count: number, bytes: Uint8Array = letter): BatchFile[] {
  return Array.from({ length: count }, (_, i) => ({ name: `rekap-${i}.pdf`, bytes }));
}

function send(
  list: readonly BatchFile[],
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return postBatch(service, batchForm({ ...common, count: String(list.length), ...fields }, list), headers);
}

t.test(
  'outcomes come in the order of the documents, failures among them, and a table at the end',
  async (t) => {
    const large = Buffer.concat([letter, Buffer.alloc(1024 * 1024, 0x20)]);
    const list = files(12)
      .with(2, { name: 'rusak.pdf', bytes: damaged })
      .with(5, { name: 'besar.pdf', bytes: large })
      .with(6, { name: 'kosong.pdf', bytes: Buffer.alloc(0) })
      .with(9, { name: 'catatan.txt', bytes: Buffer.from('bukan PDF') });
    const response = await send(list, { level: 'B-T' });
    t.match(response.headers.get('content-type'), 'application/x-ndjson');
    const { lines, end } = await readBatch(response);
    t.same(
      lines.map(({ index, fileName }) => [index, fileName]),
      list.map(({ name }, i) => [i, name]),
    );
    const failed = lines.filter(({ status }) => status === 'failed');
    t.same(
      failed.map(({ index, problem }) => [index, problem?.code]),
      [
        [2, 'pdf-damaged'],
        [5, 'file-too-large'],
        [6, 'file-empty'],
        [9, 'not-pdf'],
      ],
    );
    t.same(end.summary, { announced: 12, signed: 8, failed: 4, skipped: 0 });
    for (const { pdf, sha256, status } of lines) {
      if (status !== 'signed') continue;
      const bytes = Buffer.from(pdf ?? '', 'base64');
      t.ok(bytes.subarray(0, letter.length).equals(letter));
      t.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    }
    const first = Buffer.from(lines[0]?.pdf ?? '', 'base64');
    t.match(await (await requestVerdict(service, first)).json(), {
      ok: true,
      signatures: [{ level: 'PAdES-B-T' }],
    });
  },
);

t.test('the same as parts', async (t) => {
  const list = files(3).with(1, { name: 'ru"sak\r\nX: é.pdf', bytes: damaged });
  const response = await send(list, {}, { Accept: 'multipart/mixed' });
  const type = response.headers.get('content-type') ?? '';
  const boundary = /^multipart\/mixed; boundary=(teken-[0-9a-f]{36})$/.exec(type)?.[1] ?? 'none';
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  const [before, ...parts] = body.split(`--${boundary}`);
  t.equal(before, '');
  t.equal(parts.pop(), '--\r\n');
  const split = parts.map((part) => {
    const [, head = '', content = ''] = /^\r\n(.*?)\r\n\r\n(.*)\r\n$/s.exec(part) ?? [];
    const fields = head.split('\r\n').map((line) => line.split(': ') as [string, string]);
    return { fields: new Map(fields), content: Buffer.from(content, 'latin1') };
  });
  t.same(
    split.map(({ fields }) => fields.get('Content-Type')),
    ['application/pdf', 'application/problem+json', 'application/pdf', 'application/json'],
  );
  t.same(
    split.map(({ fields }) => fields.get('Document-Index')),
    ['0', '1', '2', undefined],
  );
  const [signed, failed] = split;
  const digest = createHash('sha256')
    .update(signed?.content ?? '')
    .digest('base64');
  t.equal(signed?.fields.get('Content-Digest'), `sha-256=:${digest}:`);
  t.ok(signed?.fields.has('Signature-Id'));
  t.match(failed?.fields.get('Content-Disposition'), /^attachment; filename\*=UTF-8''ru[\w%.-]+\.pdf$/);
  t.match(JSON.parse(String(split.at(-1)?.content)), { summary: { signed: 2, failed: 1 } });
});

t.test('what is wrong with the request as a whole is said before anything is signed', async (t) => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, number, string, string?])[] = [
    [{ count: '0' }, 400, 'invalid-request', '/count'],
    [{ count: '' }, 400, 'invalid-request', '/count'],
    [{ onFailure: 'panik' }, 400, 'invalid-request', '/onFailure'],
    [{ expectedSha256: 'a'.repeat(64) }, 400, 'invalid-request', '/expectedSha256'],
    [{ count: '2001' }, 422, 'batch-too-large'],
    [{ passphrase: 'salah' }, 403, 'signer-auth-failed'],
    [{ signer: 'bupati' }, 403, 'signer-not-allowed'],
  ];
  for (const [fields, status, code, pointer] of cases) {
    const answer: unknown = await (await send(files(2), fields)).json();
    t.match(
      answer,
      { status, code, ...(pointer === undefined ? {} : { errors: [{ pointer }] }) },
      JSON.stringify(fields),
    );
  }
  const noFile: unknown = await (await send([], { count: '1' })).json();
  t.match(noFile, { status: 400, code: 'file-missing' });
  const image: unknown = await (await send(files(1), {}, { Accept: 'image/png' })).json();
  t.match(image, { status: 406 });
  const stranger = await postBatch({ ...service, apiKey: 'salah' }, batchForm(common, files(1)));
  t.equal(stranger.status, 401);
});

t.test('fewer than announced are told in the table, more are not signed', async (t) => {
  const few = await readBatch(await send(files(2), { count: '5' }));
  t.same(few.end.summary, { announced: 5, signed: 2, failed: 0, skipped: 3 });
  const many = await readBatch(await send(files(5), { count: '2' }));
  t.same(
    many.lines.map(({ status, problem }) => problem?.code ?? status),
    ['signed', 'signed', 'batch-too-large'],
  );
});

t.test('stop and all-or-nothing', async (t) => {
  const list = files(6).with(2, { name: 'rusak.pdf', bytes: damaged });
  const stopped = await readBatch(await send(list, { onFailure: 'stop' }));
  t.same(
    stopped.lines.map(({ status }) => status),
    ['signed', 'signed', 'failed'],
  );
  t.same(stopped.end.summary, { announced: 6, signed: 2, failed: 1, skipped: 3 });
  const nothing = await readBatch(await send(list, { onFailure: 'all-or-nothing' }));
  t.same(
    nothing.lines.map(({ status }) => status),
    ['skipped', 'skipped', 'failed', 'skipped', 'skipped', 'skipped'],
  );
  const everything = await readBatch(await send(files(6), { onFailure: 'all-or-nothing' }));
  t.same(everything.end.summary, { announced: 6, signed: 6, failed: 0, skipped: 0 });
});

t.test('a parameter after the first document ends the batch, and the answer says so', async (t) => {
  const form = batchForm({ ...common, count: '3' }, files(1));
  form.append('level', 'B-LTA');
  form.append('file', new Blob([new Uint8Array(letter)]), 'lagi.pdf');
  const { lines, end } = await readBatch(await postBatch(service, form));
  t.same(
    lines.map(({ status }) => status),
    ['signed'],
  );
  t.match(end, { summary: { signed: 1, skipped: 2 }, problem: { code: 'invalid-request' } });
});

t.test('a visible block stands on every document, and a signed one keeps its signature', async (t) => {
  const list = [
    ...files(1),
    { name: 'bertanda-tangan.pdf', bytes: await signedLetter(service, { level: 'B-B' }) },
  ];
  const { lines } = await readBatch(
    await send(list, { rect: '305,205,215,72', page: '1', position: 'Kepala Dinas' }),
  );
  for (const [i, { pdf }] of lines.entries()) {
    const verdict = await requestVerdict(service, Buffer.from(pdf ?? '', 'base64'));
    t.match(await verdict.json(), { ok: true, counts: { signatures: i + 1 } });
  }
});

const BOUNDARY = 'batas';

function part(name: string, value: Uint8Array | string, file = ''): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file === '' ? '' : `; filename="${file}"`}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
}

const multipart = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };

t.test('the first outcome comes while later documents have not been sent', async (t) => {
  const sent = Promise.withResolvers<void>();
  async function* body() {
    for (const [name, value] of Object.entries({ ...common, count: '2' })) yield part(name, value);
    yield part('file', letter, 'satu.pdf');
    // A part ends where the next one begins.
    yield Buffer.from(`--${BOUNDARY}\r\n`);
    await sent.promise;
    yield Buffer.concat([
      part('file', letter, 'dua.pdf').subarray(`--${BOUNDARY}\r\n`.length),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]);
  }
  const response = await postBatch(service, Readable.from(body()), multipart);
  const lines = linesOf(response);
  t.match((await lines.next()).value, { index: 0, status: 'signed' });
  sent.resolve();
  t.match((await lines.next()).value, { index: 1, status: 'signed' });
  t.match((await lines.next()).value, { summary: { signed: 2 } });
});

t.test('a client that reads nothing is sent no more than fits, and holds the batch back', async (t) => {
  const count = 400;
  const before = signedSoFar();
  let written = 0;
  const { port, hostname } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.pause();
  const large = Buffer.concat([letter, Buffer.alloc(400_000, 0x20)]);
  socket.write(
    `POST /v1/sign/batch HTTP/1.1\r\nHost: teken\r\nAuthorization: Bearer ${service.apiKey}\r\nContent-Type: ${multipart['Content-Type']}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = (bytes: Buffer): Promise<void> =>
    new Promise((resolve) => {
      socket.write(
        Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]),
        () => resolve(),
      );
    });
  const sending = (async (): Promise<void> => {
    for (const [name, value] of Object.entries({ ...common, count: String(count) }))
      await chunk(part(name, value));
    for (; written < count; written += 1) await chunk(part('file', large, 'besar.pdf'));
  })();
  let last = -1;
  while (last !== written) {
    last = written;
    await Promise.race([sending, wait(1500)]);
  }
  t.ok(written < count / 2, `${written} documents were taken`);
  t.ok(signedSoFar() - before <= written);
  socket.destroy();
  await wait(300);
  const settled = signedSoFar();
  await wait(500);
  t.equal(signedSoFar(), settled, 'nothing is signed for a client that has gone');
});

/** How many documents the log calls signed. */
function signedSoFar(): number {
  return service.logged().split('"msg":"signed"').length - 1;
}

t.test('a client that hangs up ends the batch', async (t) => {
  const before = signedSoFar();
  const gone = new AbortController();
  const form = batchForm({ ...common, count: '300' }, files(300));
  const response = await postBatch(service, form, {}, gone.signal);
  const lines = linesOf(response);
  await lines.next();
  gone.abort();
  await t.rejects(async () => {
    for await (const _ of lines);
  });
  await wait(300);
  const settled = signedSoFar();
  await wait(500);
  t.equal(signedSoFar(), settled);
  t.ok(settled - before < 300, `${settled - before} signed`);
});

t.test('no passphrase and no document goes into the log', (t) => {
  for (const secret of [service.passphrase, '%PDF', 'rusak.pdf']) t.notOk(service.logged().includes(secret));
  t.end();
});
