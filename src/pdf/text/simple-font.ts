// Simple fonts: one byte for each character (ISO 32000-2, 9.6).

import type { RevisionView } from '../document.ts';
import { asKind, isName, type PdfDictionary } from '../objects.ts';
import type { CharacterMap } from './character-map.ts';
import { characterOf } from './character-names.ts';
import { ENCODINGS, type Encoding } from './standard-encodings.ts';
import { standardWidth } from './standard-widths.ts';
import { numberIn, type ShownCharacter, type TextFont, UNKNOWN_TEXT } from './text-font.ts';

export function simpleFont(
  view: RevisionView,
  font: PdfDictionary,
  toUnicode: CharacterMap | null,
): TextFont {
  const encoding = readEncoding(view, font);
  const widthOf = readWidths(view, font, encoding);
  const known = new Map<number, ShownCharacter>();
  const character = (code: number): ShownCharacter => {
    let shown = known.get(code);
    if (shown === undefined) {
      const text = toUnicode?.text(code, 1) ?? encoding[code] ?? UNKNOWN_TEXT;
      shown = { text, advance: widthOf(code), wordSpace: code === 0x20 };
      known.set(code, shown);
    }
    return shown;
  };
  return {
    vertical: false,
    *characters(bytes) {
      for (const code of bytes) yield character(code);
    },
  };
}

function readEncoding(view: RevisionView, font: PdfDictionary): Encoding {
  const object = view.get(font, 'Encoding');
  const dictionary = asKind(object, 'dictionary');
  const named = asKind(
    dictionary === undefined ? object : view.get(dictionary, 'BaseEncoding'),
    'name',
  )?.name;
  const base = namedEncoding(named) ?? builtInEncoding(view, font);
  const differences =
    dictionary === undefined ? undefined : asKind(view.get(dictionary, 'Differences'), 'array');
  if (differences === undefined) return base;
  const encoding = [...base];
  let code = 0;
  for (const item of differences.items) {
    const resolved = view.resolve(item);
    const name = asKind(resolved, 'name');
    if (name === undefined) {
      code = asKind(resolved, 'number')?.value ?? code;
    } else {
      if (code >= 0 && code < encoding.length) encoding[code] = characterOf(name.name);
      code += 1;
    }
  }
  return encoding;
}

function namedEncoding(name: string | undefined): Encoding | undefined {
  if (name === 'StandardEncoding' || name === 'WinAnsiEncoding' || name === 'MacRomanEncoding')
    return ENCODINGS[name];
  return undefined;
}

// The font file's own encoding is not read; of western fonts it is nearly always one of these two.
function builtInEncoding(view: RevisionView, font: PdfDictionary): Encoding {
  return isName(view.get(font, 'Subtype'), 'TrueType')
    ? ENCODINGS.WinAnsiEncoding
    : ENCODINGS.StandardEncoding;
}

function readWidths(view: RevisionView, font: PdfDictionary, encoding: Encoding): (code: number) => number {
  const widths = asKind(view.get(font, 'Widths'), 'array')?.items;
  const baseFont = asKind(view.get(font, 'BaseFont'), 'name')?.name ?? '';
  if (widths === undefined) return (code) => standardWidth(baseFont, encoding[code] ?? ' ') / 1000;
  const first = numberIn(view, font, 'FirstChar', 0);
  const descriptor = asKind(view.get(font, 'FontDescriptor'), 'dictionary');
  const missing = descriptor === undefined ? 0 : numberIn(view, descriptor, 'MissingWidth', 0);
  const scale = isName(view.get(font, 'Subtype'), 'Type3') ? type3Scale(view, font) : 0.001;
  return (code) => (asKind(view.resolve(widths[code - first]), 'number')?.value ?? missing) * scale;
}

/** The widths of a Type 3 font are in its own glyph space (9.6.4). */
function type3Scale(view: RevisionView, font: PdfDictionary): number {
  const [scale] = asKind(view.get(font, 'FontMatrix'), 'array')?.items ?? [];
  return asKind(view.resolve(scale), 'number')?.value ?? 0.001;
}
