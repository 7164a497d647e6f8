// The linearization dictionary at the front of a file (ISO 32000-2, annex F). Nothing is ever looked up by it.

import type { Source } from '../platform/platform.ts';
import type { PdfNote } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { parseIndirectObject } from './indirect-object.ts';
import { Lexer } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, type PdfDictionary } from './objects.ts';

/** The dictionary, null when the file does not begin with one. */
export function linearizationDictionary(source: Source, limits: PdfLimits): PdfDictionary | null {
  return firstDictionary(source, limits)?.dictionary ?? null;
}

/** Linearization data describe the file as it was first written: after an update they are stale. */
export function linearizationNote(source: Source, limits: PdfLimits): PdfNote | null {
  const first = firstDictionary(source, limits);
  const length = asKind(first?.dictionary.entries.get('L'), 'number')?.value;
  return first === null || length === source.size ? null : { code: 'linearization-stale', at: first.at };
}

function firstDictionary(
  source: Source,
  limits: PdfLimits,
): { readonly dictionary: PdfDictionary; readonly at: number } | null {
  const lexer = new Lexer(source, 0, limits);
  lexer.skipBlank();
  const at = lexer.position;
  try {
    const first = parseIndirectObject(source, at, limits);
    const dictionary = 'object' in first ? asKind(first.object, 'dictionary') : undefined;
    return dictionary?.entries.has('Linearized') === true ? { dictionary, at } : null;
  } catch (error) {
    // Whatever stands there is not read by anybody unless a section lists it.
    if (error instanceof MalformedPdf) return null;
    throw error;
  }
}
