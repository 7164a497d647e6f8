// Runs in a worker thread: opens a whole container with its passphrase. The derivations of PKCS#12 (RFC 7292, appendix B) are offered
// by no runtime for themselves and would block the event loop.

import { createHmac, createPrivateKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { MalformedAsn1 } from '../asn1/element.ts';
import { SignerFailed, type SignerFailedCode } from '../sign/errors.ts';
import { decryptPbes2, readPasswordEncryption } from './password-encryption.ts';
import {
  type Bags,
  type ContainerMac,
  type Encrypted,
  joinBags,
  parseContainer,
  parseSafeContents,
} from './pkcs12-container.ts';
import { deriveMacKey, knowsMacDigest } from './pkcs12-mac.ts';

/** What the worker is given; both are zeroed when it ends. */
export interface OpenContainerJob {
  readonly container: Uint8Array;
  /** UTF-8. */
  readonly passphrase: Uint8Array;
}

/** What comes out of a container. */
export interface OpenedContainer {
  readonly keys: readonly KeyObject[];
  readonly certificates: readonly Uint8Array[];
  /** How the keys were protected inside. */
  readonly protections: readonly { readonly encryption: string; readonly iterations: number }[];
}

export type OpenContainerResult =
  | { readonly ok: true; readonly opened: OpenedContainer }
  | {
      readonly ok: false;
      readonly code: SignerFailedCode;
      readonly values: Readonly<Record<string, unknown>>;
    };

/** @throws SignerFailed `pkcs12-wrong-password`, `pkcs12-unsupported` @throws MalformedAsn1 */
async function openContainer({ container, passphrase }: OpenContainerJob): Promise<OpenedContainer> {
  const { bags, closed, mac } = parseContainer(container);
  if (mac === null) throw new SignerFailed('pkcs12-unsupported', { part: 'mac' });
  if (!isOpenedByOpenssl(container, passphrase)) checkMac(mac, passphrase);
  const inner: Bags[] = [];
  for (const part of closed) {
    const plaintext = await decrypt(part, passphrase);
    inner.push(parseSafeContents(plaintext));
  }
  const { keys, certificates } = joinBags([bags, ...inner]);
  const opened: KeyObject[] = [];
  for (const { encrypted } of keys) opened.push(await openKey(encrypted, passphrase));
  return {
    keys: opened,
    // Copies: where certificates are not encrypted they are views of the container, which is zeroed before they are posted.
    certificates: certificates.map(({ der }) => der.slice()),
    protections: keys.map(({ encrypted }) => readPasswordEncryption(encrypted)),
  };
}

/**
 * Whether OpenSSL opens the container, its MAC included. It derives the MAC's key ten times as fast as a runtime that calls it
 * for every round. It says nothing of what it cannot read, as old encryption: there `checkMac` decides, and says what is wrong.
 */
function isOpenedByOpenssl(container: Uint8Array, passphrase: Uint8Array): boolean {
  try {
    createSecureContext({ pfx: Buffer.from(container), passphrase: text(passphrase) });
    return true;
  } catch {
    return false;
  }
}

/** The MAC fits exactly when nothing was changed and the passphrase is right (RFC 7292, 5.1). */
function checkMac(
  { authenticatedSafe, digest, value, salt, iterations }: ContainerMac,
  passphrase: Uint8Array,
): void {
  if (!knowsMacDigest(digest) || iterations < 1)
    throw new SignerFailed('pkcs12-unsupported', { part: 'mac' });
  const key = deriveMacKey(digest, text(passphrase), salt, iterations);
  const computed = createHmac(digest, key).update(authenticatedSafe).digest();
  key.fill(0);
  if (computed.length !== value.length || !timingSafeEqual(computed, value)) {
    throw new SignerFailed('pkcs12-wrong-password');
  }
}

/** The raw PKCS#8 goes to OpenSSL: node-forge itself knows RSA keys only, and would rewrite them. */
async function openKey(encrypted: Encrypted, passphrase: Uint8Array): Promise<KeyObject> {
  const plaintext = Buffer.from(await decrypt(encrypted, passphrase));
  try {
    return createPrivateKey({ key: plaintext, format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new SignerFailed('pkcs12-unsupported', { part: 'key' }, cause);
  } finally {
    plaintext.fill(0);
  }
}

async function decrypt(encrypted: Encrypted, passphrase: Uint8Array): Promise<Uint8Array> {
  const encryption = readPasswordEncryption(encrypted);
  const plaintext =
    encryption.kind === 'pbes2'
      ? await decryptPbes2(encrypted.ciphertext, encryption, passphrase)
      : (await import('./legacy-decryption.ts')).decryptLegacy(encrypted.ciphertext, encryption, passphrase);
  // The MAC has shown that the passphrase is right for the container; a part may still be under another one.
  if (plaintext === null) throw new SignerFailed('pkcs12-wrong-password');
  return plaintext;
}

function text(passphrase: Uint8Array): string {
  return new TextDecoder().decode(passphrase);
}

async function answer(job: OpenContainerJob): Promise<OpenContainerResult> {
  try {
    return { ok: true, opened: await openContainer(job) };
  } catch (cause) {
    if (cause instanceof SignerFailed) return { ok: false, code: cause.code, values: cause.values };
    if (!(cause instanceof MalformedAsn1)) throw cause;
    return { ok: false, code: 'pkcs12-unsupported', values: { part: cause.where } };
  } finally {
    job.passphrase.fill(0);
    job.container.fill(0);
  }
}

if (!isMainThread && parentPort !== null) {
  parentPort.postMessage(await answer(workerData as OpenContainerJob));
}
