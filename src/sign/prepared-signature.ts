// A signature that lacks only its value: everything that the key, and later the embedding, need to know.

import { Oid } from '../asn1/oids.ts';
import { hex } from '../asn1/values.ts';
import { encodeSignedAttributes } from '../cms/signed-attributes.ts';
import type { ChosenAnchor } from '../pdf/anchor.ts';
import type { Collision } from '../pdf/collisions.ts';
import type { PermittedChanges } from '../pdf/doc-mdp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { openDocument } from '../pdf/open-document.ts';
import { prepareSignature, type SignatureToPrepare } from '../pdf/prepare-signature.ts';
import { withReadableObjects } from '../pdf/readable-objects.ts';
import type { SubFilter } from '../pdf/signature-dictionary.ts';
import type { SigningPlace } from '../pdf/signing-place.ts';
import type { DigestAlgorithm, Digests, Platform, Source } from '../platform/platform.ts';
import { type Level, type SignatureAlgorithm, schemeOf } from './ports.ts';
import { digestCovered, type SourceDigest } from './source-digest.ts';

/** Frozen and serialisable; holds nothing of the document itself and no secret. */
export interface PreparedSignature {
  /** Lower-case hexadecimal. */
  readonly sourceSha256: string;
  /** In bytes. */
  readonly sourceSize: number;
  /** The bytes to append, `/Contents` all zeros. */
  readonly update: Uint8Array;
  readonly byteRange: readonly [0, number, number, number];
  /** Offset in `update` of the `<` of `/Contents`. */
  readonly contentsAt: number;
  /** Bytes of CMS for which there is room. */
  readonly reserved: number;
  readonly digestAlgorithm: DigestAlgorithm;
  /** Of the bytes under `byteRange`. */
  readonly digest: Uint8Array;
  /** The signed attributes, DER with the tag of SET OF. */
  readonly toBeSigned: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** DER, the signing certificate first. */
  readonly chain: readonly Uint8Array[];
  readonly fieldName: string;
  readonly subFilter: SubFilter;
  readonly level: Level;
  readonly certification: PermittedChanges | null;
  /** Which occurrence of a text decided the place; null unless one was asked for. */
  readonly anchor: ChosenAnchor | null;
  /** What the visible signature covers, where that was only to be told. */
  readonly collisions: readonly Collision[];
}

/** All that is decided about a signature before its room is known. */
export interface SignatureDraft {
  readonly document: PdfDocument;
  readonly signature: Omit<SignatureToPrepare, 'reserved'>;
  readonly sourceDigest: SourceDigest;
  readonly algorithm: SignatureAlgorithm;
  readonly chain: readonly Uint8Array[];
  readonly level: Level;
  readonly certification: PermittedChanges | null;
}

/**
 * Writes the update and computes what is to be signed.
 * @param reserved - bytes of CMS
 * @throws MalformedPdf
 */
export function preparedSignature(
  draft: SignatureDraft,
  reserved: number,
  digests: Digests,
): PreparedSignature {
  const { document, signature, sourceDigest, algorithm, chain, level, certification } = draft;
  const prepared = prepareSignature(document, { ...signature, reserved });
  const { size } = document.source;
  const [, cut, resume] = prepared.byteRange;
  const gap = { start: cut - size, end: resume - size };
  const digest = digestCovered(sourceDigest.beginning, prepared.update, gap);
  return Object.freeze({
    ...prepared,
    sourceSha256: hex(sourceDigest.sha256),
    sourceSize: size,
    digestAlgorithm: schemeOf(algorithm).digest,
    digest,
    toBeSigned: signedAttributes(algorithm, chain, digest, digests),
    algorithm,
    chain,
    subFilter: signature.subFilter,
    level,
    certification,
    ...placedAt(signature.place),
  });
}

function placedAt(place: SigningPlace): Pick<PreparedSignature, 'anchor' | 'collisions'> {
  return place.kind === 'new'
    ? { anchor: place.anchor, collisions: place.collisions }
    : { anchor: null, collisions: [] };
}

/** The signed attributes over a document's digest (EN 319 142-1, 6.3). */
export function signedAttributes(
  algorithm: SignatureAlgorithm,
  chain: readonly Uint8Array[],
  messageDigest: Uint8Array,
  digests: Digests,
): Uint8Array {
  const { digest, scheme } = schemeOf(algorithm);
  return encodeSignedAttributes({
    contentType: Oid.data,
    messageDigest,
    digestAlgorithm: digest,
    certificateDer: chain[0] ?? new Uint8Array(0),
    signatureAlgorithm: scheme,
    digests,
  });
}

const lengths = new WeakMap<Uint8Array, Map<SignatureAlgorithm, number>>();

/** How long the signed attributes are: a digest has one length, so that certificate and algorithm decide. */
export function signedAttributesLength(
  algorithm: SignatureAlgorithm,
  chain: readonly Uint8Array[],
  digests: Digests,
): number {
  const [leaf = new Uint8Array(0)] = chain;
  const ofLeaf = lengths.get(leaf) ?? new Map<SignatureAlgorithm, number>();
  lengths.set(leaf, ofLeaf);
  let length = ofLeaf.get(algorithm);
  if (length === undefined) {
    const emptyDigest = digests.of(schemeOf(algorithm).digest, new Uint8Array(0));
    length = signedAttributes(algorithm, chain, emptyDigest, digests).length;
    ofLeaf.set(algorithm, length);
  }
  return length;
}

/** What opens a document. */
export interface OpeningContext {
  readonly platform: Platform;
  /** Of an encrypted document: of its user or its owner, UTF-8. */
  readonly password?: Uint8Array | undefined;
}

// A source never changes, and one signature asks twice: whether it is signed already, and to write the update.
const openedSources = new WeakMap<
  Source,
  { readonly document: PdfDocument } & Pick<OpeningContext, 'password'>
>();

/**
 * Opens the document to be signed. A damaged one opens when it can be repaired without a guess about a signature: no signature
 * is in it, and the update will carry a complete cross-reference section, or what was mended.
 * @throws MalformedPdf; `pdf-encrypted` for no password and for a wrong one, `pdf-unsupported` { feature: 'AuthCode' |
 *   'security-handler' }
 */
export function openForSigning(source: Source, { platform, password }: OpeningContext): PdfDocument {
  const known = openedSources.get(source);
  if (known !== undefined && (known.password === password || !known.document.encrypted))
    return known.document;
  const document = openOnce(source, { platform, password });
  openedSources.set(source, { document, password });
  return document;
}

/** `openForSigning` of what nobody asks for again, such as a state on the way to a level. */
export function openOnce(source: Source, context: OpeningContext): PdfDocument {
  const document = openClear(source, context);
  // The file authenticates itself (ISO/TS 32004), and with anything appended it would have to do so anew.
  if (document.last.trailer.entries.has('AuthCode'))
    throw new MalformedPdf('pdf-unsupported', { feature: 'AuthCode' });
  return document;
}

/**
 * Lets go of what `openForSigning` keeps, when the signature is made. The collector's quick passes take the values of a weak map
 * for alive: of each document that was signed they would carry along all that was read.
 */
export function forgetOpened(source: Source): void {
  openedSources.delete(source);
}

/**
 * The same for a document whose signature something will follow: a verifier compares the states, so that all that pages lead to must
 * be readable. From then on `openForSigning` gives this reading too.
 * @throws MalformedPdf as `openForSigning`, and whatever keeps an object from being read
 */
export function openToBeFollowed(source: Source, context: OpeningContext): PdfDocument {
  const opened = openForSigning(source, context);
  const document = withReadableObjects(opened);
  if (document !== opened) openedSources.set(source, { document, password: context.password });
  return document;
}

function openClear(source: Source, { platform, password }: OpeningContext): PdfDocument {
  const { inflater, digests, ciphers } = platform;
  try {
    const opening = { inflater, digests, ciphers, damaged: 'mend' } as const;
    return openDocument(source, password === undefined ? opening : { ...opening, password });
  } catch (error) {
    // What recipients' certificates encrypt no password opens.
    if (error instanceof MalformedPdf && error.values.handler === 'other')
      throw new MalformedPdf('pdf-unsupported', { feature: 'security-handler' }, error);
    throw error;
  }
}
