// In a process of its own: what pkcs11js alone signs with on the token that the service uses, with as many sessions.

import pkcs11 from 'pkcs11js';
import { TOKEN } from '../doubles/soft-token.ts';

const [library = '', label = '', sessions = '8', seconds = '3'] = process.argv.slice(2);
const api = new pkcs11.PKCS11();
api.load(library);
api.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK });
const slot = api.C_GetSlotList(true).find((each) => api.C_GetTokenInfo(each).label.trim() === TOKEN.label);
if (slot === undefined) throw new Error('no such token');
const opened = Array.from({ length: Number(sessions) }, () =>
  api.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION),
);
const [first] = opened;
if (first === undefined) throw new Error('no session');
api.C_Login(first, pkcs11.CKU_USER, TOKEN.pin);
api.C_FindObjectsInit(first, [
  { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
  { type: pkcs11.CKA_LABEL, value: label },
]);
const [key] = api.C_FindObjects(first, 1);
api.C_FindObjectsFinal(first);
if (key === undefined) throw new Error('no such key');
const isRsa = label.startsWith('rsa');
const mechanism = { mechanism: isRsa ? pkcs11.CKM_RSA_PKCS : pkcs11.CKM_ECDSA };
// A DigestInfo of SHA-256 is 51 octets long.
const input = Buffer.alloc(isRsa ? 51 : 32, 7);

let signed = 0;
const startedMs = performance.now();
const endMs = startedMs + Number(seconds) * 1000;
await Promise.all(
  opened.map(async (session) => {
    while (performance.now() < endMs) {
      api.C_SignInit(session, mechanism, key);
      await api.C_SignAsync(session, input, Buffer.alloc(512));
      signed += 1;
    }
  }),
);
process.stdout.write(String((signed * 1000) / (performance.now() - startedMs)));
api.C_Finalize();
