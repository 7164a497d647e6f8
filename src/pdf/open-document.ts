// Opening a PDF: strictly, else the longest prefix that opens strictly and is signed, else by a scan that proves nothing.

import type { Source } from '../platform/platform.ts';
import { latin1 } from './characters.ts';
import type { OpenOptions, PdfDocument, PdfNote } from './document.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { hasFieldCycles, withoutFieldCycles } from './field-cycles.ts';
import { PDF_LIMITS } from './limits.ts';
import { linearizationNote } from './linearization.ts';
import { ObjectStore } from './object-store.ts';
import { asKind } from './objects.ts';
import { openSignedPrefix } from './prefix-reading.ts';
import { highestNumber, ReadDocument } from './read-document.ts';
import { repairDocument } from './repair.ts';
import { Definitions, View } from './revision-view.ts';
import { type ReadRevision, readRevisions } from './revisions.ts';
import { openSecurityHandler, type SecurityHandler } from './security-handler.ts';

/**
 * Opens a document; its objects are read when asked for, so that this costs a few kilobytes of any file.
 *
 * With `damaged: 'read'` a file that needs a guess gives the `prefix` reading if something signed can still be read strictly,
 * and else the `repaired` one, which is promised to hold no trace of a signature.
 *
 * @throws MalformedPdf `not-pdf`, `pdf-encrypted`, `pdf-unsupported`, `limits-exceeded`; `pdf-damaged`
 *   { reason: 'header-offset' }, with `damaged: 'refuse'` for whatever needs a guess, else { reason: 'signed-and-broken' }
 *   and what cannot be repaired without ambiguity
 */
export function openDocument(source: Source, options: OpenOptions): PdfDocument {
  requireHeader(source);
  const store = new ObjectStore(source, options.limits ?? PDF_LIMITS, options.inflater);
  try {
    const document = openStrictly(store, options, source.size);
    return options.damaged === 'mend' ? mended(document, store) : document;
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code !== 'pdf-damaged') throw error;
    if (options.damaged === 'refuse') throw error;
  }
  const prefix = openSignedPrefix(source, (end) => openStrictly(store, options, end));
  return prefix ?? repairDocument(new ObjectStore(source, store.limits, options.inflater));
}

/** The same document where nothing has to be mended, or nothing may. */
function mended(document: ReadDocument, { source, limits, inflater }: ObjectStore): ReadDocument {
  // Whoever scans an encrypted file sees no strings, so nothing in it is rebuilt.
  if (document.encrypted || !hasFieldCycles(document)) return document;
  try {
    return withoutFieldCycles(repairDocument(new ObjectStore(source, limits, inflater)));
  } catch (error) {
    // Ambiguous: then the form stays as it is, and whoever needs it says what is wrong with it.
    if (error instanceof MalformedPdf && error.code === 'pdf-damaged') return document;
    throw error;
  }
}

const HEADER_BYTES = 1024;

// Offsets count from the file's first byte for some readers and from the header for others.
function requireHeader(source: Source): void {
  if (latin1(source.read(0, 5)) === '%PDF-') return;
  const at = latin1(source.read(0, HEADER_BYTES)).indexOf('%PDF-');
  if (at === -1) throw new MalformedPdf('not-pdf');
  if (at > 0) throw damaged('header-offset', at);
}

/** Opens the first `end` bytes. */
function openStrictly(store: ObjectStore, options: OpenOptions, end: number): ReadDocument {
  const { limits, source } = store;
  const notes: PdfNote[] = [];
  const prefix: Source = {
    size: end,
    read: (offset, length) => source.read(offset, Math.min(length, end - offset)),
    ...(source.whole === undefined ? {} : { whole: source.whole.subarray(0, end) }),
  };
  const revisions = readRevisions({ source: prefix, limits, inflater: options.inflater, notes });
  const handler = securityHandler(store, revisions, options);
  const clear = handler === null ? store : store.decryptedBy(handler);
  const reading = end === source.size ? 'strict' : 'prefix';
  const linearization = linearizationNote(source, limits);
  if (linearization !== null) notes.push(linearization);
  const parts = { reading, readableEnd: end, revisions, notes, security: handler } as const;
  const document = new ReadDocument(clear, parts);
  requirePages(document);
  const size = asKind(document.last.trailer.entries.get('Size'), 'number')?.value;
  if (size !== highestNumber(document) + 1)
    notes.push({ code: 'size-wrong', at: document.last.revision.startxref });
  return document;
}

/** As the last revision names it: that is what readers use, and a verifier compares it with the ones before. */
function securityHandler(
  store: ObjectStore,
  revisions: readonly ReadRevision[],
  options: OpenOptions,
): SecurityHandler | null {
  const last = revisions.at(-1);
  if (last === undefined) return null;
  const definitions = new Definitions(revisions.map((revision) => ({ revision, entries: revision.entries })));
  return openSecurityHandler(new View(last, definitions, store), options);
}

/** Where these cannot be reached, the sections do not fit the file. */
function requirePages({ last }: PdfDocument): void {
  if (asKind(last.get(last.catalog(), 'Pages'), 'dictionary') === undefined) throw damaged('page-tree');
}
