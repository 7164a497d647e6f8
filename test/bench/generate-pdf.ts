// Letters of a wanted size: valid PDFs of our own making, with scanned-looking pages, the same bytes every time.

import { closeSync, openSync, writeSync } from 'node:fs';

const IMAGE_WIDTH = 1000;
const LARGEST_IMAGE = 1_000_000;
/** What a page needs beside its image, roughly. */
const PAGE_OVERHEAD = 800;

/**
 * Writes a PDF with a classic cross-reference table, which every signer in the comparison can read.
 *
 * @param size - bytes wanted; the file comes within about 1 % of it
 */
export function writeLetterOfSize(path: string, size: number): void {
  const file = openSync(path, 'w');
  const random = pseudoRandomBytes();
  const offsets: number[] = [];
  let position = 0;
  const write = (bytes: Uint8Array | string): void => {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    writeSync(file, data);
    position += data.length;
  };
  const object = (number: number, ...parts: readonly (Uint8Array | string)[]): void => {
    offsets[number] = position;
    write(`${number} 0 obj\n`);
    for (const part of parts) write(part);
    write('\nendobj\n');
  };

  const images = imageSizes(size);
  write('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n');
  object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  const kids = images.map((_, index) => `${firstObjectOf(index)} 0 R`).join(' ');
  object(2, `<< /Type /Pages /Count ${images.length} /Kids [ ${kids} ] >>`);
  object(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, imageSize] of images.entries()) {
    const page = firstObjectOf(index);
    const content = pageContent(index + 1);
    object(
      page,
      `<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents ${page + 1} 0 R `,
      `/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 ${page + 2} 0 R >> >> >>`,
    );
    object(page + 1, `<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const image = random(imageSize);
    object(
      page + 2,
      `<< /Type /XObject /Subtype /Image /Width ${IMAGE_WIDTH} /Height ${imageSize / IMAGE_WIDTH} `,
      `/ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${imageSize} >>\nstream\n`,
      image,
      '\nendstream',
    );
  }
  const startxref = position;
  write(`xref\n0 ${offsets.length}\n0000000000 65535 f \n`);
  write(
    offsets
      .slice(1)
      .map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
      .join(''),
  );
  write(`trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${startxref}\n%%EOF\n`);
  closeSync(file);
}

function firstObjectOf(pageIndex: number): number {
  return 4 + pageIndex * 3;
}

function imageSizes(size: number): readonly number[] {
  const pages = Math.ceil(size / LARGEST_IMAGE);
  const rows = Math.max(1, Math.floor((size / pages - PAGE_OVERHEAD) / IMAGE_WIDTH));
  return Array.from({ length: pages }, () => rows * IMAGE_WIDTH);
}

function pageContent(page: number): string {
  return [
    'q 495 0 0 600 50 60 cm /Im1 Do Q',
    'BT /F1 14 Tf 50 790 Td (PEMERINTAH KABUPATEN CONTOH) Tj',
    `/F1 11 Tf 0 -20 Td (Surat contoh untuk pengukuran, halaman ${page}) Tj ET`,
  ].join('\n');
}

/** xorshift32 with a fixed seed: bytes that do not compress, and are the same in every run. */
function pseudoRandomBytes(): (length: number) => Uint8Array {
  let state = 0x9e3779b9;
  return (length) => {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let i = 0; i < words.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    return new Uint8Array(words.buffer, 0, length);
  };
}
