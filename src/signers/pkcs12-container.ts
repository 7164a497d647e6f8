// The structure of a PKCS#12 container (RFC 7292, clause 4): what can be read without its password. BER is common here.

import { childrenOf, contextTag, type Element, parseElement, Tag } from '../asn1/element.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { octetsOf, readOctetString, readOid, readSmallInteger } from '../asn1/values.ts';
import { readDigestAlgorithm } from '../pki/algorithm-identifiers.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';

/** Something under password-based encryption, with the AlgorithmIdentifier that says how, DER or BER. */
export interface Encrypted {
  readonly algorithm: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface ContainerCertificate {
  readonly der: Uint8Array;
  /** Binds the certificate to a key of the same container; null where absent. */
  readonly localKeyId: Uint8Array | null;
}

/** The content of one or several SafeContents. */
export interface Bags {
  readonly keys: readonly { readonly encrypted: Encrypted; readonly localKeyId: Uint8Array | null }[];
  readonly certificates: readonly ContainerCertificate[];
}

export interface Pkcs12Container {
  /** What stands there readable. */
  readonly bags: Bags;
  /** SafeContents under encryption, still closed. */
  readonly closed: readonly Encrypted[];
  /** Null where there is none, or the container is signed instead. */
  readonly mac: ContainerMac | null;
}

export interface ContainerMac {
  /** The bytes under the MAC. */
  readonly authenticatedSafe: Uint8Array;
  readonly digest: DigestAlgorithm;
  readonly value: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** Far above any container with one key and its chain. */
export const MAX_CONTAINER_BYTES = 1024 * 1024;
const MAX_BAGS = 64;

/**
 * Opens the outer layer.
 *
 * @throws SignerFailed `pkcs12-unsupported` { part }
 * @throws MalformedAsn1 when it is no PFX at all
 */
export function parseContainer(bytes: Uint8Array): Pkcs12Container {
  if (bytes.length > MAX_CONTAINER_BYTES) throw unsupported('size');
  const pfx = sequenceFields(parseElement(bytes, 'PFX', 'ber'), 'PFX');
  if (readSmallInteger(pfx.take(Tag.integer), 'version') !== 3) throw unsupported('version');
  const authenticatedSafe = dataOf(sequenceFields(pfx.take(Tag.sequence), 'authSafe'), 'authSafe');
  const macData = pfx.takeIf(Tag.sequence);
  pfx.end();
  const contents = childrenOf(
    parseElement(authenticatedSafe, 'AuthenticatedSafe', 'ber'),
    'AuthenticatedSafe',
    MAX_BAGS,
  );
  const readable: Bags[] = [];
  const closed: Encrypted[] = [];
  for (const content of contents) {
    const part = parseSafe(sequenceFields(content, 'ContentInfo'));
    if (part instanceof Uint8Array) readable.push(parseSafeContents(part));
    else closed.push(part);
  }
  return {
    bags: joinBags(readable),
    closed,
    mac: macData === undefined ? null : parseMac(sequenceFields(macData, 'macData'), authenticatedSafe),
  };
}

/** @throws SignerFailed `pkcs12-unsupported` { part }: which of several keys should sign nobody has said */
export function requireOneKey<T>(keys: readonly T[]): T {
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0) throw unsupported(`${keys.length} keys`);
  return key;
}

export function joinBags(parts: readonly Bags[]): Bags {
  return {
    keys: parts.flatMap(({ keys }) => keys),
    certificates: parts.flatMap(({ certificates }) => certificates),
  };
}

/** One SafeContents, decrypted where it was encrypted. @throws SignerFailed @throws MalformedAsn1 */
export function parseSafeContents(bytes: Uint8Array): Bags {
  const bags = childrenOf(parseElement(bytes, 'SafeContents', 'ber'), 'SafeContents', MAX_BAGS);
  return joinBags(bags.map((bag) => parseSafeBag(sequenceFields(bag, 'SafeBag'))));
}

function parseSafeBag(fields: Fields): Bags {
  const oid = readOid(fields.take(Tag.oid), 'bagId');
  const value = parseElement(fields.take(contextTag(0)).content, 'bagValue', 'ber');
  const attributes = fields.takeIf(Tag.set);
  fields.end();
  const localKeyId = attributes === undefined ? null : readLocalKeyId(attributes);
  switch (oid) {
    case Oid.pkcs8ShroudedKeyBag:
      return { keys: [{ encrypted: parseEncryptedKey(value), localKeyId }], certificates: [] };
    case Oid.certBag:
      return {
        keys: [],
        certificates: [{ der: parseCertBag(sequenceFields(value, 'CertBag')), localKeyId }],
      };
    default:
      // A key without encryption, a secret, a CRL: a container for signing holds none of them.
      throw unsupported(oid === Oid.keyBag ? 'key-unencrypted' : `bag ${oid}`);
  }
}

/** EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm, encryptedData OCTET STRING } (RFC 5958, 3). */
function parseEncryptedKey(element: Element): Encrypted {
  const fields = sequenceFields(element, 'EncryptedPrivateKeyInfo');
  const algorithm = fields.take(Tag.sequence).raw;
  const ciphertext = readOctetString(fields.takeAny(), 'encryptedData');
  fields.end();
  return { algorithm, ciphertext };
}

function parseCertBag(fields: Fields): Uint8Array {
  if (readOid(fields.take(Tag.oid), 'certId') !== Oid.x509Certificate) throw unsupported('certificate-type');
  const value = parseElement(fields.take(contextTag(0)).content, 'certValue', 'ber');
  fields.end();
  return readOctetString(value, 'certValue');
}

function readLocalKeyId(attributes: Element): Uint8Array | null {
  for (const attribute of childrenOf(attributes, 'bagAttributes', MAX_BAGS)) {
    const fields = sequenceFields(attribute, 'bagAttribute');
    if (readOid(fields.take(Tag.oid), 'bagAttribute') !== Oid.localKeyId) continue;
    const [value] = childrenOf(fields.take(Tag.set), 'localKeyId', MAX_BAGS);
    return value === undefined ? null : readOctetString(value, 'localKeyId');
  }
  return null;
}

/** A part of the AuthenticatedSafe: readable SafeContents as bytes, or an EncryptedData. */
function parseSafe(fields: Fields): Uint8Array | Encrypted {
  const type = readOid(fields.take(Tag.oid), 'contentType');
  const content = parseElement(fields.take(contextTag(0)).content, 'content', 'ber');
  fields.end();
  if (type === Oid.data) return readOctetString(content, 'content');
  if (type !== Oid.encryptedData) throw unsupported('public-key-encryption');
  const encryptedData = sequenceFields(content, 'EncryptedData');
  encryptedData.take(Tag.integer);
  const info = sequenceFields(encryptedData.take(Tag.sequence), 'encryptedContentInfo');
  info.take(Tag.oid);
  const algorithm = info.take(Tag.sequence).raw;
  const ciphertext = octetsOf(info.takeAny(), contextTag(0, 'primitive'), 'encryptedContent');
  return { algorithm, ciphertext };
}

function dataOf(fields: Fields, where: string): Uint8Array {
  // Anything else is a container that is signed with a key instead of protected by a password.
  if (readOid(fields.take(Tag.oid), where) !== Oid.data) throw unsupported('public-key-integrity');
  return readOctetString(parseElement(fields.take(contextTag(0)).content, where, 'ber'), where);
}

/** MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }. */
function parseMac(fields: Fields, authenticatedSafe: Uint8Array): ContainerMac {
  const digestInfo = sequenceFields(fields.take(Tag.sequence), 'mac');
  const digest = readDigestAlgorithm(digestInfo.take(Tag.sequence));
  const value = readOctetString(digestInfo.takeAny(), 'mac');
  const salt = readOctetString(fields.takeAny(), 'macSalt');
  const iterations = fields.takeIf(Tag.integer);
  fields.end();
  // PBMAC1 (RFC 9579) stands here as an algorithm that is no digest.
  if (digest === null) throw unsupported('mac');
  return {
    authenticatedSafe,
    digest,
    value,
    salt,
    iterations: iterations === undefined ? 1 : readSmallInteger(iterations, 'iterations'),
  };
}

function unsupported(part: string): SignerFailed {
  return new SignerFailed('pkcs12-unsupported', { part });
}
