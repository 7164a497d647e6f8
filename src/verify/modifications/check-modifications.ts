// What later revisions did, one step at a time: whatever no rule explains is a change that was not signed.

import { readModificationRules } from '../../pdf/doc-mdp.ts';
import type { CrossReferenceEntry, PdfDocument, RevisionView } from '../../pdf/document.ts';
import { readFields } from '../../pdf/form-fields.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../pdf/objects.ts';
import { looksLikeSignature } from '../../pdf/signatures.ts';
import type { Change, ChangeKind, Finding } from '../report.ts';
import { explainCatalog, explainExtensions } from './catalog.ts';
import { explainDocumentInformation, explainMetadata, metadataExplained } from './document-information.ts';
import { explainFormDictionary, fieldsInserted } from './form-dictionary.ts';
import { explainPageAnnotations, loadNumber } from './page-annotations.ts';
import { type ReferenceGraph, type ReferencePlace, referenceGraphs, TRAILER } from './reference-graph.ts';
import { type Explanation, type RevisionStep, sameValue } from './revision-step.ts';
import { explainSecurityStore, securityStoreExplained, storeObjects } from './security-store.ts';
import { explainSignatureFields } from './signature-field.ts';

/** What one revision did to the document that the revision before it left. */
export interface RevisionModifications {
  /** Index of the revision. */
  readonly revision: number;
  readonly changes: readonly Change[];
  /** Everything that no rule explained, with the effect `change`, and observations without effect. */
  readonly findings: readonly Finding[];
}

/**
 * Judges each revision after the first signed one against the one before it, so that no intermediate state can hide a change.
 * @param from - index of the oldest revision that a signature covers
 * @throws MalformedPdf `limits-exceeded`, or what reading a damaged object gives
 */
export function checkModifications(document: PdfDocument, from: number): readonly RevisionModifications[] {
  const graphOf = referenceGraphs(document.limits.pathSteps);
  const modifications: RevisionModifications[] = [];
  if (from + 1 >= document.revisions.length) return modifications;
  let graphBefore = graphOf(document.viewOf(from));
  for (let index = from + 1; index < document.revisions.length; index += 1) {
    const [before, after] = [document.viewOf(index - 1), document.viewOf(index)];
    const graphAfter = graphOf(after);
    modifications.push(checkStep(document, before, after, graphBefore, graphAfter));
    graphBefore = graphAfter;
  }
  return modifications;
}

function checkStep(
  document: PdfDocument,
  before: RevisionView,
  after: RevisionView,
  graphBefore: ReferenceGraph,
  graphAfter: ReferenceGraph,
): RevisionModifications {
  const rules = readModificationRules(before, readFields(before));
  const touched = touchedNumbers(before, after);
  const step: RevisionStep = { document, before, after, ...touched, graphBefore, rules };
  const findings: Finding[] = [];
  const report = (code: string, where: string, effect: Finding['effect'] = 'change'): void => {
    findings.push({ code, effect, where });
  };

  const newFields = fieldsInserted(step);
  const fields = explainSignatureFields(step, newFields ?? []);
  const formExplained = newFields !== null && fields.refused.length === 0;
  const parts = formExplained && securityStoreExplained(step) && metadataExplained(step);
  const results = [
    explainCatalog(step, parts),
    explainExtensions(step),
    explainDocumentInformation(step),
    explainMetadata(step),
    explainSecurityStore(step),
    explainFormDictionary(step, formExplained),
    fields,
    explainPageAnnotations(step, fields.newWidgets),
  ];
  for (const code of fields.refused) report(code, 'AcroForm');

  const explanations = results.flatMap((result) => result.explanations);
  for (const number of step.overridden) {
    const unexplained = unexplainedPlace(step, explanations, number);
    if (unexplained !== null) report('unexplained-object', placeText(number, unexplained));
  }
  for (const number of touched.freed)
    if (graphBefore.reaches(number)) report('object-freed', `object ${number}`);
  for (const finding of [
    ...trailerFindings(step),
    ...dormantFindings(step, graphAfter),
    ...unusedFindings(step, graphAfter),
  ]) {
    findings.push(finding);
  }
  if (!catalogKept(step, explanations)) report('catalog-replaced', 'trailer');

  const revision = after.revision.index + 1;
  const explained = results
    .flatMap((result) => result.changes)
    .map((change) => ({ ...change, revision, permitted: true }));
  const unexplained = findings
    .filter(({ effect }) => effect === 'change')
    .map((finding) => unexplainedChange(step, finding, revision));
  return { revision: after.revision.index, changes: [...unexplained, ...explained], findings };
}

interface TouchedNumbers {
  readonly overridden: ReadonlySet<number>;
  readonly added: ReadonlySet<number>;
  readonly freed: ReadonlySet<number>;
}

function touchedNumbers(before: RevisionView, after: RevisionView): TouchedNumbers {
  const overridden = new Set<number>();
  const added = new Set<number>();
  const freed = new Set<number>();
  for (const [number, entry] of after.revision.entries) {
    const old = before.entry(number);
    const wasInUse = old !== undefined && old.kind !== 'free';
    if (entry.kind === 'free') {
      if (wasInUse) freed.add(number);
    } else if (!wasInUse) added.add(number);
    else if (!sameEntryInFile(old, entry) && !identical(before, after, number)) overridden.add(number);
  }
  return { overridden, added, freed };
}

/** A section may list an object again where it stands; then nothing was rewritten. */
function sameEntryInFile(a: CrossReferenceEntry, b: CrossReferenceEntry): boolean {
  return a.kind === 'offset' && b.kind === 'offset' && a.offset === b.offset && a.generation === b.generation;
}

/** The rule for an identical rewrite: equal tokens, equal raw stream bytes. */
function identical(before: RevisionView, after: RevisionView, number: number): boolean {
  const [old, now] = [loadNumber(before, number), loadNumber(after, number)];
  const sameGeneration = generationOf(before, number) === generationOf(after, number);
  return sameGeneration && sameValue({ before, after }, old, now);
}

function generationOf(view: RevisionView, number: number): number {
  const entry = view.entry(number);
  return entry?.kind === 'compressed' ? 0 : (entry?.generation ?? 0);
}

/** The first place at which the object is used and no rule has considered it; null when all are explained. */
function unexplainedPlace(
  step: RevisionStep,
  explanations: readonly Explanation[],
  number: number,
): ReferencePlace | null {
  const own = explanations.filter((explanation) => explanation.number === number);
  for (const place of step.graphBefore.placesOf(number)) {
    // A cross-reference or object stream that nothing refers to has no place, and needs no explanation.
    if (!own.some((explanation) => explanation.at(place))) return place;
  }
  return null;
}

function placeText(number: number, { from, path }: ReferencePlace): string {
  return `object ${number} at ${from === TRAILER ? 'trailer' : `object ${from}`} ${path}`;
}

/** The catalog under its number of before, or a new one that the catalog rule has compared with it. */
function catalogKept(step: RevisionStep, explanations: readonly Explanation[]): boolean {
  const old = asKind(step.before.trailer.entries.get('Root'), 'reference');
  const now = asKind(step.after.trailer.entries.get('Root'), 'reference');
  if (old?.number === now?.number && old?.generation === now?.generation) return true;
  return explanations.some(({ number }) => number === now?.number);
}

// Entries of a cross-reference stream's dictionary and of a trailer that tell only where things are.
const TRAILER_BOOKKEEPING = new Set([
  ...['Size', 'Prev', 'XRefStm', 'Root', 'Info', 'ID'],
  ...['Type', 'W', 'Index', 'Filter', 'DecodeParms', 'Length', 'DocChecksum'],
]);

function trailerFindings(step: RevisionStep): readonly Finding[] {
  const { trailer: before } = step.before;
  const { trailer: after } = step.after;
  const findings: Finding[] = [];
  for (const key of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    if (TRAILER_BOOKKEEPING.has(key)) continue;
    const value = after.entries.get(key);
    if (key !== 'Encrypt' && leadsNowhere(step.after, value)) continue;
    if (!sameValue(step, before.entries.get(key) ?? null, value ?? null)) {
      findings.push({ code: 'trailer-changed', effect: 'change', where: `trailer ${key}` });
    }
  }
  return findings;
}

/** An office writer leaves references to nothing behind; what leads nowhere shows nothing. */
function leadsNowhere(view: RevisionView, value: PdfObject | undefined): boolean {
  if (view.resolve(value) === null) return true;
  const items = asKind(value, 'array')?.items ?? [];
  const references = items.filter((item) => asKind(item, 'reference') !== undefined);
  return references.length > 0 && references.every((reference) => view.resolve(reference) === null);
}

/** Objects that lay unused in the signed state and are shown now, without having been written again. */
function dormantFindings(step: RevisionStep, graphAfter: ReferenceGraph): readonly Finding[] {
  const store = storeObjects(step.after);
  const findings: Finding[] = [];
  for (const number of step.before.numbers()) {
    if (step.graphBefore.reaches(number) || !graphAfter.reaches(number)) continue;
    if (step.after.revision.entries.has(number) || store.has(number)) continue;
    findings.push({ code: 'dormant-object-activated', effect: 'change', where: `object ${number}` });
  }
  return findings;
}

/** Added objects that nothing reaches: harmless leftovers, unless they are what a lenient reader would look for. */
function unusedFindings(step: RevisionStep, graphAfter: ReferenceGraph): readonly Finding[] {
  const findings: Finding[] = [];
  for (const number of [...step.added, ...step.overridden]) {
    if (graphAfter.reaches(number)) continue;
    const dictionary = asKind(loadNumber(step.after, number), 'dictionary');
    if (dictionary === undefined) continue;
    const dangerous = isStructural(dictionary) || looksLikeSignature(dictionary);
    findings.push({
      code: 'unused-object',
      effect: dangerous ? 'change' : 'info',
      where: `object ${number}`,
    });
  }
  return findings;
}

function isStructural(dictionary: PdfDictionary): boolean {
  return ['Catalog', 'Pages', 'Page'].some((type) => isName(dictionary.entries.get('Type'), type));
}

/** The change that people are told about for something unexplained: as much as the object itself tells. */
function unexplainedChange(step: RevisionStep, finding: Finding, revision: number): Change {
  const number = Number(/^object (\d+)/.exec(finding.where)?.[1] ?? Number.NaN);
  const object = Number.isNaN(number) ? null : loadNumber(step.after, number);
  return {
    revision,
    kind: kindOf(object, finding),
    permitted: false,
    page: null,
    rect: null,
    field: null,
    rule: finding.code,
  };
}

function kindOf(object: PdfObject, finding: Finding): ChangeKind {
  const dictionary = asKind(object, 'dictionary') ?? asKind(object, 'stream')?.dictionary;
  const type = asKind(dictionary?.entries.get('Type'), 'name')?.name;
  const subtype = asKind(dictionary?.entries.get('Subtype'), 'name')?.name;
  if (type === 'Page' || type === 'Pages' || finding.where.endsWith('.Contents')) return 'page-changed';
  if (dictionary?.entries.has('FT') === true || subtype === 'Widget') return 'field-filled';
  if (type === 'Annot' || dictionary?.entries.has('Rect') === true) return 'annotation-changed';
  if (finding.where.includes(' AP.')) return 'field-appearance-changed';
  return 'document-changed';
}
