// POST /v1/verify-digest as somebody else's program might call it.

import { gzipSync } from 'node:zlib';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { DeviceStatement } from '../../src/verify/device-statement.ts';
import { stateDocument } from '../../src/verify/state-document.ts';
import { type RealService, signedLetter, startRealService } from './real-service.ts';

const context = { platform: nodePlatform, signal: AbortSignal.timeout(60_000) };

t.test('a statement and what may be wrong with it', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const letter = new Uint8Array(await signedLetter(service, {}));
  const statement = await stateDocument(bytesSource(letter), context);

  await t.test('the verdict is that of the document, plain or compressed', async (t) => {
    const text = JSON.stringify(statement);
    for (const [body, headers] of [
      [text, {}],
      [gzipSync(text), { 'content-encoding': 'gzip' }],
    ] as const) {
      const { status, answer } = await ask(service, body, headers);
      t.equal(status, 200);
      t.match(answer, { verdict: 'VALID', ok: true, file: { name: null, size: letter.length } });
      t.same(codesOf(answer).includes('PARTLY_CHECKED_ON_DEVICE'), true);
    }
  });

  await t.test('another digest is another document', async (t) => {
    const digests = statement.digests.map((digest) => ({
      ...digest,
      value: digest.value.replace(/^../, 'ff'),
    }));
    const { status, answer } = await ask(service, JSON.stringify({ ...statement, digests }));
    t.equal(status, 200);
    t.match(answer, { verdict: 'MODIFIED', ok: false });
  });

  await t.test('a signature that is not there is not taken for a good one', async (t) => {
    const signatures = statement.signatures.map((signature) => ({
      ...signature,
      coverage: { ...signature.coverage, contents: '' },
    }));
    const { answer } = await ask(service, JSON.stringify({ ...statement, signatures }));
    t.match(answer, { verdict: 'INVALID', ok: false });
  });

  await t.test('what was not stated is asked for by a code', async (t) => {
    const { status, answer } = await ask(service, JSON.stringify({ ...statement, digests: [] }));
    t.equal(status, 422);
    t.match(answer, { code: 'document-needed', ok: false });
  });

  await t.test('what is no statement is refused', async (t) => {
    const odd: DeviceStatement = { ...statement, size: -1 };
    const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024, ' '));
    for (const [body, headers, status, code] of [
      ['{', {}, 400, 'invalid-request'],
      ['{}', {}, 400, 'invalid-request'],
      [JSON.stringify(odd), {}, 400, 'invalid-request'],
      [JSON.stringify({ ...statement, more: 1 }), {}, 400, 'invalid-request'],
      ['not gzip', { 'content-encoding': 'gzip' }, 400, 'invalid-request'],
      ['{}', { 'content-encoding': 'br' }, 415, 'unsupported-media-type'],
      [bomb, { 'content-encoding': 'gzip' }, 422, 'limits-exceeded'],
      [Buffer.alloc(1024 * 1024 + 1, ' '), {}, 422, 'limits-exceeded'],
      ['{}', { 'content-type': 'application/pdf' }, 415, 'unsupported-media-type'],
    ] as const) {
      const refused = await ask(service, body, headers);
      t.equal(refused.status, status, `${code}: ${String(body).slice(0, 20)}`);
      t.match(refused.answer, { code });
    }
  });
});

async function ask(
  { url }: RealService,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const answer = await fetch(`${url}/v1/verify-digest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, answer: (await answer.json()) as Record<string, unknown> };
}

function codesOf(answer: Record<string, unknown>): readonly string[] {
  const signatures = answer.signatures as { reasons: { code: string }[] }[];
  return signatures.flatMap(({ reasons }) => reasons.map(({ code }) => code));
}
