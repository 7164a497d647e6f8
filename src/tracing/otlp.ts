// Spans as an OpenTelemetry collector takes them: OTLP 1.x over HTTP in its JSON form.

import type { EndedSpan } from './trace-context.ts';

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

/** The body of a request to `/v1/traces`. */
export function otlpTraces(spans: readonly EndedSpan[], service: { readonly version: string }): string {
  const resource = [attribute('service.name', 'teken'), attribute('service.version', service.version)];
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: resource },
        scopeSpans: [{ scope: { name: 'teken', version: service.version }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

function spanOf(span: EndedSpan): Readonly<Record<string, unknown>> {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: Object.entries(span.attributes).map(([key, value]) => attribute(key, value)),
    ...(span.failed ? { status: { code: STATUS_ERROR } } : {}),
  };
}

/** 64-bit integers are strings in the JSON form of Protocol Buffers. */
function nanoseconds(milliseconds: number): string {
  return (BigInt(Math.round(milliseconds * 1000)) * 1000n).toString();
}

function attribute(key: string, value: string | number): Readonly<Record<string, unknown>> {
  return { key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } };
}
