// A link by which one official signs one letter of an application: everything about it is in the link, sealed; nothing is kept here.

import { z } from 'zod';
import { openText, type Sealing, sealText } from './sealed-text.ts';

/** What an application asked for. Addresses stay unseen by whoever carries the link: they may hold the application's own secrets. */
export interface SigningLink {
  /** Names the request towards the application; random. */
  readonly id: string;
  /** Of the clients file. */
  readonly client: string;
  /** Identifier of the registry. */
  readonly signer: string;
  /** SHA-256 of the letter, lower-case hexadecimal. */
  readonly document: string;
  /** Where the letter is fetched, and where the signed one is delivered. */
  readonly from: string;
  readonly to: string;
  /** Where the official is led back to; null: nowhere. */
  readonly back: string | null;
  /** How the letter is called on the page. */
  readonly title: string;
  /** Parameters of the signature as the application wrote them. */
  readonly order: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const payload: z.ZodType<SigningLink> = z.strictObject({
  id: z.string(),
  client: z.string(),
  signer: z.string(),
  document: z.string(),
  from: z.string(),
  to: z.string(),
  back: z.string().nullable(),
  title: z.string(),
  order: z.record(z.string(), z.string()),
  expiresAt: z.int(),
});

/** Mail programs and proxies take addresses of a few kB; sealed once more it has to fit into a cookie of 4 kB (RFC 6265, 6.1). */
export const MAX_LINK_CHARACTERS = 2_400;

export type SigningLinkRefusedCode = 'signing-link-invalid' | 'signing-link-expired';

/** The link opens nothing; `signing-link-invalid` for one that is not ours or was altered. */
export class SigningLinkRefused extends Error {
  readonly code: SigningLinkRefusedCode;

  constructor(code: SigningLinkRefusedCode) {
    super(code);
    this.name = 'SigningLinkRefused';
    this.code = code;
  }
}

/** @returns null where the link would have more than `MAX_LINK_CHARACTERS` */
export function sealSigningLink(link: SigningLink, sealing: Sealing): string | null {
  const sealed = sealText(JSON.stringify(link), 'signing link', sealing);
  return sealed.length > MAX_LINK_CHARACTERS ? null : sealed;
}

/** @param now - milliseconds since 1970 @throws SigningLinkRefused */
export function openSigningLink(sealed: string, now: number, sealing: Pick<Sealing, 'keys'>): SigningLink {
  const text = sealed.length > MAX_LINK_CHARACTERS ? null : openText(sealed, 'signing link', sealing);
  if (text === null) throw new SigningLinkRefused('signing-link-invalid');
  const link = payload.parse(JSON.parse(text));
  if (now >= link.expiresAt) throw new SigningLinkRefused('signing-link-expired');
  return link;
}
