// A page of a document that we made, copied as a Form XObject (ISO 32000-2, 8.10) with all that it needs.

import type { PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import {
  asKind,
  type PdfObject,
  type PdfReference,
  type PdfStream,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfNumber,
  pdfStream,
} from './objects.ts';
import { pageContents } from './page-streams.ts';
import { pageAt } from './page-tree.ts';
import type { PdfUpdate } from './update.ts';

/**
 * Adds the first page of `document` to the update as a self-contained form: its contents, resources and fonts get new numbers.
 * @param document - made by ourselves; of a stranger's page this would copy whatever its resources lead to
 * @param matrix - from the page's coordinates to those of the annotation
 * @throws MalformedPdf
 */
export function copyPageAsForm(
  update: PdfUpdate,
  document: PdfDocument,
  matrix: readonly number[],
): PdfReference {
  const view = document.last;
  const page = pageAt(view, 1);
  if (page === null) throw new MalformedPdf('pdf-damaged', { reason: 'page-tree' });
  const copies = new Map<number, PdfReference>();
  const form = pdfDictionary({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: pdfArray(page.mediaBox.map(pdfNumber)),
    Matrix: pdfArray(matrix.map(pdfNumber)),
    Resources: copyObject(update, view, view.resolve(page.resources), copies),
  });
  return update.add(pdfStream(form, pageContents(view, page, document.limits)));
}

function copyObject(
  update: PdfUpdate,
  view: RevisionView,
  object: PdfObject,
  copies: Map<number, PdfReference>,
): PdfObject {
  if (object === null || typeof object === 'boolean') return object;
  switch (object.kind) {
    case 'reference':
      return copyReferenced(update, view, object, copies);
    case 'array':
      return pdfArray(object.items.map((item) => copyObject(update, view, item, copies)));
    case 'dictionary': {
      const entries = new Map<string, PdfObject>();
      for (const [key, value] of object.entries) entries.set(key, copyObject(update, view, value, copies));
      return { ...object, entries };
    }
    case 'stream':
      return copyStream(update, view, object, copies);
    default:
      return object;
  }
}

function copyReferenced(
  update: PdfUpdate,
  view: RevisionView,
  reference: PdfReference,
  copies: Map<number, PdfReference>,
): PdfReference {
  const known = copies.get(reference.number);
  if (known !== undefined) return known;
  const copy = update.allocate();
  // Before descending: fonts and their descendants may refer back.
  copies.set(reference.number, copy);
  update.put(copy, copyObject(update, view, view.load(reference), copies));
  return copy;
}

function copyStream(
  update: PdfUpdate,
  view: RevisionView,
  stream: PdfStream,
  copies: Map<number, PdfReference>,
): PdfStream {
  const dictionary = asKind(copyObject(update, view, stream.dictionary, copies), 'dictionary');
  return pdfStream(dictionary ?? stream.dictionary, view.rawData(stream));
}
