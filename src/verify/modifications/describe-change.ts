// What an unexplained object is, for people: a page, an annotation, a form entry; with as much of its place as can be told.

import { rectangleOf } from '../../pdf/collisions.ts';
import type { RevisionView } from '../../pdf/document.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../pdf/objects.ts';
import { valueText } from './field-value.ts';
import { loadNumber } from './identical-object.ts';
import type { PageDifference } from './page-comparison.ts';
import type { ReferenceGraph } from './reference-graph.ts';
import { type PlainChange, plainChange, type RevisionStep, sameExcept } from './revision-step.ts';

/** The document around an object in one view. */
interface Surroundings {
  readonly view: RevisionView;
  readonly graph: ReferenceGraph;
}

// Contents, resources, a picture in them, its mask: what belongs to a page or an annotation is a few steps away from it.
const STEPS_UP = 6;
const OBJECTS_UP = 200;

/** @param number - of the object to blame; null where there is none */
export function describeChange(
  step: RevisionStep,
  graphAfter: ReferenceGraph,
  number: number | null,
  rule: string,
): PlainChange {
  if (number === null) return plainChange('document-changed', rule);
  const before: Surroundings = { view: step.before, graph: step.graphBefore };
  const after: Surroundings = { view: step.after, graph: graphAfter };
  const around = step.graphBefore.reaches(number) ? before : after;
  let level = [number];
  const visited = new Set(level);
  for (let up = 0; up <= STEPS_UP && visited.size <= OBJECTS_UP; up += 1) {
    for (const owner of level) {
      const change = changeOf(step, around, owner, rule, up > 0);
      if (change !== null) return change;
    }
    level = level
      .flatMap((each) => around.graph.placesOf(each))
      .filter(({ path }) => !/(^|\.)(Parent|P|Pg|Obj|Dest|D\[\])$/.test(path))
      .map(({ from }) => from)
      .filter((from) => from !== 0 && !visited.has(from));
    for (const each of level) visited.add(each);
  }
  return plainChange('document-changed', rule);
}

/** @param inside - whether it is something inside this object that has changed */
function changeOf(
  step: RevisionStep,
  { view }: Surroundings,
  number: number,
  rule: string,
  inside: boolean,
): PlainChange | null {
  const dictionary = asKind(loadNumber(view, number), 'dictionary');
  if (dictionary === undefined) return null;
  if (isName(dictionary.entries.get('Type'), 'Page'))
    return pageChange(step, number, dictionary, rule, inside);
  const field = [...step.fieldsBefore, ...step.fieldsAfter].find(
    ({ reference, widgets }) =>
      reference?.number === number || widgets.some((widget) => widget.reference?.number === number),
  );
  const subtype = asKind(view.get(dictionary, 'Subtype'), 'name')?.name;
  const isAnnotation = dictionary.entries.has('Rect') && subtype !== undefined;
  if (field === undefined && !isAnnotation) return null;
  const page =
    step.pages.pageOf(view, { kind: 'reference', number, generation: 0 }, dictionary)?.number ?? null;
  const place = { page, rect: rectangleOf(view, dictionary) };
  if (field === undefined) return plainChange('annotation-changed', rule, place);
  const now = step.fieldsAfter.find(({ reference }) => reference?.number === field.reference?.number);
  return plainChange(inside ? 'field-appearance-changed' : 'field-filled', rule, {
    ...place,
    field: field.name,
    ...(inside || field.type === 'Sig'
      ? {}
      : {
          before: valueText(step.before, field.value),
          after: now === undefined ? null : valueText(step.after, now.value),
        }),
  });
}

const ANNOTATIONS = new Set(['Annots', 'Tabs']);

function pageChange(
  step: RevisionStep,
  number: number,
  dictionary: PdfDictionary,
  rule: string,
  inside: boolean,
): PlainChange {
  const pages = step.pages.pagesOf(step.after);
  const page = pages.get(number)?.number ?? step.pages.pagesOf(step.before).get(number)?.number ?? null;
  const now = asKind(loadNumber(step.after, number), 'dictionary');
  const before = asKind(loadNumber(step.before, number), 'dictionary') ?? dictionary;
  if (now === undefined || !sameExcept(step, before, now, ANNOTATIONS))
    return plainChange('page-changed', rule, { page });
  const old = annotationsIn(step.before, before);
  const new_ = annotationsIn(step.after, now);
  const added = [...new_].find(([each]) => !old.has(each));
  if (added !== undefined) {
    const annotation = asKind(step.after.resolve(added[1]), 'dictionary');
    const rect = annotation === undefined ? null : rectangleOf(step.after, annotation);
    return plainChange('annotation-added', rule, { page, rect });
  }
  const isRemoved = [...old.keys()].some((each) => !new_.has(each));
  if (isRemoved) return plainChange('annotation-removed', rule, { page });
  return plainChange(inside ? 'page-changed' : 'annotation-changed', rule, { page });
}

/** By object number; those that stand in the list directly by their place in it. */
function annotationsIn(view: RevisionView, page: PdfDictionary): ReadonlyMap<string, PdfObject> {
  const items = asKind(view.get(page, 'Annots'), 'array')?.items ?? [];
  return new Map(
    items.map((item, i) => [`${asKind(item, 'reference')?.number ?? `direct ${i}`}`, item] as const),
  );
}

export function describePage({ code, page }: PageDifference): PlainChange {
  return plainChange(code, code, { page });
}
