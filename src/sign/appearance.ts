// The picture of a visible signature, drawn by pdf-lib as a document of one page from our own text and from pictures that
// our own reader has unpacked. Nothing that is being signed ever goes through pdf-lib.

import {
  beginText,
  endText,
  fill,
  PDFDocument,
  PDFName,
  type PDFPage,
  rectangle,
  setFillingGrayscaleColor,
  setFontAndSize,
  setTextMatrix,
  showText,
} from 'pdf-lib';
import { embedSubset, measure, prepareForFonts, undrawable } from '../drawing/fonts.ts';
import type { Cover } from '../pdf/page-spot.ts';
import type { Rectangle } from '../pdf/placement.ts';
import type { LaidOutLine } from './appearance-layout.ts';
import type { AppearanceLine } from './appearance-text.ts';
import { type BlockLayout, layOutBlock } from './block-layout.ts';
import { addCharacterSets } from './character-set.ts';
import { type DrawingRules, drawPicture, type Picture, pictureNeeds } from './draw-picture.ts';
import { SigningRefused } from './errors.ts';
import { layOutPicture } from './picture-layout.ts';
import { moduleSize } from './qr-matrix.ts';

export interface Appearance {
  readonly lines: readonly AppearanceLine[];
  readonly picture: Picture | null;
  readonly arrangement?: 'block' | 'picture';
  /** Null: the content takes the whole place, and nothing is painted over. */
  readonly cover: Cover | null;
}

/**
 * Draws text and picture on a page of this size (points), with embedded subsets of the fonts; same arguments, same bytes.
 * @returns a PDF of one page
 * @throws SigningRefused `text-unencodable` { codePoints } for characters without a glyph, `placement-too-small` { rect },
 *   `qr-too-dense` { modulePt }
 */
export async function drawAppearance(
  { lines, picture, cover, arrangement }: Appearance,
  width: number,
  height: number,
  rules: DrawingRules,
): Promise<Uint8Array> {
  const codePoints = undrawable(lines);
  if (codePoints.length > 0) throw new SigningRefused('text-unencodable', { codePoints });
  const area = cover?.content ?? { x: 0, y: 0, width, height };
  const layout =
    arrangement === 'picture' && picture !== null
      ? layOutPicture(lines, pictureNeeds(picture), area, measure)
      : requireLayout(lines, picture, area);
  const document = await PDFDocument.create({ updateMetadata: false });
  prepareForFonts(document);
  const page = document.addPage([width, height]);
  if (cover !== null) paintWhite(page, cover.ground);
  if (picture !== null && layout.picture !== null)
    await drawPicture(document, page, picture, moved(layout.picture, area), rules);
  const placed = layout.lines.map((line) => ({ ...line, x: line.x + area.x, y: line.y + area.y }));
  await drawLines(document, page, placed, layout.size, rules);
  return await savePage(document);
}

function requireLayout(
  lines: readonly AppearanceLine[],
  picture: Picture | null,
  { width, height }: Rectangle,
): BlockLayout {
  const layout = layOutBlock(lines, picture === null ? null : pictureNeeds(picture), width, height, measure);
  if (layout !== null) return layout;
  // Where not even the code alone could be read, that is the reason.
  if (picture?.kind === 'qr') moduleSize(picture.matrix, Math.min(width, height));
  throw new SigningRefused('placement-too-small', { rect: { width, height } });
}

function moved(rect: Rectangle, { x, y }: Rectangle): Rectangle {
  return { ...rect, x: rect.x + x, y: rect.y + y };
}

function paintWhite(page: PDFPage, { x, y, width, height }: Rectangle): void {
  page.pushOperators(setFillingGrayscaleColor(1), rectangle(x, y, width, height), fill());
}

/** Puts lines of one size on a page, black. */
export async function drawLines(
  document: PDFDocument,
  page: PDFPage,
  lines: readonly Omit<LaidOutLine, 'part'>[],
  size: number,
  { digests, archival }: DrawingRules,
): Promise<void> {
  if (lines.length === 0) return;
  const fonts = {
    regular: await embedSubset(document, 'regular', lines, digests),
    bold: await embedSubset(document, 'bold', lines, digests),
  };
  page.pushOperators(beginText(), setFillingGrayscaleColor(0));
  for (const { text, weight, x, y } of lines) {
    const font = fonts[weight];
    const name = weight === 'bold' ? 'Bold' : 'Regular';
    page.node.setFontDictionary(PDFName.of(name), font.ref);
    page.pushOperators(
      setFontAndSize(name, size),
      setTextMatrix(1, 0, 0, 1, x, y),
      showText(font.encodeText(text)),
    );
  }
  page.pushOperators(endText());
  if (!archival) return;
  await document.flush();
  const used = new Set(lines.map(({ weight }) => fonts[weight]));
  addCharacterSets(document, [...used]);
}

/** The document as bytes, nothing added to it. */
export async function savePage(document: PDFDocument): Promise<Uint8Array> {
  return await document.save({
    useObjectStreams: false,
    addDefaultPage: false,
    updateFieldAppearances: false,
  });
}
