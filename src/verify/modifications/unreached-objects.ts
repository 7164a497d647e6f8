// Objects that nothing refers to: those that lay ready and are shown now, and those that a revision leaves behind.

import { asKind, isName, type PdfDictionary } from '../../pdf/objects.ts';
import { looksLikeSignature } from '../../pdf/signatures.ts';
import type { Finding } from '../report.ts';
import { loadNumber } from './identical-object.ts';
import type { ReferenceGraph } from './reference-graph.ts';
import type { RevisionStep } from './revision-step.ts';
import { storeObjects } from './security-store.ts';

/** Numbers that lay unused in the state before and are shown now, without having been written again. */
export function dormantNumbers(step: RevisionStep, graphAfter: ReferenceGraph): readonly number[] {
  const dormant: number[] = [];
  let store: ReadonlySet<number> | undefined;
  for (const number of step.before.numbers()) {
    if (step.graphBefore.reaches(number) || !graphAfter.reaches(number)) continue;
    if (step.after.revision.entries.has(number)) continue;
    // A store that is put together from what an earlier tool left behind holds evidence, and shows nothing.
    store ??= storeObjects(step.after);
    if (!store.has(number)) dormant.push(number);
  }
  return dormant;
}

/** Added objects that nothing reaches: harmless leftovers, unless they are what a lenient reader would look for. */
export function unusedFindings(step: RevisionStep, graphAfter: ReferenceGraph): readonly Finding[] {
  const findings: Finding[] = [];
  for (const number of [...step.added, ...step.overridden]) {
    if (graphAfter.reaches(number)) continue;
    const dictionary = asKind(loadNumber(step.after, number), 'dictionary');
    if (dictionary === undefined) continue;
    const dangerous = isStructural(dictionary) || looksLikeSignature(dictionary);
    const effect = dangerous ? 'change' : 'info';
    findings.push({ code: 'unused-object', effect, where: `object ${number}` });
  }
  return findings;
}

function isStructural(dictionary: PdfDictionary): boolean {
  return ['Catalog', 'Pages', 'Page'].some((type) => isName(dictionary.entries.get('Type'), type));
}
