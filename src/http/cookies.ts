// The cookies of people's browsers: sealed values for this host alone (RFC 6265bis, 4.1.3.2), never read by scripts.

import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-`: no other host, however near, can have set it. */
export type CookieName = `__Host-teken-${string}`;

/** Null where there is none; the first of several. */
export function readCookie({ headers }: FastifyRequest, name: CookieName): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return null;
}

/** `Lax`: a link in a mail or in an application opens the page with it, a form of another site is sent without. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, lifetimeMs: number): void {
  add(reply, `${name}=${value}; Path=/; Max-Age=${Math.floor(lifetimeMs / 1000)}`);
}

export function clearCookie(reply: FastifyReply, name: CookieName): void {
  add(reply, `${name}=; Path=/; Max-Age=0`);
}

function add(reply: FastifyReply, cookie: string): void {
  // Fastify gathers fields of this name.
  reply.header('Set-Cookie', `${cookie}; Secure; HttpOnly; SameSite=Lax`);
}
