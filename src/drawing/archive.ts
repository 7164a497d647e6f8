// What makes a document of ours PDF/A-2a (ISO 19005-2): metadata that say so, a colour space, an identifier, a language.

import { type PDFDocument, PDFHexString, PDFName, PDFString } from 'pdf-lib';
import { srgbProfile } from './colour-profile.ts';

export interface ArchiveFacts {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  readonly producer: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** 16 bytes that tell this document from others, lower-case hexadecimal. */
  readonly identifier: string;
}

/** Makes the document say what it is; its fonts, tags and contents have to keep to it. */
export function markAsArchive(document: PDFDocument, facts: ArchiveFacts): void {
  const { context, catalog } = document;
  const metadata = context.stream(new TextEncoder().encode(metadataOf(facts)), {
    Type: 'Metadata',
    Subtype: 'XML',
  });
  catalog.set(PDFName.of('Metadata'), context.register(metadata));
  const profile = context.register(context.flateStream(srgbProfile(), { N: 3 }));
  const intent = {
    Type: 'OutputIntent',
    S: 'GTS_PDFA1',
    OutputConditionIdentifier: PDFString.of('sRGB'),
    DestOutputProfile: profile,
  };
  catalog.set(PDFName.of('OutputIntents'), context.obj([intent]));
  document.setLanguage(facts.language);
  document.setTitle(facts.title, { showInWindowTitleBar: true });
  document.setProducer(facts.producer);
  document.setCreationDate(new Date(facts.madeAt));
  document.setModificationDate(new Date(facts.madeAt));
  const identifier = PDFHexString.of(facts.identifier.toUpperCase());
  context.trailerInfo.ID = context.obj([identifier, identifier]);
}

/** The Extensible Metadata Platform's packet (ISO 16684-1), the same facts as in the information dictionary. */
function metadataOf({ title, language, producer, madeAt }: ArchiveFacts): string {
  const time = new Date(madeAt).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(title)}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>${escaped(language)}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="${escaped(producer)}"/>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreateDate="${time}" xmp:ModifyDate="${time}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
