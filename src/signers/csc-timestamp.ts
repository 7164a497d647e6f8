// `signatures/timestamp`: the RFC 3161 token of a signing service.

import { digestOid } from '../pki/algorithm-identifiers.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import { textOf } from './csc-service.ts';
import type { CscSession } from './csc-session.ts';

/**
 * @param nonce - content octets of the INTEGER in the token
 * @returns the token (a DER ContentInfo), not checked at all
 * @throws SignerFailed
 */
export async function requestTimestamp(
  session: CscSession,
  imprint: { readonly algorithm: DigestAlgorithm; readonly digest: Uint8Array },
  nonce: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const body = {
    hash: Buffer.from(imprint.digest).toString('base64'),
    hashAlgo: digestOid(imprint.algorithm),
    nonce: Buffer.from(nonce).toString('hex'),
  };
  const { json } = await session.call({ method: 'signatures/timestamp', body }, signal);
  // Some services have the name that the field has in their own documentation.
  const token = textOf(json.timestamp) || textOf(json.timestampToken);
  if (token === '') throw new SignerFailed('signer-result-invalid', { check: 'timestamp' });
  return new Uint8Array(Buffer.from(token, 'base64'));
}
