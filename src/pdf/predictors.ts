// The predictors behind Flate and LZW (ISO 32000-2, 7.4.4.4; PNG, clause 9; TIFF 6.0, section 14).

import { damaged, MalformedPdf } from './errors.ts';

export interface PredictorParameters {
  readonly predictor: number;
  readonly colors: number;
  readonly bitsPerComponent: number;
  readonly columns: number;
}

/** @throws MalformedPdf `pdf-damaged` { reason: 'object' }, `pdf-unsupported` { feature: 'predictor' } */
export function undoPredictor(data: Uint8Array, parameters: PredictorParameters): Uint8Array {
  const { predictor, colors, bitsPerComponent, columns } = parameters;
  if (predictor === 1) return data;
  if (colors < 1 || colors > 32 || columns < 1 || columns > 2 ** 24) throw damaged('object');
  if (![1, 2, 4, 8, 16].includes(bitsPerComponent)) throw damaged('object');
  const pixelBytes = Math.max(1, (colors * bitsPerComponent) >> 3);
  const rowBytes = Math.ceil((colors * bitsPerComponent * columns) / 8);
  if (predictor >= 10 && predictor <= 15) return undoPng(data, rowBytes, pixelBytes);
  if (predictor === 2 && bitsPerComponent === 8) return undoTiff(data, rowBytes, pixelBytes);
  throw new MalformedPdf('pdf-unsupported', { feature: 'predictor' });
}

// Each row begins with its own filter type, whatever `/Predictor` says between 10 and 15.
function undoPng(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(data.length / (rowBytes + 1));
  const output = new Uint8Array(Math.max(0, data.length - rows));
  for (let row = 0; row < rows; row += 1) {
    const from = row * (rowBytes + 1);
    const to = row * rowBytes;
    const length = Math.min(rowBytes, data.length - from - 1);
    undoPngRow(
      data[from] ?? -1,
      data.subarray(from + 1, from + 1 + length),
      output,
      to,
      rowBytes,
      pixelBytes,
    );
  }
  return output;
}

function undoPngRow(
  type: number,
  row: Uint8Array,
  output: Uint8Array,
  to: number,
  rowBytes: number,
  pixelBytes: number,
): void {
  if (type < 0 || type > 4) throw damaged('object');
  for (let i = 0; i < row.length; i += 1) {
    const left = i >= pixelBytes ? (output[to + i - pixelBytes] ?? 0) : 0;
    const up = to >= rowBytes ? (output[to + i - rowBytes] ?? 0) : 0;
    const upLeft = to >= rowBytes && i >= pixelBytes ? (output[to + i - rowBytes - pixelBytes] ?? 0) : 0;
    output[to + i] = (row[i] ?? 0) + prediction(type, left, up, upLeft);
  }
}

function prediction(type: number, left: number, up: number, upLeft: number): number {
  switch (type) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, upLeft);
    default:
      return 0;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function undoTiff(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const output = Uint8Array.from(data);
  for (let row = 0; row < output.length; row += rowBytes) {
    const end = Math.min(row + rowBytes, output.length);
    for (let at = row + pixelBytes; at < end; at += 1)
      output[at] = (output[at] ?? 0) + (output[at - pixelBytes] ?? 0);
  }
  return output;
}
