// The modules of a QR code (ISO/IEC 18004), computed by the one package that is used for it.

import { create, type QRCode } from 'qrcode';
import { SigningRefused } from './errors.ts';

export interface QrMatrix {
  /** Modules on a side, without the quiet zone. */
  readonly size: number;
  isDark(row: number, column: number): boolean;
}

/** Modules of white on each side (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4;

/** Smaller ones are lost on office printers and telephone cameras, in points. */
const SMALLEST_MODULE = 0.9;

/**
 * @param content - encoded as it is, UTF-8
 * @param withLogo - a picture will hide the centre: the code must stand the loss of 30 % (level H), else of 15 % (level M)
 * @throws SigningRefused `qr-too-dense` { modulePt: null } for more than any code holds
 */
export function qrMatrix(content: string, withLogo: boolean): QrMatrix {
  const { modules } = encoded(content, withLogo ? 'H' : 'M');
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) !== 0 };
}

function encoded(content: string, errorCorrectionLevel: 'M' | 'H'): QRCode {
  try {
    return create(content, { errorCorrectionLevel });
  } catch (cause) {
    throw new SigningRefused('qr-too-dense', { modulePt: null }, cause);
  }
}

/** The same, whether or not it can be read. */
export function modulePitch({ size }: Pick<QrMatrix, 'size'>, side: number): number {
  return side / (size + 2 * QUIET_ZONE);
}

/**
 * The size of a module in a square, the quiet zone counted.
 * @param side - of the square, in points
 * @throws SigningRefused `qr-too-dense` { modulePt }
 */
export function moduleSize({ size }: QrMatrix, side: number): number {
  const modulePt = modulePitch({ size }, side);
  if (modulePt < SMALLEST_MODULE)
    throw new SigningRefused('qr-too-dense', { modulePt: Math.floor(modulePt * 100) / 100 });
  return modulePt;
}

/** The smallest square in which the code can be read, in points. */
export function smallestSide({ size }: QrMatrix): number {
  return (size + 2 * QUIET_ZONE) * SMALLEST_MODULE;
}
