// What the page for officials is given beside the use cases: how people come in, and how letters come from applications and go back.

import type { Sealing } from '../identity/sealed-text.ts';
import type { SignIn } from '../identity/sign-in.ts';

export interface SigningPage {
  /** Scheme, host and port by which browsers reach this service, without a slash at the end. */
  readonly publicUrl: string;
  readonly sealing: Sealing;
  readonly signIn: SignIn;
  readonly letters: LetterExchange;
  /** Client for which officials sign letters that they bring themselves; null: nobody does. */
  readonly uploadClient: string | null;
}

/** Nothing is fetched or delivered twice without being asked to, and no redirect is followed. */
export interface LetterExchange {
  /** @param requestId - told to the application @throws HttpProblem `letter-unavailable`, `file-too-large` */
  fetch(url: string, requestId: string, signal: AbortSignal): Promise<Uint8Array>;
  /** @returns whether the application has taken it */
  deliver(delivery: Delivery): Promise<boolean>;
}

/** A signed letter on its way to the application; the same delivery may come more than once. */
export interface Delivery {
  readonly url: string;
  /** Names the request; whoever has its letter already answers as before. */
  readonly requestId: string;
  readonly signatureId: string;
  /** SHA-256 of the letter as it was before, lower-case hexadecimal. */
  readonly signedFrom: string;
  readonly pdf: Uint8Array;
}

/** Where the page answers. */
export const SIGNING_PATH = '/tanda-tangan';
/** Where the provider sends the browser back to. */
export const CALLBACK_PATH = `${SIGNING_PATH}/kembali`;
