// X.509 certificates (RFC 5280, clause 4): bytes to facts. Nothing here is trusted yet.

import type { Instant } from '../asn1/values.ts';
import type { SignatureScheme } from '../platform/platform.ts';
import type { Name } from './name.ts';

/** A parsed AlgorithmIdentifier of a signature; null where its parameters are not understood. */
export interface SignatureAlgorithmIdentifier {
  readonly oid: string;
  readonly raw: Uint8Array;
  readonly scheme: SignatureScheme | null;
}

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** The public key as far as policy asks: its kind and its strength. */
export interface PublicKeyFacts {
  readonly algorithm: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'unknown';
  /** Modulus or field size in bits; 0 where unknown. */
  readonly bits: number;
  /** OID of the named curve, null for other keys. */
  readonly curve: string | null;
}

/** A deviation that real chains show and that harms nothing (verification of the bytes is unaffected). */
export type CertificateNote =
  | 'default-encoded'
  | 'serial-irregular'
  | 'modulus-without-leading-zero'
  | 'string-type-unusual';

export interface Certificate {
  readonly der: Uint8Array;
  /** The signed bytes: the TBSCertificate with its header. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Content octets of the INTEGER, as encoded. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** The bits of subjectPublicKey, over which key hashes of OCSP are computed. */
  readonly publicKeyBits: Uint8Array;
  readonly publicKey: PublicKeyFacts;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly notes: readonly CertificateNote[];
  /** Null where the extension is absent. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extendedKeyUsage: { readonly critical: boolean; readonly oids: readonly string[] } | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly authorityKeyIdentifier: Uint8Array | null;
  readonly ocspNoCheck: boolean;
  /** URLs of the extensions, unchecked and never fetched before the chain reaches an anchor. */
  readonly ocspUrls: readonly string[];
  readonly caIssuersUrls: readonly string[];
  readonly crlUrls: readonly string[];
}
