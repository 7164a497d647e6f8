// Traces from a caller through the service to the services that it asks, and to a collector: a real one on loopback.

import { createServer, type IncomingMessage } from 'node:http';
import t, { type Test } from 'tap';
import { readTraceparent } from '../src/tracing/trace-context.ts';
import { requestSignature, requestVerdict, startRealService } from './http/real-service.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Record<string, string> }[];
}

/** A server that keeps what it is sent. */
async function listen(
  t: Test,
  status = 200,
): Promise<{ url: string; asked: { headers: IncomingMessage['headers']; body: string }[] }> {
  const asked: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      asked.push({ headers: request.headers, body });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, asked };
}

t.test('traceparent is read as W3C Trace Context says', (t) => {
  t.same(readTraceparent(TRACEPARENT), { traceId: TRACE, parentSpanId: PARENT, sampled: true });
  t.match(readTraceparent(`00-${TRACE}-${PARENT}-00`), { sampled: false });
  t.match(readTraceparent(`01-${TRACE}-${PARENT}-01-more`), { traceId: TRACE });
  for (const wrong of [
    undefined,
    '',
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `${TRACEPARENT}-more`,
    `${TRACEPARENT}\n`,
    `00-${TRACE}-${PARENT}`,
  ])
    t.equal(readTraceparent(wrong), null, JSON.stringify(wrong));
  t.end();
});

t.test(
  'the trace of a caller goes on to the time-stamp authority, and stands in every log line of the request',
  async (t) => {
    const authority = await listen(t, 500);
    const service = await startRealService({ TEKEN_TSA_URLS: `${authority.url}/tsa` });
    t.teardown(() => service.close());
    const before = service.logged().length;
    const answer = await requestSignature(service, { level: 'B-T' }, service.letter, {
      traceparent: TRACEPARENT,
    });
    t.equal(answer.status, 503);
    const passedOn = authority.asked[0]?.headers.traceparent?.toString() ?? '';
    t.match(passedOn, new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    t.notMatch(passedOn, PARENT, 'the span is ours');
    const lines = service
      .logged()
      .slice(before)
      .split('\n')
      .filter((line) => line.includes('"reqId"'));
    t.ok(lines.length > 0);
    for (const line of lines) t.match(JSON.parse(line), { traceId: TRACE });
    await requestSignature(service, { level: 'B-T' });
    t.match(
      authority.asked[1]?.headers.traceparent,
      /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/,
      'one of our own, not sampled',
    );
  },
);

t.test('spans of the main steps reach a collector, and say nothing of persons or documents', async (t) => {
  const collector = await listen(t);
  const service = await startRealService({ TEKEN_TRACES_URL: `${collector.url}/v1/traces` });
  const headers = { traceparent: TRACEPARENT };
  const signed = await requestSignature(
    service,
    { level: 'B-LT', reason: 'rahasia jabatan' },
    service.letter,
    headers,
  );
  t.equal(signed.status, 200);
  await requestVerdict(service, new Uint8Array(await signed.arrayBuffer()));
  await requestSignature(service, {}, service.letter, { traceparent: TRACEPARENT.replace(/01$/, '00') });
  await service.close();
  t.ok(collector.asked.length > 0);
  const spans = collector.asked.flatMap(({ body }) =>
    (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(
      ({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
  const ours = spans.filter(({ traceId }) => traceId === TRACE);
  const [server, ...others] = ours.filter(({ kind }) => kind === 2);
  t.same(others, [], 'what the caller does not sample is not recorded');
  t.match(server, { name: 'POST /v1/sign', parentSpanId: PARENT });
  const sign = ours.find(({ name }) => name === 'sign');
  t.equal(sign?.parentSpanId, server?.spanId, 'signing is a part of the request');
  const outgoing = ours.filter(({ kind }) => kind === 3);
  t.ok(outgoing.length >= 2, 'time-stamp and revocation services were asked');
  for (const span of outgoing) t.equal(span.parentSpanId, sign?.spanId);
  for (const span of ours) t.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
  t.ok(
    spans.some(({ name, traceId }) => name === 'POST /v1/verify' && traceId !== TRACE),
    'another request, another trace',
  );
  const text = JSON.stringify(collector.asked.map(({ body }) => body));
  t.notMatch(text, /pejabat|rahasia|surat-contoh|8999/i);
  t.notMatch(text, service.passphrase);
});

t.test('a collector that is away costs spans and nothing else', async (t) => {
  const service = await startRealService({ TEKEN_TRACES_URL: 'http://127.0.0.1:1/v1/traces' });
  t.equal((await requestSignature(service)).status, 200);
  await service.close();
  t.match(service.logged(), /spans not taken/);
});
