// PKCS#12 containers (RFC 7292): the key encrypted, the certificates readable, the whole protected by a MAC.

import { createCipheriv, createHash, createHmac, type KeyObject } from 'node:crypto';
import { Tag } from '../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
} from '../src/asn1/encode.ts';
import { Oid } from '../src/asn1/oids.ts';
import { concatBytes } from '../src/asn1/values.ts';
import type { RandomBytes } from '../src/platform/platform.ts';
import type { ContainerLock } from './container-lock.ts';

const ContainerOid = {
  keyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const;

export interface ContainerContent {
  readonly privateKey: KeyObject;
  /** DER, the key's own certificate first. */
  readonly chain: readonly Uint8Array[];
  /** Shown by key stores. */
  readonly friendlyName: string;
}

/** A container that OpenSSL, key stores and our own signer open, DER. */
export function encodePkcs12(
  content: ContainerContent,
  lock: ContainerLock,
  randomBytes: RandomBytes,
): Uint8Array {
  const localKeyId = new Uint8Array(
    createHash('sha256')
      .update(content.chain[0] ?? '')
      .digest(),
  );
  const own = attributes(localKeyId, content.friendlyName);
  const certificates = content.chain.map((certificate, i) =>
    safeBag(ContainerOid.certificateBag, certificateBag(certificate), i === 0 ? own : null),
  );
  const encryptedKey = encryptKey(content.privateKey, lock, randomBytes);
  const authenticatedSafe = encodeSequence(
    dataContent(encodeSequence(...certificates)),
    dataContent(encodeSequence(safeBag(ContainerOid.keyBag, encryptedKey, own))),
  );
  return encodeSequence(encodeInteger(3), dataContent(authenticatedSafe), macData(authenticatedSafe, lock));
}

/** EncryptedPrivateKeyInfo with PBES2: PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018, 6.2). */
function encryptKey(
  privateKey: KeyObject,
  { encryptionKey, encryptionSalt, iterations }: ContainerLock,
  randomBytes: RandomBytes,
): Uint8Array {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', encryptionKey, iv);
  const plaintext = privateKey.export({ format: 'der', type: 'pkcs8' });
  const ciphertext = concatBytes([cipher.update(plaintext), cipher.final()]);
  plaintext.fill(0);
  const derivation = encodeSequence(
    encodeOctetString(encryptionSalt),
    encodeInteger(iterations),
    encodeSequence(encodeOid(ContainerOid.hmacWithSha256), encodeNull()),
  );
  const parameters = encodeSequence(
    encodeSequence(encodeOid(ContainerOid.pbkdf2), derivation),
    encodeSequence(encodeOid(ContainerOid.aes256Cbc), encodeOctetString(iv)),
  );
  return encodeSequence(
    encodeSequence(encodeOid(ContainerOid.pbes2), parameters),
    encodeOctetString(ciphertext),
  );
}

function macData(authenticatedSafe: Uint8Array, { macKey, macSalt, iterations }: ContainerLock): Uint8Array {
  const mac = new Uint8Array(createHmac('sha256', macKey).update(authenticatedSafe).digest());
  const algorithm = encodeSequence(encodeOid(Oid.sha256), encodeNull());
  return encodeSequence(
    encodeSequence(algorithm, encodeOctetString(mac)),
    encodeOctetString(macSalt),
    encodeInteger(iterations),
  );
}

function safeBag(oid: string, value: Uint8Array, attributeSet: Uint8Array | null): Uint8Array {
  return encodeSequence(
    encodeOid(oid),
    encodeExplicit(0, value),
    ...(attributeSet === null ? [] : [attributeSet]),
  );
}

function certificateBag(certificate: Uint8Array): Uint8Array {
  return encodeSequence(
    encodeOid(ContainerOid.x509Certificate),
    encodeExplicit(0, encodeOctetString(certificate)),
  );
}

function attributes(localKeyId: Uint8Array, friendlyName: string): Uint8Array {
  const name = encodeElement(Tag.bmpString, bmpString(friendlyName));
  return encodeSetOf(
    encodeSequence(encodeOid(ContainerOid.localKeyId), encodeSetOf(encodeOctetString(localKeyId))),
    encodeSequence(encodeOid(ContainerOid.friendlyName), encodeSetOf(name)),
  );
}

// ContentInfo of type id-data.
function dataContent(content: Uint8Array): Uint8Array {
  return encodeSequence(encodeOid(Oid.data), encodeExplicit(0, encodeOctetString(content)));
}

function bmpString(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le').swap16());
}
