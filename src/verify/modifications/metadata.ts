// Explains changed XMP metadata (ISO 32000-2, 14.3.2): they describe the document and show nothing of it.

import { asKind } from '../../pdf/objects.ts';
import { catalogNumber, NOTHING, type RevisionStep, type RuleResult } from './revision-step.ts';

// Larger than any metadata a form or signing tool writes.
const METADATA_BYTES = 1024 * 1024;

/** Whether the catalog's metadata is absent, untouched, or XMP that a parser reads without reaching out. */
export function metadataExplained(step: RevisionStep): boolean {
  const value = step.after.catalog().entries.get('Metadata');
  if (value === undefined) return !step.before.catalog().entries.has('Metadata');
  const stream = asKind(step.after.resolve(value), 'stream');
  if (stream === undefined) return false;
  const data = step.after.decode(stream);
  if (data.length > METADATA_BYTES) return false;
  const text = new TextDecoder(encodingOf(data)).decode(data);
  // Entities and external subsets make one text read differently in different parsers.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return false;
  return /<(?:\w+:)?xmpmeta[\s>]|<rdf:RDF[\s>]/.test(text);
}

/** XMP packets may be UTF-8 or UTF-16, with a byte order mark or recognisable by their first `<`. */
function encodingOf([a, b]: Uint8Array): string {
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  return 'utf-8';
}

export function explainMetadata(step: RevisionStep): RuleResult {
  const reference = asKind(step.before.catalog().entries.get('Metadata'), 'reference');
  if (reference === undefined || !metadataExplained(step)) return NOTHING;
  const catalog = catalogNumber(step.before);
  return {
    explanations: [
      { number: reference.number, at: ({ from, path }) => from === catalog && path === 'Metadata' },
    ],
    changes: [],
  };
}
