// Whom the operator trusts, for what, and which list said so.

import { hex, type Instant } from '../asn1/values.ts';
import type { Digests } from '../platform/platform.ts';
import type { Certificate } from './certificate.ts';
import { fingerprintOf } from './fingerprint.ts';

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

/**
 * - `pin-mismatch`: a file is not the one whose SHA-256 the operator wrote down
 * - `pin-malformed`: what stands there is no SHA-256
 * - `anchor-repeated`: one certificate with two roles
 * - `anchor-without-purpose`: an anchor that would be trusted for nothing
 */
export type TrustListRefusedCode =
  | 'pin-mismatch'
  | 'pin-malformed'
  | 'anchor-repeated'
  | 'anchor-without-purpose';

/** A trust list that must not be used; whatever was loaded before stays. */
export class TrustListRefused extends Error {
  readonly code: TrustListRefusedCode;
  /** The operator's name of the entry: a file name or the SHA-256 of the certificate. */
  readonly entry: string;

  constructor(code: TrustListRefusedCode, entry: string) {
    super(`trust list: ${code} for ${entry}`);
    this.name = 'TrustListRefused';
    this.code = code;
    this.entry = entry;
  }
}

/**
 * Makes the list that verification works with.
 * @param version - the operator's word for it; the beginning of its SHA-256 where there is none
 * @throws TrustListRefused `anchor-repeated`, `anchor-without-purpose`
 */
export function trustListOf(source: {
  readonly anchors: readonly TrustAnchor[];
  readonly intermediates: readonly Certificate[];
  readonly asOf: Instant;
  readonly version?: string;
  readonly digests: Digests;
}): TrustList {
  const { anchors, intermediates, asOf, digests } = source;
  const digest = digests.start('sha256');
  const seen = new Set<string>();
  for (const anchor of anchors) {
    const fingerprint = fingerprintOf(anchor.certificate, digests);
    if (seen.has(fingerprint)) throw new TrustListRefused('anchor-repeated', fingerprint);
    if (anchor.purposes.length === 0) throw new TrustListRefused('anchor-without-purpose', fingerprint);
    seen.add(fingerprint);
    digest.update(anchor.certificate.der);
    digest.update(new TextEncoder().encode(anchorTerms(anchor)));
  }
  const sha256 = hex(digest.finish());
  const version = source.version ?? sha256.slice(0, 12);
  return Object.freeze({ version, sha256, asOf, anchors: [...anchors], intermediates: [...intermediates] });
}

// DER says where it ends; the terms end with a line feed: two different lists cannot give the same bytes.
function anchorTerms({ role, purposes, psreInduk }: TrustAnchor): string {
  return `${role} ${purposes.toSorted().join(',')}${psreInduk ? ' psre-induk' : ''}\n`;
}

/**
 * Holds a file against the SHA-256 that the operator wrote down for it.
 * @param expectedSha256 - hexadecimal, upper or lower case, with or without colons
 * @param entry - the operator's name of the file, for the error
 * @throws TrustListRefused `pin-mismatch`, `pin-malformed`
 */
export function requirePinned(
  der: Uint8Array,
  expectedSha256: string,
  entry: string,
  digests: Digests,
): void {
  const expected = expectedSha256.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(expected)) throw new TrustListRefused('pin-malformed', entry);
  if (hex(digests.of('sha256', der)) !== expected) throw new TrustListRefused('pin-mismatch', entry);
}
