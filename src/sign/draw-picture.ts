// The picture in a visible signature: what the caller sent, or a QR code.

import {
  concatTransformationMatrix,
  drawObject,
  fill,
  type PDFDocument,
  PDFName,
  type PDFPage,
  type PDFRef,
  popGraphicsState,
  pushGraphicsState,
  rectangle,
  setFillingGrayscaleColor,
} from 'pdf-lib';
import type { Rectangle } from '../pdf/placement.ts';
import type { Digests } from '../platform/platform.ts';
import { fit, type PictureNeeds } from './block-layout.ts';
import { flattened, reduced } from './image/fit-image.ts';
import type { RasterImage, SampledImage } from './image/raster-image.ts';
import { modulePitch, moduleSize, type QrMatrix, QUIET_ZONE, smallestSide } from './qr-matrix.ts';

export type Picture =
  | { readonly kind: 'image'; readonly image: RasterImage }
  | {
      readonly kind: 'qr';
      readonly matrix: QrMatrix;
      readonly logo: RasterImage | null;
      readonly dense: 'refuse' | 'allow';
    };

export interface DrawingRules {
  readonly digests: Digests;
  /** For a document that claims PDF/A: calibrated colours, nothing transparent. */
  readonly archival: boolean;
}

// Smaller pictures show nothing, in points.
const LEAST_IMAGE = 10;

export function pictureNeeds(picture: Picture): PictureNeeds {
  if (picture.kind === 'qr') return { aspect: 1, leastHeight: smallestSide(picture.matrix) };
  return { aspect: aspectOf(picture.image), leastHeight: LEAST_IMAGE };
}

function aspectOf({ width, height }: RasterImage): number {
  return width / height;
}

/** @throws SigningRefused `qr-too-dense` { modulePt } */
export function drawPicture(
  document: PDFDocument,
  page: PDFPage,
  picture: Picture,
  box: Rectangle,
  rules: DrawingRules,
): void {
  if (picture.kind === 'image') {
    drawImage(document, page, picture.image, box, rules);
    return;
  }
  const side = Math.min(box.width, box.height);
  const module =
    picture.dense === 'allow' ? modulePitch(picture.matrix, side) : moduleSize(picture.matrix, side);
  drawQr(page, picture.matrix, box, module);
  if (picture.logo !== null)
    drawLogo(document, page, picture.logo, { matrix: picture.matrix, box, module }, rules);
}

/** One path of squares, a run of dark modules in a row as one; on white, since a reader needs the contrast. */
function drawQr(page: PDFPage, matrix: QrMatrix, { x, y, width, height }: Rectangle, module: number): void {
  page.pushOperators(
    pushGraphicsState(),
    setFillingGrayscaleColor(1),
    rectangle(x, y, width, height),
    fill(),
  );
  page.pushOperators(setFillingGrayscaleColor(0));
  const left = x + QUIET_ZONE * module;
  const top = y + height - QUIET_ZONE * module;
  for (let row = 0; row < matrix.size; row += 1) {
    for (let column = 0; column < matrix.size; ) {
      let end = column;
      while (end < matrix.size && matrix.isDark(row, end)) end += 1;
      if (end > column)
        page.pushOperators(
          rectangle(left + column * module, top - (row + 1) * module, (end - column) * module, module),
        );
      column = Math.max(end, column + 1);
    }
  }
  page.pushOperators(fill(), popGraphicsState());
}

// Of the code's side: with its border about 7 % of the area, a quarter of what level H can lose.
const LOGO_SHARE = 0.22;

function drawLogo(
  document: PDFDocument,
  page: PDFPage,
  logo: RasterImage,
  { matrix, box, module }: { readonly matrix: QrMatrix; readonly box: Rectangle; readonly module: number },
  rules: DrawingRules,
): void {
  const side = LOGO_SHARE * matrix.size * module;
  const square = {
    x: box.x + (box.width - side) / 2,
    y: box.y + (box.height - side) / 2,
    width: side,
    height: side,
  };
  const border = module / 2;
  page.pushOperators(
    pushGraphicsState(),
    setFillingGrayscaleColor(1),
    rectangle(square.x - border, square.y - border, side + 2 * border, side + 2 * border),
    fill(),
    popGraphicsState(),
  );
  drawImage(document, page, logo, fit({ aspect: aspectOf(logo) }, square), rules);
}

const IMAGE = 'Image';

function drawImage(
  document: PDFDocument,
  page: PDFPage,
  image: RasterImage,
  { x, y, width, height }: Rectangle,
  { archival }: DrawingRules,
): void {
  const embedded =
    image.kind === 'jpeg'
      ? embedJpeg(document, image, archival)
      : embedSamples(document, image, width, height, archival);
  page.node.setXObject(PDFName.of(IMAGE), embedded);
  page.pushOperators(
    pushGraphicsState(),
    concatTransformationMatrix(width, 0, 0, height, x, y),
    drawObject(IMAGE),
    popGraphicsState(),
  );
}

// Finer than office printers print, in dots per point.
const FINEST = 600 / 72;

function embedSamples(
  document: PDFDocument,
  image: SampledImage,
  width: number,
  height: number,
  archival: boolean,
): PDFRef {
  const { context } = document;
  const fitting = reduced(image, Math.ceil(width * FINEST), Math.ceil(height * FINEST));
  const shown = archival ? flattened(fitting) : fitting;
  const { alpha } = shown;
  const mask =
    alpha === null
      ? {}
      : { SMask: context.register(context.flateStream(alpha, imageEntries(shown, 'DeviceGray'))) };
  const colours = colourSpace(shown.colours, archival);
  return context.register(context.flateStream(shown.samples, { ...imageEntries(shown, colours), ...mask }));
}

function embedJpeg(
  { context }: PDFDocument,
  image: Extract<RasterImage, { kind: 'jpeg' }>,
  archival: boolean,
): PDFRef {
  const entries = imageEntries(image, colourSpace(image.colours, archival));
  return context.register(context.stream(image.bytes, { ...entries, Filter: 'DCTDecode' }));
}

type ColourSpace = ReturnType<typeof colourSpace>;

function imageEntries({ width, height }: RasterImage, colours: ColourSpace) {
  return {
    Type: 'XObject',
    Subtype: 'Image',
    Width: width,
    Height: height,
    ColorSpace: colours,
    BitsPerComponent: 8,
  };
}

/** sRGB described by its white point, gamma and primaries (IEC 61966-2-1) where a device's own colours may not be used. */
function colourSpace(colours: 1 | 3, archival: boolean) {
  if (colours === 1) return 'DeviceGray';
  if (!archival) return 'DeviceRGB';
  const parameters = {
    WhitePoint: [0.9505, 1, 1.089],
    Gamma: [2.2, 2.2, 2.2],
    Matrix: [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505],
  };
  return ['CalRGB', parameters];
}
