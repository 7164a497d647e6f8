// Which characters a font subset holds, said beside it: PDF/A-1 wants to be told (ISO 19005-1, 6.3.5).

import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  type PDFDocument,
  type PDFFont,
  PDFName,
  PDFRawStream,
} from 'pdf-lib';

/** Adds `/CIDSet` to the descriptors of these fonts, which must have been written into the document already. */
export function addCharacterSets({ context }: PDFDocument, fonts: readonly PDFFont[]): void {
  for (const { ref } of fonts) {
    const descendants = context.lookup(ref, PDFDict).lookup(PDFName.of('DescendantFonts'), PDFArray);
    const descriptor = descendants.lookup(0, PDFDict).lookup(PDFName.of('FontDescriptor'), PDFDict);
    const file = descriptor.lookup(PDFName.of('FontFile2'));
    if (!(file instanceof PDFRawStream)) throw new TypeError('a font without its file');
    const set = characterSet(glyphCount(decodePDFRawStream(file).decode()));
    descriptor.set(PDFName.of('CIDSet'), context.register(context.flateStream(set)));
  }
}

/** A bit for each character, the first in the highest place; a subset has them all, from 0 on (ISO 32000-2, table 122). */
function characterSet(count: number): Uint8Array {
  const set = new Uint8Array(Math.ceil(count / 8)).fill(0xff);
  const unused = set.length * 8 - count;
  set[set.length - 1] = (0xff << unused) & 0xff;
  return set;
}

/** `numGlyphs` in the table `maxp` of a TrueType file. */
function glyphCount(font: Uint8Array): number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    if (view.getUint32(entry) === MAXP) return view.getUint16(view.getUint32(entry + 8) + 4);
  }
  throw new TypeError('a font without maxp');
}

const MAXP = 0x6d617870;
