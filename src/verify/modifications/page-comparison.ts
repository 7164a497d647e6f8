// The pages of two views side by side: which came, which went, and which are not what they were.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind, type PdfObject } from '../../pdf/objects.ts';
import type { Page } from '../../pdf/page-tree.ts';
import { type RevisionStep, sameValue } from './revision-step.ts';

export interface PageDifference {
  readonly code: 'page-added' | 'page-removed' | 'page-changed';
  /** As readers count: in the view before for a removed page, else after. */
  readonly page: number;
}

/** Differences of one step in the order of the pages; an order that changed counts as the first page out of place. */
export function comparePages(step: RevisionStep): readonly PageDifference[] {
  const [before, after] = [step.pages.pagesOf(step.before), step.pages.pagesOf(step.after)];
  const differences: PageDifference[] = [];
  for (const [reference, page] of before)
    if (!after.has(reference)) differences.push({ code: 'page-removed', page: page.number });
  for (const [reference, page] of after) {
    const old = before.get(reference);
    if (old === undefined) differences.push({ code: 'page-added', page: page.number });
    else if (!samePage(step, old, page)) differences.push({ code: 'page-changed', page: page.number });
  }
  if (differences.length > 0) return differences;
  const orders = [[...before.keys()], [...after.keys()]] as const;
  const misplaced = orders[0].findIndex((reference, i) => reference !== orders[1][i]);
  return misplaced < 0 ? [] : [{ code: 'page-changed', page: misplaced + 1 }];
}

function samePage(step: RevisionStep, before: Page, after: Page): boolean {
  const drawn = (page: Page): string =>
    JSON.stringify([page.mediaBox, page.cropBox, page.rotate, page.userUnit]);
  const [old, now] = [before.dictionary.entries, after.dictionary.entries];
  return (
    drawn(before) === drawn(after) &&
    sameValue(step, before.resources, after.resources) &&
    sameValue(step, old.get('Contents') ?? null, now.get('Contents') ?? null) &&
    !contentNumbers(step.after, now.get('Contents')).some((number) => step.overridden.has(number))
  );
}

function contentNumbers(view: RevisionView, contents: PdfObject | undefined): readonly number[] {
  const items = asKind(view.resolve(contents), 'array')?.items ?? [];
  return [contents, ...items].flatMap((item) => asKind(item, 'reference')?.number ?? []);
}
