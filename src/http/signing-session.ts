// How an official's browser comes in, stays in for a while and leaves; nothing of it is kept on this side.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignInFailed } from '../identity/sign-in.ts';
import {
  openPendingSignIn,
  openSession,
  SESSION_MS,
  type Session,
  SIGN_IN_MS,
  sealPendingSignIn,
  sealSession,
} from '../identity/sign-in-session.ts';
import { clearCookie, readCookie, setCookie } from './cookies.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import type { SigningPage } from './signing-page.ts';

const SESSION = '__Host-teken-sesi';
const PENDING = '__Host-teken-masuk';

export interface SigningSessions {
  /** Null: nobody has come in, or not any more. */
  of(request: FastifyRequest): Session | null;
  /**
   * Sends the browser to the provider.
   * @param link - what is opened afterwards; empty: the page itself
   * @param again - whether the person shall be asked even where the provider still knows somebody
   * @throws SignInFailed
   */
  begin(reply: FastifyReply, link: string, again: boolean): Promise<FastifyReply>;
  /** Takes in who came back. @returns the link that is to be opened @throws SignInFailed */
  complete(request: FastifyRequest, reply: FastifyReply): Promise<string>;
  end(reply: FastifyReply): void;
  /**
   * Of a form: that it belongs to whoever has come in, and was sent by our own page.
   * @throws HttpProblem `form-refused`
   */
  requireOwnForm(request: FastifyRequest, fields: ReadonlyMap<string, string>): Session;
}

export function signingSessions(
  { signIn, sealing }: SigningPage,
  { now }: Pick<AppServices, 'now'>,
): SigningSessions {
  const of = (request: FastifyRequest): Session | null => {
    const cookie = readCookie(request, SESSION);
    return cookie === null ? null : openSession(cookie, now(), sealing);
  };
  return {
    of,
    begin: async (reply, link, again) => {
      const { url, attempt } = await signIn.begin(again);
      setCookie(reply, PENDING, sealPendingSignIn(attempt, link, now(), sealing), SIGN_IN_MS);
      return reply.header('Cache-Control', 'no-store').redirect(url, 303);
    },
    complete: async (request, reply) => {
      const cookie = readCookie(request, PENDING);
      // Good for one way: whatever comes of it, the same answer opens nothing again.
      clearCookie(reply, PENDING);
      const pending = cookie === null ? null : openPendingSignIn(cookie, now(), sealing);
      // Without it an answer that somebody else obtained would bring this browser into that person's session.
      if (pending === null) throw new SignInFailed('attempt-missing');
      const { name } = await signIn.complete(pending, request.query as Readonly<Record<string, unknown>>);
      setCookie(reply, SESSION, sealSession(name, now(), sealing), SESSION_MS);
      return pending.link;
    },
    end: (reply) => clearCookie(reply, SESSION),
    requireOwnForm: (request, fields) => {
      const session = of(request);
      // Browsers say whose page sent a form; our own forms alone come from this origin.
      const site = request.headers['sec-fetch-site'];
      const ours = site === undefined || site === 'same-origin';
      if (session === null || !ours || !sameText(fields.get('formKey') ?? '', session.formKey))
        throw new HttpProblem('form-refused');
      return session;
    },
  };
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
