// Whether a document says of itself that it is PDF/A (ISO 19005): what is added must then keep to it.

import type { RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { asKind } from './objects.ts';

const NAMESPACE = 'http://www.aiim.org/pdfa/ns/id/';

/** By the metadata of the catalog; nobody has checked whether the claim is true. @throws MalformedPdf `limits-exceeded` */
export function claimsArchival(view: RevisionView): boolean {
  const metadata = asKind(view.get(view.catalog(), 'Metadata'), 'stream');
  if (metadata === undefined) return false;
  try {
    return metadataText(view.decode(metadata)).includes(NAMESPACE);
  } catch (error) {
    // Metadata that nobody can read claims nothing.
    if (error instanceof MalformedPdf && error.code !== 'limits-exceeded') return false;
    throw error;
  }
}

function metadataText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder().decode(bytes);
}
