// What the service signs for its audit: JSON Web Signatures in compact form (RFC 7515) with ES256 (RFC 7518, 3.4). The arithmetic
// is lent: the key may be in a device.

import { createHash } from 'node:crypto';

/** The service's own key, P-256. */
export interface AuditSeal {
  /** SHA-256 of the certificate, base64url (RFC 7515, 4.1.8). */
  readonly certificateSha256: string;
  /** @returns r and s one after the other, 64 bytes */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** @returns whether the key of the certificate made this signature, r and s one after the other; null for another's certificate */
export type VerifySeal = (
  certificateSha256: string,
  message: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean | null>;

export type SealedKind = 'teken-checkpoint' | 'teken-receipt';

/** Signs a text. */
export async function signJws(kind: SealedKind, payload: string, seal: AuditSeal): Promise<string> {
  const header = { alg: 'ES256', typ: kind, 'x5t#S256': seal.certificateSha256 };
  const input = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  return `${input}.${base64url(await seal.sign(Buffer.from(input)))}`;
}

export type ReadJws =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly reason: 'malformed' | 'key-unknown' | 'signature-wrong' };

/** Reads and checks what `signJws` wrote. The algorithm is not the text's to choose. */
export async function readJws(kind: SealedKind, jws: string, verify: VerifySeal): Promise<ReadJws> {
  const [header, payload, signature, ...more] = jws.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    return { ok: false, reason: 'malformed' };
  const { alg, typ, 'x5t#S256': certificate } = headerOf(header);
  if (alg !== 'ES256' || typ !== kind || typeof certificate !== 'string')
    return { ok: false, reason: 'malformed' };
  const value = Buffer.from(signature, 'base64url');
  // Other letters than base64url writes would be a second form of the same signature.
  if (base64url(value) !== signature || base64url(Buffer.from(payload, 'base64url')) !== payload)
    return { ok: false, reason: 'malformed' };
  const right = await verify(certificate, Buffer.from(`${header}.${payload}`), value);
  if (right === null) return { ok: false, reason: 'key-unknown' };
  if (!right) return { ok: false, reason: 'signature-wrong' };
  return { ok: true, payload: Buffer.from(payload, 'base64url').toString('utf8') };
}

function headerOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    // A header that is no JSON names no algorithm, and is refused for that.
    return {};
  }
}

/** How a certificate is named in a header. */
export function certificateName(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}

function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
