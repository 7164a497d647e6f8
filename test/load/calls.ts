// The requests of the load: a verdict, and a signature as a raw body or as a form.

import type { RealPlace } from '../http/real-service.ts';
import type { Call } from './exchange.ts';

/** A verdict on this document. */
export function verifyCall(file: Uint8Array): Call {
  return { path: '/v1/verify', headers: { 'Content-Type': 'application/pdf' }, body: file };
}

/** A signature over a raw body; B-B by the development official with the passphrase unless something else is asked for. */
export function signCall(
  { apiKey, passphrase, letter }: Pick<RealPlace, 'apiKey' | 'passphrase' | 'letter'>,
  query: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Call {
  const parameters = new URLSearchParams({ signer: 'pejabat', level: 'B-B', ...query });
  return {
    path: `/v1/sign?${parameters}`,
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': 'application/pdf',
      Accept: 'application/pdf',
      ...(passphrase === '' ? {} : { 'Teken-Passphrase': passphrase }),
      ...headers,
    },
    body: letter,
  };
}

const BOUNDARY = 'batas-pengukuran';

/** The same as a form, as browsers and most applications send it. */
export function signFormCall(
  apiKey: string,
  letter: Uint8Array,
  fields: Readonly<Record<string, string>>,
): Call {
  const part = (rest: string, value: Uint8Array | string): Buffer =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]);
  return {
    path: '/v1/sign',
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      Accept: 'application/pdf',
    },
    body: Buffer.concat([
      ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
      part('name="file"; filename="surat.pdf"\r\nContent-Type: application/pdf', letter),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  };
}
