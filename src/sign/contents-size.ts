// How much room `/Contents` needs, counted from its parts: fixed guesses overflow with the next longer chain or token.

import type { PublicKeyFacts } from '../pki/certificate.ts';
import { SigningFailed } from './errors.ts';
import type { SignatureAlgorithm } from './ports.ts';

const STEP = 512;
// Hexadecimal doubles it; no chain with a token comes near, so more would only hide an error.
const MOST = 65_536;

export interface ContentsParts {
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithm;
  readonly key: PublicKeyFacts;
  /** Length of the signed attributes. */
  readonly signedAttributes: number;
  /** Largest time-stamp token to expect; 0 without one. */
  readonly token: number;
}

/** How the room comes about, in bytes. */
export interface ContentsSize {
  readonly certificates: number;
  readonly signatureValue: number;
  readonly signedAttributes: number;
  readonly timestampToken: number;
  /** Structure, reserve, and rounding up to the step. */
  readonly margin: number;
  /** The sum: what `/Contents` has room for. */
  readonly reserved: number;
}

/** Counts the room for the CMS. @throws SigningFailed `signature-too-large` */
export function countContents(parts: ContentsParts): ContentsSize {
  const { signedAttributes, token: timestampToken } = parts;
  const certificates = parts.chain.reduce((sum, certificate) => sum + certificate.length, 0);
  const signatureValue = signatureValueSize(parts.algorithm, parts.key);
  const sum = certificates + signatureValue + signedAttributes + timestampToken;
  const reserved = withMargin(sum);
  return {
    certificates,
    signatureValue,
    signedAttributes,
    timestampToken,
    margin: reserved - sum,
    reserved,
  };
}

/**
 * `bytes` and what may come on top: structure, and whatever a signer or an authority does differently the next time.
 * @throws SigningFailed `signature-too-large` { needed, reserved } beyond 64 KiB
 */
export function withMargin(bytes: number): number {
  const room = bytes + Math.max(1024, Math.ceil(bytes / 10));
  const rounded = Math.ceil(room / STEP) * STEP;
  if (rounded > MOST) throw new SigningFailed('signature-too-large', { needed: rounded, reserved: MOST });
  return rounded;
}

/**
 * The room for a CMS that a signer makes as a whole, and for the time-stamp that it may lack.
 * @throws SigningFailed `signature-too-large` { needed, reserved }
 */
export function roomForCms(reservedBytes: number, timestamps: { readonly tokenSize: number } | null): number {
  const needed = Math.ceil((reservedBytes + (timestamps?.tokenSize ?? 0)) / STEP) * STEP;
  if (needed > MOST) throw new SigningFailed('signature-too-large', { needed, reserved: MOST });
  return needed;
}

/** The longest value: RSA has the length of its modulus, DER of two integers at most these. */
function signatureValueSize(algorithm: SignatureAlgorithm, key: PublicKeyFacts): number {
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return 72;
    case 'ecdsa-p384-sha384':
      return 104;
    case 'ecdsa-p521-sha512':
      return 139;
    case 'ed25519':
      return 64;
    default:
      return Math.ceil(key.bits / 8);
  }
}
