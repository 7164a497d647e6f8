// What earlier signatures allow to happen to a document: certification and locks (ISO 32000-2, 12.8.2.2 and 12.8.2.4).

import type { RevisionView } from './document.ts';
import type { FormField } from './form-fields.ts';
import { asKind, isName, type PdfDictionary, type PdfReference, textOf } from './objects.ts';

/** 1: no changes. 2: filling in forms and signing. 3: also annotations. */
export type Permission = 1 | 2 | 3;

/** What a certification still allows, in words: 1, 2 and 3 of `/P`. */
export type PermittedChanges = 'no-changes' | 'form-filling' | 'annotations';

const PERMITTED: Readonly<Record<PermittedChanges, Permission>> = {
  'no-changes': 1,
  'form-filling': 2,
  annotations: 3,
};

/** `/P` of a certification that allows so much. */
export function permissionFor(changes: PermittedChanges): Permission {
  return PERMITTED[changes];
}

export function permittedChanges(permission: Permission): PermittedChanges {
  return permission === 1 ? 'no-changes' : permission === 2 ? 'form-filling' : 'annotations';
}

/** Which fields may not change any more, by full name; a name stands for everything below it. */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

/** A lock and the field whose signature it came with. */
export interface LockInForce extends FieldLock {
  readonly by: string;
}

export interface ModificationRules {
  /** Whether a certification signature speaks; without one the permission comes from locks alone. */
  readonly certified: boolean;
  /** The smallest that any signature leaves; null where none says anything. */
  readonly permission: Permission | null;
  /** The field whose signature leaves no more than `permission`; null also where only the catalog names that signature. */
  readonly permissionBy: string | null;
  readonly locks: readonly LockInForce[];
}

/**
 * Gathers what the signatures in the document's form say about later changes.
 * Whether those signatures are intact is not asked: a broken one still binds the next signer.
 * @param fields - all fields of the view
 * @throws MalformedPdf
 */
export function readModificationRules(view: RevisionView, fields: readonly FormField[]): ModificationRules {
  let permission: Permission | null = null;
  let permissionBy: string | null = null;
  const restrict = (level: Permission | null, by: string | null): void => {
    if (level === null || (permission !== null && level >= permission)) return;
    permission = level;
    permissionBy = by;
  };
  const locks: LockInForce[] = [];
  let certified = false;
  for (const field of fields) {
    const value = field.type === 'Sig' ? asKind(view.resolve(field.value), 'dictionary') : undefined;
    if (value === undefined) continue;
    // `/Perms` is optional: some signers leave only the reference in the signature dictionary.
    const level = docMdpOf(view, value);
    certified ||= level !== null;
    restrict(level, field.name);
    const lockDictionary = asKind(view.get(field.dictionary, 'Lock'), 'dictionary');
    restrict(lockDictionary === undefined ? null : permissionOf(view, lockDictionary, null), field.name);
    for (const source of [lockDictionary, fieldMdpOf(view, value)]) {
      const lock = source === undefined ? null : readFieldLock(view, source);
      if (lock !== null) locks.push({ ...lock, by: field.name });
    }
  }
  const certification = certificationOf(view);
  const level = certification === null ? null : docMdpOf(view, certification);
  certified ||= level !== null;
  restrict(level, null);
  return { certified, permission, permissionBy, locks };
}

/** What one signature says about later changes: its certification, and the lock that it carries. */
export interface SignatureRules {
  readonly certification: Permission | null;
  readonly lock: FieldLock | null;
}

/** @param signature - a signature dictionary @throws MalformedPdf */
export function readSignatureRules(view: RevisionView, signature: PdfDictionary): SignatureRules {
  const parameters = fieldMdpOf(view, signature);
  return {
    certification: docMdpOf(view, signature),
    lock: parameters === undefined ? null : readFieldLock(view, parameters),
  };
}

/** Whether a lock covers the field: its own name or that of a field above it decides. */
export function locksField(lock: FieldLock, fieldName: string): boolean {
  const listed = lock.fields.some((name) => fieldName === name || fieldName.startsWith(`${name}.`));
  if (lock.action === 'All') return true;
  return lock.action === 'Include' ? listed : !listed;
}

/**
 * The lock in a `/Lock` dictionary or in the parameters of a FieldMDP transform, null when it names no known action.
 * @throws MalformedPdf
 */
export function readFieldLock(view: RevisionView, dictionary: PdfDictionary): FieldLock | null {
  const action = asKind(view.get(dictionary, 'Action'), 'name')?.name;
  if (action !== 'All' && action !== 'Include' && action !== 'Exclude') return null;
  const fields: string[] = [];
  for (const item of asKind(view.get(dictionary, 'Fields'), 'array')?.items ?? []) {
    const name = asKind(view.resolve(item), 'string');
    if (name !== undefined) fields.push(textOf(name));
  }
  return { action, fields };
}

/** The signature dictionary that `/Perms /DocMDP` of the catalog names. @throws MalformedPdf */
export function certificationOf(view: RevisionView): PdfDictionary | null {
  const permissions = asKind(view.get(view.catalog(), 'Perms'), 'dictionary');
  if (permissions === undefined) return null;
  return asKind(view.get(permissions, 'DocMDP'), 'dictionary') ?? null;
}

/** The signature that `/Perms /DocMDP` of the catalog names; null where it names none. @throws MalformedPdf */
export function certifyingReference(view: RevisionView): PdfReference | null {
  const permissions = asKind(view.get(view.catalog(), 'Perms'), 'dictionary');
  return asKind(permissions?.entries.get('DocMDP'), 'reference') ?? null;
}

/** Whether a signature certifies the document, and whether its `/P` is one that the standard knows. @throws MalformedPdf */
export function certificationIn(
  view: RevisionView,
  signature: PdfDictionary,
): { readonly permissionKnown: boolean } | null {
  const parameters = transformParameters(view, signature, 'DocMDP');
  if (parameters === undefined) return null;
  const permission = view.get(parameters, 'P');
  const value = asKind(permission, 'number')?.value;
  return { permissionKnown: permission === null || value === 1 || value === 2 || value === 3 };
}

function docMdpOf(view: RevisionView, signature: PdfDictionary): Permission | null {
  const parameters = transformParameters(view, signature, 'DocMDP');
  return parameters === undefined ? null : permissionOf(view, parameters, 2);
}

function fieldMdpOf(view: RevisionView, signature: PdfDictionary): PdfDictionary | undefined {
  return transformParameters(view, signature, 'FieldMDP');
}

function transformParameters(
  view: RevisionView,
  signature: PdfDictionary,
  method: 'DocMDP' | 'FieldMDP',
): PdfDictionary | undefined {
  for (const item of asKind(view.get(signature, 'Reference'), 'array')?.items ?? []) {
    const reference = asKind(view.resolve(item), 'dictionary');
    if (reference === undefined || !isName(view.get(reference, 'TransformMethod'), method)) continue;
    return asKind(view.get(reference, 'TransformParams'), 'dictionary') ?? EMPTY;
  }
  return undefined;
}

const EMPTY: PdfDictionary = { kind: 'dictionary', entries: new Map(), repeatedKeys: [] };

/** `/P`; a value that no standard knows forbids everything, since nobody can say what it was meant to allow. */
function permissionOf<D extends Permission | null>(
  view: RevisionView,
  dictionary: PdfDictionary,
  absent: D,
): Permission | D {
  const object = view.get(dictionary, 'P');
  if (object === null) return absent;
  const value = asKind(object, 'number')?.value;
  return value === 2 || value === 3 ? value : 1;
}
