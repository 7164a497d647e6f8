// A PDF as its revisions: what each cross-reference section defines, and every object as each revision saw it.

import type { Ciphers, Digests, Inflater, RandomBytes, Source } from '../platform/platform.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfDictionary, PdfObject, PdfReference, PdfStream } from './objects.ts';

/** Where an object number leads in one revision. */
export type CrossReferenceEntry =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number };

/** Entries by object number, read when asked for. */
export interface RevisionEntries extends ReadonlyMap<number, CrossReferenceEntry> {
  /** The highest object number, -1 when there is none; costs no row. */
  readonly highest: number;
}

/** Something a stricter reader might object to; no effect on a verdict unless a rule says so. */
export interface PdfNote {
  readonly code:
    | 'white-space-before-object'
    | 'size-wrong'
    | 'linearization-stale'
    | 'end-marker-irregular'
    | 'trailing-white-space'
    | 'trailing-bytes'
    | 'hybrid'
    | 'free-entry-unknown';
  /** Offset in the file. */
  readonly at: number;
}

/** One saved state: a cross-reference section, or the two parts of a linearized file, or a hybrid table with its stream. */
export interface Revision {
  /** 0 for the oldest. */
  readonly index: number;
  /** Bytes [0, end) are the file as this revision saved it: just after `%%EOF` and the line end that follows it. */
  readonly end: number;
  /** Offset right after the `F` of this revision's `%%EOF`. */
  readonly endOfMarker: number;
  /** The offset that `startxref` gives, where this revision's section begins. */
  readonly startxref: number;
  readonly form: 'table' | 'stream' | 'hybrid';
  /** The trailer dictionary, or the dictionary of the cross-reference stream. */
  readonly trailer: PdfDictionary;
  /** What this revision's section(s) say, by object number: added, overridden and freed ones. */
  readonly entries: RevisionEntries;
  /** Offsets [start, end) of each cross-reference section and trailer of this revision, for the account of every byte. */
  readonly sections: readonly (readonly [start: number, end: number])[];
}

/** The document as one revision shows it. Objects are parsed when asked for and kept. */
export interface RevisionView {
  readonly revision: Revision;
  readonly trailer: PdfDictionary;
  /** The entry in force, undefined where no section up to here knows the number. */
  entry(number: number): CrossReferenceEntry | undefined;
  /** All object numbers in use here, ascending. */
  numbers(): readonly number[];
  /** The object of this number; null when it is free, unknown or has another generation (7.3.10). @throws MalformedPdf */
  load(reference: PdfReference): PdfObject;
  /**
   * The same, of a stream its dictionary alone: it can be read where `/Length` is wrong. For whoever looks at every object once:
   * what is read for this alone is not kept.
   * @throws MalformedPdf
   */
  loadHead(reference: PdfReference): PdfObject;
  /** Follows references (at most 32) to a direct object; undefined becomes null. @throws MalformedPdf */
  resolve(object: PdfObject | undefined): PdfObject;
  /** `resolve` of a dictionary's entry. */
  get(dictionary: PdfDictionary, key: string): PdfObject;
  /** What `read` makes of this view, made once and kept as long as the view is. @throws whatever it throws, each time */
  once<T>(read: (view: RevisionView) => T): T;
  /** The document catalog. @throws MalformedPdf `pdf-damaged` { reason: 'xref' } when `/Root` is no dictionary */
  catalog(): PdfDictionary;
  /** Byte range [start, end) of an uncompressed indirect object, `N G obj` to `endobj` included. @throws MalformedPdf */
  extent(number: number): readonly [start: number, end: number] | undefined;
  /** The stream's data with its filters undone. @throws MalformedPdf, for a filter that is not read too */
  decode(stream: PdfStream): Uint8Array;
  /** The stream's data with its filters still on, of an encrypted document decrypted. @throws MalformedPdf */
  rawData(stream: PdfStream): Uint8Array;
}

/**
 * `strict`: nothing had to be guessed. `prefix`: only the bytes up to `readableEnd` open strictly, what follows is not a
 * revision. `repaired`: the cross-references were rebuilt by a scan; nothing signed may be judged or built upon that.
 */
export type Reading = 'strict' | 'prefix' | 'repaired';

/** What the standard security handler said when it opened a document. */
export interface EncryptionFacts {
  /** `/R` of the encryption dictionary. */
  readonly revision: 2 | 3 | 4 | 5 | 6;
  /**
   * Whose password it was: what `permissions` forbid, only the owner may do. `attachments-locked`: none was needed, since no
   * more than the attachments is encrypted, and those cannot be read.
   */
  readonly access: 'user' | 'owner' | 'attachments-locked';
  /** `/P`, 32 bits (table 22); 0 where `/Perms` does not confirm it (revision 6). */
  readonly permissions: number;
}

/** An object by its number and generation, which keys depend on. */
export type ObjectIdentity = Pick<PdfReference, 'number' | 'generation'>;

/** Makes of what is added to an encrypted document what stands in the file, by the document's own crypt filters (7.6.6). */
export interface ObjectEncrypter {
  /**
   * The object with its strings encrypted for the place that `identity` names; those that were read from there keep their bytes.
   * @param randomBytes - gives the initialisation vectors
   */
  encrypted<T extends PdfObject>(object: T, identity: ObjectIdentity, randomBytes: RandomBytes): T;
  /** The data of a new stream with the filters already on; `dictionary` holds no references where its kind and filters stand. */
  encryptedData(
    data: Uint8Array,
    dictionary: PdfDictionary,
    identity: ObjectIdentity,
    randomBytes: RandomBytes,
  ): Uint8Array;
}

export interface PdfDocument {
  readonly source: Source;
  readonly limits: PdfLimits;
  readonly reading: Reading;
  /** Where the part that was read ends; `source.size` unless `reading` is `prefix`. */
  readonly readableEnd: number;
  /** Of the file header and the catalog of the last revision the higher one, as `1.7`. */
  readonly version: string;
  readonly linearized: boolean;
  readonly encrypted: boolean;
  /** Null unless `encrypted`. */
  readonly encryption: EncryptionFacts | null;
  /** Null unless `encrypted`. */
  readonly encrypter: ObjectEncrypter | null;
  /** Oldest first, at least one. */
  readonly revisions: readonly Revision[];
  readonly notes: readonly PdfNote[];
  /**
   * By number what the last view shows although no other reader would find it so in the file: an update must bring it along.
   * Empty unless something was mended, which is done only where nobody has signed.
   */
  readonly mended: ReadonlyMap<number, PdfObject>;
  /** The view of the last revision. */
  readonly last: RevisionView;
  /** The document as revision `index` shows it; views are built once. */
  viewOf(index: number): RevisionView;
}

export interface OpenOptions {
  readonly inflater: Inflater;
  readonly digests: Digests;
  readonly ciphers: Ciphers;
  /** Of the user or the owner, UTF-8; without one, and where it does not fit, the empty user password is tried. */
  readonly password?: Uint8Array;
  readonly limits?: PdfLimits;
  /**
   * `refuse`: throws `pdf-damaged` instead of a `repaired` reading, and for a prefix reading. `read`: returns them and says so
   * (the verifying path). `mend`: the same, and a form tree with a cycle is mended where nobody has signed (the signing path).
   */
  readonly damaged: 'refuse' | 'read' | 'mend';
}
