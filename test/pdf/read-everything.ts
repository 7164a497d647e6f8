// Asks a document for everything that a verifier might ask, so that nothing in it stays unread.

import { accountOfBytes } from '../../src/pdf/account-of-bytes.ts';
import type { PdfDocument, RevisionView } from '../../src/pdf/document.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { fieldOfWidget, readFields } from '../../src/pdf/form-fields.ts';
import { hybridViewsAgree } from '../../src/pdf/hybrid.ts';
import { asKind, type PdfReference } from '../../src/pdf/objects.ts';
import { pageAt, pages } from '../../src/pdf/page-tree.ts';
import { openWith } from './encrypted-samples.ts';

/** What was met: the codes of errors, `opened` with the reading. Anything but a MalformedPdf is thrown on. */
export function readEverything(bytes: Uint8Array, password?: string): ReadonlySet<string> {
  const met = new Set<string>();
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof MalformedPdf)) throw error;
      met.add(error.code);
    }
  };
  attempt(() => {
    const document = openWith(bytes, password);
    met.add(document.reading);
    readDocument(document, attempt);
  });
  return met;
}

function readDocument(document: PdfDocument, attempt: (action: () => void) => void): void {
  for (const { index } of document.revisions) {
    const view = document.viewOf(index);
    readObjects(view, attempt);
    attempt(() => readFields(view));
    attempt(() => {
      for (const page of pages(view)) pageAt(view, page.number);
    });
    attempt(() => accountOfBytes(document, index));
  }
  decodeStreams(document.last, attempt);
  attempt(() => hybridViewsAgree(document));
  attempt(() => document.version);
}

function decodeStreams(view: RevisionView, attempt: (action: () => void) => void): void {
  for (const number of numbersOf(view, attempt))
    attempt(() => {
      const stream = asKind(view.load(referenceTo(view, number)), 'stream');
      if (stream !== undefined) view.decode(stream);
    });
}

function readObjects(view: RevisionView, attempt: (action: () => void) => void): void {
  for (const number of numbersOf(view, attempt)) {
    attempt(() => view.load(referenceTo(view, number)));
    attempt(() => view.extent(number));
    attempt(() => fieldOfWidget(view, referenceTo(view, number)));
  }
}

function numbersOf(view: RevisionView, attempt: (action: () => void) => void): readonly number[] {
  let numbers: readonly number[] = [];
  attempt(() => {
    numbers = view.numbers();
  });
  return numbers;
}

function referenceTo(view: RevisionView, number: number): PdfReference {
  const entry = view.entry(number);
  return { kind: 'reference', number, generation: entry?.kind === 'offset' ? entry.generation : 0 };
}
