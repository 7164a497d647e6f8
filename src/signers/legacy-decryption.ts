// Parts of old containers (RFC 7292, appendix C), by node-forge; loaded where there is one.

import forge from 'node-forge';
import { parseElement } from '../asn1/element.ts';
import type { LegacyEncryption } from './password-encryption.ts';

/** 3DES and RC2: this OpenSSL offers no RC2, and neither with the derivation of PKCS#12. */
export function decryptLegacy(
  ciphertext: Uint8Array,
  { oid, parameters }: LegacyEncryption,
  passphrase: Uint8Array,
): Uint8Array | null {
  const asn1 = forge.asn1.fromDer(buffer(parseElement(parameters, 'pkcs-12PbeParams', 'ber').raw));
  const cipher = passwordCiphers.getCipher(oid, asn1, new TextDecoder().decode(passphrase));
  cipher.update(buffer(ciphertext));
  return cipher.finish() ? new Uint8Array(Buffer.from(cipher.output.getBytes(), 'latin1')) : null;
}

// Part of node-forge's documented interface, left out of its types.
const passwordCiphers = (
  forge.pki as unknown as {
    pbe: {
      getCipher(
        oid: string,
        parameters: forge.asn1.Asn1,
        password: string,
      ): {
        update(input: forge.util.ByteBuffer): void;
        finish(): boolean;
        readonly output: forge.util.ByteBuffer;
      };
    };
  }
).pbe;

function buffer(bytes: Uint8Array): forge.util.ByteBuffer {
  return forge.util.createBuffer(Buffer.from(bytes).toString('latin1'));
}
