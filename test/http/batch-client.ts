// A client of /v1/sign/batch: sends a form and reads outcomes while it sends.

import { Readable } from 'node:stream';
import type { RealService } from './real-service.ts';

export interface BatchLine {
  readonly index: number;
  readonly fileName: string | null;
  readonly status: 'signed' | 'failed' | 'skipped';
  readonly pdf?: string;
  readonly sha256?: string;
  readonly problem?: { readonly code: string; readonly status: number };
}

export interface BatchEnd {
  readonly summary: { announced: number; signed: number; failed: number; skipped: number };
  readonly problem?: { readonly code: string };
}

export interface BatchFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Parameters before the documents, as the service wants them. */
export function batchForm(fields: Readonly<Record<string, string>>, files: readonly BatchFile[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { name, bytes } of files)
    form.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), name);
  return form;
}

export function postBatch(
  service: Pick<RealService, 'url' | 'apiKey'>,
  body: FormData | Readable,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${service.url}/v1/sign/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}`, ...headers },
    body: body instanceof Readable ? Readable.toWeb(body) : body,
    duplex: 'half',
    signal,
  } as RequestInit);
}

/** Each line as it comes. */
export async function* linesOf(response: Response): AsyncGenerator<BatchLine | BatchEnd> {
  let rest = '';
  for await (const text of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as BatchLine | BatchEnd;
  }
  if (rest !== '') throw new Error('the answer ends within a line');
}

/** All of them. @throws when the table at the end is missing */
export async function readBatch(response: Response): Promise<{ lines: BatchLine[]; end: BatchEnd }> {
  if (response.status !== 200) throw new Error(await response.text());
  const lines: BatchLine[] = [];
  for await (const line of linesOf(response)) {
    if ('summary' in line) return { lines, end: line };
    lines.push(line);
  }
  throw new Error('there is no table of outcomes');
}
