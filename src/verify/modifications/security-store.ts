// Explains a document security store that came or changed (ISO 32000-2, 12.8.4.3): validation data, nothing that is shown.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../pdf/objects.ts';
import {
  catalogNumber,
  type Explanation,
  NOTHING,
  plainChange,
  type RevisionStep,
  type RuleResult,
} from './revision-step.ts';

const STORE_KEYS = new Set(['Type', 'Certs', 'CRLs', 'OCSPs', 'VRI']);
// A digest of /Contents: SHA-1 by the standard, SHA-256 as one honest signer writes it.
const VRI_KEY = /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/;
const VRI_KEYS = new Set(['Type', 'Cert', 'CRL', 'OCSP', 'TU', 'TS']);

/** Whether the store has the shape of one, and none was dropped. */
export function securityStoreExplained(step: RevisionStep): boolean {
  const before = step.before.get(step.before.catalog(), 'DSS');
  const after = step.after.get(step.after.catalog(), 'DSS');
  if (after === null) return before === null;
  const store = asKind(after, 'dictionary');
  if (store === undefined || ![...store.entries.keys()].every((key) => STORE_KEYS.has(key))) return false;
  const vri = step.after.get(store, 'VRI');
  const droppedVri = vri === null && asKind(before, 'dictionary')?.entries.has('VRI') === true;
  const arrays = ['Certs', 'CRLs', 'OCSPs'].every((key) => isStreamArray(step.after, store.entries.get(key)));
  return arrays && !droppedVri && (vri === null || isVri(step.after, vri));
}

function isStreamArray(view: RevisionView, value: PdfObject | undefined): boolean {
  const resolved = view.resolve(value);
  if (resolved === null) return true;
  return (
    asKind(resolved, 'array')?.items.every((item) => asKind(view.resolve(item), 'stream') !== undefined) ??
    false
  );
}

function isVri(view: RevisionView, value: PdfObject): boolean {
  const vri = asKind(value, 'dictionary');
  if (vri === undefined) return false;
  return [...vri.entries].every(([key, entry]) => {
    if (key === 'Type') return true;
    const item = asKind(view.resolve(entry), 'dictionary');
    return VRI_KEY.test(key) && item !== undefined && isVriEntry(view, item);
  });
}

function isVriEntry(view: RevisionView, item: PdfDictionary): boolean {
  const known = [...item.entries.keys()].every((key) => VRI_KEYS.has(key));
  const arrays = ['Cert', 'CRL', 'OCSP'].every((key) => isStreamArray(view, item.entries.get(key)));
  const stamp = view.resolve(item.entries.get('TS'));
  return known && arrays && (stamp === null || asKind(stamp, 'stream') !== undefined);
}

/** The objects of the old store: used by the store alone, or by another part of it. */
export function explainSecurityStore(step: RevisionStep): RuleResult {
  const added = step.before.get(step.before.catalog(), 'DSS') === null;
  if (!securityStoreExplained(step)) return NOTHING;
  const parts = storeObjects(step.before);
  const catalog = catalogNumber(step.before);
  const explanations: Explanation[] = [...parts].map((number) => ({
    number,
    at: ({ from, path }) => parts.has(from) || (from === catalog && path.startsWith('DSS')),
  }));
  const present = step.after.get(step.after.catalog(), 'DSS') !== null;
  const touched = added ? present : explanations.some(({ number }) => step.overridden.has(number));
  return {
    explanations,
    changes: touched ? [plainChange('validation-data-added', 'security-store')] : [],
  };
}

/** Numbers of all indirect objects that make up the store of this view. */
export function storeObjects(view: RevisionView): ReadonlySet<number> {
  const numbers = new Set<number>();
  const visit = (value: PdfObject | undefined, depth: number): void => {
    const reference = asKind(value, 'reference');
    if (reference !== undefined) {
      if (numbers.has(reference.number)) return;
      numbers.add(reference.number);
    }
    const object = view.resolve(value);
    // Store, VRI, VRI entry, array, stream: five levels by the standard.
    if (depth > 5) return;
    const array = asKind(object, 'array');
    const dictionary = asKind(object, 'dictionary');
    for (const item of array?.items ?? dictionary?.entries.values() ?? []) visit(item, depth + 1);
  };
  visit(view.catalog().entries.get('DSS'), 0);
  return numbers;
}

export function isTimestampDictionary(view: RevisionView, value: PdfObject | undefined): boolean {
  const dictionary = asKind(view.resolve(value), 'dictionary');
  return dictionary !== undefined && isName(dictionary.entries.get('SubFilter'), 'ETSI.RFC3161');
}
