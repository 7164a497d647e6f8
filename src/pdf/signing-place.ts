// Which field takes the signature and where it is seen: an empty one that is there, or a new one that is allowed.

import { requirePermission } from './access-permissions.ts';
import type { AnchorPlacement, ChosenAnchor } from './anchor.ts';
import { type Collision, OVERLAP_SLACK, pageAnnotations, rectangleOf } from './collisions.ts';
import {
  certificationOf,
  type FieldLock,
  locksField,
  type Permission,
  readFieldLock,
  readModificationRules,
} from './doc-mdp.ts';
import type { PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf, UpdateRefused } from './errors.ts';
import { type FormField, readFields } from './form-fields.ts';
import { asKind, type PdfDictionary, type PdfReference, pdfTextString } from './objects.ts';
import { type CollisionPolicy, type Cover, requireSpot } from './page-spot.ts';
import { type Page, pageAt } from './page-tree.ts';
import { type Box, boxesOverlap, displayedRotation, type Placement, type WidgetPlace } from './placement.ts';
import { type IntendedSignature, requireSeedValueMet } from './seed-value.ts';
import type { DeclaredLock, DeclaredRules } from './signature-references.ts';

export interface FieldWish {
  /** Full name of the field to sign; null for a new one under `newFieldName`. With a placement the name of a new field. */
  readonly fieldName: string | null;
  /** Null for an invisible signature, or for the place that an existing field has. */
  readonly placement: Placement | AnchorPlacement | null;
  /** About what a new field would cover; absent, nobody looks. */
  readonly collision?: CollisionPolicy;
  /** Used for a new field, with `_2`, `_3` … behind it where it is taken. */
  readonly newFieldName: string;
  /** Certify the document, allowing no more than this from now on. */
  readonly certification?: Permission | null;
  /** Fields that may not change any more; absent: as the field's own `/Lock` says. */
  readonly lock?: FieldLock | null;
}

export interface NewField {
  readonly kind: 'new';
  readonly name: string;
  readonly page: Page;
  /** Null: invisible. */
  readonly place: WidgetPlace | null;
  /** Null unless a text named the place. */
  readonly anchor: ChosenAnchor | null;
  readonly cover: Cover | null;
  /** What the field covers, where that is only to be told. */
  readonly collisions: readonly Collision[];
  readonly rules: DeclaredRules;
}

export interface ExistingField {
  readonly kind: 'existing';
  readonly name: string;
  readonly field: PdfReference;
  /** Same as `field` where the two dictionaries are merged; null for a field without a widget. */
  readonly widget: PdfReference | null;
  /** Null: it has no area. */
  readonly place: WidgetPlace | null;
  /** The lock is the one that the field's author put on it, else the one that was asked for. */
  readonly rules: DeclaredRules;
}

export type SigningPlace = NewField | ExistingField;

/**
 * Decides the field and its place, and that the document's permissions and earlier signatures allow it.
 * @throws UpdateRefused for every reason but `signature-too-large`; MalformedPdf
 */
export function requireSigningPlace(
  document: PdfDocument,
  wish: FieldWish,
  intended: IntendedSignature,
): SigningPlace {
  const view = document.last;
  requireStaticForm(view);
  const fields = readFields(view);
  const named = wish.fieldName === null ? [] : fields.filter((field) => field.name === wish.fieldName);
  requireLockedFieldsKnown(fields, wish.lock ?? null);
  const place =
    named.length === 0 ? newField(document, fields, wish) : existingField(view, named, wish, intended);
  requirePermission(document, place.kind === 'new' ? 'new-field' : 'existing-field');
  if (place.rules.certification !== null) requireNotSigned(view, fields);
  requireSigningAllowed(view, fields, place);
  if (place.kind === 'new' && place.place !== null)
    requireFreeGround(view, fields, place.page, place.place.rect);
  return place;
}

/**
 * The invisible new field of a document time-stamp. No certification and no lock forbids one (ISO 32000-2, 12.8.2.2.2).
 * @param newFieldName - with `_2`, `_3` … behind it where it is taken
 * @throws UpdateRefused `page-not-found`, `pdf-permission-denied`; MalformedPdf
 */
export function timestampPlace(document: PdfDocument, newFieldName: string): NewField {
  const view = document.last;
  requireStaticForm(view);
  requirePermission(document, 'new-field');
  return newField(document, readFields(view), { fieldName: null, placement: null, newFieldName });
}

/** A form whose pages are made by the viewer from XFA shows something else than what would be signed. */
function requireStaticForm(view: RevisionView): void {
  if (view.get(view.catalog(), 'NeedsRendering') === true) {
    throw new MalformedPdf('pdf-unsupported', { feature: 'dynamic-xfa' });
  }
}

function newField(document: PdfDocument, fields: readonly FormField[], wish: FieldWish): NewField {
  const { fieldName, placement } = wish;
  // A name alone means a field that somebody else has prepared; making it would hide a typing error.
  if (fieldName !== null && (placement === null || fieldName === '' || fieldName.includes('.'))) {
    throw new UpdateRefused('field-not-found', { fieldName });
  }
  const spot =
    placement === null
      ? invisibleSpot(document.last)
      : requireSpot(document, placement, wish.collision ?? 'ignore');
  const rules = { certification: wish.certification ?? null, lock: askedLock(wish) };
  return { kind: 'new', name: unusedName(fields, fieldName ?? wish.newFieldName), ...spot, rules };
}

/** What is not seen still belongs to a page: the first. */
function invisibleSpot(view: RevisionView): Omit<NewField, 'kind' | 'name' | 'rules'> {
  const page = pageAt(view, 1);
  if (page === null) throw new UpdateRefused('page-not-found', { page: 1 });
  return { page, place: null, anchor: null, cover: null, collisions: [] };
}

function unusedName(fields: readonly FormField[], wanted: string): string {
  const taken = new Set(fields.map((field) => field.name.split('.', 1)[0]));
  let name = wanted;
  for (let i = 2; taken.has(name); i += 1) name = `${wanted}_${i}`;
  return name;
}

function existingField(
  view: RevisionView,
  named: readonly FormField[],
  wish: FieldWish,
  intended: IntendedSignature,
): ExistingField {
  const [field, ...others] = named;
  const fieldName = wish.fieldName ?? '';
  if (field === undefined) throw new UpdateRefused('field-not-found', { fieldName });
  // The field has its place; asked for another one, nobody can say which was meant.
  if (others.length > 0 || field.widgets.length > 1 || wish.placement !== null) {
    throw new UpdateRefused('field-ambiguous', { fieldName });
  }
  if (field.type !== 'Sig') throw new UpdateRefused('field-not-signature', { fieldName });
  if (view.resolve(field.value) !== null) throw new UpdateRefused('field-already-signed', { fieldName });
  if (field.reference === null) throw new MalformedPdf('pdf-damaged', { reason: 'object' });
  requireSeedValueMet(view, field.dictionary, intended);
  const widget = field.widgets[0];
  return {
    kind: 'existing',
    name: field.name,
    field: field.reference,
    widget: widget?.reference ?? null,
    // A widget without a number of its own cannot be replaced, so it keeps the look it has.
    place: widget?.reference == null ? null : widgetPlace(view, widget.dictionary),
    rules: { certification: wish.certification ?? null, lock: lockOfField(view, field.dictionary, wish) },
  };
}

/** The lock that the field's author put on it is the one that its signature must carry (12.7.5.5). */
function lockOfField(view: RevisionView, field: PdfDictionary, wish: FieldWish): DeclaredLock | null {
  const declared = declaredLock(view, field);
  if (declared === null) return askedLock(wish);
  if (wish.lock != null) throw new UpdateRefused('seed-value-unmet', { entry: 'Lock' });
  return declared;
}

function askedLock({ lock }: FieldWish): DeclaredLock | null {
  return lock == null ? null : { action: lock.action, fields: lock.fields.map(pdfTextString) };
}

/** A lock on nothing would hide a typing error. */
function requireLockedFieldsKnown(fields: readonly FormField[], lock: FieldLock | null): void {
  for (const fieldName of lock?.fields ?? []) {
    const known = fields.some(({ name }) => name === fieldName || name.startsWith(`${fieldName}.`));
    if (!known) throw new UpdateRefused('field-not-found', { fieldName });
  }
}

function declaredLock(view: RevisionView, field: PdfDictionary): DeclaredLock | null {
  const dictionary = asKind(view.get(field, 'Lock'), 'dictionary');
  const lock = dictionary === undefined ? null : readFieldLock(view, dictionary);
  if (dictionary === undefined || lock === null) return null;
  const items = asKind(view.get(dictionary, 'Fields'), 'array')?.items ?? [];
  return { action: lock.action, fields: items.map((item) => view.resolve(item)) };
}

function widgetPlace(view: RevisionView, widget: PdfDictionary): WidgetPlace | null {
  const rect = rectangleOf(view, widget);
  if (rect === null || rect[0] === rect[2] || rect[1] === rect[3]) return null;
  const characteristics = asKind(view.get(widget, 'MK'), 'dictionary');
  const turned = asKind(view.resolve(characteristics?.entries.get('R')), 'number')?.value ?? 0;
  const rotation = displayedRotation(turned);
  const [along, across] = [rect[2] - rect[0], rect[3] - rect[1]];
  const upright = rotation === 0 || rotation === 180;
  return { rect, rotation, width: upright ? along : across, height: upright ? across : along };
}

/** A document is certified by its first signature or not at all (12.8.2.2.1). */
function requireNotSigned(view: RevisionView, fields: readonly FormField[]): void {
  const signed = fields.find((field) => field.type === 'Sig' && view.resolve(field.value) !== null);
  if (signed === undefined && certificationOf(view) === null) return;
  throw new UpdateRefused('certification-not-first', { fieldName: signed?.name ?? null });
}

function requireSigningAllowed(view: RevisionView, fields: readonly FormField[], place: SigningPlace): void {
  const rules = readModificationRules(view, fields);
  const visibleNew = place.kind === 'new' && place.place !== null;
  // Where a permission is in force, what is newly seen on a page counts as a change (against sneaky signatures).
  if (rules.permission === 1 || (rules.permission !== null && visibleNew)) {
    throw new UpdateRefused('docmdp-forbids', { level: rules.permission, by: rules.permissionBy });
  }
  // An invisible new field too: whether it changes what a lock protects, verifiers disagree, and he who locked must not suffer.
  const lock = rules.locks.find((each) => locksField(each, place.name));
  if (lock !== undefined) throw new UpdateRefused('field-locked', { fieldName: place.name, by: lock.by });
}

/**
 * A widget over an earlier signature is always refused; in a signed document over any annotation, since every verifier of
 * the earlier signature would have to call it covered.
 */
function requireFreeGround(view: RevisionView, fields: readonly FormField[], page: Page, rect: Box): void {
  const signed = fields.some((field) => field.type === 'Sig' && view.resolve(field.value) !== null);
  for (const { subtype, rect: box, number } of pageAnnotations(view, page)) {
    if (!boxesOverlap(rect, box, OVERLAP_SLACK)) continue;
    if (signed || isSignatureWidget(fields, number)) {
      throw new UpdateRefused('placement-collides', { with: subtype, rect: box });
    }
  }
}

function isSignatureWidget(fields: readonly FormField[], number: number | null): boolean {
  return fields.some(
    (field) =>
      field.type === 'Sig' &&
      field.widgets.some((widget) => widget.reference !== null && widget.reference.number === number),
  );
}
