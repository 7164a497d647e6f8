// A key that stays encrypted in memory: each signature brings the passphrase, and the plain key lives only as long as it takes.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { sameBytes } from '../asn1/values.ts';
import { sameName } from '../pki/name.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { Activation, RawSigner, SignerBackend } from '../sign/ports.ts';
import { orderChain, readCertificate, readKeyCertificate } from './certificate-chain.ts';
import { inProcessBackend } from './in-process-backend.ts';
import { decryptPbes2, type Pbes2, readPasswordEncryption } from './password-encryption.ts';
import { type ContainerCertificate, type Pkcs12Container, requireOneKey } from './pkcs12-container.ts';

/**
 * Opens a container without its passphrase. Everything but the key must be readable, since nobody gives a passphrase before
 * the first signature.
 *
 * @throws SignerFailed `pkcs12-unsupported` { part }, `signer-certificate-unusable`
 */
export function openLockedKey({ bags, closed }: Pkcs12Container): SignerBackend<RawSigner> {
  if (closed.length > 0) throw new SignerFailed('pkcs12-unsupported', { part: 'certificates-encrypted' });
  const { encrypted, localKeyId } = requireOneKey(bags.keys);
  const encryption = readPasswordEncryption(encrypted);
  if (encryption.kind !== 'pbes2') {
    throw new SignerFailed('pkcs12-unsupported', { part: `encryption ${encryption.encryption}` });
  }
  const leaf = findLeaf(bags.certificates, localKeyId);
  const certificate = readKeyCertificate(leaf);
  const unlock = async (activation: Activation): Promise<KeyObject> => {
    if (activation.kind !== 'passphrase') throw new SignerFailed('signer-auth-failed');
    const key = await decryptKey(encrypted.ciphertext, encryption, activation.passphrase);
    // Stands in for the container's MAC: nothing but the right key belongs to the certificate.
    if (key === null || !certificate.checkPrivateKey(key)) throw new SignerFailed('signer-auth-failed');
    return key;
  };
  const certificates = bags.certificates.map(({ der }) => der);
  return inProcessBackend(orderChain(leaf, certificates), unlock, 'passphrase');
}

/** Null for a wrong passphrase. */
async function decryptKey(
  ciphertext: Uint8Array,
  encryption: Pbes2,
  passphrase: Uint8Array,
): Promise<KeyObject | null> {
  const plaintext = await decryptPbes2(ciphertext, encryption, passphrase);
  if (plaintext === null) return null;
  const key = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    // One wrong passphrase in 256 leaves a fitting padding around noise, and OpenSSL's words about noise tell nothing.
    return null;
  } finally {
    plaintext.fill(0);
  }
}

/** The certificate that names the key, else the one that issued none of the others. */
function findLeaf(certificates: readonly ContainerCertificate[], localKeyId: Uint8Array | null): Uint8Array {
  const named = certificates.find(
    (each) => localKeyId !== null && each.localKeyId !== null && sameBytes(each.localKeyId, localKeyId),
  );
  if (named !== undefined) return named.der;
  const parsed = certificates.map(({ der }) => readCertificate(der));
  const [leaf, ...others] = parsed.filter(
    (each) => !parsed.some((other) => other !== each && sameName(other.issuer, each.subject)),
  );
  if (leaf === undefined || others.length > 0) {
    throw new SignerFailed('pkcs12-unsupported', { part: 'certificates' });
  }
  return leaf.der;
}
