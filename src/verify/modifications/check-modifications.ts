// What later revisions did, one step at a time: whatever no rule explains is a change that was not signed.

import { readModificationRules } from '../../pdf/doc-mdp.ts';
import type { PdfDocument, RevisionView } from '../../pdf/document.ts';
import { readFields } from '../../pdf/form-fields.ts';
import type { Change, Finding } from '../report.ts';
import { type AddedAnnotations, explainAddedAnnotations } from './annotation-added.ts';
import { explainCatalog } from './catalog.ts';
import { describeChange, describePage } from './describe-change.ts';
import { explainDocumentInformation } from './document-information.ts';
import { explainExtensions } from './extensions.ts';
import { compareFieldLists } from './field-lists.ts';
import { explainFormDictionary } from './form-dictionary.ts';
import { explainFilledFields } from './form-field-filled.ts';
import { touchedNumbers } from './identical-object.ts';
import { explainMetadata, metadataExplained } from './metadata.ts';
import { explainPageAnnotations } from './page-annotations.ts';
import { comparePages } from './page-comparison.ts';
import { type PageFinder, pageFinder } from './page-finder.ts';
import type { ReferenceGraph } from './reference-graph.ts';
import { NOTHING, type PlainChange, type RevisionStep, type RuleResult } from './revision-step.ts';
import { explainSecurityStore, securityStoreExplained } from './security-store.ts';
import { explainAddedFields } from './signature-field-added.ts';
import { explainSignedFields } from './signature-field-signed.ts';
import { explainStructure } from './structure-widget.ts';
import { catalogKept, trailerKeysChanged } from './trailer.ts';
import { unexplainedAt, unexplainedObjects } from './unexplained-objects.ts';
import { dormantNumbers, unusedFindings } from './unreached-objects.ts';

/** What one revision did to the document that the revision before it left. */
export interface RevisionModifications extends StepModifications {
  /** Index of the revision. */
  readonly revision: number;
  /** What it did for a policy that lets people comment where the certification does; null where that makes no difference. */
  readonly commented: StepModifications | null;
}

export interface StepModifications {
  readonly changes: readonly Change[];
  /** Everything that no rule explained, with the effect `change`, and observations without effect. */
  readonly findings: readonly Finding[];
}

/**
 * Judges each revision after the first signed one against the one before it, so that no intermediate state can hide a change.
 * @param from - index of the oldest revision that a signature covers
 * @param graphOf - `referenceGraphs` within the document's own limit
 * @throws MalformedPdf `limits-exceeded`, or what reading a damaged object gives
 */
export function checkModifications(
  document: PdfDocument,
  from: number,
  graphOf: (view: RevisionView) => ReferenceGraph,
): readonly RevisionModifications[] {
  const modifications: RevisionModifications[] = [];
  if (from + 1 >= document.revisions.length) return modifications;
  const pages = pageFinder(document);
  let graphBefore = graphOf(document.viewOf(from));
  for (let index = from + 1; index < document.revisions.length; index += 1) {
    const [before, after] = [document.viewOf(index - 1), document.viewOf(index)];
    const graphAfter = graphOf(after);
    const step = readStep(document, before, after, graphBefore, pages);
    modifications.push(checkStep(step, graphAfter));
    graphBefore = graphAfter;
  }
  return modifications;
}

function readStep(
  document: PdfDocument,
  before: RevisionView,
  after: RevisionView,
  graphBefore: ReferenceGraph,
  pages: PageFinder,
): RevisionStep {
  const fieldsBefore = readFields(before);
  return {
    document,
    before,
    after,
    ...touchedNumbers(before, after),
    fieldsBefore,
    fieldsAfter: readFields(after),
    graphBefore,
    pages,
    rules: readModificationRules(before, fieldsBefore),
  };
}

function checkStep(step: RevisionStep, graphAfter: ReferenceGraph): RevisionModifications {
  const comments = explainAddedAnnotations(step);
  return {
    revision: step.after.revision.index,
    ...judgeStep(step, graphAfter, NO_COMMENTS),
    commented: comments.annotations.size === 0 ? null : judgeStep(step, graphAfter, comments),
  };
}

const NO_COMMENTS: AddedAnnotations = { ...NOTHING, annotations: new Set() };

/** @param comments - those that are explained */
function judgeStep(
  step: RevisionStep,
  graphAfter: ReferenceGraph,
  comments: AddedAnnotations,
): StepModifications {
  const results = applyRules(step, comments);
  const refusals = results.flatMap((result) => result.refusals ?? []);
  const explanations = results.flatMap((result) => result.explanations);
  const blamed = new Set(refusals.map(({ number }) => number));
  const unexplained = [
    ...unexplainedObjects(step, explanations).filter(({ number }) => !blamed.has(number)),
    ...dormantNumbers(step, graphAfter).map((number) => unexplainedAt('dormant-object-activated', number)),
    ...trailerKeysChanged(step).map((key) => ({
      code: 'trailer-changed',
      number: null,
      where: `trailer ${key}`,
    })),
    ...(catalogKept(step, explanations)
      ? []
      : [{ code: 'catalog-replaced', number: null, where: 'trailer' }]),
  ];
  const unused = unusedFindings(step, graphAfter);
  const isUnexplained =
    refusals.length + unexplained.length > 0 || unused.some(({ effect }) => effect === 'change');
  const pages = isUnexplained ? comparePages(step) : [];
  const findings: Finding[] = [
    ...pages.map(({ code, page }) => finding(code, `page ${page}`)),
    ...refusals.map(({ code, number }) => finding(code, number === null ? 'AcroForm' : `object ${number}`)),
    ...unexplained.map(({ code, where }) => finding(code, where)),
    ...unused,
    ...results.flatMap((result) => result.notes ?? []),
  ];
  const notSigned = [
    ...pages.map(describePage),
    ...refusals.map(({ change }) => change),
    ...unexplained.map(({ code, number }) => describeChange(step, graphAfter, number, code)),
    ...unused
      .filter(({ effect }) => effect === 'change')
      .map(({ code }) => describeChange(step, graphAfter, null, code)),
  ];
  const signed = results.flatMap((result) => result.changes);
  const revision = step.after.revision.index;
  return {
    changes: [...inRevision(distinct(notSigned), revision, false), ...inRevision(signed, revision, true)],
    findings,
  };
}

function finding(code: string, where: string): Finding {
  return { code, effect: 'change', where };
}

function applyRules(step: RevisionStep, comments: AddedAnnotations): readonly RuleResult[] {
  const lists = compareFieldLists(step);
  const added = explainAddedFields(step, lists.added ?? []);
  const signed = explainSignedFields(step);
  const formExplained = lists.added !== null && (added.refusals ?? []).length === 0;
  const structure = explainStructure(step, added.newWidgets);
  const partsExplained = formExplained && securityStoreExplained(step) && metadataExplained(step);
  return [
    explainCatalog(step, partsExplained),
    explainExtensions(step),
    explainDocumentInformation(step),
    explainMetadata(step),
    explainSecurityStore(step),
    explainFormDictionary(step, formExplained),
    { explanations: formExplained ? lists.explanations : [], changes: [] },
    added,
    signed,
    explainFilledFields(step),
    comments,
    explainPageAnnotations(step, new Set([...added.newWidgets, ...comments.annotations])),
    structure,
  ];
}

/** Several objects of one page or field are one change to people. */
function distinct(changes: readonly PlainChange[]): readonly PlainChange[] {
  const told = new Map(changes.map((change) => [JSON.stringify({ ...change, rule: '' }), change]));
  const specific = [...told.values()].filter(({ kind }) => kind !== 'document-changed');
  return specific.length > 0 ? specific : [...told.values()];
}

function inRevision(
  changes: readonly PlainChange[],
  revision: number,
  permitted: boolean,
): readonly Change[] {
  return changes.map((change) => ({ ...change, revision: revision + 1, permitted }));
}
