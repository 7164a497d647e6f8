// AES in a browser, for documents that are encrypted: they are read synchronously, which WebCrypto does not offer.

import { cbc, gcm } from '@noble/ciphers/aes.js';
import type { Ciphers } from './platform.ts';

const BLOCK = 16;
const GCM_TAG = 16;

export const browserCiphers: Ciphers = {
  aesCbcEncrypt: ({ key, iv, padding }, data) => {
    if (padding === 'none' && data.length % BLOCK !== 0) return null;
    return cbc(key, iv, { disablePadding: padding === 'none' }).encrypt(data);
  },
  aesCbcDecrypt: ({ key, iv, padding }, data) => {
    if (data.length % BLOCK !== 0) return null;
    if (data.length === 0) return padding === 'none' ? data : null;
    return unlessRefused(() => cbc(key, iv, { disablePadding: padding === 'none' }).decrypt(data));
  },
  aesCbcDecrypter: (key) => (message) => {
    if (message.length < 2 * BLOCK || message.length % BLOCK !== 0) return null;
    const [iv, data] = [message.subarray(0, BLOCK), message.subarray(BLOCK)];
    return unlessRefused(() => cbc(key, iv).decrypt(data));
  },
  aesGcmSeal: ({ key, nonce, associated }, message) => gcm(key, nonce, associated).encrypt(message),
  aesGcmOpen: ({ key, nonce, associated }, sealed) =>
    sealed.length < GCM_TAG ? null : unlessRefused(() => gcm(key, nonce, associated).decrypt(sealed)),
};

/** The library has one error for every input; of lengths, which are checked before, none is left but padding and tag. */
function unlessRefused(decrypt: () => Uint8Array): Uint8Array | null {
  try {
    return decrypt();
  } catch {
    return null;
  }
}
