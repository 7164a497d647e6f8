// Trees that bite their own tail: readers that follow them see different documents, or none.

import type { RevisionView } from './document.ts';
import { damaged, limitExceeded } from './errors.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, type PdfObject } from './objects.ts';
import { pages } from './page-tree.ts';

/** Walks all pages. @throws MalformedPdf `pdf-damaged` { reason: 'page-tree' | 'duplicate-key' }, `limits-exceeded` `pages` */
export function requireSoundPageTree(view: RevisionView, limits: PdfLimits): void {
  for (const _page of pages(view, limits));
}

/**
 * Follows `/K` downwards (ISO 32000-2, 14.7.2); an element may have one parent only.
 * @throws MalformedPdf `pdf-damaged` { reason: 'structure-tree' }, `limits-exceeded` `pathSteps`
 */
export function requireSoundStructureTree(view: RevisionView, limits: PdfLimits): void {
  const root = view.get(view.catalog(), 'StructTreeRoot');
  const visited = new Set<number>();
  const pending: (PdfObject | undefined)[] = [asKind(root, 'dictionary')?.entries.get('K')];
  let steps = 0;
  for (let next = pending.pop(); pending.length > 0 || next !== undefined; next = pending.pop()) {
    steps += 1;
    if (steps > limits.pathSteps) throw limitExceeded(limits, 'pathSteps');
    const reference = asKind(next, 'reference');
    if (reference !== undefined) {
      if (visited.has(reference.number)) throw damaged('structure-tree');
      visited.add(reference.number);
    }
    const object = view.resolve(next);
    const array = asKind(object, 'array');
    const dictionary = asKind(object, 'dictionary');
    if (array !== undefined) for (const item of array.items) pending.push(item);
    else if (dictionary?.entries.has('K') === true) pending.push(dictionary.entries.get('K'));
  }
}
