// Traces, wired: spans are kept for a moment and sent together to the collector of TEKEN_TRACES_URL. One that is away costs spans, nothing else.

import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { otlpTraces } from './tracing/otlp.ts';
import type { EndedSpan, Tracer } from './tracing/trace-context.ts';
import { guardedClient } from './trust-services/guarded-fetch.ts';

// What a busy second makes; more is dropped and counted, so that memory is bounded while the collector is away.
const MOST_SPANS = 2_048;
const EVERY_MS = 2_000;
const TIMEOUT_MS = 5_000;

export interface Traces extends Tracer {
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Null where no collector is configured: nothing is measured then. */
export function openTraces(
  { tracesUrl }: Pick<Config, 'tracesUrl'>,
  { log, version }: { readonly log: Logger; readonly version: string },
): Traces | null {
  if (tracesUrl === null) return null;
  const client = guardedClient({ privateAddresses: 'allow' });
  let spans: EndedSpan[] = [];
  let dropped = 0;
  const send = async (): Promise<void> => {
    const [batch, lost] = [spans, dropped];
    spans = [];
    dropped = 0;
    if (lost > 0) log.warn({ lost }, 'spans dropped');
    if (batch.length === 0) return;
    const bytes = Buffer.from(otlpTraces(batch, { version }));
    const body = { contentType: 'application/json', bytes };
    const { signal } = new AbortController();
    try {
      await client.fetch({ url: tracesUrl, body, maxBytes: 65_536, timeoutMs: TIMEOUT_MS, signal });
    } catch (error) {
      log.warn({ lost: batch.length, error: loggableError(error) }, 'spans not taken');
    }
  };
  const sending = setInterval(() => void send(), EVERY_MS).unref();
  return {
    record: (span) => {
      if (spans.length < MOST_SPANS) spans.push(span);
      else dropped += 1;
    },
    spanId: () => randomBytes(8).toString('hex'),
    nowMs: () => performance.timeOrigin + performance.now(),
    close: async () => {
      clearInterval(sending);
      await send();
      client.close();
    },
  };
}
