// PKCS#12 containers (RFC 7292): the key encrypted, the certificates readable, the whole protected by a MAC.

import { createCipheriv, createHash, createHmac, hash, type KeyObject, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
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

const deriveKey = promisify(pbkdf2);

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

/** What OWASP asked of PBKDF2-HMAC-SHA256 in 2023. */
const ITERATIONS = 600_000;

/** A passphrase with the MAC key made from it; several containers may share one. */
export interface ContainerLock {
  readonly passphrase: string;
  readonly macKey: Uint8Array;
  readonly macSalt: Uint8Array;
  readonly iterations: number;
}

/**
 * Derives the MAC key. The derivation is older than PBKDF2, no runtime offers it natively, and it blocks: 0.7 s at the usual
 * number of rounds, which is why containers that are made together share the lock.
 *
 * @param iterations - rounds for the MAC and for each key
 */
export function createContainerLock(
  passphrase: string,
  randomBytes: RandomBytes,
  iterations: number = ITERATIONS,
): ContainerLock {
  const macSalt = randomBytes(16);
  return { passphrase, macKey: deriveMacKey(passphrase, macSalt, iterations), macSalt, iterations };
}

/** A container that OpenSSL, key stores and our own signer open, DER. */
export async function encodePkcs12(
  content: ContainerContent,
  lock: ContainerLock,
  randomBytes: RandomBytes,
): Promise<Uint8Array> {
  const localKeyId = new Uint8Array(
    createHash('sha256')
      .update(content.chain[0] ?? '')
      .digest(),
  );
  const own = attributes(localKeyId, content.friendlyName);
  const certificates = content.chain.map((certificate, i) =>
    safeBag(ContainerOid.certificateBag, certificateBag(certificate), i === 0 ? own : null),
  );
  const encryptedKey = await encryptKey(content.privateKey, lock, randomBytes);
  const authenticatedSafe = encodeSequence(
    dataContent(encodeSequence(...certificates)),
    dataContent(encodeSequence(safeBag(ContainerOid.keyBag, encryptedKey, own))),
  );
  return encodeSequence(encodeInteger(3), dataContent(authenticatedSafe), macData(authenticatedSafe, lock));
}

/** EncryptedPrivateKeyInfo with PBES2: PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018, 6.2). */
async function encryptKey(
  privateKey: KeyObject,
  { passphrase, iterations }: ContainerLock,
  randomBytes: RandomBytes,
): Promise<Uint8Array> {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = await deriveKey(passphrase, salt, iterations, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const plaintext = privateKey.export({ format: 'der', type: 'pkcs8' });
  const ciphertext = concatBytes([cipher.update(plaintext), cipher.final()]);
  plaintext.fill(0);
  key.fill(0);
  const derivation = encodeSequence(
    encodeOctetString(salt),
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

/** RFC 7292, appendix B.2 with SHA-256 and purpose 3; one output block is just the 32 bytes of the MAC key. */
function deriveMacKey(passphrase: string, salt: Uint8Array, iterations: number): Uint8Array {
  const block = 64;
  const diversifier = new Uint8Array(block).fill(3);
  const password = bmpString(`${passphrase}\0`);
  let key = hash(
    'sha256',
    concatBytes([diversifier, repeatToBlocks(salt, block), repeatToBlocks(password, block)]),
    'buffer',
  );
  for (let round = 1; round < iterations; round += 1) key = hash('sha256', key, 'buffer');
  return key;
}

function repeatToBlocks(bytes: Uint8Array, block: number): Uint8Array {
  const length = block * Math.ceil(bytes.length / block);
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0);
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
