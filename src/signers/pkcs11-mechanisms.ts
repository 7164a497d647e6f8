// How a token signs what we sign: mechanisms over a digest (PKCS #11, 6.1 and 6.3), so that only digests travel to the device.

import { encodeNull, encodeOctetString, encodeOid, encodeSequence } from '../asn1/encode.ts';
import { digestOid } from '../pki/algorithm-identifiers.ts';
import { ecdsaSigValue } from '../pki/ecdsa-value.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import { ecdsaIntegerBytes, type SignatureAlgorithm, schemeOf, type ToBeSigned } from '../sign/ports.ts';
import type { Pkcs11 } from './pkcs11-module.ts';

export interface TokenOperation {
  readonly mechanism: Parameters<InstanceType<Pkcs11['PKCS11']>['C_SignInit']>[1];
  readonly input: Buffer;
}

/** What the device has to list before the algorithm is offered. */
export function mechanismOf(algorithm: SignatureAlgorithm, constants: Pkcs11): number {
  switch (schemeOf(algorithm).scheme.kind) {
    case 'rsa-pss':
      return constants.CKM_RSA_PKCS_PSS;
    case 'ecdsa':
      return constants.CKM_ECDSA;
    case 'ed25519':
      return CKM_EDDSA;
    default:
      return constants.CKM_RSA_PKCS;
  }
}

/** CKA_KEY_TYPE of the keys that the algorithm is for. */
export function keyTypeOf(algorithm: SignatureAlgorithm, constants: Pkcs11): number {
  switch (schemeOf(algorithm).scheme.kind) {
    case 'ecdsa':
      return constants.CKK_EC;
    case 'ed25519':
      return CKK_EC_EDWARDS;
    default:
      return constants.CKK_RSA;
  }
}

// PKCS #11 v3.0; the package knows the names of v2.40.
const CKM_EDDSA = 0x1057;
const CKK_EC_EDWARDS = 0x40;

export function operationFor(
  algorithm: SignatureAlgorithm,
  item: ToBeSigned,
  constants: Pkcs11,
): TokenOperation {
  const { scheme } = schemeOf(algorithm);
  const mechanism = mechanismOf(algorithm, constants);
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return { mechanism: { mechanism }, input: Buffer.from(digestInfo(scheme.digest, item.digest)) };
    case 'rsa-pss':
      return {
        mechanism: { mechanism, parameter: pssParameters(scheme.digest, scheme.saltLength, constants) },
        input: Buffer.from(item.digest),
      };
    case 'ed25519':
      return { mechanism: { mechanism }, input: Buffer.from(item.message) };
    default:
      return { mechanism: { mechanism }, input: Buffer.from(item.digest) };
  }
}

/** RFC 8017, 9.2: CKM_RSA_PKCS pads what it is given, and does not name the hash by itself. */
function digestInfo(digest: DigestAlgorithm, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeSequence(encodeOid(digestOid(digest)), encodeNull()), encodeOctetString(value));
}

function pssParameters(
  digest: DigestAlgorithm,
  saltLen: number,
  constants: Pkcs11,
): { type: number; hashAlg: number; mgf: number; saltLen: number } {
  const type = constants.CK_PARAMS_RSA_PSS;
  switch (digest) {
    case 'sha384':
      return { type, hashAlg: constants.CKM_SHA384, mgf: constants.CKG_MGF1_SHA384, saltLen };
    case 'sha512':
      return { type, hashAlg: constants.CKM_SHA512, mgf: constants.CKG_MGF1_SHA512, saltLen };
    default:
      return { type, hashAlg: constants.CKM_SHA256, mgf: constants.CKG_MGF1_SHA256, saltLen };
  }
}

/**
 * The value as CMS has it: for ECDSA tokens give r and s side by side (PKCS #11, 6.3.1).
 * @throws SignerFailed `signer-result-invalid` { check: 'length' }
 */
export function signatureOfToken(algorithm: SignatureAlgorithm, value: Uint8Array): Uint8Array {
  const size = ecdsaIntegerBytes(algorithm);
  if (size === null) return new Uint8Array(value);
  if (value.length !== 2 * size) throw new SignerFailed('signer-result-invalid', { check: 'length' });
  return ecdsaSigValue(value);
}
