// Entries that show something else than they hold, from the start: whoever prepares a shadow attack leaves them to be brought to
// light later, and whoever signed saw only what is drawn. What a later revision does with them has rules of its own.

import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { type FormField, readFields } from '../pdf/form-fields.ts';
import { shownValue } from './modifications/appearance-text.ts';
import { FIELD_FLAGS, valueText } from './modifications/field-value.ts';
import { isVisible } from './modifications/widget.ts';
import type { Finding } from './report.ts';

// Reading what one draws costs some 0.1 ms. This is an observation beside the verdict, not a rule that could be evaded to it.
const MOST_FIELDS = 200;

/**
 * The finding `shadow-prepared`, without effect, for each filled text or choice whose looks show another text.
 * @param signed - index of the oldest revision that a signature covers
 */
export function checkShadowPrepared(document: PdfDocument, signed: number): readonly Finding[] {
  const view = document.viewOf(signed);
  const filled = readFields(view).filter(({ type, value }) => FILLED.has(type ?? '') && value !== null);
  return filled
    .slice(0, MOST_FIELDS)
    .filter((field) => unlessMalformed(() => holdsText(view, field) && showsOther(document, view, field)))
    .map(({ name }) => ({ code: 'shadow-prepared', effect: 'info', where: `field ${name}` }));
}

const FILLED = new Set(['Tx', 'Ch']);

/** An observation refuses no document: where an entry cannot be read, the rules that depend on it say so. */
function unlessMalformed(observe: () => boolean): boolean {
  try {
    return observe();
  } catch (error) {
    if (error instanceof MalformedPdf) return false;
    throw error;
  }
}

/** A password shows as asterisks. */
function holdsText(view: RevisionView, { type, flags, value }: FormField): boolean {
  if (type === 'Tx' && (flags & FIELD_FLAGS.password) !== 0) return false;
  return (valueText(view, value) ?? '') !== '';
}

function showsOther({ limits }: PdfDocument, view: RevisionView, field: FormField): boolean {
  return field.widgets.some(
    ({ dictionary }) =>
      isVisible(view, dictionary) && shownValue(view, field, dictionary, limits) === 'differs',
  );
}
