// Privacy mode, loaded by the page when somebody asks for it: reads a document here and makes of it what may be sent.

import { MalformedPdf } from '../pdf/errors.ts';
import { browserReading } from '../platform/browser-reading.ts';
import { bytesSource } from '../platform/platform.ts';
import type { Language } from '../report/language.ts';
import { ENCRYPTED_ADVICE, PROBLEM_TEXTS } from '../report/problem-texts.ts';
import { DocumentNeeded } from '../verify/device-statement.ts';
import { stateDocument } from '../verify/state-document.ts';

/** What is sent to the service, or why nothing is. */
export type Stated =
  | { readonly body: Uint8Array<ArrayBuffer>; readonly compressed: boolean }
  | { readonly problem: string };

/** More than this leaves no device: the longest signatures of honest letters with all their evidence stay below. */
export const MOST_BYTES_SENT = 100_000;

const TIME_LIMIT_MS = 120_000;

/** States a document for the service. @throws what no document may cause */
export async function stateForService(file: Blob, language: Language): Promise<Stated> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) return { problem: PROBLEM_TEXTS['file-empty'][language] };
  try {
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    const statement = await stateDocument(bytesSource(bytes), { platform: browserReading, signal });
    const stated = await compressed(JSON.stringify(statement));
    return stated.body.length > MOST_BYTES_SENT ? documentNeeded(language) : stated;
  } catch (error) {
    if (error instanceof DocumentNeeded) return documentNeeded(language);
    if (!(error instanceof MalformedPdf)) throw error;
    const text = PROBLEM_TEXTS[error.code][language];
    return { problem: error.code === 'pdf-encrypted' ? `${text} ${ENCRYPTED_ADVICE[language]}` : text };
  }
}

function documentNeeded(language: Language): Stated {
  return { problem: PROBLEM_TEXTS['document-needed'][language] };
}

async function compressed(text: string): Promise<Extract<Stated, { readonly body: Uint8Array }>> {
  const plain = new TextEncoder().encode(text);
  if (typeof CompressionStream === 'undefined') return { body: plain, compressed: false };
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream('gzip'));
  return { body: new Uint8Array(await new Response(stream).arrayBuffer()), compressed: true };
}
