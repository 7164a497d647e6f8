// The fonts of a page (ISO 32000-2, 9.5).

import type { RevisionView } from '../document.ts';
import type { PdfLimits } from '../limits.ts';
import { asKind, isName, type PdfObject } from '../objects.ts';
import { compositeFont } from './composite-font.ts';
import { simpleFont } from './simple-font.ts';
import { readCharacterMap, type TextFont } from './text-font.ts';

/** Null for what is no font. @throws MalformedPdf `limits-exceeded` */
export function readFont(view: RevisionView, object: PdfObject, limits: PdfLimits): TextFont | null {
  const font = asKind(view.resolve(object), 'dictionary');
  if (font === undefined) return null;
  const toUnicode = readCharacterMap(view, font.entries.get('ToUnicode'), limits);
  return isName(view.get(font, 'Subtype'), 'Type0')
    ? compositeFont(view, font, toUnicode, limits)
    : simpleFont(view, font, toUnicode);
}
