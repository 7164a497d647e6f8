// The fonts of what we draw: subsets of two faces that come with us, embedded so that every reader shows the same.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import type { Font, default as Fontkit, Glyph } from '@pdf-lib/fontkit';
import type { PDFDocument, PDFFont } from 'pdf-lib';
import type { Digests } from '../platform/platform.ts';

export type Weight = 'regular' | 'bold';

/** Text in one of the two faces. */
export interface WeightedText {
  readonly text: string;
  readonly weight: Weight;
}

interface LoadedFont {
  readonly bytes: Uint8Array;
  readonly font: Font;
}

// Even glyph lengths: fontkit writes wrong subsets of fonts that have odd ones. Condensed: more of a name on one line.
const FILES: Readonly<Record<Weight, string>> = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
};

const load = createRequire(import.meta.url);

// With the first letter that shows text: it takes longer to load than all else that signs.
function fontkit(): typeof Fontkit {
  return load('@pdf-lib/fontkit') as typeof Fontkit;
}

// Parsed once: it costs more than drawing.
const loaded = new Map<Weight, LoadedFont>();

function fontOf(weight: Weight): LoadedFont {
  const known = loaded.get(weight);
  if (known !== undefined) return known;
  const path = load.resolve(FILES[weight]);
  const bytes = new Uint8Array(readFileSync(path));
  const entry = { bytes, font: fontkit().create(bytes) };
  loaded.set(weight, entry);
  return entry;
}

/** A document of ours that can take subsets. */
export function prepareForFonts(document: PDFDocument): void {
  document.registerFontkit({ create: plainFont });
  const { context } = document;
  // A subset is some 10^4 bytes; pdf-lib's own zlib is written in JavaScript, and takes ten times as long.
  context.flateStream = (contents, dict = {}) => {
    const bytes = typeof contents === 'string' ? Buffer.from(contents, 'latin1') : contents;
    return context.stream(deflateSync(bytes), { ...dict, Filter: 'FlateDecode' });
  };
}

/**
 * Puts the face into the document, with the characters that will be drawn.
 * @param texts - all that will be drawn; the subset's name is made from them
 */
export async function embedSubset(
  document: PDFDocument,
  weight: Weight,
  texts: readonly WeightedText[],
  digests: Digests,
): Promise<PDFFont> {
  const customName = subsetName(weight, texts, digests);
  return await document.embedFont(fontOf(weight).bytes, { subset: true, customName });
}

/**
 * The font as pdf-lib shall see it: parsed already, and with one glyph for each character. Ligatures would be copied out
 * wrongly by some readers, and the rules of the font for scripts that are not drawn cost more than everything else.
 */
function plainFont(bytes: Uint8Array): Font {
  const known = [...loaded.values()].find((entry) => entry.bytes === bytes);
  const font = known?.font ?? fontkit().create(bytes);
  const glyphs = (text: string) => [...text].map((character) => glyphFor(font, codePointOf(character)));
  return Object.create(font, { layout: { value: (text: string) => ({ glyphs: glyphs(text) }) } });
}

/** With the character it stands for; a parsed font remembers for a glyph only how it was first asked for. */
function glyphFor(font: Font, codePoint: number): Glyph {
  return Object.create(font.glyphForCodePoint(codePoint), { codePoints: { value: [codePoint] } });
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Width in points at font size 1. */
export function measure(text: string, weight: Weight): number {
  const { font } = fontOf(weight);
  let width = 0;
  for (const character of text) width += font.glyphForCodePoint(codePointOf(character)).advanceWidth;
  return width / font.unitsPerEm;
}

// Scripts whose letters stand side by side from left to right as they are; others need shaping, which nobody does here.
const DRAWABLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;

/** Whether this face draws the character as its reader would expect it. */
export function isDrawable(character: string, weight: Weight): boolean {
  return DRAWABLE.test(character) && fontOf(weight).font.hasGlyphForCodePoint(codePointOf(character));
}

/** The characters that would not be drawn, each once. */
export function undrawable(texts: readonly WeightedText[]): readonly number[] {
  const missing = new Set<number>();
  for (const { text, weight } of texts) {
    for (const character of text) if (!isDrawable(character, weight)) missing.add(codePointOf(character));
  }
  return [...missing];
}

/** Six capital letters before the name tell subsets apart (ISO 32000-2, 9.9.2): taken from the text that they draw. */
function subsetName(weight: Weight, texts: readonly WeightedText[], digests: Digests): string {
  const text = texts.filter((line) => line.weight === weight).map((line) => line.text);
  const digest = digests.of('sha256', new TextEncoder().encode(`${weight} ${text.join('\n')}`));
  const tag = [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(0x41 + (byte % 26))).join('');
  return `${tag}+${fontOf(weight).font.postscriptName ?? 'DejaVuSans'}`;
}
