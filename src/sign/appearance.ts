// The picture of a visible signature, drawn by pdf-lib from our own text as a document of one page. Nothing else uses
// pdf-lib here: what is being signed never goes through it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fontkit, { type Font, type Glyph } from '@pdf-lib/fontkit';
import {
  beginText,
  endText,
  PDFDocument,
  type PDFFont,
  PDFName,
  setFillingGrayscaleColor,
  setFontAndSize,
  setTextMatrix,
  showText,
} from 'pdf-lib';
import type { Digests } from '../platform/platform.ts';
import { type Layout, layOut } from './appearance-layout.ts';
import type { AppearanceLine } from './appearance-text.ts';
import { SigningRefused } from './errors.ts';

type Weight = AppearanceLine['weight'];

interface LoadedFont {
  readonly bytes: Uint8Array;
  readonly font: Font;
}

// Even glyph lengths: fontkit writes wrong subsets of fonts that have odd ones. Condensed: more of a name on one line.
const FILES: Readonly<Record<Weight, string>> = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
};

// Parsed once: it costs more than drawing.
const loaded = new Map<Weight, LoadedFont>();

function fontOf(weight: Weight): LoadedFont {
  const known = loaded.get(weight);
  if (known !== undefined) return known;
  const path = createRequire(import.meta.url).resolve(FILES[weight]);
  const bytes = new Uint8Array(readFileSync(path));
  const entry = { bytes, font: fontkit.create(bytes) };
  loaded.set(weight, entry);
  return entry;
}

/**
 * Draws the lines on a page of this size (points), in black, with embedded subsets of the font; same arguments, same bytes.
 * @returns a PDF of one page
 * @throws SigningRefused `text-unencodable` { codePoints } for characters without a glyph, `placement-too-small` { rect }
 */
export async function drawAppearance(
  lines: readonly AppearanceLine[],
  width: number,
  height: number,
  digests: Digests,
): Promise<Uint8Array> {
  requireGlyphs(lines);
  const layout = layOut(lines, width, height, measure);
  if (layout === null) throw new SigningRefused('placement-too-small', { rect: { width, height } });

  const document = await PDFDocument.create({ updateMetadata: false });
  document.registerFontkit({ create: plainFont });
  const page = document.addPage([width, height]);
  const fonts = {
    regular: await embedSubset(document, 'regular', layout, digests),
    bold: await embedSubset(document, 'bold', layout, digests),
  };
  page.pushOperators(beginText(), setFillingGrayscaleColor(0));
  for (const { text, weight, x, y } of layout.lines) {
    const font = fonts[weight];
    const name = weight === 'bold' ? 'Bold' : 'Regular';
    page.node.setFontDictionary(PDFName.of(name), font.ref);
    page.pushOperators(
      setFontAndSize(name, layout.size),
      setTextMatrix(1, 0, 0, 1, x, y),
      showText(font.encodeText(text)),
    );
  }
  page.pushOperators(endText());
  return await document.save({
    useObjectStreams: false,
    addDefaultPage: false,
    updateFieldAppearances: false,
  });
}

async function embedSubset(
  document: PDFDocument,
  weight: Weight,
  layout: Layout,
  digests: Digests,
): Promise<PDFFont> {
  const customName = subsetName(weight, layout, digests);
  return await document.embedFont(fontOf(weight).bytes, { subset: true, customName });
}

/**
 * The font as pdf-lib shall see it: parsed already, and with one glyph for each character. Ligatures would be copied out
 * wrongly by some readers, and the rules of the font for scripts that are not drawn cost more than everything else.
 */
function plainFont(bytes: Uint8Array): Font {
  const known = [...loaded.values()].find((entry) => entry.bytes === bytes);
  const font = known?.font ?? fontkit.create(bytes);
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

function measure(text: string, weight: Weight): number {
  const { font } = fontOf(weight);
  let width = 0;
  for (const character of text) width += font.glyphForCodePoint(codePointOf(character)).advanceWidth;
  return width / font.unitsPerEm;
}

// Scripts whose letters stand side by side from left to right as they are; others need shaping, which nobody does here.
const DRAWABLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]$/u;

function requireGlyphs(lines: readonly AppearanceLine[]): void {
  const missing = new Set<number>();
  for (const { text, weight } of lines) {
    const { font } = fontOf(weight);
    for (const character of text) {
      const codePoint = codePointOf(character);
      if (!DRAWABLE.test(character) || !font.hasGlyphForCodePoint(codePoint)) missing.add(codePoint);
    }
  }
  if (missing.size > 0) throw new SigningRefused('text-unencodable', { codePoints: [...missing] });
}

/** Six capital letters before the name tell subsets apart (ISO 32000-2, 9.9.2): taken from the text that they draw. */
function subsetName(weight: Weight, layout: Layout, digests: Digests): string {
  const text = layout.lines.filter((line) => line.weight === weight).map((line) => line.text);
  const digest = digests.of('sha256', new TextEncoder().encode(`${weight} ${text.join('\n')}`));
  const tag = [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(0x41 + (byte % 26))).join('');
  return `${tag}+${fontOf(weight).font.postscriptName ?? 'DejaVuSans'}`;
}
