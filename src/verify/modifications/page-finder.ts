// On which page something stands: looked up only when there is something to tell or to compare.

import type { PdfDocument, RevisionView } from '../../pdf/document.ts';
import { MalformedPdf } from '../../pdf/errors.ts';
import { asKind, type PdfDictionary, type PdfReference } from '../../pdf/objects.ts';
import { type Page, pages } from '../../pdf/page-tree.ts';

export interface PageFinder {
  /** All pages by object number; empty for a tree that cannot be walked, which is a finding of its own. */
  pagesOf(view: RevisionView): ReadonlyMap<number, Page>;
  /** The page that lists an annotation; its own `/P` is only a hint. */
  pageOf(view: RevisionView, annotation: PdfReference | null, dictionary: PdfDictionary): Page | null;
}

/** Pages that no later revision touches are walked once for all of them. */
export function pageFinder(document: PdfDocument): PageFinder {
  const known = new Map<RevisionView, ReadonlyMap<number, Page>>();
  const pagesOf = (view: RevisionView): ReadonlyMap<number, Page> => {
    let found = known.get(view);
    if (found === undefined) {
      found = readPages(document, view);
      known.set(view, found);
    }
    return found;
  };
  return {
    pagesOf,
    pageOf(view, annotation, dictionary) {
      if (annotation === null) return null;
      const claimed = asKind(dictionary.entries.get('P'), 'reference');
      const lists = (page: Page): boolean => listsAnnotation(view, page.reference, annotation);
      if (claimed !== undefined && listsAnnotation(view, claimed, annotation)) {
        // Mostly the pages are those of the last view still.
        const page = pagesOf(document.last).get(claimed.number) ?? pagesOf(view).get(claimed.number);
        if (page !== undefined) return page;
      }
      return [...pagesOf(view).values()].find(lists) ?? null;
    },
  };
}

function listsAnnotation(view: RevisionView, page: PdfReference, annotation: PdfReference): boolean {
  const dictionary = asKind(view.load(page), 'dictionary');
  const items = dictionary === undefined ? undefined : asKind(view.get(dictionary, 'Annots'), 'array')?.items;
  return items?.some((item) => asKind(item, 'reference')?.number === annotation.number) ?? false;
}

function readPages({ limits }: PdfDocument, view: RevisionView): ReadonlyMap<number, Page> {
  const found = new Map<number, Page>();
  try {
    for (const page of pages(view, limits)) found.set(page.reference.number, page);
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
  }
  return found;
}
