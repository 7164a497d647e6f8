// Something of ours that becomes part of a page's own content (ISO 32000-2, 7.8.2): what is neither form field nor annotation.

import type { PdfDocument } from './document.ts';
import { UpdateRefused } from './errors.ts';
import { readFields } from './form-fields.ts';
import { copyPageAsForm } from './form-xobject.ts';
import {
  asKind,
  type PdfObject,
  type PdfReference,
  pdfArray,
  pdfDictionary,
  pdfNumber,
  pdfStream,
  withEntries,
} from './objects.ts';
import type { Page } from './page-tree.ts';
import { uprightMatrix, type WidgetPlace } from './placement.ts';
import { latin1Bytes } from './serialize.ts';
import type { PdfUpdate } from './update.ts';

export interface PageContent {
  readonly page: Page;
  readonly place: WidgetPlace;
  /** A one-page document of our own, as large as the place. */
  readonly content: PdfDocument;
}

/** Whoever signed a document signed what its pages show. @throws UpdateRefused `placement-needs-unsigned`; MalformedPdf */
export function requireUnsigned({ last }: PdfDocument): void {
  const signed = readFields(last).some(({ type, value }) => type === 'Sig' && last.resolve(value) !== null);
  if (signed) throw new UpdateRefused('placement-needs-unsigned');
}

/** Draws over what the page shows. The old content is left as it is, its graphics state closed off. @throws MalformedPdf */
export function addPageContent(update: PdfUpdate, { page, place, content }: PageContent): void {
  const form = copyPageAsForm(update, content, [1, 0, 0, 1, 0, 0]);
  const dictionary = update.dictionary(page.reference);
  const resources = dictionary.entries.get('Resources') ?? page.resources;
  const { name, changed } = withForm(update, resources, form);
  const matrix = matrixOnPage(place).map((value) => pdfNumber(value).text);
  // An artifact: reading aloud what only repeats the signature helps nobody (14.8.2.2).
  const drawing = `\nQ\n/Artifact BMC\nq ${matrix.join(' ')} cm /${name} Do Q\nEMC\n`;
  const contents = [
    update.add(pdfStream(pdfDictionary({}), latin1Bytes('q\n'))),
    ...contentStreams(update, dictionary.entries.get('Contents')),
    update.add(pdfStream(pdfDictionary({}), latin1Bytes(drawing))),
  ];
  update.put(page.reference, withEntries(dictionary, { Resources: changed, Contents: pdfArray(contents) }));
}

function contentStreams(update: PdfUpdate, contents: PdfObject | undefined): readonly PdfObject[] {
  const array = asKind(contents, 'array') ?? asKind(update.view.resolve(contents), 'array');
  if (array !== undefined) return array.items;
  return contents === undefined || contents === null ? [] : [contents];
}

/** Resources for this page alone: those that it had, and the form under a name that none of them has. */
function withForm(
  update: PdfUpdate,
  resources: PdfObject,
  form: PdfReference,
): { readonly name: string; readonly changed: PdfObject } {
  const own = asKind(update.view.resolve(resources), 'dictionary') ?? pdfDictionary({});
  const forms = asKind(update.view.get(own, 'XObject'), 'dictionary') ?? pdfDictionary({});
  let name = 'Teken1';
  for (let i = 2; forms.entries.has(name); i += 1) name = `Teken${i}`;
  return { name, changed: withEntries(own, { XObject: withEntries(forms, { [name]: form }) }) };
}

/** From the content's own coordinates to the page's, upright as displayed. */
function matrixOnPage({ rect, rotation, width }: WidgetPlace): readonly number[] {
  const [x0, y0, x1, y1] = rect;
  const turned = rotation === 90 || rotation === 270;
  const scale = (turned ? y1 - y0 : x1 - x0) / width;
  const [a = 1, b = 0, c = 0, d = 1] = uprightMatrix(rotation);
  const corner = { 0: [x0, y0], 90: [x1, y0], 180: [x1, y1], 270: [x0, y1] }[rotation];
  return [...[a, b, c, d].map((value) => value * scale), ...corner];
}
