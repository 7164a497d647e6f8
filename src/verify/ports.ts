// What verification needs from outside: revocation data that a document does not carry.

import type { Certificate } from '../pki/certificate.ts';

/** What a look-up brought; nothing in it is checked yet, verification binds and verifies it like embedded evidence. */
export interface FetchedRevocation {
  /** An OCSP response, DER. */
  readonly ocsp: Uint8Array | null;
  /** A certificate revocation list, DER. */
  readonly crl: Uint8Array | null;
  /** What was tried in vain; a class of reason, never a URL. */
  readonly failures: readonly { readonly kind: 'ocsp' | 'crl'; readonly reason: string }[];
}

/** Asked only about certificates whose chain reaches a trusted anchor. Never throws: what fails is in `failures`. */
export interface RevocationFetcher {
  fetch(certificate: Certificate, issuer: Certificate, signal: AbortSignal): Promise<FetchedRevocation>;
}
