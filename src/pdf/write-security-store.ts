// Writing the document security store (ISO 32000-2, 12.8.4.3): validation data is added, none is ever taken away.

import type { RandomBytes } from '../platform/platform.ts';
import type { PdfDocument, RevisionView } from './document.ts';
import { padesExtension, withExtension } from './extensions.ts';
import {
  asKind,
  type PdfDictionary,
  type PdfReference,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfStream,
  withEntries,
} from './objects.ts';
import { requireSoundBase } from './prepare-signature.ts';
import type { SecurityStoreContents } from './security-store.ts';
import { PdfUpdate } from './update.ts';

/**
 * An update that adds to the document's security store what is not there yet; the same bytes are stored once. A store that was
 * last written before `signedUntil` is written again even where nothing is new: validators look for the data of a signature
 * behind it.
 * A certification that forbids changes allows it (12.8.2.2.2, table 257).
 * @param signedUntil - where the last signature that the data are for ends, in bytes from the start of the file
 * @param fileIdentifier - 16 bytes, see `PdfUpdate.write`
 * @param randomBytes - see `PdfUpdate`
 * @returns the bytes to append; null when all of it is there, and behind the signature
 * @throws MalformedPdf for a document that cannot be built upon
 */
export function writeSecurityStore(
  document: PdfDocument,
  additions: SecurityStoreContents,
  signedUntil: number,
  fileIdentifier: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array | null {
  requireSoundBase(document);
  const update = new PdfUpdate(document, randomBytes);
  const { reference, dictionary } = currentStore(update);
  const arrays = {
    Certs: extendedArray(update, dictionary, 'Certs', additions.certificates),
    OCSPs: extendedArray(update, dictionary, 'OCSPs', additions.ocspResponses),
    CRLs: extendedArray(update, dictionary, 'CRLs', additions.crls),
  };
  const changed = Object.fromEntries(Object.entries(arrays).filter(([, array]) => array !== null));
  if (Object.keys(changed).length === 0 && writtenAt(update, reference) >= signedUntil) return null;
  const store = withEntries(dictionary, changed);
  if (reference === null) putNewStore(update, store);
  else update.put(reference, store);
  return update.write(fileIdentifier).bytes;
}

interface CurrentStore {
  /** Null where the store is absent, or stands directly in the catalog. */
  readonly reference: PdfReference | null;
  readonly dictionary: PdfDictionary;
}

function currentStore({ view }: PdfUpdate): CurrentStore {
  const entry = view.catalog().entries.get('DSS');
  const dictionary = asKind(view.resolve(entry), 'dictionary');
  if (dictionary === undefined)
    return { reference: null, dictionary: pdfDictionary({ Type: pdfName('DSS') }) };
  const reference = asKind(entry, 'reference');
  // Through a chain of references the last object would have to be replaced; a store under its own number is simpler to read.
  const isDirect = reference === undefined || asKind(view.load(reference), 'dictionary') === undefined;
  return { reference: isDirect ? null : reference, dictionary };
}

/** Offset of the object that holds the store: its own, the catalog, or the stream that either stands in. */
function writtenAt({ view, root }: PdfUpdate, reference: PdfReference | null): number {
  const entry = view.entry((reference ?? root).number);
  const place = entry?.kind === 'compressed' ? view.entry(entry.stream) : entry;
  return place?.kind === 'offset' ? place.offset : 0;
}

/** The store gets a number, the catalog its reference, and the file says that it uses what came after PDF 1.7. */
function putNewStore(update: PdfUpdate, store: PdfDictionary): void {
  const catalog = withEntries(update.dictionary(update.root), { DSS: update.add(store) });
  const extension = padesExtension(update.document.version, 1);
  const extended = extension === null ? null : withExtension(update.view, catalog, extension);
  update.put(update.root, extended ?? catalog);
}

type ArrayKey = 'Certs' | 'OCSPs' | 'CRLs';

// What a VRI entry calls the same kind of data (table 262).
const KEY_IN_VRI: Readonly<Record<ArrayKey, string>> = { Certs: 'Cert', OCSPs: 'OCSP', CRLs: 'CRL' };

/** The array with what is new behind what was there, or null when nothing is new. */
function extendedArray(
  update: PdfUpdate,
  store: PdfDictionary,
  key: ArrayKey,
  additions: readonly Uint8Array[],
): ReturnType<typeof pdfArray> | null {
  const { view } = update;
  const items = asKind(view.get(store, key), 'array')?.items ?? [];
  const listed = storedStreams(view, store, key);
  const elsewhere = streamsOfVri(view, store, KEY_IN_VRI[key]);
  const added: PdfReference[] = [];
  for (const data of additions) {
    if (listed.some((stream) => sameBytes(stream.data, data))) continue;
    const known = elsewhere.find((stream) => sameBytes(stream.data, data));
    const reference = known?.reference ?? update.add(pdfStream(pdfDictionary({}), data));
    listed.push({ reference, data });
    added.push(reference);
  }
  return added.length === 0 ? null : pdfArray([...items, ...added]);
}

interface StoredStream {
  readonly reference: PdfReference;
  readonly data: Uint8Array;
}

function storedStreams(view: RevisionView, dictionary: PdfDictionary, key: string): StoredStream[] {
  return (asKind(view.get(dictionary, key), 'array')?.items ?? []).flatMap((item) => {
    const reference = asKind(item, 'reference');
    const stream = asKind(view.resolve(item), 'stream');
    return reference === undefined || stream === undefined ? [] : [{ reference, data: view.decode(stream) }];
  });
}

function streamsOfVri(view: RevisionView, store: PdfDictionary, key: string): StoredStream[] {
  const vri = asKind(view.get(store, 'VRI'), 'dictionary');
  return [...(vri?.entries.values() ?? [])].flatMap((entry) => {
    const item = asKind(view.resolve(entry), 'dictionary');
    return item === undefined ? [] : storedStreams(view, item, key);
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
