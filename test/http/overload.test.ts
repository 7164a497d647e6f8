// More than the service can take: refused early, with when to come back, and nobody else waits for it.

import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { requestVerdict, signedLetter, startRealService } from './real-service.ts';
import { DEFAULT_SETTINGS, standInApp } from './stand-in.ts';

const MEGABYTE = 1024 * 1024;

function talk(port: number, text: string): { socket: Socket; answer: () => string } {
  const state = { text: '' };
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  socket.on('error', () => undefined);
  socket.on('data', (data: Buffer) => {
    state.text += data.toString('latin1');
  });
  return { socket, answer: () => state.text };
}

async function until(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 400 && !condition(); i += 1) await wait(25);
  return condition();
}

function headOf(length: number): string {
  return `POST /v1/verify HTTP/1.1\r\nHost: uji\r\nContent-Type: application/pdf\r\nContent-Length: ${length}\r\n\r\n`;
}

t.test('while the line of documents is full, the next is refused before a byte of it was sent', async (t) => {
  const state = { full: true };
  const app = await standInApp({ isFull: () => state.full });
  t.teardown(() => app.server.close());
  const port = Number(new URL(await app.server.listen({ port: 0, host: '127.0.0.1' })).port);
  const { socket, answer } = talk(port, headOf(40 * MEGABYTE));
  t.ok(await until(() => answer().includes('\r\n\r\n')));
  t.match(answer(), /^HTTP\/1\.1 503 /);
  t.match(answer(), /\r\nretry-after: \d+\r\n/i);
  t.match(answer(), '"code":"overloaded"');
  socket.destroy();
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  state.full = false;
  const body = new Uint8Array(1000);
  const headers = { 'Content-Type': 'application/pdf' };
  t.equal((await fetch(`http://127.0.0.1:${port}/v1/verify`, { method: 'POST', headers, body })).status, 200);
});

t.test(
  'bytes that are held keep further documents out; bytes that are only announced do not',
  { timeout: 60_000 },
  async (t) => {
    const app = await standInApp({ settings: { ...DEFAULT_SETTINGS, maxUploadMegabytes: 100 } });
    t.teardown(() => app.server.close());
    const port = Number(new URL(await app.server.listen({ port: 0, host: '127.0.0.1' })).port);
    const headers = { 'Content-Type': 'application/pdf' };
    const ask = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/v1/verify`, { method: 'POST', headers, body: new Uint8Array(1000) });
    const senders = Array.from({ length: 6 }, () => talk(port, headOf(100 * MEGABYTE)));
    t.teardown(() => {
      for (const { socket } of senders) socket.destroy();
    });
    await wait(200);
    t.equal((await ask()).status, 200, 'six hundred megabytes announced');
    const piece = Buffer.alloc(MEGABYTE);
    for (const { socket } of senders) for (let i = 0; i < 75; i += 1) socket.write(piece);
    t.ok(await until(() => senders.every(({ socket }) => socket.writableLength === 0)));
    const refused = await ask();
    t.equal(refused.status, 503, '450 megabytes held');
    t.ok(Number(refused.headers.get('retry-after')) > 0);
    t.match(await refused.json(), { code: 'overloaded' });
    for (const { socket } of senders) socket.destroy();
    await wait(200);
    t.equal((await ask()).status, 200, 'and free again');
  },
);

t.test(
  'many at once: each is verified or refused with 503, and then it goes on',
  { timeout: 120_000 },
  async (t) => {
    const service = await startRealService({ TEKEN_WORKERS: '1' });
    t.teardown(() => service.close());
    const letter = await signedLetter(service, { level: 'B-B' });
    const answers = await Promise.all(Array.from({ length: 300 }, () => requestVerdict(service, letter)));
    const statuses = answers.map(({ status }) => status);
    t.same([...new Set(statuses)].sort(), [200, 503]);
    t.ok(statuses.filter((status) => status === 200).length >= 60, 'as many as may wait are served');
    for (const answer of answers) {
      const body = (await answer.json()) as { code?: string; ok?: boolean };
      if (answer.status === 503)
        t.match([body.code, answer.headers.has('retry-after')], ['overloaded', true]);
      else if (body.ok !== true) t.fail('a document that was served is judged as always');
    }
    t.match(
      await (await requestVerdict(service, letter)).json(),
      { verdict: 'VALID_WITH_NOTES' },
      'recovered',
    );
  },
);

t.test(
  'five hundred who send drop by drop keep nobody from being served',
  { timeout: 120_000 },
  async (t) => {
    const service = await startRealService();
    t.teardown(() => service.close());
    const port = Number(new URL(service.url).port);
    const slow = Array.from({ length: 500 }, (_, i) =>
      talk(port, i % 2 === 0 ? 'POST /v1/verify HTTP/1.1\r\nHost: uji\r\nX-Slow: ' : headOf(50 * MEGABYTE)),
    );
    const drip = setInterval(() => {
      for (const { socket } of slow) socket.write('a');
    }, 200);
    t.teardown(() => clearInterval(drip));
    t.ok(await until(() => slow.every(({ socket }) => !socket.connecting)));
    await wait(500);
    for (let i = 0; i < 20; i += 1)
      t.match(await (await requestVerdict(service, service.letter)).json(), { verdict: 'NO_SIGNATURE' });
    for (const { socket } of slow) socket.destroy();
  },
);
