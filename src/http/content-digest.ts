// Digest fields (RFC 9530): what was received, and what is sent.

import { HttpProblem } from './problems.ts';

/** The value of `Content-Digest` for bytes with this SHA-256. */
export function contentDigest(sha256: Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256).toString('base64')}:`;
}

/**
 * The SHA-256 that a `Content-Digest` field announces, in hexadecimal; null where it names other algorithms only.
 *
 * @throws HttpProblem `invalid-request` for a sha-256 value that is not one
 */
export function announcedSha256(field: string | undefined): string | null {
  const member = field
    ?.split(',')
    .map((item) => item.trim())
    .find((item) => item.startsWith('sha-256='));
  if (member === undefined) return null;
  const encoded = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(member)?.[1];
  if (encoded === undefined)
    throw new HttpProblem('invalid-request', {}, [
      { pointer: '/Content-Digest', message: 'not a sha-256 value of RFC 9530' },
    ]);
  return Buffer.from(encoded, 'base64').toString('hex');
}
