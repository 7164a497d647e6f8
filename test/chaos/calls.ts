// The requests that faults are tried under.

import type { RealPlace } from '../http/real-service.ts';
import type { Call } from '../load/exchange.ts';

/** A verdict on this document. */
export function verifyCall(file: Uint8Array): Call {
  return { path: '/v1/verify', headers: { 'Content-Type': 'application/pdf' }, body: file };
}

/** A signature by the development official; B-B unless something else is asked for. */
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
      'Teken-Passphrase': passphrase,
      ...headers,
    },
    body: letter,
  };
}
