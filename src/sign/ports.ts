// What signing needs from outside: somebody who holds the key, who knows the time, and who knows what was revoked.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { DigestAlgorithm, SignatureScheme } from '../platform/platform.ts';

/** The algorithms that Teken writes (EN 319 142-1 with TS 119 312); verification reads more. */
export type SignatureAlgorithm =
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512'
  | 'rsa-pss-sha256'
  | 'rsa-pss-sha384'
  | 'rsa-pss-sha512'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'ecdsa-p521-sha512'
  | 'ed25519';

/** The digest of the document and of the signed attributes, and the arithmetic that goes with the algorithm. */
export function schemeOf(algorithm: SignatureAlgorithm): {
  digest: DigestAlgorithm;
  scheme: SignatureScheme;
} {
  switch (algorithm) {
    case 'ed25519':
      return { digest: 'sha512', scheme: { kind: 'ed25519' } };
    case 'ecdsa-p256-sha256':
      return { digest: 'sha256', scheme: { kind: 'ecdsa', digest: 'sha256' } };
    case 'ecdsa-p384-sha384':
      return { digest: 'sha384', scheme: { kind: 'ecdsa', digest: 'sha384' } };
    case 'ecdsa-p521-sha512':
      return { digest: 'sha512', scheme: { kind: 'ecdsa', digest: 'sha512' } };
    case 'rsa-pkcs1-sha256':
    case 'rsa-pkcs1-sha384':
    case 'rsa-pkcs1-sha512': {
      const digest = algorithm.slice(-6) as DigestAlgorithm;
      return { digest, scheme: { kind: 'rsa-pkcs1', digest } };
    }
    case 'rsa-pss-sha256':
    case 'rsa-pss-sha384':
    case 'rsa-pss-sha512': {
      const digest = algorithm.slice(-6) as DigestAlgorithm;
      return {
        digest,
        scheme: { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength: Number(algorithm.slice(-3)) / 8 },
      };
    }
  }
}

/** Bytes of each of the two integers of an ECDSA value; null for other algorithms. */
export function ecdsaIntegerBytes(algorithm: SignatureAlgorithm): number | null {
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return 32;
    case 'ecdsa-p384-sha384':
      return 48;
    case 'ecdsa-p521-sha512':
      return 66;
    default:
      return null;
  }
}

/** PAdES baseline levels (EN 319 142-1, clause 6). */
export type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** What the signing person gives for this one act. Secrets are bytes that the caller zeroes afterwards. */
export type Activation =
  | { readonly kind: 'none' }
  /** The key's passphrase or PIN; some services want a one-time code of their own beside it. */
  | { readonly kind: 'passphrase'; readonly passphrase: Uint8Array; readonly otp?: Uint8Array }
  /** A one-time code of the service that holds the key. */
  | { readonly kind: 'otp'; readonly otp: Uint8Array }
  /** An authorisation that the person gave the service itself: a CSC access token of scope `credential`, or a SAD. */
  | { readonly kind: 'token'; readonly token: Uint8Array };

/** One thing to sign, in both forms; a device that hashes itself takes `message`, one that wants a hash `digest`. */
export interface ToBeSigned {
  /** The exact bytes to sign: the DER of the signed attributes (at most 4 kB). */
  readonly message: Uint8Array;
  /** Their digest by the algorithm's hash. */
  readonly digest: Uint8Array;
}

/**
 * Signature values over bytes; the private key never leaves the adapter. All methods throw only `SignerFailed`.
 * A certificate that does not belong to the key is refused when the adapter is opened.
 */
export interface RawSigner {
  readonly shape: 'raw';
  /** DER, the signer's own certificate first; not validated here. */
  readonly chain: readonly Uint8Array[];
  /** Never empty, preferred first, each fits the key. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** What a person has to give for each call; absent: the adapter cannot tell. */
  readonly activation?: Activation['kind'];
  /** Calls that may be open at once. */
  readonly maxConcurrency: number;
  /** Items that one call and one activation may carry. */
  readonly maxBatch: number;
  /**
   * Signs every item in order, all or none.
   * @returns one value per item: RSA at modulus length, ECDSA as DER, Ed25519 64 bytes; not yet verified
   */
  sign(
    algorithm: SignatureAlgorithm,
    items: readonly ToBeSigned[],
    activation: Activation,
    signal: AbortSignal,
  ): Promise<readonly Uint8Array[]>;
  /**
   * One authorisation for many calls: the key is activated now.
   * @returns a signer that needs no activation, to be let go of after the batch. Absent where every call asks anew
   */
  activate?(activation: Activation, signal: AbortSignal): Promise<RawSigner>;
  /** Where a person authorises each signature in a browser, at the service that holds the key. */
  readonly byBrowser?: BrowserAuthorisation;
}

/** Authorisation code with PKCE (RFC 6749, 4.1; RFC 7636): nothing of it is kept here between the two calls. */
export interface BrowserAuthorisation {
  /** For these items and no others. @param redirectUri - where the service sends the person's browser afterwards */
  request(
    algorithm: SignatureAlgorithm,
    items: readonly ToBeSigned[],
    redirectUri: string,
  ): AuthorizationRequest;
  /** Exchanges the code for what activates the key. @throws SignerFailed `signer-auth-failed` */
  redeem(
    answer: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
    signal: AbortSignal,
  ): Promise<Extract<Activation, { kind: 'token' }>>;
}

export interface AuthorizationRequest {
  /** Where the person's browser goes. */
  readonly url: string;
  /** Must come back with the code. */
  readonly state: string;
  /** A secret of whoever asked; exchanges the code. */
  readonly codeVerifier: string;
}

/** A document's bytes under the ByteRange, for one signature. */
export interface Covered {
  /** By the signer's `digestAlgorithm`. */
  readonly digest: Uint8Array;
  /** In bytes. */
  readonly size: number;
  /** The bytes themselves, in pieces, for signers that insist on hashing. */
  coveredBytes(): Iterable<Uint8Array>;
}

/** The sub-filters of signatures that a CMS signer may make. */
export type CmsSubFilter = 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached';

/** What all shapes have in common. */
interface AnySigner extends Pick<RawSigner, 'chain' | 'algorithms' | 'maxConcurrency' | 'maxBatch'> {
  readonly activation?: Activation['kind'];
}

/**
 * A whole detached CMS (DER ContentInfo) for each item; nothing about it is checked yet. `chain` is what the result is held against,
 * `algorithms` what it may have been made with, all of them with `digestAlgorithm`.
 */
export interface CmsSigner extends AnySigner {
  readonly shape: 'cms';
  /** Fixed before hashing: it is part of the signed bytes. */
  readonly subFilter: CmsSubFilter;
  readonly digestAlgorithm: DigestAlgorithm;
  /** Bytes of the largest CMS that it returns. */
  readonly reservedBytes: number;
  /** `pades`: what is not a PAdES signature is refused; `any`: it is taken, and recorded as the format that it has. */
  readonly format: 'pades' | 'any';
  sign(
    items: readonly Covered[],
    activation: Activation,
    signal: AbortSignal,
  ): Promise<readonly Uint8Array[]>;
}

/** Where a visible signature stands, in default user space of the page (ISO 32000-2, 8.3.2.3). */
export interface VisiblePlace {
  /** 1-based. */
  readonly page: number;
  /** Lower left and upper right corner. */
  readonly rect: readonly [number, number, number, number];
  /** The page's media box. */
  readonly mediaBox: readonly [number, number, number, number];
  /** PNG or JPEG. */
  readonly image: Uint8Array | null;
}

/** A document that leaves the house to be signed. */
export interface DocumentToSign {
  readonly bytes: Uint8Array;
  /** Null: invisible. */
  readonly visible: VisiblePlace | null;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** Opens an encrypted document. */
  readonly password: Uint8Array | null;
}

/** Sends the document away; what comes back is untrusted until it was checked against `chain` and the document. */
export interface DocumentSigner extends AnySigner {
  readonly shape: 'document';
  /** The sub-filter of what comes back is its affair. */
  readonly format: 'pades' | 'any';
  sign(document: DocumentToSign, activation: Activation, signal: AbortSignal): Promise<Uint8Array>;
}

export type Signer = RawSigner | CmsSigner | DocumentSigner;

/** What is known of a signer before its key is used. */
export type SignerOffer = Pick<RawSigner, 'chain' | 'algorithms'> & {
  readonly subFilter?: CmsSubFilter;
};

/** A back end that holds keys, opened once per URI. */
export interface SignerBackend<S extends Signer = Signer> {
  /** The signer for one key; back ends with a single key ignore `signerId`. */
  signerFor(signerId: string | null): Promise<S>;
  /** Has the service that holds the key give its holder a code for so many documents; absent where there is no such call. */
  requestCode?(signerId: string | null, documents: number, signal: AbortSignal): Promise<void>;
  /** Whether the key can be used now (login works, certificate present). */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/** A source of RFC 3161 time-stamps. */
export interface TimestampSource {
  /** For the audit record and errors. */
  readonly name: string;
  /** Largest token in bytes that is to be expected, for the room in `/Contents`. */
  readonly tokenSize: number;
  /**
   * A token over this imprint, already accepted: nonce, imprint, signature, certificate and time are checked (RFC 3161, 2.4.2).
   * @returns the token (a DER ContentInfo), byte for byte as received
   * @throws TrustServiceFailed `tsa-unavailable`, `deadline-exceeded`
   */
  stamp(
    imprint: { algorithm: DigestAlgorithm; digest: Uint8Array },
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /**
   * Refuses as long as the authorities' replies, or a jump, speak against our clock; costs nothing while nothing does.
   * @throws TrustServiceFailed `clock-untrusted` { offsetSeconds }; as `stamp` where the clock had to be compared anew
   */
  requireTrustedClock?(signal: AbortSignal): Promise<void>;
}

/** What a look-up brought; nothing in it is checked yet. */
export interface FoundRevocation {
  /** An OCSP response, DER. */
  readonly ocsp: Uint8Array | null;
  /** A certificate revocation list, DER. */
  readonly crl: Uint8Array | null;
  /** What was tried in vain; a class of reason, never a URL. */
  readonly failures: readonly { readonly kind: 'ocsp' | 'crl'; readonly reason: string }[];
}

/** A source of revocation data. Never throws: what fails is in `failures`. */
export interface RevocationSource {
  /** @param since - an answer that was kept from an earlier question must not be older; absent: as long as it is in force */
  fetch(
    certificate: Certificate,
    issuer: Certificate,
    signal: AbortSignal,
    since?: Instant,
  ): Promise<FoundRevocation>;
}
