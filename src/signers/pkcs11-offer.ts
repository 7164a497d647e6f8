// What a key on a token offers: a certificate that is its own, and the algorithms that certificate and device have in common.

import { sameBytes } from '../asn1/values.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { Platform } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import { type RawSigner, type SignatureAlgorithm, schemeOf } from '../sign/ports.ts';
import { orderChain, readKeyCertificate } from './certificate-chain.ts';
import type { Pkcs11Key } from './pkcs11-key.ts';
import { keyTypeOf, mechanismOf } from './pkcs11-mechanisms.ts';
import type { OpenedToken } from './pkcs11-module.ts';
import { findCertificates, type TokenCertificate } from './pkcs11-objects.ts';
import type { Pkcs11Location } from './pkcs11-uri.ts';
import { algorithmsFor } from './private-key.ts';

/**
 * A key that is logged in proves its certificate by a signature over chance; one whose PIN only comes with a signature is taken by
 * the identifier or the label that its certificate shares.
 *
 * @param more - DER, certificates that are not on the token
 * @throws SignerFailed `signer-certificate-unusable` { reason }; what reaching the token throws
 */
export async function readOffer(
  key: Pkcs11Key,
  { token, api, constants }: OpenedToken,
  wanted: Pick<Pkcs11Location, 'object' | 'id'>,
  more: readonly Uint8Array[],
  platform: Platform,
): Promise<Pick<RawSigner, 'chain' | 'algorithms'>> {
  const facts = key.activation === 'none' ? await key.facts() : null;
  const isOpen = facts !== null;
  const id = isOpen ? facts.id : wanted.id;
  const certificates = await token.withSession((session) => findCertificates(api, constants, session));
  const mechanisms = token.mechanisms();
  const all = [...certificates.map(({ der }) => der), ...more];
  for (const leaf of candidates(certificates, id, wanted.object, isOpen ? more : null)) {
    const algorithms = algorithmsFor(readKeyCertificate(leaf)).filter(
      (algorithm) =>
        mechanisms.includes(mechanismOf(algorithm, constants)) &&
        (!isOpen || facts.type === keyTypeOf(algorithm, constants)),
    );
    const [algorithm] = algorithms;
    if (algorithm === undefined || (isOpen && !(await proves(key, leaf, algorithm, platform)))) continue;
    return { chain: orderChain(leaf, all), algorithms };
  }
  throw new SignerFailed('signer-certificate-unusable', {
    reason: 'no certificate on the token fits the key',
  });
}

/**
 * Those under the key's identifier first, then those under its label.
 * @param others - null: nothing but identifier and label tells which is the key's; otherwise all, and these
 */
function candidates(
  certificates: readonly TokenCertificate[],
  id: Uint8Array | null,
  label: string | null,
  others: readonly Uint8Array[] | null,
): readonly Uint8Array[] {
  const byId = certificates.filter((each) => id !== null && id.length > 0 && sameBytes(each.id, id));
  const byLabel = certificates.filter((each) => label !== null && each.label === label);
  const named = [...(byId.length > 0 || others !== null ? byId : []), ...byLabel];
  const all = others === null ? named : [...named, ...certificates];
  return [...new Set([...all.map(({ der }) => der), ...(others ?? [])])];
}

const CHALLENGE_BYTES = 32;

/** Whether what the key signs verifies with the certificate. */
async function proves(
  key: Pkcs11Key,
  leaf: Uint8Array,
  algorithm: SignatureAlgorithm,
  { digests, arithmetic, randomBytes }: Platform,
): Promise<boolean> {
  const { digest, scheme } = schemeOf(algorithm);
  const message = randomBytes(CHALLENGE_BYTES);
  try {
    const item = { message, digest: digests.of(digest, message) };
    const [signature] = await key.sign(algorithm, [item], { kind: 'none' });
    const { publicKeyInfo: publicKey } = parseCertificate(leaf);
    return signature !== undefined && (await arithmetic.verify({ publicKey, scheme, message, signature }));
  } catch (error) {
    // A certificate for a key on another curve: the value has another length.
    if (error instanceof SignerFailed && error.code === 'signer-result-invalid') return false;
    throw error;
  }
}
