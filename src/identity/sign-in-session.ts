// What a browser carries of a person who has come in, and before that of the way to the provider and back: sealed cookies. Nothing of
// either is kept here, so both are short-lived.

import { z } from 'zod';
import { openText, type Sealing, sealText } from './sealed-text.ts';
import type { SignInAttempt } from './sign-in.ts';

/** Somebody who has come in. */
export interface Session {
  /** As the provider names the person: identifier, NIK or address of the registry. */
  readonly name: string;
  /** Forms of this session show it; other sites' pages do not know it. */
  readonly formKey: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** On the way to the provider. */
export interface PendingSignIn extends SignInAttempt {
  /** The link that the person wants to open; empty: none. */
  readonly link: string;
  readonly expiresAt: number;
}

/** A letter is read and signed within it; a phone that is left on a table is not open for long. */
export const SESSION_MS = 15 * 60_000;
/** A person types name and password, and a code that comes by message. */
export const SIGN_IN_MS = 10 * 60_000;

const session = z.strictObject({ name: z.string(), formKey: z.string(), expiresAt: z.int() });
const pending = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  link: z.string(),
  expiresAt: z.int(),
});

const FORM_KEY_BYTES = 16;

/** @param now - milliseconds since 1970 */
export function sealSession(name: string, now: number, sealing: Sealing): string {
  const formKey = Buffer.from(sealing.randomBytes(FORM_KEY_BYTES)).toString('base64url');
  const made: Session = { name, formKey, expiresAt: now + SESSION_MS };
  return sealText(JSON.stringify(made), 'session', sealing);
}

/** Null for what is not ours, was altered, or has ended. */
export function openSession(cookie: string, now: number, sealing: Pick<Sealing, 'keys'>): Session | null {
  return unlessEnded(session, openText(cookie, 'session', sealing), now);
}

export function sealPendingSignIn(
  attempt: SignInAttempt,
  link: string,
  now: number,
  sealing: Sealing,
): string {
  const { state, nonce, verifier } = attempt;
  const made: PendingSignIn = { state, nonce, verifier, link, expiresAt: now + SIGN_IN_MS };
  return sealText(JSON.stringify(made), 'sign-in attempt', sealing);
}

/** Null as above. */
export function openPendingSignIn(
  cookie: string,
  now: number,
  sealing: Pick<Sealing, 'keys'>,
): PendingSignIn | null {
  return unlessEnded(pending, openText(cookie, 'sign-in attempt', sealing), now);
}

function unlessEnded<T extends { readonly expiresAt: number }>(
  schema: z.ZodType<T>,
  text: string | null,
  now: number,
): T | null {
  if (text === null) return null;
  const read = schema.parse(JSON.parse(text));
  return now < read.expiresAt ? read : null;
}
