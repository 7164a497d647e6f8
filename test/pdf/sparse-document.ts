// Documents of many gigabytes that take no memory: a map whose image is nothing but zeros, the rest of the file around it.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { Source } from '../../src/platform/platform.ts';

export interface SparseDocument {
  readonly size: number;
  /** What is not zero, by offset. */
  readonly pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

const CONTENT = [
  'q 762 0 0 400 40 130 cm /Peta Do Q',
  'BT /F1 16 Tf 40 560 Td (PETA RENCANA POLA RUANG) Tj /F1 11 Tf 0 -18 Td (KABUPATEN CONTOH, skala 1 : 50.000, lembar 1) Tj',
  '/F1 8 Tf 0 -487 Td (Contoh untuk uji coba; wilayah dan batasnya adalah rekaan.) Tj ET',
].join('\n');

/** Where nothing is drawn, for a visible signature: x, y, width and height from the lower left corner. */
export const MAP_ROOM = { x: 580, y: 30, width: 220, height: 80 } as const;

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/**
 * A one-page map; catalog, page tree and page stand behind the image.
 * @param imageBytes - how many zeros the image has
 */
export function sparseMap(imageBytes: number, form: 'table' | 'stream'): SparseDocument {
  const head = latin1(
    `%PDF-1.7\n4 0 obj\n<< /Type /XObject /Subtype /Image /Width 100000 /Height ${imageBytes / 100_000} ` +
      `/ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${imageBytes} >>\nstream\n`,
  );
  const start = head.length + imageBytes;
  let tail = '\nendstream\nendobj\n';
  const offsets = new Map([[4, '%PDF-1.7\n'.length]]);
  const object = (number: number, value: string): void => {
    offsets.set(number, start + tail.length);
    tail += `${number} 0 obj\n${value}\nendobj\n`;
  };
  object(6, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>');
  object(5, `<< /Length ${CONTENT.length} >>\nstream\n${CONTENT}\nendstream`);
  object(
    3,
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 5 0 R ' +
      '/Resources << /XObject << /Peta 4 0 R >> /Font << /F1 6 0 R >> >> >>',
  );
  object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>');
  object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  const section = start + tail.length;
  tail += form === 'table' ? table(offsets) : stream(offsets, section);
  tail += `startxref\n${section}\n%%EOF\n`;
  const end = latin1(tail);
  return {
    size: start + end.length,
    pieces: [
      { offset: 0, bytes: head },
      { offset: start, bytes: end },
    ],
  };
}

function table(offsets: ReadonlyMap<number, number>): string {
  const rows = [1, 2, 3, 4, 5, 6].map(
    (number) => `${String(offsets.get(number)).padStart(10, '0')} 00000 n \n`,
  );
  return `xref\n0 7\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size 7 /Root 1 0 R >>\n`;
}

/** Offsets in eight bytes. */
function stream(offsets: ReadonlyMap<number, number>, own: number): string {
  const rows = Buffer.alloc(7 * 10);
  for (const [i, number] of [1, 2, 3, 4, 5, 6, 7].entries()) {
    rows.writeUInt8(1, i * 10);
    rows.writeBigUInt64BE(BigInt(offsets.get(number) ?? own), i * 10 + 1);
  }
  const data = deflateSync(rows).toString('latin1');
  const entries = `/Type /XRef /W [1 8 1] /Index [1 7] /Size 8 /Root 1 0 R /Filter /FlateDecode /Length ${data.length}`;
  return `7 0 obj\n<< ${entries} >>\nstream\n${data}\nendstream\nendobj\n`;
}

/** The document with more behind it, made up when it is read. @throws Error where somebody reads a whole image at once */
export function sparseSource(
  { size, pieces }: SparseDocument,
  appended: Uint8Array = new Uint8Array(0),
): Source {
  const all = [...pieces, { offset: size, bytes: appended }];
  const total = size + appended.length;
  return {
    size: total,
    read: (offset, length) => {
      if (length > 2 ** 26) throw new Error(`${length} bytes at once`);
      const window = new Uint8Array(Math.max(0, Math.min(length, total - offset)));
      for (const piece of all) {
        const from = Math.max(offset, piece.offset);
        const to = Math.min(offset + window.length, piece.offset + piece.bytes.length);
        if (from < to)
          window.set(piece.bytes.subarray(from - piece.offset, to - piece.offset), from - offset);
      }
      return window;
    },
  };
}

/** Puts it on the disk, its zeros a hole where the file system knows holes. */
export function writeSparse(path: string, { size, pieces }: SparseDocument): void {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, size);
    for (const { offset, bytes } of pieces) writeSync(file, bytes, 0, bytes.length, offset);
  } finally {
    closeSync(file);
  }
}
