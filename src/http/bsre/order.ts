// What an application asks to have signed, from either version: files, what each of them shows, and who signs with what.

import type { Activation } from '../../index.ts';
import type { VisibleOrder } from '../ports.ts';
import type { Place } from './placements.ts';

/** One signature, or one picture of a signature with several. */
export interface WantedSignature {
  /** Null for one that shows nothing. */
  readonly visible: { readonly place: Place; readonly look: VisibleOrder } | null;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** Opens the document. */
  readonly password: Uint8Array | null;
}

export interface FileOrder {
  readonly bytes: Uint8Array;
  /** As it was sent; for the audit nothing, for people a name. */
  readonly name: string | null;
  /** More than one: several places of one signature. */
  readonly wanted: readonly [WantedSignature, ...WantedSignature[]];
}

export interface CompatibleOrder {
  /** Identifier, NIK or e-mail address, as the application knows the signer. */
  readonly signer: string;
  readonly activation: Activation;
  readonly code: string | null;
  readonly files: readonly [FileOrder, ...FileOrder[]];
  /** Before the time in the names of new fields. */
  readonly fieldPrefix: 'sig_' | 'esc_';
}
