// A second version of what is shown that nothing leads to yet: a page, a font or an appearance laid ready in the signed revision, to
// be swapped in later (shadow attack, hide and replace). The swap itself is refused by the rules for changes; this tells before it.

import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../pdf/objects.ts';
import { sameObject } from '../pdf/same-object.ts';
import { loadNumber } from './modifications/identical-object.ts';
import { type ReferenceGraph, referenceGraphs } from './modifications/reference-graph.ts';
import type { Finding } from './report.ts';

// An observation beside the verdict: in larger documents looking for it would cost more than all rules together.
const MOST_STEPS = 20_000;
const MOST_DORMANT = 500;

/**
 * The finding `shadow-prepared`, without effect, for each object of the signed revision that nothing leads to and that is another
 * version of a page, a font or an appearance which the document shows.
 * @param signed - index of the oldest revision that a signature covers
 * @param graphOf - of documents that were changed later, whose references the rules follow in any case; null for others
 */
export function checkDormantVersions(
  document: PdfDocument,
  signed: number,
  graphOf: ((view: RevisionView) => ReferenceGraph) | null,
): readonly Finding[] {
  const view = document.viewOf(signed);
  try {
    const graph = (graphOf ?? referenceGraphs(MOST_STEPS))(view);
    const [shown, dormant] = [[] as number[], [] as number[]];
    for (const number of view.numbers()) (graph.reaches(number) ? shown : dormant).push(number);
    if (dormant.length > MOST_DORMANT) return [];
    const kept = dormant.flatMap((number) => versionOf(view, number) ?? []);
    if (kept.length === 0) return [];
    const seen = shown.flatMap((number) => versionOf(view, number) ?? []);
    return kept
      .filter((hidden) => isOtherVersion(view, seen, hidden))
      .map(({ number }) => ({ code: 'shadow-prepared', effect: 'info', where: `object ${number}` }));
  } catch (error) {
    // What cannot be read or followed is for the rules that depend on it.
    if (error instanceof MalformedPdf) return [];
    throw error;
  }
}

/** What two versions of one thing have in common. */
interface Version {
  readonly number: number;
  readonly kind: 'page' | 'font' | 'appearance';
  /** The name of a font without the mark of its subset; the box of an appearance. Nothing of a page. */
  readonly by: PdfObject;
}

function versionOf(view: RevisionView, number: number): Version | null {
  const head = view.loadHead({ kind: 'reference', number, generation: generationOf(view, number) });
  const dictionary = asKind(head, 'dictionary');
  if (dictionary === undefined) return null;
  const type = dictionary.entries.get('Type');
  if (isName(type, 'Page')) return { number, kind: 'page', by: null };
  if (isName(type, 'Font')) return { number, kind: 'font', by: fontName(view, dictionary) };
  return isName(dictionary.entries.get('Subtype'), 'Form')
    ? { number, kind: 'appearance', by: dictionary.entries.get('BBox') ?? null }
    : null;
}

function generationOf(view: RevisionView, number: number): number {
  const entry = view.entry(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}

function fontName(view: RevisionView, font: PdfDictionary): PdfObject {
  const name = asKind(view.get(font, 'BaseFont'), 'name');
  return name === undefined ? null : { ...name, name: name.name.replace(/^[A-Z]{6}\+/, '') };
}

/** Whether it stands for something that is shown, and is a copy of nothing that is. */
function isOtherVersion(view: RevisionView, seen: readonly Version[], hidden: Version): boolean {
  const alike = seen.filter(
    ({ kind, by }) =>
      kind === hidden.kind && (kind === 'page' || (by !== null && sameObject(view, by, view, hidden.by))),
  );
  const own = loadNumber(view, hidden.number);
  return (
    alike.length > 0 && !alike.some(({ number }) => sameObject(view, loadNumber(view, number), view, own))
  );
}
