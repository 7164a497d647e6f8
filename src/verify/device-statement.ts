// What leaves a device about a document that stays there: the signatures as they are, digests of what they cover, and what the
// structure of the document says, in the verifier's own words. No byte of its content.

import type { StoredItem } from '../pdf/security-store.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import type { StrayBytes } from './integrity.ts';
import type { DocumentFacts, SignaturePlace } from './judge.ts';
import type { RevisionModifications } from './modifications/check-modifications.ts';
import type { ReadSignature } from './read-signature.ts';
import type { Finding } from './report.ts';

/** A string of the signature dictionary in base64; null for an entry that is no string. Absent where there is no entry. */
type Entry = string | null | undefined;

export interface StatedSignature {
  readonly fieldName: string | null;
  /** Of its object; null where it stands in the field itself. */
  readonly objectNumber: number | null;
  readonly origin: 'field' | 'hidden';
  /** The entries that are judged; null where there is no dictionary. */
  readonly dictionary: {
    readonly type: string | null;
    readonly subFilter: string | null;
    readonly time?: Entry;
    readonly reason?: Entry;
    readonly location?: Entry;
    /** `/Cert`, base64; absent where there is no such entry. */
    readonly certificates?: readonly string[] | undefined;
  } | null;
  readonly coverage: Omit<ReadSignature['coverage'], 'contents'> & {
    /** The CMS or what stands in its place, base64, without the zeros that fill it up. */
    readonly contents: string | null;
  };
  readonly rules: ReadSignature['rules'];
  /** What other parts of the document make of it: a certification that is none, ranges that collide. */
  readonly findings: readonly Finding[];
  readonly overlap: Finding | null;
  readonly place: SignaturePlace;
}

export interface StatedDigest {
  readonly cut: number;
  readonly resume: number;
  readonly end: number;
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** The statement as it is sent: JSON. Whoever made it answers for all of it but the signatures. */
export interface DeviceStatement {
  readonly version: 1;
  /** Of the file, in bytes. */
  readonly size: number;
  readonly revisions: number;
  readonly storeRevision: number | null;
  readonly documentFindings: DocumentFacts['documentFindings'];
  /** Without the values of form fields. */
  readonly modifications: readonly RevisionModifications[];
  readonly strayBytes: readonly StrayBytes[];
  readonly signatures: readonly StatedSignature[];
  /** Certificates and revocation data of the security stores, base64. */
  readonly stored: readonly (Omit<StoredItem, 'data'> & { readonly data: string })[];
  readonly digests: readonly StatedDigest[];
}

/**
 * - `content`: an old format signs the bytes themselves, and not a digest of them
 * - `enveloped`: the signature holds the document, or another one, inside itself
 * - `digest`: one that judging needs was not stated
 */
export type DocumentNeededReason = 'content' | 'enveloped' | 'digest';

/** Nothing can be said without the document itself. */
export class DocumentNeeded extends Error {
  readonly reason: DocumentNeededReason;

  constructor(reason: DocumentNeededReason) {
    super(`document-needed: ${reason}`);
    this.name = 'DocumentNeeded';
    this.reason = reason;
  }
}
