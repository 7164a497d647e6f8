// Trees that bite their own tail: readers that follow them see different documents, or none.

import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { asKind, type PdfObject } from '../pdf/objects.ts';
import { pages } from '../pdf/page-tree.ts';
import type { Finding } from './report.ts';

/** A finding with the effect on structure for a page tree or structure tree with a cycle in the last revision. */
export function checkTrees(document: PdfDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const check = (where: string, walk: () => void): void => {
    try {
      walk();
    } catch (error) {
      if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
      findings.push({ code: 'tree-malformed', effect: 'structure', where });
    }
  };
  check('Pages', () => {
    for (const _page of pages(document.last, document.limits));
  });
  check('StructTreeRoot', () => walkStructure(document.last, document.limits.pathSteps));
  return findings;
}

/** Follows `/K` downwards (ISO 32000-2, 14.7.2); an element may have one parent only. */
function walkStructure(view: RevisionView, most: number): void {
  const root = view.get(view.catalog(), 'StructTreeRoot');
  const visited = new Set<number>();
  const queue: (PdfObject | undefined)[] = [asKind(root, 'dictionary')?.entries.get('K')];
  let steps = 0;
  for (let next = queue.pop(); queue.length > 0 || next !== undefined; next = queue.pop()) {
    steps += 1;
    if (steps > most) throw new MalformedPdf('limits-exceeded', { limit: 'pathSteps', value: steps });
    const reference = asKind(next, 'reference');
    if (reference !== undefined) {
      if (visited.has(reference.number)) throw new MalformedPdf('pdf-damaged', { reason: 'structure-tree' });
      visited.add(reference.number);
    }
    const object = view.resolve(next);
    const array = asKind(object, 'array');
    const dictionary = asKind(object, 'dictionary');
    if (array !== undefined) queue.push(...array.items);
    else if (dictionary?.entries.has('K') === true) queue.push(dictionary.entries.get('K'));
  }
}
