// PNG files (ISO/IEC 15948): unpacked to samples of 8 bits.

import { concatBytes } from '../../asn1/values.ts';
import { MalformedPdf } from '../../pdf/errors.ts';
import { undoPredictor } from '../../pdf/predictors.ts';
import { InflateFailed, type Inflater } from '../../platform/platform.ts';
import { requireSize, type SampledImage, unsupported } from './raster-image.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** How many samples a pixel has, and what they mean. */
  readonly form: Form;
  readonly interlaced: boolean;
}

interface Form {
  readonly samples: number;
  readonly depths: readonly number[];
  readonly palette: boolean;
  readonly alpha: boolean;
}

/** By colour type (11.2.1). */
const FORMS: Readonly<Record<number, Form>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16], palette: false, alpha: false },
  2: { samples: 3, depths: [8, 16], palette: false, alpha: false },
  3: { samples: 1, depths: [1, 2, 4, 8], palette: true, alpha: false },
  4: { samples: 2, depths: [8, 16], palette: false, alpha: true },
  6: { samples: 4, depths: [8, 16], palette: false, alpha: true },
};

/** @throws SigningRefused `image-unsupported` */
export function readPng(bytes: Uint8Array, inflater: Inflater): SampledImage {
  const chunks = readChunks(bytes);
  const header = readHeader(chunks.header);
  const passes = passesOf(header);
  const data = inflated(chunks.data, passes, header, inflater);
  const pixels = new Pixels(header, chunks);
  let at = 0;
  for (const pass of passes) {
    const size = bytesOf(pass, header);
    pixels.put(pass, unfiltered(data.subarray(at, at + size), pass, header));
    at += size;
  }
  return pixels.image();
}

interface Chunks {
  readonly header: Uint8Array;
  readonly palette: Uint8Array | null;
  readonly transparency: Uint8Array | null;
  readonly data: Uint8Array;
}

// Check sums of chunks are not compared: what matters is guarded by that of the compressed data.
function readChunks(bytes: Uint8Array): Chunks {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw unsupported('format');
  const found = new Map<string, Uint8Array>();
  const data: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length) throw unsupported('damaged');
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw unsupported('damaged');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IEND') break;
    if (type === 'IDAT') data.push(body);
    else if (!found.has(type)) found.set(type, body);
    at += 12 + length;
  }
  const header = found.get('IHDR');
  if (header === undefined || data.length === 0) throw unsupported('damaged');
  return {
    header,
    palette: found.get('PLTE') ?? null,
    transparency: found.get('tRNS') ?? null,
    data: concatBytes(data),
  };
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length !== 13) throw unsupported('damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth = 0, colourType = -1, compression, filter, interlace] = bytes.subarray(8);
  const form = FORMS[colourType];
  if (form === undefined || !form.depths.includes(depth)) throw unsupported('damaged');
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) throw unsupported('damaged');
  requireSize(width, height);
  return { width, height, depth, form, interlaced: interlace === 1 };
}

/** Which pixels a pass holds: every `dx`-th from `x` on, every `dy`-th row from `y` on. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, interlaced }: Header): readonly Pass[] {
  const grids = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return grids
    .map(([x, y, dx, dy]) => ({
      ...{ x, y, dx, dy },
      width: Math.ceil((width - x) / dx),
      height: Math.ceil((height - y) / dy),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function rowBytes(pass: Pass, { depth, form }: Header): number {
  return Math.ceil((pass.width * form.samples * depth) / 8);
}

function bytesOf(pass: Pass, header: Header): number {
  return pass.height * (1 + rowBytes(pass, header));
}

/** Exactly as many bytes as the header says, whatever the compressed data would give. */
function inflated(data: Uint8Array, passes: readonly Pass[], header: Header, inflater: Inflater): Uint8Array {
  const size = passes.reduce((sum, pass) => sum + bytesOf(pass, header), 0);
  try {
    const output = inflater.inflate(data, size);
    if (output.length !== size) throw unsupported('damaged');
    return output;
  } catch (error) {
    if (error instanceof InflateFailed) throw unsupported('damaged', error);
    throw error;
  }
}

function unfiltered(data: Uint8Array, pass: Pass, { depth, form }: Header): Uint8Array {
  const parameters = { colors: form.samples, bitsPerComponent: depth, columns: pass.width };
  try {
    return undoPredictor(data, { predictor: 15, ...parameters });
  } catch (error) {
    if (error instanceof MalformedPdf) throw unsupported('damaged', error);
    throw error;
  }
}

/** The picture as it comes together, pass by pass. */
class Pixels {
  readonly #header: Header;
  readonly #palette: Uint8Array | null;
  readonly #transparency: Uint8Array | null;
  readonly #colours: 1 | 3;
  readonly #samples: Uint8Array;
  readonly #alpha: Uint8Array | null;

  constructor(header: Header, { palette, transparency }: Chunks) {
    const { width, height, form } = header;
    if (form.palette && (palette === null || palette.length % 3 !== 0)) throw unsupported('damaged');
    this.#header = header;
    this.#palette = form.palette ? palette : null;
    this.#transparency = transparency;
    this.#colours = form.palette || form.samples >= 3 ? 3 : 1;
    this.#samples = new Uint8Array(width * height * this.#colours);
    this.#alpha = form.alpha || transparency !== null ? new Uint8Array(width * height) : null;
  }

  put(pass: Pass, rows: Uint8Array): void {
    const { samples } = this.#header.form;
    const length = rowBytes(pass, this.#header);
    if (this.#isAsWritten()) {
      this.#samples.set(rows);
      return;
    }
    const raw = new Uint16Array(pass.width * samples);
    for (let row = 0; row < pass.height; row += 1) {
      unpackRow(rows.subarray(row * length, (row + 1) * length), this.#header.depth, raw);
      let to = (pass.y + row * pass.dy) * this.#header.width + pass.x;
      for (let i = 0; i < raw.length; i += samples) {
        this.#putPixel(to, raw, i);
        to += pass.dx;
      }
    }
  }

  /** The rows hold what is wanted, an octet for each sample and nothing beside them. */
  #isAsWritten(): boolean {
    const { interlaced, depth } = this.#header;
    return !interlaced && depth === 8 && this.#palette === null && this.#alpha === null;
  }

  #putPixel(to: number, raw: Uint16Array, from: number): void {
    const index = raw[from] ?? 0;
    if (this.#palette !== null) {
      if (3 * index >= this.#palette.length) throw unsupported('damaged');
      this.#samples.set(this.#palette.subarray(3 * index, 3 * index + 3), 3 * to);
      if (this.#alpha !== null) this.#alpha[to] = this.#transparency?.[index] ?? 255;
      return;
    }
    const { depth, form } = this.#header;
    for (let i = 0; i < this.#colours; i += 1)
      this.#samples[to * this.#colours + i] = eightBits(raw[from + i] ?? 0, depth);
    if (this.#alpha === null) return;
    if (form.alpha) this.#alpha[to] = eightBits(raw[from + this.#colours] ?? 0, depth);
    else this.#alpha[to] = this.#isTransparentColour(raw, from) ? 0 : 255;
  }

  /** One colour may be named as transparent (11.3.2.1). */
  #isTransparentColour(raw: Uint16Array, from: number): boolean {
    const named = this.#transparency ?? [];
    for (let i = 0; i < this.#colours; i += 1) {
      const sample = (named[2 * i] ?? 0) * 256 + (named[2 * i + 1] ?? 0);
      if (sample !== raw[from + i]) return false;
    }
    return true;
  }

  image(): SampledImage {
    const { width, height } = this.#header;
    const alpha = this.#alpha?.some((value) => value !== 255) === true ? this.#alpha : null;
    return { kind: 'samples', width, height, colours: this.#colours, samples: this.#samples, alpha };
  }
}

/** The samples of a row as they are written, 1 to 16 bits each. */
function unpackRow(row: Uint8Array, depth: number, raw: Uint16Array): void {
  for (let i = 0; i < raw.length; i += 1) {
    if (depth === 16) raw[i] = (row[2 * i] ?? 0) * 256 + (row[2 * i + 1] ?? 0);
    else if (depth === 8) raw[i] = row[i] ?? 0;
    else {
      const bit = i * depth;
      raw[i] = ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
}

function eightBits(value: number, depth: number): number {
  return depth === 16 ? value >> 8 : Math.round((value * 255) / ((1 << depth) - 1));
}
