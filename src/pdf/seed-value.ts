// What a form's author demands of the signature in a field (ISO 32000-2, 12.7.5.5, tables 237 and 238).

import type { Permission } from './doc-mdp.ts';
import type { RevisionView } from './document.ts';
import { UpdateRefused } from './errors.ts';
import { asKind, type PdfDictionary, type PdfObject, textOf } from './objects.ts';

/** The signature that is about to be made, as far as seed values speak of it. */
export interface IntendedSignature {
  readonly filter: string;
  readonly subFilter: string;
  /** As in `SHA256`. */
  readonly digestMethod: string;
  readonly reason: string | null;
  readonly certification?: Permission | null;
}

// Bits of `/Ff`: whether the entry is a demand or only a wish.
const REQUIRED = {
  Filter: 1,
  SubFilter: 2,
  V: 4,
  Reasons: 8,
  LegalAttestation: 16,
  AddRevInfo: 32,
  DigestMethod: 64,
  LockDocument: 128,
  AppearanceFilter: 256,
} as const;

/**
 * @param field - the signature field's dictionary
 * @throws UpdateRefused `seed-value-unmet` { entry } for a demand that this signature does not meet; MalformedPdf
 */
export function requireSeedValueMet(
  view: RevisionView,
  field: PdfDictionary,
  intended: IntendedSignature,
): void {
  const seed = asKind(view.get(field, 'SV'), 'dictionary');
  if (seed === undefined) return;
  const flags = asKind(view.get(seed, 'Ff'), 'number')?.value ?? 0;
  for (const [entry, bit] of Object.entries(REQUIRED)) {
    const value = view.get(seed, entry);
    if ((flags & bit) === 0 || value === null) continue;
    if (!meets(view, entry as keyof typeof REQUIRED, value, intended)) unmet(entry);
  }
  requireCertificationMet(view, seed, intended.certification ?? null);
  requireSubordinateMet(view, seed, 'Cert');
  requireSubordinateMet(view, seed, 'TimeStamp');
}

function meets(
  view: RevisionView,
  entry: keyof typeof REQUIRED,
  value: PdfObject,
  intended: IntendedSignature,
): boolean {
  switch (entry) {
    case 'Filter':
      return asKind(value, 'name')?.name === intended.filter;
    case 'SubFilter':
      return namesIn(view, value).includes(intended.subFilter);
    case 'V':
      // 3 is the version of ISO 32000-2, which this reader of seed values follows.
      return (asKind(value, 'number')?.value ?? 0) <= 3;
    case 'Reasons':
      return reasonAllowed(textsIn(view, value), intended.reason);
    case 'DigestMethod':
      return textsIn(view, value).includes(intended.digestMethod);
    case 'AddRevInfo':
      // Revocation data goes into the DSS; the attribute that this asks for has no place in PAdES.
      return value === false;
    case 'LockDocument':
      return asKind(value, 'name')?.name === 'false' || asKind(value, 'name')?.name === 'auto';
    case 'LegalAttestation':
    case 'AppearanceFilter':
      return false;
  }
}

/** A single period forbids any reason. */
function reasonAllowed(reasons: readonly string[], reason: string | null): boolean {
  if (reasons.length === 0 || (reasons.length === 1 && reasons[0] === '.')) return reason === null;
  return reason !== null && reasons.includes(reason);
}

/** `/MDP /P` wants an approval in this field with 0, else a certification that allows just so much. */
function requireCertificationMet(
  view: RevisionView,
  seed: PdfDictionary,
  certification: Permission | null,
): void {
  const mdp = asKind(view.get(seed, 'MDP'), 'dictionary');
  if (mdp === undefined) return;
  if ((asKind(view.get(mdp, 'P'), 'number')?.value ?? 0) !== (certification ?? 0)) unmet('MDP');
}

/** Demands about the certificate or the time-stamp server are never met by guessing. */
function requireSubordinateMet(view: RevisionView, seed: PdfDictionary, entry: 'Cert' | 'TimeStamp'): void {
  const dictionary = asKind(view.get(seed, entry), 'dictionary');
  if (dictionary === undefined) return;
  if ((asKind(view.get(dictionary, 'Ff'), 'number')?.value ?? 0) !== 0) unmet(entry);
}

function unmet(entry: string): never {
  throw new UpdateRefused('seed-value-unmet', { entry });
}

function namesIn(view: RevisionView, value: PdfObject): string[] {
  const names = (asKind(value, 'array')?.items ?? []).map((item) => asKind(view.resolve(item), 'name')?.name);
  return names.filter((name) => name !== undefined);
}

function textsIn(view: RevisionView, value: PdfObject): string[] {
  const strings = (asKind(value, 'array')?.items ?? []).map((item) => asKind(view.resolve(item), 'string'));
  return strings.filter((string) => string !== undefined).map(textOf);
}
