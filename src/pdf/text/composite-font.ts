// Composite fonts: codes of one to four bytes that lead to characters of a CIDFont (ISO 32000-2, 9.7).

import type { RevisionView } from '../document.ts';
import type { PdfLimits } from '../limits.ts';
import { asKind, type PdfDictionary } from '../objects.ts';
import { type CharacterMap, codeOf } from './character-map.ts';
import { CodeRanges } from './code-ranges.ts';
import { numberIn, readCharacterMap, type ShownCharacter, type TextFont, UNKNOWN_TEXT } from './text-font.ts';

/** How a string falls into codes, and what a code leads to. */
interface CodeReading {
  readonly vertical: boolean;
  length(bytes: Uint8Array, at: number): number;
  identifier(code: number): number;
  /** Where the codes are Unicode themselves. */
  text(code: number): string | null;
}

/** @throws MalformedPdf `limits-exceeded` */
export function compositeFont(
  view: RevisionView,
  font: PdfDictionary,
  toUnicode: CharacterMap | null,
  limits: PdfLimits,
): TextFont {
  const reading = readCodes(view, font, limits);
  const descendant = asKind(
    view.resolve(asKind(view.get(font, 'DescendantFonts'), 'array')?.items[0]),
    'dictionary',
  );
  const advanceOf = descendant === undefined ? () => 1 : readAdvances(view, descendant, reading.vertical);
  return {
    vertical: reading.vertical,
    *characters(bytes): Generator<ShownCharacter, void, undefined> {
      for (let at = 0; at < bytes.length; ) {
        const length = Math.max(1, reading.length(bytes, at));
        const code = codeOf(bytes.subarray(at, at + length));
        at += length;
        yield {
          text: toUnicode?.text(code, length) ?? reading.text(code) ?? UNKNOWN_TEXT,
          advance: advanceOf(reading.identifier(code)),
          wordSpace: length === 1 && code === 0x20,
        };
      }
    },
  };
}

function readCodes(view: RevisionView, font: PdfDictionary, limits: PdfLimits): CodeReading {
  const encoding = view.get(font, 'Encoding');
  const stream = asKind(encoding, 'stream');
  const name = asKind(encoding, 'name')?.name ?? '';
  const map = stream === undefined ? null : readCharacterMap(view, encoding, limits);
  if (stream !== undefined && map !== null) {
    return {
      vertical: numberIn(view, stream.dictionary, 'WMode', 0) === 1,
      length: map.codeLength,
      identifier: (code) => map.identifier(code) ?? 0,
      text: () => null,
    };
  }
  // `Identity` and the maps from Unicode have two bytes for each character; of others the text is in `/ToUnicode`, or unknown.
  const unicode = /^Uni\w+-(?:UCS2|UTF16)-/.test(name);
  return {
    vertical: name.endsWith('-V'),
    length: () => 2,
    identifier: (code) => code,
    text: (code) => (unicode && (code < 0xd800 || code > 0xdfff) ? String.fromCharCode(code) : null),
  };
}

function readAdvances(
  view: RevisionView,
  descendant: PdfDictionary,
  vertical: boolean,
): (identifier: number) => number {
  if (vertical) {
    const [, down] = asKind(view.get(descendant, 'DW2'), 'array')?.items ?? [];
    const advance = (asKind(view.resolve(down), 'number')?.value ?? -1000) / -1000;
    return () => advance;
  }
  const widths = readWidths(view, descendant);
  const absent = numberIn(view, descendant, 'DW', 1000);
  return (identifier) => {
    const range = widths.find(identifier);
    const { value = absent, from = 0 } = range ?? {};
    return (typeof value === 'number' ? value : (value[identifier - from] ?? absent)) / 1000;
  };
}

/** `/W`: `first [w w …]`, or `first last w` (9.7.4.3). */
function readWidths(view: RevisionView, descendant: PdfDictionary): CodeRanges<number | readonly number[]> {
  const widths = new CodeRanges<number | readonly number[]>();
  const items = asKind(view.get(descendant, 'W'), 'array')?.items ?? [];
  for (let i = 0; i < items.length; ) {
    const first = asKind(view.resolve(items[i]), 'number')?.value ?? 0;
    const second = view.resolve(items[i + 1]);
    const each = asKind(second, 'array')?.items;
    if (each !== undefined) {
      const values = each.map((item) => asKind(view.resolve(item), 'number')?.value ?? 0);
      widths.add(first, first + values.length - 1, values);
      i += 2;
    } else {
      const width = asKind(view.resolve(items[i + 2]), 'number')?.value ?? 0;
      widths.add(first, asKind(second, 'number')?.value ?? first, width);
      i += 3;
    }
  }
  return widths;
}
