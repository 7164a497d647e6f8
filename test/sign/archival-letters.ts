// Letters that are PDF/A, made here: a whole embedded font, a colour profile of our own, and metadata that say so.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fontkit from '@pdf-lib/fontkit';
import { PDFDocument, PDFHexString, PDFName, PDFString } from 'pdf-lib';
import { concatBytes } from '../../src/asn1/values.ts';
import { uint32 } from './pictures.ts';

export type Flavour = '1B' | '2B' | '3B';

const MADE_AT = new Date('2026-01-05T01:00:00Z');

/** A letter of one page; the same bytes each time. */
export async function archivalLetter(flavour: Flavour, rotate: 0 | 90 | 180 | 270): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.registerFontkit(fontkit);
  const path = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
  const font = await document.embedFont(readFileSync(path), { subset: false });
  const page = document.addPage([595, 842]);
  page.node.set(PDFName.of('Rotate'), document.context.obj(rotate));
  page.drawText(`Surat arsip PDF/A-${flavour}`, { x: 90, y: 760, size: 14, font });
  page.drawText('Isi surat dengan warna dan huruf yang ditanamkan.', { x: 90, y: 730, size: 11, font });
  const { context, catalog } = document;
  const metadata = context.stream(metadataOf(flavour), { Type: 'Metadata', Subtype: 'XML' });
  catalog.set(PDFName.of('Metadata'), context.register(metadata));
  const profile = context.register(context.flateStream(colourProfile(), { N: 3 }));
  const intent = {
    Type: 'OutputIntent',
    S: 'GTS_PDFA1',
    OutputConditionIdentifier: PDFString.of('sRGB'),
    DestOutputProfile: profile,
  };
  catalog.set(PDFName.of('OutputIntents'), context.obj([intent]));
  const identifier = PDFHexString.of('00112233445566778899AABBCCDDEEFF');
  context.trailerInfo.ID = context.obj([identifier, identifier]);
  document.setModificationDate(MADE_AT);
  context.trailerInfo.Info = context.register(context.obj({}));
  const bytes = await document.save({ useObjectStreams: false, addDefaultPage: false });
  // The header must be of the version that the part is built upon.
  bytes.set(Buffer.from(flavour === '1B' ? '%PDF-1.4' : '%PDF-1.7'));
  return bytes;
}

function metadataOf(flavour: Flavour): Uint8Array {
  const [part, conformance] = flavour;
  return Buffer.from(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="${part}" pdfaid:conformance="${conformance}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`,
  );
}

/** An sRGB profile of ICC version 2: white point, primaries and a gamma of 2.2. */
function colourProfile(): Uint8Array {
  const fixed = (value: number): readonly number[] => uint32(Math.round(value * 65_536) >>> 0);
  const xyz = (x: number, y: number, z: number): Uint8Array =>
    Uint8Array.from([...ascii('XYZ '), 0, 0, 0, 0, ...fixed(x), ...fixed(y), ...fixed(z)]);
  const gamma = Uint8Array.from([...ascii('curv'), 0, 0, 0, 0, ...uint32(1), 0x02, 0x33, 0, 0]);
  const text = Uint8Array.from([...ascii('text'), 0, 0, 0, 0, ...ascii('Bebas dipakai'), 0, 0, 0]);
  const name = ascii('sRGB');
  const description = [...ascii('desc'), 0, 0, 0, 0, ...uint32(name.length + 1), ...name, 0];
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ['desc', Uint8Array.from([...description, ...Array<number>(81).fill(0), 0, 0])],
    ['cprt', text],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.4361, 0.2225, 0.0139)],
    ['gXYZ', xyz(0.3851, 0.7169, 0.0971)],
    ['bXYZ', xyz(0.1431, 0.0606, 0.7141)],
    ['rTRC', gamma],
    ['gTRC', gamma],
    ['bTRC', gamma],
  ];
  let offset = 128 + 4 + 12 * tags.length;
  const table = [...uint32(tags.length)];
  for (const [signature, body] of tags) {
    table.push(...ascii(signature), ...uint32(offset), ...uint32(body.length));
    offset += body.length;
  }
  const header = new Uint8Array(128);
  header.set(uint32(offset));
  header.set([2, 0x10], 8);
  header.set(ascii('mntrRGB XYZ '), 12);
  header.set([0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], 24);
  header.set(ascii('acsp'), 36);
  header.set([...fixed(0.9642), ...fixed(1), ...fixed(0.8249)], 68);
  return concatBytes([header, Uint8Array.from(table), ...tags.map(([, body]) => body)]);
}

function ascii(text: string): readonly number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
