// Which trace is being worked for (W3C Trace Context, level 1), and the parts of it that are measured. Names of routes, hosts and outcomes
// alone are ever said about a part: no name, no NIK, no word of a document.

import { AsyncLocalStorage } from 'node:async_hooks';

/** A part of a trace that has ended. */
export interface EndedSpan {
  readonly name: string;
  /** As OpenTelemetry numbers them: a request that came, our own work, a request that went out. */
  readonly kind: 'server' | 'internal' | 'client';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Trace {
  /** 32 and 16 lower-case hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Of the caller; null for a trace that begins here. */
  readonly parentSpanId: string | null;
  readonly sampled: boolean;
  /** Takes what has ended; null where nothing is exported. */
  readonly tracer: Tracer | null;
}

export interface Tracer {
  record(span: EndedSpan): void;
  /** A new identifier of a span. */
  spanId(): string;
  nowMs(): number;
}

const traces = new AsyncLocalStorage<Trace>();

/** W3C Trace Context, 3.2; later versions may have more behind. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** @returns null for what is no `traceparent`: then a trace of our own begins */
export function readTraceparent(
  text: string | undefined,
): Pick<Trace, 'traceId' | 'parentSpanId' | 'sampled'> | null {
  const [, version, traceId, parentSpanId, flags] = TRACEPARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || parentSpanId === undefined || flags === undefined) return null;
  if (version === '00' && text?.length !== 55) return null;
  return { traceId, parentSpanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Works for this trace, with everything that is waited for. */
export function withinTrace<T>(trace: Trace, work: () => T): T {
  return traces.run(trace, work);
}

/** The header that goes out with a request of the trace at hand; none outside of one. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const trace = traces.getStore();
  if (trace === undefined) return {};
  return { traceparent: `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}` };
}

/** Measures a part of the trace at hand; without a tracer it is the work alone. */
export async function traced<T>(
  span: Pick<EndedSpan, 'name' | 'kind' | 'attributes'>,
  work: () => Promise<T>,
): Promise<T> {
  const trace = traces.getStore();
  const tracer = trace?.tracer ?? null;
  if (trace === undefined || tracer === null || !trace.sampled) return work();
  const inner = { ...trace, parentSpanId: trace.spanId, spanId: tracer.spanId() };
  const startMs = tracer.nowMs();
  const { traceId, spanId, parentSpanId } = inner;
  const end = (failed: boolean): void =>
    tracer.record({ ...span, traceId, spanId, parentSpanId, startMs, endMs: tracer.nowMs(), failed });
  try {
    const result = await traces.run(inner, work);
    end(false);
    return result;
  } catch (error) {
    end(true);
    throw error;
  }
}
