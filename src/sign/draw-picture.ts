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
import type { CallersPicture } from './image/callers-picture.ts';
import type { ImageSize } from './image/image-size.ts';
import type { JpegImage, PackedImage } from './image/raster-image.ts';
import { modulePitch, moduleSize, type QrMatrix, QUIET_ZONE, smallestSide } from './qr-matrix.ts';

export type Picture =
  | { readonly kind: 'image'; readonly image: CallersPicture }
  | {
      readonly kind: 'qr';
      readonly matrix: QrMatrix;
      readonly logo: CallersPicture | null;
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

function aspectOf({ width, height }: ImageSize): number {
  return width / height;
}

/** @throws SigningRefused `qr-too-dense` { modulePt } */
export async function drawPicture(
  document: PDFDocument,
  page: PDFPage,
  picture: Picture,
  box: Rectangle,
  rules: DrawingRules,
): Promise<void> {
  if (picture.kind === 'image') {
    await drawImage(document, page, picture.image, box, rules);
    return;
  }
  const side = Math.min(box.width, box.height);
  const module =
    picture.dense === 'allow' ? modulePitch(picture.matrix, side) : moduleSize(picture.matrix, side);
  drawQr(page, picture.matrix, box, module);
  if (picture.logo !== null)
    await drawLogo(document, page, picture.logo, { matrix: picture.matrix, box, module }, rules);
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

async function drawLogo(
  document: PDFDocument,
  page: PDFPage,
  logo: CallersPicture,
  { matrix, box, module }: { readonly matrix: QrMatrix; readonly box: Rectangle; readonly module: number },
  rules: DrawingRules,
): Promise<void> {
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
  await drawImage(document, page, logo, fit({ aspect: aspectOf(logo) }, square), rules);
}

const IMAGE = 'Image';

// Finer than office printers print, in dots per point.
const FINEST = 600 / 72;

async function drawImage(
  { context }: PDFDocument,
  page: PDFPage,
  image: CallersPicture,
  { x, y, width, height }: Rectangle,
  { archival }: DrawingRules,
): Promise<void> {
  const pixels = { width: Math.ceil(width * FINEST), height: Math.ceil(height * FINEST) };
  const shown = await image.fitting(pixels, archival ? 'flat' : 'kept');
  const embedded =
    shown.kind === 'jpeg' ? embedJpeg(context, shown, archival) : embedSamples(context, shown, archival);
  page.node.setXObject(PDFName.of(IMAGE), embedded);
  page.pushOperators(
    pushGraphicsState(),
    concatTransformationMatrix(width, 0, 0, height, x, y),
    drawObject(IMAGE),
    popGraphicsState(),
  );
}

type Context = PDFDocument['context'];

function embedSamples(context: Context, image: PackedImage, archival: boolean): PDFRef {
  const { alpha, samples } = image;
  const put = (bytes: Uint8Array, entries: object): PDFRef =>
    context.register(context.stream(bytes, { ...entries, Filter: 'FlateDecode' }));
  const mask = alpha === null ? {} : { SMask: put(alpha, imageEntries(image, 'DeviceGray')) };
  return put(samples, { ...imageEntries(image, colourSpace(image.colours, archival)), ...mask });
}

function embedJpeg(context: Context, image: JpegImage, archival: boolean): PDFRef {
  const entries = imageEntries(image, colourSpace(image.colours, archival));
  return context.register(context.stream(image.bytes, { ...entries, Filter: 'DCTDecode' }));
}

type ColourSpace = ReturnType<typeof colourSpace>;

function imageEntries({ width, height }: ImageSize, colours: ColourSpace) {
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
