// From findings to one verdict for a signature, and from signatures to one verdict for the document.

import {
  classOf,
  type Indication,
  SIGNATURE_VERDICTS_WORST_FIRST,
  type SignatureReport,
  type SignatureVerdict,
  type SubIndication,
  type Verdict,
  type VerdictClass,
} from './report.ts';

/** One thing that speaks for a verdict, with the words that EN 319 102-1 has for it. */
export interface Conclusion {
  readonly verdict: SignatureVerdict;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
}

export const PASSED: Conclusion = { verdict: 'VALID', indication: 'TOTAL_PASSED', subIndication: null };

/** `TOTAL_FAILED`: proven wrong. */
export function failed(verdict: SignatureVerdict, subIndication: SubIndication): Conclusion {
  return { verdict, indication: 'TOTAL_FAILED', subIndication };
}

/** `INDETERMINATE`: what is there proves neither. */
export function indeterminate(verdict: SignatureVerdict, subIndication: SubIndication): Conclusion {
  return { verdict, indication: 'INDETERMINATE', subIndication };
}

/** Accepted, with something that a careful reader wants to know. */
export function accepted(verdict: 'VALID_WITH_NOTES' | 'REVOKED_LATER'): Conclusion {
  return { verdict, indication: 'TOTAL_PASSED', subIndication: null };
}

/** The worst conclusion; of equal ones the first. */
export function worstConclusion(conclusions: readonly Conclusion[]): Conclusion {
  let worst = PASSED;
  for (const conclusion of conclusions) {
    if (rank(conclusion.verdict) < rank(worst.verdict)) worst = conclusion;
  }
  return worst;
}

function rank(verdict: SignatureVerdict): number {
  return SIGNATURE_VERDICTS_WORST_FIRST.indexOf(verdict);
}

export interface DocumentVerdict {
  readonly verdict: Verdict;
  readonly class: VerdictClass;
}

/**
 * The document's verdict from those of its items, in the order of signing.
 *
 * Bytes that have changed under any item, a document time-stamp too, make it `MODIFIED`: they may be content that no signature
 * covers. A document time-stamp that fails otherwise, because its range reaches behind the end of the file or its token cannot be
 * read, proves no time and hurts nobody else: whoever cut it short could as well have taken it away, and what people signed
 * before it is there whole. The item says so, and the level and the time of the signatures are without it.
 */
export function judgeDocument(items: readonly SignatureReport[]): DocumentVerdict {
  const people = items.filter(({ kind }) => kind === 'signature' || kind === 'seal');
  if (items.some(({ verdict }) => verdict === 'MODIFIED')) return of('MODIFIED');
  const worst = worstVerdict(people);
  const last = people.at(-1);
  if (last?.integrity.status === 'ADDED') {
    const after: SignatureVerdict = 'CHANGED_AFTER_LAST_SIGNATURE';
    return of(worst !== null && rank(worst) < rank(after) ? worst : after);
  }
  if (worst === null) return of('NO_SIGNATURE');
  const good = people.filter(({ verdict }) => classOf(verdict) === 'accept').length;
  if (good > 0 && good < people.length) return { verdict: 'MIXED', class: classOf(worst) };
  return of(worst);
}

function of(verdict: Exclude<Verdict, 'MIXED'>): DocumentVerdict {
  return { verdict, class: classOf(verdict) };
}

function worstVerdict(items: readonly SignatureReport[]): SignatureVerdict | null {
  let worst: SignatureVerdict | null = null;
  for (const { verdict } of items) if (worst === null || rank(verdict) < rank(worst)) worst = verdict;
  return worst;
}
