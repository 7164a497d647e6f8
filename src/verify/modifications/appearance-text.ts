// Whether the appearance of a field shows its value: what is drawn is read as a reader would see it.

import type { RevisionView } from '../../pdf/document.ts';
import { MalformedPdf } from '../../pdf/errors.ts';
import type { FormField } from '../../pdf/form-fields.ts';
import type { PdfLimits } from '../../pdf/limits.ts';
import { asKind, type PdfDictionary, pdfDictionary } from '../../pdf/objects.ts';
import { readFormMarks } from '../../pdf/text/page-marks.ts';
import { UNKNOWN_TEXT } from '../../pdf/text/text-font.ts';
import { FIELD_FLAGS, shownTexts } from './field-value.ts';
import { normalAppearance } from './widget.ts';

/**
 * - `shown`: the text drawn is the value, white space aside
 * - `differs`: it is not, or a picture stands in its place
 * - `absent`: there is a value and nothing is drawn
 * - `unknown`: the fonts do not tell which characters they draw
 */
export type ShownValue = 'shown' | 'differs' | 'absent' | 'unknown';

/** @throws MalformedPdf `limits-exceeded` */
export function shownValue(
  view: RevisionView,
  field: FormField,
  widget: PdfDictionary,
  limits: PdfLimits,
): ShownValue {
  const expected = shownTexts(view, field).map(folded);
  const drawn = drawnText(view, widget, limits);
  if (drawn === null) return 'differs';
  const { text, hasImages, complete } = drawn;
  if (hasImages) return 'differs';
  if (!complete) return 'unknown';
  if (text === '' && expected.some((value) => value !== '')) return 'absent';
  return fits(view, field, text, expected) ? 'shown' : 'differs';
}

/** A list box shows its other options too; a script of the signed document may put separators into what was typed. */
function fits(view: RevisionView, field: FormField, text: string, expected: readonly string[]): boolean {
  const isList = field.type === 'Ch' && (field.flags & FIELD_FLAGS.combo) === 0;
  if (isList) return expected.every((value) => text.includes(value));
  const whole = expected.join('');
  if (text === whole) return true;
  return isFormatted(view, field) && whole !== '' && lettersOf(text).includes(lettersOf(whole));
}

/** Whether a format action draws the value in a form of its own (12.6.3). */
function isFormatted(view: RevisionView, field: FormField): boolean {
  const actions = asKind(view.get(field.dictionary, 'AA'), 'dictionary');
  return actions?.entries.has('F') === true;
}

function folded(text: string): string {
  return text.normalize('NFKC').replace(/[\s\u200b\u00ad]+/g, '');
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

interface DrawnText {
  /** Without white space. */
  readonly text: string;
  readonly hasImages: boolean;
  /** Whether every character drawn is known. */
  readonly complete: boolean;
}

/** What the widget's normal appearance draws; null for one that cannot be read. @throws MalformedPdf `limits-exceeded` */
export function drawnText(view: RevisionView, widget: PdfDictionary, limits: PdfLimits): DrawnText | null {
  const appearance = normalAppearance(view, widget);
  if (appearance === null) return { text: '', hasImages: false, complete: true };
  try {
    const marks = readFormMarks(view, appearance, formResources(view), limits);
    const text = folded(
      marks.glyphs
        .filter(({ painted }) => painted)
        .map((glyph) => glyph.text)
        .join(''),
    );
    return {
      text,
      hasImages: marks.images.length > 0,
      complete: !marks.withoutFont && !text.includes(UNKNOWN_TEXT),
    };
  } catch (error) {
    if (error instanceof MalformedPdf && error.code !== 'limits-exceeded') return null;
    throw error;
  }
}

/** What an appearance may draw with although it does not name it: the form's default resources. */
function formResources(view: RevisionView): PdfDictionary {
  const form = asKind(view.get(view.catalog(), 'AcroForm'), 'dictionary');
  const resources = form === undefined ? undefined : asKind(view.get(form, 'DR'), 'dictionary');
  return resources ?? pdfDictionary({});
}
