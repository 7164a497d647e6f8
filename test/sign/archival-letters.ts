// Letters that are PDF/A, made here: a whole embedded font, a colour profile of our own, and metadata that say so.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fontkit from '@pdf-lib/fontkit';
import { PDFDocument, PDFHexString, PDFName, PDFString } from 'pdf-lib';
import { srgbProfile } from '../../src/drawing/colour-profile.ts';

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
  const profile = context.register(context.flateStream(srgbProfile(), { N: 3 }));
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
