// Puts keys and certificates on a SoftHSM token, in a process of its own: what the test opens, it opens as a stranger.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pkcs11 from 'pkcs11js';
import type { TokenContent } from './soft-token.ts';

const CURVES: Readonly<Record<string, string>> = {
  'P-256': '06082a8648ce3d030107',
  'P-384': '06052b81040022',
  'P-521': '06052b81040023',
};

const { library, label, pin, content } = JSON.parse(readFileSync(0, 'utf8')) as {
  library: string;
  label: string;
  pin: string;
  content: readonly TokenContent[];
};

const api = new pkcs11.PKCS11();
api.load(library);
api.C_Initialize();
const slot = api.C_GetSlotList(true).find((each) => api.C_GetTokenInfo(each).label.trim() === label);
if (slot === undefined) throw new Error('no such token');
const session = api.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
api.C_Login(session, pkcs11.CKU_USER, pin);
for (const each of content) {
  if (each.privateKey !== undefined) api.C_CreateObject(session, keyTemplate(each, each.privateKey));
  for (const certificate of each.certificates) {
    api.C_CreateObject(session, [
      { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_CERTIFICATE },
      { type: pkcs11.CKA_CERTIFICATE_TYPE, value: pkcs11.CKC_X_509 },
      { type: pkcs11.CKA_TOKEN, value: true },
      { type: pkcs11.CKA_PRIVATE, value: false },
      { type: pkcs11.CKA_LABEL, value: each.certificateLabel ?? each.label },
      { type: pkcs11.CKA_ID, value: Buffer.from(each.certificateId ?? each.id, 'hex') },
      { type: pkcs11.CKA_SUBJECT, value: Buffer.from('3000', 'hex') },
      { type: pkcs11.CKA_VALUE, value: Buffer.from(certificate, 'base64') },
    ]);
  }
}
api.C_Logout(session);
api.C_Finalize();

function keyTemplate(
  { label, id, alwaysAuthenticate = false }: TokenContent,
  encoded: string,
): { type: number; value: Buffer | boolean | number | string }[] {
  const key = createPrivateKey({ key: Buffer.from(encoded, 'base64'), format: 'der', type: 'pkcs8' });
  const jwk = key.export({ format: 'jwk' });
  const octets = (member: string): Buffer => Buffer.from(String(jwk[member]), 'base64url');
  const common = [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_PRIVATE, value: true },
    { type: pkcs11.CKA_SENSITIVE, value: true },
    { type: pkcs11.CKA_EXTRACTABLE, value: false },
    { type: pkcs11.CKA_SIGN, value: true },
    { type: pkcs11.CKA_LABEL, value: label },
    { type: pkcs11.CKA_ID, value: Buffer.from(id, 'hex') },
    { type: pkcs11.CKA_ALWAYS_AUTHENTICATE, value: alwaysAuthenticate },
  ];
  if (jwk.kty === 'RSA') {
    return [
      ...common,
      { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_RSA },
      { type: pkcs11.CKA_MODULUS, value: octets('n') },
      { type: pkcs11.CKA_PUBLIC_EXPONENT, value: octets('e') },
      { type: pkcs11.CKA_PRIVATE_EXPONENT, value: octets('d') },
      { type: pkcs11.CKA_PRIME_1, value: octets('p') },
      { type: pkcs11.CKA_PRIME_2, value: octets('q') },
      { type: pkcs11.CKA_EXPONENT_1, value: octets('dp') },
      { type: pkcs11.CKA_EXPONENT_2, value: octets('dq') },
      { type: pkcs11.CKA_COEFFICIENT, value: octets('qi') },
    ];
  }
  return [
    ...common,
    { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_EC },
    { type: pkcs11.CKA_EC_PARAMS, value: Buffer.from(CURVES[String(jwk.crv)] ?? '', 'hex') },
    { type: pkcs11.CKA_VALUE, value: octets('d') },
  ];
}
