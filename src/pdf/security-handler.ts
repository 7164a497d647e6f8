// The standard security handler (ISO 32000-2, 7.6.4): a password, the key behind it, and what it decrypts and encrypts.

import type { AesCbcDecrypter, Ciphers, Digests, RandomBytes } from '../platform/platform.ts';
import { type CryptFilters, type CryptMethod, methodOfStream, readCryptFilters } from './crypt-filters.ts';
import type { EncryptionFacts, ObjectEncrypter, ObjectIdentity, RevisionView } from './document.ts';
import { type ChangeBytes, changeStrings, clearString, encryptedString } from './encrypted-strings.ts';
import { type EncryptionDictionary, readEncryptionDictionary } from './encryption-dictionary.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { keyOfOwnerPasswordMd5, keyOfUserPasswordMd5 } from './file-key-md5.ts';
import {
  type KeyArithmetic,
  keyOfOwnerPasswordSha2,
  keyOfUserPasswordSha2,
  permissionsConfirmed,
} from './file-key-sha2.ts';
import type { IndirectObject, StreamHead } from './indirect-object.ts';
import {
  asKind,
  isName,
  type PdfDictionary,
  type PdfObject,
  type PdfReference,
  type PdfString,
} from './objects.ts';
import { passwordForms } from './password-forms.ts';
import { rc4Cipher } from './rc4.ts';
import { joinBytes } from './serialize.ts';

/** What opening an encrypted document needs beside the document. */
export interface Unlocking {
  readonly digests: Digests;
  readonly ciphers: Ciphers;
  /** UTF-8, of the user or the owner; the empty user password is tried as well. */
  readonly password?: Uint8Array;
}

/**
 * Opens the encryption of a document.
 * @param view - shows the objects as they stand in the file; its trailer names the encryption dictionary
 * @returns null when the document is not encrypted
 * @throws MalformedPdf `pdf-encrypted`, with { handler: 'other' } for one that asks for no password; `pdf-unsupported`
 *   { feature: 'encryption-version' | 'crypt-filter' }
 */
export function openSecurityHandler(view: RevisionView, unlocking: Unlocking): SecurityHandler | null {
  const named = view.trailer.entries.get('Encrypt') ?? null;
  if (named === null) return null;
  const { digests, ciphers } = unlocking;
  const encryption = readEncryptionDictionary(view);
  const filters = readCryptFilters(encryption, view);
  const unlocked = unlock(encryption, unlocking);
  // Where only attachments are encrypted, the document itself opens for everybody.
  const needsKey = [filters.strings, filters.streams].some((method) => method !== 'identity');
  if (unlocked === null && needsKey) throw new MalformedPdf('pdf-encrypted');
  const { revision, permissions } = encryption;
  const confirmed =
    unlocked !== null && (revision !== 6 || permissionsConfirmed(unlocked.key, encryption, unlocking));
  return new SecurityHandler(
    { revision, access: unlocked?.access ?? 'attachments-locked', permissions: confirmed ? permissions : 0 },
    // Without the password, which is not needed any more.
    {
      key: unlocked?.key ?? null,
      filters,
      dictionaryAt: asKind(named, 'reference') ?? null,
      digests,
      ciphers,
    },
  );
}

interface Unlocked {
  readonly key: Uint8Array;
  readonly access: 'user' | 'owner';
}

const EMPTY = new Uint8Array(0);

/** The owner first, since a password that is both gives the rights of the owner. */
function unlock(encryption: EncryptionDictionary, unlocking: Unlocking): Unlocked | null {
  const given =
    unlocking.password === undefined ? [] : passwordForms(unlocking.password, encryption.revision);
  for (const password of [...given, EMPTY]) {
    const owner = keyOf('owner', password, encryption, unlocking);
    if (owner !== null) return { key: owner, access: 'owner' };
    const user = keyOf('user', password, encryption, unlocking);
    if (user !== null) return { key: user, access: 'user' };
  }
  return null;
}

function keyOf(
  who: Unlocked['access'],
  password: Uint8Array,
  encryption: EncryptionDictionary,
  arithmetic: KeyArithmetic,
): Uint8Array | null {
  if (encryption.revision >= 5) {
    const keyFor = who === 'owner' ? keyOfOwnerPasswordSha2 : keyOfUserPasswordSha2;
    return keyFor(password, encryption, arithmetic);
  }
  const keyFor = who === 'owner' ? keyOfOwnerPasswordMd5 : keyOfUserPasswordMd5;
  return keyFor(password, encryption, arithmetic.digests);
}

interface Opened {
  /** The file encryption key; null when nothing but attachments is encrypted and no password opened them. */
  readonly key: Uint8Array | null;
  readonly filters: CryptFilters;
  /** Where the encryption dictionary is, null when it stands in the trailer. */
  readonly dictionaryAt: PdfReference | null;
  readonly digests: Digests;
  readonly ciphers: Ciphers;
}

/** The handler of one document, with its key. */
export class SecurityHandler implements ObjectEncrypter {
  readonly facts: EncryptionFacts;
  readonly #opened: Opened;
  /** Under which number the token of a string stands in the file encrypted. */
  readonly #encryptedUnder = new WeakMap<PdfString, ObjectIdentity>();
  #decrypter: AesCbcDecrypter | undefined;

  constructor(facts: EncryptionFacts, opened: Opened) {
    this.facts = facts;
    this.#opened = opened;
  }

  /** An uncompressed object with its strings in the clear; the data of a stream are another matter. */
  clear<T extends IndirectObject | StreamHead>(indirect: T): T;
  clear(indirect: IndirectObject | StreamHead): IndirectObject | StreamHead {
    const { strings } = this.#opened.filters;
    if (strings === 'identity' || this.#isItself(indirect)) return indirect;
    // Most objects hold no string and need no key.
    let decrypter: ChangeBytes | undefined;
    const decrypt: ChangeBytes = (bytes) => {
      decrypter ??= this.#decrypterFor(strings, indirect);
      return decrypter(bytes);
    };
    const clear = (string: PdfString) => {
      const cleared = clearString(string, decrypt);
      this.#encryptedUnder.set(cleared, indirect);
      return cleared;
    };
    if (!('dataOffset' in indirect)) return { ...indirect, object: changeStrings(indirect.object, clear) };
    // The dictionary of a cross-reference stream is a trailer.
    if (isName(indirect.dictionary.entries.get('Type'), 'XRef')) return indirect;
    return { ...indirect, dictionary: changeStrings(indirect.dictionary, clear) };
  }

  /** The data of a stream in the clear, its other filters still to be undone. @throws MalformedPdf */
  clearData(
    data: Uint8Array,
    dictionary: PdfDictionary,
    identity: ObjectIdentity,
    resolve: (object: PdfObject | undefined) => PdfObject,
  ): Uint8Array {
    const method = methodOfStream(dictionary, this.#opened.filters, resolve);
    return this.#decrypterFor(method, identity)(data);
  }

  encrypted<T extends PdfObject>(object: T, identity: ObjectIdentity, randomBytes: RandomBytes): T {
    const { strings } = this.#opened.filters;
    if (strings === 'identity' || this.#isItself(identity)) return object;
    let encrypter: ChangeBytes | undefined;
    return changeStrings(object, (string) => {
      const under = this.#encryptedUnder.get(string);
      // What stays in its object stays as it is, byte for byte.
      if (under !== undefined && isSameObject(under, identity)) return string;
      encrypter ??= this.#encrypterFor(strings, identity, randomBytes);
      return encryptedString(string, encrypter);
    });
  }

  encryptedData(
    data: Uint8Array,
    dictionary: PdfDictionary,
    identity: ObjectIdentity,
    randomBytes: RandomBytes,
  ): Uint8Array {
    const method = methodOfStream(dictionary, this.#opened.filters, (object) => object ?? null);
    return this.#encrypterFor(method, identity, randomBytes)(data);
  }

  /** Its own dictionary is what the strings are decrypted with. */
  #isItself(identity: ObjectIdentity): boolean {
    const { dictionaryAt } = this.#opened;
    return dictionaryAt !== null && isSameObject(dictionaryAt, identity);
  }

  /** @throws MalformedPdf `pdf-encrypted` without a key; what it gives throws `pdf-damaged` */
  #decrypterFor(method: CryptMethod, identity: ObjectIdentity): ChangeBytes {
    if (method === 'identity') return (bytes) => bytes;
    const key = this.#keyFor(method, identity);
    if (method === 'rc4') return rc4Cipher(key);
    const decrypter =
      method === 'aes-v3' ? this.#fileDecrypter(key) : this.#opened.ciphers.aesCbcDecrypter(key);
    return (bytes) => {
      // Many writers leave what is empty as it is, or write the vector alone.
      const isEmpty = bytes.length === 0 || bytes.length === AES_BLOCK;
      const clear = isEmpty ? new Uint8Array(0) : decrypter(bytes);
      if (clear === null) throw damaged('object');
      return clear;
    };
  }

  /** @throws MalformedPdf `pdf-encrypted` without a key */
  #encrypterFor(method: CryptMethod, identity: ObjectIdentity, randomBytes: RandomBytes): ChangeBytes {
    if (method === 'identity') return (bytes) => bytes;
    const key = this.#keyFor(method, identity);
    if (method === 'rc4') return rc4Cipher(key);
    return (bytes) => {
      const iv = randomBytes(AES_BLOCK);
      const encrypted = this.#opened.ciphers.aesCbcEncrypt({ key, iv, padding: 'pkcs7' }, bytes);
      if (encrypted === null) throw new TypeError('whatever is padded can be encrypted');
      return joinBytes([iv, encrypted]);
    };
  }

  #fileDecrypter(key: Uint8Array): AesCbcDecrypter {
    this.#decrypter ??= this.#opened.ciphers.aesCbcDecrypter(key);
    return this.#decrypter;
  }

  /** Algorithms 1 and 1.A. */
  #keyFor(method: Exclude<CryptMethod, 'identity'>, { number, generation }: ObjectIdentity): Uint8Array {
    const { key, digests } = this.#opened;
    if (key === null) throw new MalformedPdf('pdf-encrypted');
    if (method === 'aes-v3') return key;
    const identity = [number, number >> 8, number >> 16, generation, generation >> 8];
    const salt = method === 'aes-v2' ? SALT : [];
    const digest = digests.of('md5', Uint8Array.of(...key, ...identity, ...salt));
    return digest.subarray(0, Math.min(key.length + identity.length, digest.length));
  }
}

function isSameObject(a: ObjectIdentity, b: ObjectIdentity): boolean {
  return a.number === b.number && a.generation === b.generation;
}

const AES_BLOCK = 16;

// `sAlT`
const SALT = [0x73, 0x41, 0x6c, 0x54] as const;
