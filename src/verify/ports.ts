// What verification needs from outside: revocation data that a document does not carry.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';

/** How an item came that the document does not hold. */
export interface Receipt {
  /** `folder`: the operator put it there. */
  readonly origin: 'folder' | 'cache' | 'network';
  /** When it was received, not when it was taken from a cache; null where nobody knows. */
  readonly fetchedAt: Instant | null;
}

export type EvidenceKind = 'certificate' | 'crl' | 'ocsp';

/** An item that is at hand beside the document before anybody is asked; as unchecked as everything else. */
export interface SuppliedItem {
  readonly kind: EvidenceKind;
  readonly der: Uint8Array;
  readonly receipt: Receipt;
}

/** What a look-up brought; nothing in it is checked yet, verification binds and verifies it like embedded evidence. */
export interface FetchedRevocation {
  /** An OCSP response, DER. */
  readonly ocsp: Uint8Array | null;
  /** A certificate revocation list, DER. */
  readonly crl: Uint8Array | null;
  /** What was tried in vain; a class of reason, never a URL. */
  readonly failures: readonly { readonly kind: 'ocsp' | 'crl'; readonly reason: string }[];
  /** For the record only; absent where the source does not tell. */
  readonly receipts?: { readonly ocsp?: Receipt; readonly crl?: Receipt };
}

/** Asked only about certificates whose chain reaches a trusted anchor. Never throws: what fails is in `failures`. */
export interface RevocationFetcher {
  fetch(certificate: Certificate, issuer: Certificate, signal: AbortSignal): Promise<FetchedRevocation>;
}
