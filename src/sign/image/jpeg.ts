// JPEG files (ITU-T T.81, annex B): checked segment by segment and passed on compressed, as PDF takes them.

import { concatBytes } from '../../asn1/values.ts';
import { type JpegImage, requireSize, unsupported } from './raster-image.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;
const DQT = 0xdb;
const DNL = 0xdc;
const DRI = 0xdd;
const APP14 = 0xee;

// Baseline, extended and progressive with Huffman coding; others few viewers know.
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
const OTHER_FRAMES: readonly number[] = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, DNL];

// A progressive picture has about ten; each costs its viewers a pass over all pixels.
const MOST_SCANS = 64;

type Frame = Pick<JpegImage, 'width' | 'height' | 'colours'>;

/** @throws SigningRefused `image-unsupported` */
export function readJpeg(bytes: Uint8Array): JpegImage {
  const kept: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  let frame: Frame | null = null;
  let scans = 0;
  for (let at = 2; ; ) {
    const marker = markerAt(bytes, at);
    if (marker.code === EOI) break;
    const end = segmentEnd(bytes, marker.end);
    const body = bytes.subarray(marker.end + 2, end);
    if (OTHER_FRAMES.includes(marker.code)) throw unsupported('jpeg-coding');
    if (FRAMES.includes(marker.code)) {
      if (frame !== null) throw unsupported('damaged');
      frame = readFrame(body);
    }
    at = end;
    if (marker.code === SOS) {
      scans += 1;
      if (frame === null || scans > MOST_SCANS) throw unsupported('damaged');
      at = endOfScan(bytes, end);
    }
    if (isNeeded(marker.code)) kept.push(bytes.subarray(marker.end - 2, at));
  }
  if (frame === null || scans === 0) throw unsupported('damaged');
  return { kind: 'jpeg', ...frame, bytes: concatBytes([...kept, Uint8Array.of(0xff, EOI)]) };
}

/** Any number of fill bytes may stand before a marker (B.1.1.2). */
function markerAt(bytes: Uint8Array, at: number): { readonly code: number; readonly end: number } {
  if (bytes[at] !== 0xff) throw unsupported('damaged');
  let end = at + 1;
  while (bytes[end] === 0xff) end += 1;
  const code = bytes[end];
  if (code === undefined || code < 0xc0 || (code >= 0xd0 && code <= SOI)) throw unsupported('damaged');
  return { code, end: end + 1 };
}

function segmentEnd(bytes: Uint8Array, lengthAt: number): number {
  const length = uint16(bytes, lengthAt);
  if (length < 2 || lengthAt + length > bytes.length) throw unsupported('damaged');
  return lengthAt + length;
}

/** Past the entropy-coded data, in which 0xff is followed by 0x00 or a restart marker. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw unsupported('damaged');
}

function readFrame(body: Uint8Array): Frame {
  const [precision, , , , , components] = body;
  const height = uint16(body, 1);
  const width = uint16(body, 3);
  if (components === 4) throw unsupported('cmyk');
  if (components !== 1 && components !== 3) throw unsupported('damaged');
  if (precision !== 8) throw unsupported('jpeg-coding');
  requireSize(width, height);
  return { width, height, colours: components };
}

// Without the segments that programs and cameras add: places, names, small previews of what was cut away. The one that
// says how colours were transformed stays.
function isNeeded(code: number): boolean {
  return FRAMES.includes(code) || [DHT, DQT, DRI, SOS, APP14].includes(code);
}

function uint16(bytes: Uint8Array, at: number): number {
  const [high, low] = [bytes[at], bytes[at + 1]];
  if (high === undefined || low === undefined) throw unsupported('damaged');
  return high * 256 + low;
}
