// Idempotency keys: a request that is sent again, because its answer was lost, signs nothing more and brings the same document.

import { randomUUID } from 'node:crypto';
import { type Logger, pino } from 'pino';
import t from 'tap';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { type ReadRecord, readRecord } from '../../src/audit/record.ts';
import { readConfig } from '../../src/config.ts';
import { startServer } from '../../src/server.ts';
import { startRedis } from '../doubles/redis-server.ts';
import { toolMissing } from '../tools.ts';
import { type RealService, requestSignature, requestVerdict, startRealService } from './real-service.ts';

type Fields = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly id: string | null;
  readonly enforced: string | null;
  readonly replayed: string | null;
  readonly bytes: Buffer;
  readonly code: string | null;
}

async function sign(
  service: RealService,
  key: string | null,
  { fields = {}, file = service.letter }: { readonly fields?: Fields; readonly file?: Uint8Array } = {},
): Promise<Answer> {
  const response = await requestSignature(
    service,
    fields,
    file,
    key === null ? {} : { 'Idempotency-Key': key },
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  const problem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return {
    status: response.status,
    id: response.headers.get('signature-id'),
    enforced: response.headers.get('idempotency-enforced'),
    replayed: response.headers.get('idempotency-replayed'),
    bytes,
    code: problem ? (JSON.parse(bytes.toString('utf8')) as { code: string }).code : null,
  };
}

async function statusOf(service: RealService, key: string, apiKey = service.apiKey): Promise<unknown> {
  const response = await fetch(`${service.url}/v1/operations/${encodeURIComponent(key)}`, {
    headers: { Authorization: `Bearer ${apiKey}` },
  });
  return response.status === 200 ? response.json() : response.status;
}

/** The audit record so far. */
async function records(service: RealService): Promise<readonly ReadRecord[]> {
  const folder = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);
  const [files = []] = [...(await chainsIn(folder)).values()];
  return [...linesOf(files)].flatMap(({ text }) => readRecord(text) ?? []);
}

async function count(service: RealService, event: string): Promise<number> {
  return (await records(service)).filter((record) => record.event === event).length;
}

t.test('one key, one signature', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());

  await t.test('a repeat brings the same bytes under the same name, and is recorded as one', async (t) => {
    const key = randomUUID();
    t.same(await statusOf(service, key), { status: 'unknown' });
    const first = await sign(service, key);
    t.equal(first.status, 200);
    t.equal(first.enforced, 'true');
    t.equal(first.replayed, null);
    t.same(await statusOf(service, key), { status: 'done' });
    const [made, repeated] = [await count(service, 'sign.completed'), await count(service, 'sign.repeated')];
    const again = await sign(service, key);
    t.equal(again.status, 200);
    t.equal(again.replayed, 'true');
    t.equal(again.id, first.id);
    t.ok(again.bytes.equals(first.bytes));
    t.equal(await count(service, 'sign.completed'), made, 'nothing was signed');
    t.equal(await count(service, 'sign.repeated'), repeated + 1);
    const repeat = (await records(service)).findLast(({ event }) => event === 'sign.repeated');
    t.equal(repeat?.facts.signatureId, first.id);
    const verdict = (await (await requestVerdict(service, again.bytes)).json()) as { signatures: unknown[] };
    t.equal(verdict.signatures.length, 1);
  });

  await t.test('the quotation marks of a structured field are not part of the key', async (t) => {
    const key = randomUUID();
    const first = await sign(service, `"${key}"`);
    t.equal((await sign(service, key)).id, first.id);
  });

  await t.test('as JSON too, with everything that the first answer told', async (t) => {
    const key = randomUUID();
    const ask = async (): Promise<Record<string, unknown>> => {
      const headers = { 'Idempotency-Key': key, Accept: 'application/json' };
      const response = await requestSignature(service, { reason: 'Persetujuan' }, service.letter, headers);
      return (await response.json()) as Record<string, unknown>;
    };
    const [first, again] = [await ask(), await ask()];
    for (const name of [
      'signatureId',
      'level',
      'algorithm',
      'fieldName',
      'identity',
      'receipt',
      'sha256',
      'pdf',
    ])
      t.same(again[name], first[name], name);
    t.type(first.receipt, 'string');
  });

  await t.test('twenty at once make one signature', async (t) => {
    const key = randomUUID();
    const before = await count(service, 'sign.completed');
    const answers = await Promise.all(Array.from({ length: 20 }, () => sign(service, key)));
    const signed = answers.filter(({ status }) => status === 200);
    t.ok(signed.length >= 1);
    t.equal(new Set(signed.map(({ id }) => id)).size, 1);
    for (const { status, code } of answers)
      if (status !== 200) t.same([status, code], [409, 'idempotency-in-flight']);
    t.equal(await count(service, 'sign.completed'), before + 1);
  });

  await t.test(
    'another document or other wishes with the same key are refused, and nothing is signed',
    async (t) => {
      const key = randomUUID();
      await sign(service, key);
      const before = await count(service, 'sign.completed');
      const others = [
        { fields: { reason: 'Lain' } },
        { fields: { level: 'B-T' } },
        { fields: { signer: 'kepala-dinas' } },
        { file: Buffer.concat([service.letter, Buffer.from('\n')]) },
      ];
      for (const other of others) {
        const answer = await sign(service, key, other);
        t.same([answer.status, answer.code], [422, 'idempotency-payload-mismatch']);
      }
      t.equal(await count(service, 'sign.completed'), before);
      t.equal((await sign(service, key)).status, 200, 'the first result is still there');
    },
  );

  await t.test('a key that is none is refused before anything is signed', async (t) => {
    const before = await count(service, 'sign.completed');
    for (const key of ['a b', '""', 'x'.repeat(256)]) {
      const answer = await sign(service, key);
      t.same([answer.status, answer.code], [400, 'invalid-request'], key.slice(0, 5));
    }
    t.equal(await count(service, 'sign.completed'), before);
  });

  await t.test('a request that failed leaves the key free', async (t) => {
    const key = randomUUID();
    t.equal((await sign(service, key, { fields: { fieldName: 'tidak/ada.' } })).status, 422);
    const refused = await sign(service, key, { fields: { passphrase: 'salah' } });
    t.equal(refused.code, 'signer-auth-failed');
    t.same(await statusOf(service, key), { status: 'unknown' });
    t.equal((await sign(service, key)).status, 200);
  });

  await t.test('without a key every request signs', async (t) => {
    const [first, second] = [await sign(service, null), await sign(service, null)];
    t.not(first.id, second.id);
    t.equal(first.enforced, null);
  });

  await t.test('where a key is only recorded the answer says so', async (t) => {
    const response = await fetch(`${service.url}/v1/sign/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${service.apiKey}`, 'Idempotency-Key': randomUUID() },
    });
    await response.arrayBuffer();
    t.equal(response.headers.get('idempotency-enforced'), 'false');
  });

  await t.test('nobody else learns what a key stands for', async (t) => {
    t.equal(await statusOf(service, randomUUID(), 'salah'), 401);
  });
});

t.test('a repeat without the secret gets nothing, however often it guesses', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const key = randomUUID();
  const first = await sign(service, key);
  t.equal(first.status, 200);
  const codes: (string | null)[] = [];
  for (let i = 0; i < 8; i += 1) {
    const answer = await sign(service, key, { fields: { passphrase: `tebakan ${i}` } });
    t.not(answer.status, 200);
    t.notOk(answer.bytes.includes('%PDF'));
    t.equal(answer.id, null);
    t.equal(answer.replayed, null);
    codes.push(answer.code);
  }
  t.equal(codes[0], 'signer-auth-failed');
  t.equal(codes.at(-1), 'signer-attempts-exceeded', 'guesses are counted');
});

t.test(
  'replicas that share a Redis know each key together, and sign nothing while it is away',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const redis = await startRedis(t);
    const service = await startRealService({ TEKEN_REDIS_URL: redis.url, TEKEN_ATTEMPT_GUARD: 'redis' });
    t.teardown(() => service.close());
    const log: Logger = pino({ level: 'silent' });
    const folder = t.testdir();
    const config = readConfig({ ...service.environment, TEKEN_AUDIT_SINKS: `file:${folder}` });
    const replica = await startServer(config, { log, clock: Date.now });
    t.teardown(() => replica.close());
    const other = { ...service, url: replica.url };

    const key = randomUUID();
    const first = await sign(service, key);
    const again = await sign(other, key);
    t.equal(again.id, first.id);
    t.equal(again.replayed, 'true');
    t.ok(again.bytes.equals(first.bytes));
    t.same(await statusOf(other, key), { status: 'done' });

    const shared = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => sign(i % 2 === 0 ? service : other, shared)),
    );
    t.equal(new Set(answers.filter(({ status }) => status === 200).map(({ id }) => id)).size, 1);

    await redis.kill();
    const without = await sign(service, randomUUID());
    t.same([without.status, without.code], [503, 'state-unavailable']);
  },
);

t.test('without a store a key is only recorded: every request signs, and its answer says so', async (t) => {
  const service = await startRealService({ TEKEN_IDEMPOTENCY_STORE: 'none' });
  t.teardown(() => service.close());
  const key = randomUUID();
  const [first, second] = [
    await sign(service, key),
    await sign(service, key, { fields: { reason: 'Lain' } }),
  ];
  t.same([first.status, second.status], [200, 200]);
  t.same([first.enforced, second.enforced], ['false', 'false']);
  t.same([first.replayed, second.replayed], [null, null]);
  t.not(first.id, second.id);
  t.same(await statusOf(service, key), { status: 'unknown' });
  const completed = (await records(service)).filter(({ event }) => event === 'sign.completed');
  const named = completed.map(({ facts }) => (facts.idempotencyKey as { value?: string } | undefined)?.value);
  t.equal(named.length, 2);
  t.type(named[0], 'string', 'the record names the key');
  t.equal(named[0], named[1], 'both under the same');
});

t.test(
  'a store in memory beside a Redis keeps nothing there',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const redis = await startRedis(t);
    const service = await startRealService({
      TEKEN_REDIS_URL: redis.url,
      TEKEN_ATTEMPT_GUARD: 'memory',
      TEKEN_IDEMPOTENCY_STORE: 'memory',
    });
    t.teardown(() => service.close());
    const key = randomUUID();
    const first = await sign(service, key);
    t.equal(first.enforced, 'true');
    const again = await sign(service, key);
    t.same([again.id, again.replayed], [first.id, 'true']);
    t.same(await statusOf(service, key), { status: 'done' });
    const replica = await startServer(
      readConfig({ ...service.environment, TEKEN_AUDIT_SINKS: `file:${t.testdir()}` }),
      {
        log: pino({ level: 'silent' }),
        clock: Date.now,
      },
    );
    t.teardown(() => replica.close());
    t.same(await statusOf({ ...service, url: replica.url }, key), { status: 'unknown' }, 'not in the Redis');
  },
);
