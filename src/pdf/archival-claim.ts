// What a document says of itself: PDF/A (ISO 19005), to which what is added must then keep, and PDF/UA (ISO 14289).

import type { RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { asKind } from './objects.ts';

const PDF_A = 'http://www.aiim.org/pdfa/ns/id/';
const PDF_UA = 'http://www.aiim.org/pdfua/ns/id/';

/** Claims of the metadata; nobody has checked whether they are true. */
export interface ConformanceClaims {
  /** Part and level, such as `2B`; null without a claim, empty where it names no part. */
  readonly pdfA: string | null;
  /** The part, such as `1`. */
  readonly pdfUa: string | null;
}

/** By the metadata of the catalog; nobody has checked whether the claim is true. @throws MalformedPdf `limits-exceeded` */
export function claimsArchival(view: RevisionView): boolean {
  return readMetadata(view).includes(PDF_A);
}

/** @throws MalformedPdf `limits-exceeded` */
export function readConformanceClaims(view: RevisionView): ConformanceClaims {
  const text = readMetadata(view);
  return {
    pdfA: claimIn(text, PDF_A, ['part', 'conformance']),
    pdfUa: claimIn(text, PDF_UA, ['part']),
  };
}

/** The properties under the prefix that the namespace has, as elements or as attributes (ISO 16684-1, 7.4 and 7.9.2.2). */
function claimIn(text: string, namespace: string, properties: readonly string[]): string | null {
  if (!text.includes(namespace)) return null;
  const prefix = new RegExp(`xmlns:([\\w.-]+)\\s*=\\s*["']${namespace}["']`).exec(text)?.[1];
  const values = properties.map((property) => {
    const found = new RegExp(`${prefix}:${property}\\s*(?:=\\s*["']|>)\\s*(\\w{1,3})`).exec(text);
    return found?.[1] ?? '';
  });
  return values.join('').toUpperCase();
}

function readMetadata(view: RevisionView): string {
  const metadata = asKind(view.get(view.catalog(), 'Metadata'), 'stream');
  if (metadata === undefined) return '';
  try {
    return metadataText(view.decode(metadata));
  } catch (error) {
    // Metadata that nobody can read claims nothing.
    if (error instanceof MalformedPdf && error.code !== 'limits-exceeded') return '';
    throw error;
  }
}

function metadataText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder().decode(bytes);
}
