// A key whose holder authorises each signature in a browser, at the service that has it: `teken sign --browser`.

import type { Text } from '../report/language.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { BrowserAuthorisation, RawSigner, Signer } from '../sign/ports.ts';
import type { Calling } from './calling.ts';
import { type AuthorizationAnswer, openLoopbackRedirect } from './loopback-redirect.ts';
import { hasDesktop, openAddress } from './open-address.ts';

const ASK: Text = {
  id: 'Buka alamat ini di peramban komputer ini dan setujui tanda tangannya:',
  en: "Open this address in this computer's browser, and authorise the signature:",
};

/**
 * The same key, activated by what its holder does in a browser for exactly the hashes that are to be signed.
 * @param display - whether X11 or Wayland shows what is opened from here; the address is printed in any case
 * @throws SignerFailed `signer-refused` { reason: 'no-browser' } for a key that nobody authorises there
 */
export function signerByBrowser(signer: Signer, display: boolean, calling: Calling): RawSigner {
  if (signer.shape !== 'raw' || signer.byBrowser === undefined)
    throw new SignerFailed('signer-refused', { reason: 'no-browser' });
  const { byBrowser } = signer;
  return {
    ...signer,
    activation: 'none',
    sign: async (algorithm, items, _, signal) => {
      const ask = (redirectUri: string) => byBrowser.request(algorithm, items, redirectUri);
      const activation = await authorised(byBrowser, ask, { display, calling, signal });
      try {
        return await signer.sign(algorithm, items, activation, signal);
      } finally {
        activation.token.fill(0);
      }
    },
  };
}

interface Asking {
  readonly display: boolean;
  readonly calling: Calling;
  readonly signal: AbortSignal;
}

async function authorised(
  byBrowser: BrowserAuthorisation,
  ask: (redirectUri: string) => ReturnType<BrowserAuthorisation['request']>,
  { display, calling: { terminal, language }, signal }: Asking,
): ReturnType<BrowserAuthorisation['redeem']> {
  const redirect = await openLoopbackRedirect(language);
  try {
    const { url, state, codeVerifier } = ask(redirect.uri);
    // Never left out with --quiet: without it nothing goes on.
    terminal.warn(`teken: ${ASK[language]}\n${url}`);
    // Only where somebody sees it is a window of use.
    if (terminal.status !== null && hasDesktop(display)) openAddress(url);
    const code = codeOf(await redirect.answer(state, signal).catch(ended));
    return await byBrowser.redeem({ code, codeVerifier, redirectUri: redirect.uri }, signal);
  } finally {
    redirect.close();
  }
}

function ended(reason: unknown): never {
  throw new SignerFailed('signer-unavailable', { reason: 'aborted' }, reason);
}

/** @throws SignerFailed `signer-auth-failed` where the person said no; `signer-refused`, `signer-unavailable` */
function codeOf(answer: AuthorizationAnswer): string {
  if (answer.kind === 'code') return answer.code;
  switch (answer.error) {
    case 'access_denied':
      throw new SignerFailed('signer-auth-failed', { reason: 'access_denied' });
    case 'server_error':
    case 'temporarily_unavailable':
      throw new SignerFailed('signer-unavailable', { reason: answer.error });
    default:
      throw new SignerFailed('signer-refused', { original: answer.error.slice(0, 100) });
  }
}
