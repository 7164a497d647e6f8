// Keys in PKCS#12 files: `pkcs12:FILE?passphrase-file=FILE` opens the key once; without the passphrase file it stays encrypted in
// memory, and each signature brings its passphrase.

import { MalformedAsn1 } from '../asn1/element.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { RawSigner, SignerBackend } from '../sign/ports.ts';
import { orderChain, readKeyCertificate } from './certificate-chain.ts';
import { inProcessBackend } from './in-process-backend.ts';
import { readNamedFile, withoutLineEnd } from './named-file.ts';
import { openContainer } from './open-container.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';
import { type Pkcs12Container, parseContainer, requireOneKey } from './pkcs12-container.ts';
import { openLockedKey } from './pkcs12-locked-key.ts';
import { checkProtection, type Protection, protectionOf } from './pkcs12-protection.ts';

/**
 * Opens the container that the location names.
 *
 * With a passphrase file the operator has activated the key, and what a request brings as activation is not looked at.
 *
 * @throws SignerFailed `signer-uri-invalid`, `pkcs12-weak-protection`, `pkcs12-wrong-password`, `pkcs12-unsupported`,
 *   `signer-certificate-unusable`
 */
export async function openPkcs12(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const bytes = await readNamedFile(location.path, 'file', environment);
  const { container, protections } = readContainer(bytes);
  checkProtection(protections, environment);
  const passphraseFile = location.parameters.get('passphrase-file');
  return passphraseFile === undefined
    ? openLockedKey(container)
    : openUnlockedKey(bytes, passphraseFile, environment);
}

async function openUnlockedKey(
  container: Uint8Array,
  passphraseFile: string,
  environment: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const contents = await readNamedFile(passphraseFile, 'passphrase-file', environment);
  try {
    const opened = await openContainer({ container, passphrase: withoutLineEnd(contents) });
    checkProtection(opened.protections, environment);
    const key = requireOneKey(opened.keys);
    const leaf = opened.certificates.find((der) => readKeyCertificate(der).checkPrivateKey(key));
    if (leaf === undefined) {
      throw new SignerFailed('signer-certificate-unusable', { reason: 'no certificate fits the key' });
    }
    return inProcessBackend(orderChain(leaf, opened.certificates), async () => key);
  } finally {
    contents.fill(0);
  }
}

function readContainer(bytes: Uint8Array): {
  container: Pkcs12Container;
  protections: readonly Protection[];
} {
  try {
    const container = parseContainer(bytes);
    return { container, protections: protectionOf(container) };
  } catch (cause) {
    if (!(cause instanceof MalformedAsn1)) throw cause;
    throw new SignerFailed('pkcs12-unsupported', { part: 'container' }, cause);
  }
}
