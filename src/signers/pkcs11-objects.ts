// What a token holds of ours: the private key that the URI names, and certificates.

import { endianness } from 'node:os';
import { SignerFailed } from '../sign/errors.ts';
import { returnValueOf } from './pkcs11-errors.ts';
import type { Cryptoki, Pkcs11 } from './pkcs11-module.ts';
import type { Handle } from './pkcs11-token.ts';
import type { Pkcs11Location } from './pkcs11-uri.ts';

type Wanted = Pick<Pkcs11Location, 'object' | 'id'>;

export interface TokenKey {
  readonly handle: Handle;
  /** CKA_ID. */
  readonly id: Uint8Array;
  /** CKA_KEY_TYPE. */
  readonly type: number;
  /** The PIN is asked for again with every signature (CKA_ALWAYS_AUTHENTICATE). */
  readonly alwaysAuthenticate: boolean;
}

export interface TokenCertificate {
  readonly der: Uint8Array;
  readonly id: Uint8Array;
  readonly label: string;
}

/** @throws SignerFailed `signer-uri-invalid` { reason } when it is not exactly one */
export function findKey(api: Cryptoki, constants: Pkcs11, session: Handle, wanted: Wanted): TokenKey {
  const template = [
    { type: constants.CKA_CLASS, value: constants.CKO_PRIVATE_KEY },
    ...(wanted.object === null ? [] : [{ type: constants.CKA_LABEL, value: wanted.object }]),
    ...(wanted.id === null ? [] : [{ type: constants.CKA_ID, value: Buffer.from(wanted.id) }]),
  ];
  const [handle, ...others] = findObjects(api, session, template);
  if (handle === undefined)
    throw new SignerFailed('signer-uri-invalid', { reason: 'no such key on the token' });
  if (others.length > 0) throw new SignerFailed('signer-uri-invalid', { reason: 'several keys fit' });
  const [id, type] = api.C_GetAttributeValue(session, handle, [
    { type: constants.CKA_ID },
    { type: constants.CKA_KEY_TYPE },
  ]);
  return {
    handle,
    id: bytesOf(id?.value),
    type: numberOf(bytesOf(type?.value)),
    alwaysAuthenticate: asksAgain(api, constants, session, handle),
  };
}

/** Older devices do not know the attribute. */
function asksAgain(api: Cryptoki, constants: Pkcs11, session: Handle, key: Handle): boolean {
  try {
    const template = [{ type: constants.CKA_ALWAYS_AUTHENTICATE }];
    return api.C_GetAttributeValue(session, key, template)[0]?.value[0] === 1;
  } catch (error) {
    if (returnValueOf(error) === 'CKR_ATTRIBUTE_TYPE_INVALID') return false;
    throw error;
  }
}

/** CK_ULONG, in the byte order and size of the machine; the types that we sign with fit into its first or last octet. */
function numberOf(octets: Uint8Array): number {
  return endianness() === 'LE' ? (octets[0] ?? 0) : (octets.at(-1) ?? 0);
}

function bytesOf(value: Uint8Array | undefined): Uint8Array {
  return new Uint8Array(value ?? []);
}

/** All certificates that can be seen; without a login those that are public. */
export function findCertificates(
  api: Cryptoki,
  constants: Pkcs11,
  session: Handle,
): readonly TokenCertificate[] {
  const template = [{ type: constants.CKA_CLASS, value: constants.CKO_CERTIFICATE }];
  return findObjects(api, session, template).map((handle) => {
    const [value, id, label] = api.C_GetAttributeValue(session, handle, [
      { type: constants.CKA_VALUE },
      { type: constants.CKA_ID },
      { type: constants.CKA_LABEL },
    ]);
    return {
      der: bytesOf(value?.value),
      id: bytesOf(id?.value),
      label: Buffer.from(bytesOf(label?.value)).toString('utf8'),
    };
  });
}

// A token with more is none that was made for signing.
const MOST_OBJECTS = 1000;

function findObjects(
  api: Cryptoki,
  session: Handle,
  template: Parameters<Cryptoki['C_FindObjectsInit']>[1],
): readonly Handle[] {
  api.C_FindObjectsInit(session, template);
  try {
    return api.C_FindObjects(session, MOST_OBJECTS);
  } finally {
    api.C_FindObjectsFinal(session);
  }
}
