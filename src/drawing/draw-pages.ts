// Pages drawn by pdf-lib from marks that have their places, tagged and archival. Nothing of others goes through it.

import {
  beginText,
  endText,
  LineCapStyle,
  PDFDocument,
  type PDFFont,
  PDFName,
  PDFOperator,
  PDFOperatorNames,
  type PDFPage,
  rgb,
  setFillingRgbColor,
  setFontAndSize,
  setTextMatrix,
  showText,
} from 'pdf-lib';
import type { Digests } from '../platform/platform.ts';
import { type ArchiveFacts, markAsArchive } from './archive.ts';
import type { Frame, Mark } from './flow.ts';
import { embedSubset, prepareForFonts, type Weight } from './fonts.ts';
import { contentNumbers, type Tag, writeStructure } from './tags.ts';

type Fonts = Readonly<Record<Weight, PDFFont>>;
type TextMark = Extract<Mark, { kind: 'text' }>;

/**
 * A PDF/A-2a document; same arguments, same bytes.
 * @param root - the structure whose elements the marks name
 */
export async function drawPages(
  pages: readonly (readonly Mark[])[],
  root: Tag,
  { width, height }: Pick<Frame, 'width' | 'height'>,
  facts: ArchiveFacts,
  digests: Digests,
): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  prepareForFonts(document);
  const texts = pages.flat().flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
  const fonts: Fonts = {
    regular: await embedSubset(document, 'regular', texts, digests),
    bold: await embedSubset(document, 'bold', texts, digests),
  };
  for (const marks of pages) drawMarks(document.addPage([width, height]), marks, fonts);
  writeStructure(document, root);
  markAsArchive(document, facts);
  return await document.save({
    useObjectStreams: false,
    addDefaultPage: false,
    updateFieldAppearances: false,
  });
}

function drawMarks(page: PDFPage, marks: readonly Mark[], fonts: Fonts): void {
  for (const [name, font] of Object.entries(fonts)) page.node.setFontDictionary(PDFName.of(name), font.ref);
  const numberOf = contentNumbers(page);
  for (const { tag, run } of runsOf(marks)) {
    page.pushOperators(tag === null ? beginArtifact() : beginContent(tag, numberOf(tag)));
    for (const mark of run) drawMark(page, mark, fonts);
    page.pushOperators(PDFOperator.of(PDFOperatorNames.EndMarkedContent));
  }
}

/** Marks of one element that follow one another share a sequence. */
function runsOf(
  marks: readonly Mark[],
): readonly { readonly tag: Tag | null; readonly run: readonly Mark[] }[] {
  const runs: { readonly tag: Tag | null; readonly run: Mark[] }[] = [];
  for (const mark of marks) {
    const last = runs.at(-1);
    if (last !== undefined && last.tag === mark.tag) last.run.push(mark);
    else runs.push({ tag: mark.tag, run: [mark] });
  }
  return runs;
}

function beginArtifact(): PDFOperator {
  return PDFOperator.of(PDFOperatorNames.BeginMarkedContent, ['/Artifact']);
}

function beginContent({ type }: Tag, number: number): PDFOperator {
  return PDFOperator.of(PDFOperatorNames.BeginMarkedContentSequence, [`/${type}`, `<</MCID ${number}>>`]);
}

function drawMark(page: PDFPage, mark: Mark, fonts: Fonts): void {
  switch (mark.kind) {
    case 'text':
      drawText(page, mark, fonts);
      break;
    case 'box':
      drawBox(page, mark);
      break;
    case 'shape':
      drawShape(page, mark);
      break;
  }
}

function drawBox(page: PDFPage, { x, y, width, height, colour }: Extract<Mark, { kind: 'box' }>): void {
  page.drawRectangle({ x, y, width, height, color: rgb(...colour) });
}

function drawShape(page: PDFPage, { x, y, size, shape }: Extract<Mark, { kind: 'shape' }>): void {
  const place = { x, y, scale: size / UNITS };
  page.drawSvgPath(shape.outline, { ...place, color: rgb(...shape.colour) });
  for (const sign of shape.signs)
    page.drawSvgPath(sign, {
      ...place,
      borderColor: rgb(1, 1, 1),
      borderWidth: STROKE,
      borderLineCap: LineCapStyle.Round,
    });
}

// The square in which shapes are drawn, and how thick the signs in them are.
const UNITS = 48;
const STROKE = 4.5;

function drawText(page: PDFPage, { x, y, text, style }: TextMark, fonts: Fonts): void {
  page.pushOperators(
    beginText(),
    setFillingRgbColor(...style.colour),
    setFontAndSize(text.weight, style.size),
    setTextMatrix(1, 0, 0, 1, x, y),
    showText(fonts[text.weight].encodeText(text.text)),
    endText(),
  );
}
