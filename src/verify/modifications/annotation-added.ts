// Explains notes and marked text (ISO 32000-2, 12.5.6.4 and 12.5.6.10) that somebody added where the certification lets people
// comment, for policies that let them too. Nothing that could pass for a part of the letter is explained: text on the page, stamps,
// drawings, pictures, what hides something or lies over another annotation.

import { findCollisions, rectangleOf } from '../../pdf/collisions.ts';
import { MalformedPdf } from '../../pdf/errors.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../pdf/objects.ts';
import type { Page } from '../../pdf/page-tree.ts';
import { type Box, boxesOverlap, displayMatrix } from '../../pdf/placement.ts';
import { boxAround, boxOfPoints, type Point } from '../../pdf/text/matrix.ts';
import { type PageMarks, readPageMarks } from '../../pdf/text/page-marks.ts';
import { drawnBox, seenBefore } from './annotation-overlap.ts';
import { valueText } from './field-value.ts';
import { loadNumber } from './identical-object.ts';
import { isMarkerColour, readColour, readShapes } from './markup-look.ts';
import { isNew, type PlainChange, plainChange, type RevisionStep, type RuleResult } from './revision-step.ts';
import { ANNOTATION_FLAGS, annotationFlags } from './widget.ts';

export interface AddedAnnotations extends RuleResult {
  /** Those that pages may list from now on. */
  readonly annotations: ReadonlySet<number>;
}

const MARKUP = new Set(['Highlight', 'Underline', 'Squiggly', 'StrikeOut']);

// No action, no optional content, no place in a structure tree.
const COMMON_KEYS = ['Type', 'Subtype', 'Rect', 'Contents', 'P', 'NM', 'M', 'F', 'C', 'Border'];
const COMMENT_KEYS = [
  ...[...COMMON_KEYS, 'AP', 'T', 'Popup', 'CA', 'ca', 'RC', 'CreationDate', 'IRT', 'RT', 'Subj', 'Lang'],
  ...['QuadPoints', 'Name', 'Open', 'State', 'StateModel', 'BS'],
];
const KEYS = {
  comment: new Set(COMMENT_KEYS),
  popUp: new Set([...COMMON_KEYS, 'Parent', 'Open']),
} as const;

// The icon of a note is some 20 points wide, whatever the zoom.
const LARGEST_NOTE = 40;
// A review has some hundreds; each is compared with all others.
const MOST_AREAS = 1_000;

/** A new annotation with its page as it was before. */
interface Comment {
  readonly number: number;
  readonly dictionary: PdfDictionary;
  readonly page: Page;
}

/** The comments of a revision: those that the rule explains, as if the policy allowed them. */
export function explainAddedAnnotations(step: RevisionStep): AddedAnnotations {
  const annotations = new Set<number>();
  const changes: PlainChange[] = [];
  const added = step.rules.certified && step.rules.permission === 3 ? commentsIn(step) : [];
  const sheets = new Map<number, Sheet>();
  for (const comment of added) {
    const { page } = comment;
    const sheet = sheets.get(page.reference.number) ?? {
      page,
      marks: null,
      taken: [...seenBefore(step, page)],
    };
    sheets.set(page.reference.number, sheet);
    if (!unlessUnreadable(() => isHarmless(step, comment, sheet))) continue;
    annotations.add(comment.number);
    changes.push(describe(step, comment));
  }
  for (const number of popUpsOf(step, annotations)) annotations.add(number);
  return { explanations: [], changes, annotations };
}

/** A page, what it shows, and where annotations are: older ones, and new ones that were explained. */
interface Sheet {
  readonly page: Page;
  marks: PageMarks | null;
  readonly taken: Box[];
}

/** What cannot be read is not explained; the document's own limits are for what has to be read. */
function unlessUnreadable(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof MalformedPdf) return false;
    throw error;
  }
}

function commentsIn(step: RevisionStep): readonly Comment[] {
  const found: Comment[] = [];
  for (const number of step.added) {
    const dictionary = asKind(loadNumber(step.after, number), 'dictionary');
    const subtype = dictionary === undefined ? undefined : subtypeOf(step, dictionary);
    if (dictionary === undefined || (subtype !== 'Text' && !MARKUP.has(subtype ?? ''))) continue;
    const now = step.pages.pageOf(step.after, { kind: 'reference', number, generation: 0 }, dictionary);
    const page = now === null ? undefined : step.pages.pagesOf(step.before).get(now.reference.number);
    if (page !== undefined) found.push({ number, dictionary, page });
  }
  return found;
}

function subtypeOf(step: RevisionStep, dictionary: PdfDictionary): string | undefined {
  return asKind(step.after.get(dictionary, 'Subtype'), 'name')?.name;
}

function isHarmless(step: RevisionStep, comment: Comment, sheet: Sheet): boolean {
  if (!hasPlainShape(step, comment)) return false;
  const areas = MARKUP.has(subtypeOf(step, comment.dictionary) ?? '')
    ? markedAreas(step, comment)
    : noteArea(step, comment, sheet);
  if (areas === null || sheet.taken.length + areas.length > MOST_AREAS) return false;
  if (areas.some((area) => sheet.taken.some((other) => boxesOverlap(area, other, TOUCHING)))) return false;
  sheet.taken.push(...areas);
  return true;
}

// Lines of marked text stand so close that their boxes share a little.
const TOUCHING = 2;

function hasPlainShape(step: RevisionStep, { dictionary, page }: Comment): boolean {
  const { entries, repeatedKeys } = dictionary;
  if (repeatedKeys.length > 0 || ![...entries.keys()].every((key) => KEYS.comment.has(key))) return false;
  if (entries.has('Type') && !isName(step.after.get(dictionary, 'Type'), 'Annot')) return false;
  if (entries.has('P') && asKind(entries.get('P'), 'reference')?.number !== page.reference.number)
    return false;
  // `/RT /Group` makes one annotation of several.
  return !entries.has('RT') || isName(step.after.get(dictionary, 'RT'), 'R');
}

/** The marked text's quadrilaterals as boxes; null unless all is drawn so that the text can be read. */
function markedAreas(step: RevisionStep, { dictionary }: Comment): readonly Box[] | null {
  const { after } = step;
  const rect = rectangleOf(after, dictionary);
  const quads = quadsOf(step, dictionary);
  const colour = readColour(after, asKind(after.get(dictionary, 'C'), 'array')?.items ?? []);
  const { noZoom, noRotate } = ANNOTATION_FLAGS;
  if (rect === null || quads === null || (annotationFlags(after, dictionary) & (noZoom | noRotate)) !== 0)
    return null;
  // Without an appearance viewers draw it by its colour and quadrilaterals, and some do so in any case.
  if (colour === null || !isMarkerColour(colour)) return null;
  if (!quads.every((quad) => isWithin(quad, rect))) return null;
  const shapes = shapesOf(step, dictionary);
  const readable = shapes === 'none' || (shapes?.seeThrough === true && shapes.paintings <= quads.length);
  return readable ? quads : null;
}

function quadsOf(step: RevisionStep, dictionary: PdfDictionary): readonly Box[] | null {
  const numbers = (asKind(step.after.get(dictionary, 'QuadPoints'), 'array')?.items ?? []).map(
    (item) => asKind(item, 'number')?.value ?? Number.NaN,
  );
  if (numbers.length === 0 || numbers.length % 8 !== 0 || numbers.length > 8 * MOST_AREAS) return null;
  if (!numbers.every(Number.isFinite)) return null;
  return Array.from({ length: numbers.length / 8 }, (_, i) => {
    const at = (k: number): Point => [numbers[8 * i + k] ?? 0, numbers[8 * i + k + 1] ?? 0];
    return boxOfPoints([at(0), at(2), at(4), at(6)]);
  });
}

// Writers round a rectangle, and draw round corners and waves a little outside of the text.
const ROUNDED = 3;

function isWithin(inner: Box, outer: Box): boolean {
  const [x0, y0, x1, y1] = outer;
  return (
    inner[0] >= x0 - ROUNDED &&
    inner[1] >= y0 - ROUNDED &&
    inner[2] <= x1 + ROUNDED &&
    inner[3] <= y1 + ROUNDED
  );
}

/** Where the icon stands; no area for what is hidden, as answers to other notes are. Null when it lies over something. */
function noteArea(step: RevisionStep, { dictionary }: Comment, sheet: Sheet): readonly Box[] | null {
  const { after } = step;
  if (shapesOf(step, dictionary) === null) return null;
  const flags = annotationFlags(after, dictionary);
  if ((flags & (ANNOTATION_FLAGS.hidden | ANNOTATION_FLAGS.noView)) !== 0) return [];
  const rect = rectangleOf(after, dictionary);
  if (rect === null || rect[2] - rect[0] > LARGEST_NOTE || rect[3] - rect[1] > LARGEST_NOTE) return null;
  // Notes never turn with the page, whatever their flags say (12.5.6.4).
  const box = drawnBox(rect, flags | ANNOTATION_FLAGS.noRotate, sheet.page.rotate);
  sheet.marks ??= readPageMarks(step.before, sheet.page, step.document.limits);
  const shown = boxAround(displayMatrix(sheet.page), box);
  return findCollisions(step.before, sheet.page, sheet.marks, shown, new Set()).length > 0 ? null : [box];
}

/** What the appearance draws; null when it is more than shapes, or not the annotation's own. */
function shapesOf(step: RevisionStep, dictionary: PdfDictionary): ReturnType<typeof readShapes> | 'none' {
  const { after } = step;
  if (!dictionary.entries.has('AP')) return 'none';
  const appearances = asKind(after.get(dictionary, 'AP'), 'dictionary');
  const normal = appearances?.entries.get('N');
  const stream = asKind(after.resolve(normal), 'stream');
  if (appearances?.entries.size !== 1 || stream === undefined || !isNew(step, normal)) return null;
  return readShapes(after, stream, step.document.limits);
}

/** The windows in which notes are read: each opens for one of these annotations. */
function popUpsOf(step: RevisionStep, annotations: ReadonlySet<number>): readonly number[] {
  return [...step.added].filter((number) => {
    const dictionary = asKind(loadNumber(step.after, number), 'dictionary');
    if (dictionary === undefined || subtypeOf(step, dictionary) !== 'Popup') return false;
    const parent = numberOf(dictionary.entries.get('Parent'));
    const known = [...dictionary.entries.keys()].every((key) => KEYS.popUp.has(key));
    return known && parent !== null && annotations.has(parent);
  });
}

function numberOf(object: PdfObject | undefined): number | null {
  return asKind(object, 'reference')?.number ?? null;
}

function describe(step: RevisionStep, { dictionary, page }: Comment): PlainChange {
  const text = valueText(step.after, dictionary.entries.get('Contents') ?? null);
  return plainChange('annotation-added', 'annotation-added', {
    page: page.number,
    rect: rectangleOf(step.after, dictionary),
    after: text === '' ? null : text,
  });
}
