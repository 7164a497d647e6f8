// Step 1 of a signature in a PDF: the update with everything but the signature value, all its offsets known from writing.

import type { RandomBytes } from '../platform/platform.ts';
import type { PdfDocument } from './document.ts';
import { MalformedPdf, UpdateRefused } from './errors.ts';
import { isoExtension, padesExtension, withExtension } from './extensions.ts';
import { copyPageAsForm } from './form-xobject.ts';
import { hybridViewsAgree } from './hybrid.ts';
import {
  asKind,
  type PdfDictionary,
  type PdfObject,
  type PdfReference,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfNumber,
  pdfStream,
  pdfTextString,
  withEntries,
} from './objects.ts';
import { addPageContent, type PageContent, requireUnsigned } from './page-content.ts';
import { uprightMatrix, type WidgetPlace } from './placement.ts';
import { hexDigits, latin1Bytes } from './serialize.ts';
import {
  byteRangeText,
  type SignatureEntries,
  type SubFilter,
  signatureDictionaryText,
} from './signature-dictionary.ts';
import { signatureReferences } from './signature-references.ts';
import type { ExistingField, NewField, SigningPlace } from './signing-place.ts';
import { requireSoundPageTree, requireSoundStructureTree } from './tree-walks.ts';
import { PdfUpdate } from './update.ts';

export interface SignatureToPrepare {
  readonly place: SigningPlace;
  /** A one-page document of our own whose page is drawn in a visible place; null draws nothing. */
  readonly appearance: PdfDocument | null;
  /** What else is drawn on pages; only in a document that nobody has signed. */
  readonly pageContent?: readonly PageContent[];
  /** Bytes of CMS that `/Contents` shall hold. */
  readonly reserved: number;
  readonly subFilter: SubFilter;
  /** Whether the value is made with an elliptic curve, which PDF 2.0 knows by an extension only (ISO/TS 32002). */
  readonly ellipticCurve?: boolean;
  readonly entries: SignatureEntries;
  /** What assistive technology reads for a new field (`/TU`). */
  readonly description: string;
  /** 16 bytes, see `PdfUpdate.write`. */
  readonly fileIdentifier: Uint8Array;
  /** See `PdfUpdate`. */
  readonly randomBytes: RandomBytes;
}

/** A signature that lacks only its value. */
export interface PreparedUpdate {
  /** The bytes to append to the document, `/Contents` all zeros. */
  readonly update: Uint8Array;
  /** Offsets from the start of the file; the second range ends with the update. */
  readonly byteRange: readonly [0, number, number, number];
  /** Offset in `update` of the `<` of `/Contents`. */
  readonly contentsAt: number;
  readonly reserved: number;
  readonly fieldName: string;
}

/** @throws MalformedPdf for a document that cannot be built upon */
export function prepareSignature(document: PdfDocument, signature: SignatureToPrepare): PreparedUpdate {
  requireSoundBase(document);
  const update = new PdfUpdate(document, signature.randomBytes);
  const value = update.allocate();
  const pageContent = signature.pageContent ?? [];
  if (pageContent.length > 0) requireUnsigned(document);
  for (const content of pageContent) addPageContent(update, content);
  if (signature.place.kind === 'new') putNewField(update, signature.place, value, signature);
  else putSignedField(update, signature.place, value, signature.appearance);
  putExtensions(update, signature);
  const { rules } = signature.place;
  if (rules.certification !== null) putCertification(update, value);

  const { subFilter, entries, reserved } = signature;
  const references = signatureReferences(rules, update.root);
  const serialize = (object: PdfObject) => update.serialize(object, value);
  const dictionary = signatureDictionaryText(subFilter, entries, reserved, references, serialize);
  update.put(value, { kind: 'serialized', text: dictionary.text });
  const { bytes, valueOffsets } = update.write(signature.fileIdentifier);

  const { size } = document.source;
  const valueAt = valueOffsets.get(value.number) ?? 0;
  const cut = valueAt + dictionary.contentsAt;
  const resume = cut + dictionary.contentsLength;
  const byteRange = [0, cut, resume, size + bytes.length - resume] as const;
  requireWritable(byteRange);
  bytes.set(latin1Bytes(byteRangeText(byteRange)), valueAt + dictionary.byteRangeAt - size);
  return { update: bytes, byteRange, contentsAt: cut - size, reserved, fieldName: signature.place.name };
}

// What the blanks that were left for it hold, and what a cross-reference table can say.
const HIGHEST_OFFSET = 9_999_999_999;

function requireWritable(byteRange: readonly number[]): void {
  const value = Math.max(...byteRange);
  if (value > HIGHEST_OFFSET) throw new MalformedPdf('limits-exceeded', { limit: 'offset', value });
}

/**
 * Fills the reserved gap.
 * @param cms - DER; the rest of the gap stays zero
 * @returns the update with the value in it; `prepared` is not changed
 * @throws UpdateRefused `signature-too-large` { needed, reserved }
 */
export function embedSignature(prepared: PreparedUpdate, cms: Uint8Array): Uint8Array {
  if (cms.length > prepared.reserved) {
    throw new UpdateRefused('signature-too-large', { needed: cms.length, reserved: prepared.reserved });
  }
  const update = prepared.update.slice();
  update.set(hexDigits(cms), prepared.contentsAt + 1);
  return update;
}

/** What no verifier of ours would accept is refused before a key is asked. @throws MalformedPdf */
export function requireSoundBase(document: PdfDocument): void {
  if (document.reading === 'prefix') throw new MalformedPdf('pdf-damaged', { reason: 'signed-and-broken' });
  if (!hybridViewsAgree(document)) throw new MalformedPdf('pdf-damaged', { reason: 'hybrid-views-differ' });
  requireSoundPageTree(document.last, document.limits);
  requireSoundStructureTree(document.last, document.limits);
}

function putNewField(
  update: PdfUpdate,
  field: NewField,
  value: PdfReference,
  signature: SignatureToPrepare,
): void {
  const { place } = field;
  const widget = pdfDictionary({
    Type: pdfName('Annot'),
    Subtype: pdfName('Widget'),
    FT: pdfName('Sig'),
    T: pdfTextString(field.name),
    TU: pdfTextString(signature.description),
    // Print and Locked (12.5.3): what is signed is printed, and nobody drags it elsewhere.
    F: pdfNumber(132),
    Rect: pdfArray((place?.rect ?? [0, 0, 0, 0]).map(pdfNumber)),
    P: field.page.reference,
    V: value,
    ...(place !== null && place.rotation !== 0
      ? { MK: pdfDictionary({ R: pdfNumber(place.rotation) }) }
      : {}),
    // A time-stamp shows nothing (12.5.5 asks no appearance of an empty rectangle); validators that look for archive updates
    // alone, as a certification without changes demands, take any appearance for a filled form.
    ...(signature.subFilter === 'ETSI.RFC3161'
      ? {}
      : { AP: pdfDictionary({ N: putAppearance(update, place, signature.appearance) }) }),
  });
  const reference = update.add(widget);
  addAnnotation(update, field.page.reference, reference);
  addFormField(update, reference);
}

function putSignedField(
  update: PdfUpdate,
  place: ExistingField,
  value: PdfReference,
  appearance: PdfDocument | null,
): void {
  update.put(place.field, withEntries(update.dictionary(place.field), { V: value }));
  if (place.widget !== null && place.place !== null && appearance !== null) {
    const normal = putAppearance(update, place.place, appearance);
    const widget = update.dictionary(place.widget);
    update.put(place.widget, withEntries(widget, { AP: pdfDictionary({ N: normal }) }));
  }
  addFormField(update, null);
}

function putAppearance(
  update: PdfUpdate,
  place: WidgetPlace | null,
  appearance: PdfDocument | null,
): PdfReference {
  if (place !== null && appearance !== null) {
    return copyPageAsForm(update, appearance, uprightMatrix(place.rotation));
  }
  const box = pdfArray([0, 0, place?.width ?? 0, place?.height ?? 0].map(pdfNumber));
  const form = pdfDictionary({ Type: pdfName('XObject'), Subtype: pdfName('Form'), BBox: box });
  return update.add(pdfStream(form, new Uint8Array(0)));
}

/** Appends to the page's annotations: in their own object where they have one, else in the page. */
function addAnnotation(update: PdfUpdate, page: PdfReference, widget: PdfReference): void {
  const dictionary = update.dictionary(page);
  const appended = appendedTo(update, dictionary.entries.get('Annots'), widget);
  if (appended !== null) update.put(page, withEntries(dictionary, { Annots: appended }));
}

/** Appends to an array; null when the array is an object of its own, which then is replaced. */
function appendedTo(update: PdfUpdate, array: PdfObject | undefined, item: PdfObject): PdfObject | null {
  const resolved = update.view.resolve(array);
  if (resolved === null) return pdfArray([item]);
  const items = asKind(resolved, 'array')?.items;
  if (items === undefined) throw new MalformedPdf('pdf-damaged', { reason: 'object' });
  const appended = pdfArray([...items, item]);
  const reference = asKind(array, 'reference');
  if (reference === undefined) return appended;
  update.put(lastReference(update, reference), appended);
  return null;
}

/** Where a reference leads to a reference, the object that holds the value is the one to replace. */
function lastReference(update: PdfUpdate, reference: PdfReference): PdfReference {
  const object = asKind(update.view.load(reference), 'reference');
  return object === undefined ? reference : lastReference(update, object);
}

// Signatures exist, and the file may only be appended to (table 225).
const SIGNATURES_EXIST_APPEND_ONLY = 3;

/** The form knows the field and says that there are signatures. @param field - null for one that it already knows */
function addFormField(update: PdfUpdate, field: PdfReference | null): void {
  const catalog = update.dictionary(update.root);
  const entry = catalog.entries.get('AcroForm');
  const resolved = update.view.resolve(entry);
  const form = resolved === null ? pdfDictionary({}) : asKind(resolved, 'dictionary');
  if (form === undefined) throw new MalformedPdf('pdf-damaged', { reason: 'object' });
  const changed = changedForm(update, form, field);
  if (changed === form) return;
  const reference = resolved === null ? undefined : asKind(entry, 'reference');
  if (reference !== undefined) update.put(lastReference(update, reference), changed);
  else update.put(update.root, withEntries(catalog, { AcroForm: changed }));
}

function changedForm(update: PdfUpdate, form: PdfDictionary, field: PdfReference | null): PdfDictionary {
  const flags = asKind(update.view.get(form, 'SigFlags'), 'number')?.value ?? 0;
  const fields = field === null ? null : appendedTo(update, form.entries.get('Fields'), field);
  const flagged = (flags & SIGNATURES_EXIST_APPEND_ONLY) === SIGNATURES_EXIST_APPEND_ONLY;
  if (flagged && fields === null) return form;
  return withEntries(form, {
    ...(fields === null ? {} : { Fields: fields }),
    ...(flagged ? {} : { SigFlags: pdfNumber(flags | SIGNATURES_EXIST_APPEND_ONLY) }),
  });
}

/** The catalog names the signature that certifies the document (12.8.6). */
function putCertification(update: PdfUpdate, value: PdfReference): void {
  const catalog = update.dictionary(update.root);
  const old = asKind(update.view.resolve(catalog.entries.get('Perms')), 'dictionary') ?? pdfDictionary({});
  update.put(update.root, withEntries(catalog, { Perms: withEntries(old, { DocMDP: value }) }));
}

function putExtensions(update: PdfUpdate, { subFilter, ellipticCurve }: SignatureToPrepare): void {
  const { version } = update.document;
  const wanted = [
    subFilter === 'adbe.pkcs7.detached'
      ? null
      : padesExtension(version, subFilter === 'ETSI.RFC3161' ? 1 : 2),
    ellipticCurve === true ? isoExtension(version, 32_002) : null,
  ];
  for (const extension of wanted) {
    if (extension === null) continue;
    const changed = withExtension(update.view, update.dictionary(update.root), extension);
    if (changed !== null) update.put(update.root, changed);
  }
}
