// A signature in bytes that no cross-reference section leads to any more: the chain was bent to pass over it.

import { accountOfBytes } from './account-of-bytes.ts';
import { latin1 } from './characters.ts';
import type { PdfDocument } from './document.ts';
import { textHasSignatureTrace } from './signature-traces.ts';

// Traces are a few dozen bytes long; windows overlap by as much.
const WINDOW = 1024 * 1024;
const OVERLAP = 64;

/**
 * Whether a revision holds bytes that nothing accounts for and that show that somebody has signed. Asked before a document is
 * called unsigned; objects that a section lists are not looked at, they were found if they are signatures.
 * @throws MalformedPdf `limits-exceeded`
 */
export function hasForgottenSignature(document: PdfDocument): boolean {
  return document.revisions.some(({ index, end }) => {
    const start = document.revisions[index - 1]?.end ?? 0;
    return accountOfBytes(document, index) !== null && hasTraceBetween(document, start, end);
  });
}

function hasTraceBetween({ source }: PdfDocument, start: number, end: number): boolean {
  for (let at = start; at < end; at += WINDOW - OVERLAP) {
    if (textHasSignatureTrace(latin1(source.read(at, Math.min(WINDOW, end - at))))) return true;
  }
  return false;
}
