// Whom the operator trusts, for what, and which list said so.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from './certificate.ts';

/**
 * `active`: trusted now. `historical`: ended, trusted for signatures that are proven to be older than its end.
 * `test`: recognised, so that a letter signed below it is called a test and nothing else.
 */
export type AnchorRole = 'active' | 'historical' | 'test';

export type AnchorPurpose = 'signature' | 'seal' | 'timestamp';

export interface TrustAnchor {
  readonly certificate: Certificate;
  readonly role: AnchorRole;
  readonly purposes: readonly AnchorPurpose[];
  /** The Indonesian root (PSrE Induk): only below it a signature is called certified. */
  readonly psreInduk: boolean;
}

export interface TrustList {
  readonly version: string;
  /** Lower-case hexadecimal, over the anchors' DER in order with their roles. */
  readonly sha256: string;
  readonly asOf: Instant;
  readonly anchors: readonly TrustAnchor[];
  /** Issuing CAs that the operator supplies so that chains can be built without the network; not trusted by themselves. */
  readonly intermediates: readonly Certificate[];
}
