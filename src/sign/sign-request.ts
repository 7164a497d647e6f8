// What is asked for when a document is signed, and what it takes beside the document.

import type { Instant } from '../asn1/values.ts';
import type { AnchorPlacement } from '../pdf/anchor.ts';
import type { FieldLock, PermittedChanges } from '../pdf/doc-mdp.ts';
import type { CollisionPolicy } from '../pdf/page-spot.ts';
import type { Placement } from '../pdf/placement.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { Platform } from '../platform/platform.ts';
import type { Freshness } from './chain-evidence.ts';
import { TrustServiceFailed } from './errors.ts';
import type {
  Activation,
  Level,
  RevocationSource,
  SignatureAlgorithm,
  Signer,
  SignerOffer,
  TimestampSource,
} from './ports.ts';
import type { VisibleWish } from './visible-signature.ts';

export interface SignRequest {
  readonly level: Level;
  /** Full name of an existing empty field; with a placement the name of a new one. Null: a new one with a name of ours. */
  readonly fieldName: string | null;
  /** Of a new field that nobody names, with `_2`, `_3` … behind it where it is taken; absent: `sig_` and the time. */
  readonly newFieldName?: string;
  /** Null: invisible, or in the place that the existing field has. */
  readonly placement: Placement | AnchorPlacement | null;
  /** What the visible block shows beside name and time. */
  readonly appearance: VisibleWish | null;
  /** About what a visible signature would cover; absent: refuse. An earlier signature is never covered. */
  readonly collision?: CollisionPolicy;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** Null: the signer's preferred one. */
  readonly algorithm: SignatureAlgorithm | null;
  /** Certify the document: what may still change afterwards. Only its first signature can. */
  readonly certification?: PermittedChanges | null;
  /** Form fields that may not change any more, by full name. */
  readonly lock?: FieldLock | null;
}

/** All that a signature needs beside its key. */
export interface PrepareContext {
  readonly platform: Platform;
  readonly signer: SignerOffer;
  /** Needed from B-T on. */
  readonly timestamps: TimestampSource | null;
  /** Where the paths of signer and time-stamp authority must end, from B-LT on. */
  readonly trustList: TrustList;
  /** From B-LT on; null: only what the document holds counts. */
  readonly revocation: RevocationSource | null;
  /** Opens an encrypted document: of its user or its owner, UTF-8. */
  readonly password?: Uint8Array;
  readonly now: Instant;
  /** IANA name; the clock of `/M` and of the visible block. */
  readonly timeZone: string;
  readonly signal: AbortSignal;
  /** A document with scripts and the like (`findActiveContent`): sign it, or refuse. Absent: sign. */
  readonly activeContent?: 'allow' | 'refuse';
  /** Which answers about the signer's certificate may be stored from B-LT on; absent: `current`. */
  readonly freshness?: Freshness;
  /**
   * How long after the time-stamp the evidence is to be collected, so that a revocation of the last minutes is in it; absent
   * or 0: at once. Otherwise B-LT and B-LTA are delivered as B-T with `raiseAfter`, from when on `raiseLevel` reaches them.
   */
  readonly gracePeriodMs?: number;
}

export interface SignContext extends PrepareContext {
  readonly signer: Signer;
  readonly activation: Activation;
}

/** The time-stamps that the level needs, null at B-B. Never a lower level than asked. */
export function requireTimestamps(level: Level, timestamps: TimestampSource | null): TimestampSource | null {
  if (level === 'B-B') return null;
  if (timestamps === null) throw new TrustServiceFailed('tsa-unavailable', { sources: [] });
  return timestamps;
}

export function isLongTerm(level: Level): level is 'B-LT' | 'B-LTA' {
  return level === 'B-LT' || level === 'B-LTA';
}
