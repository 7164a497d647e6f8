// An address on a letter: which host it leads to, and whether letters are fetched from there. Nothing is fetched here.

/** An address that was read from a QR code or typed; nothing of it is believed. */
export interface LetterLink {
  readonly url: URL;
  /** What a reader compares with the letter; punycode stays punycode, so that look-alikes are seen. */
  readonly host: string;
  /**
   * - `listed`: a letter may be fetched from there
   * - `unlisted`: not one of the agencies' hosts
   * - `not-https`: whoever sits on the line could put another letter in its place; also a port, or credentials in the address
   */
  readonly standing: 'listed' | 'unlisted' | 'not-https';
}

export interface LinkRules {
  /** Lower case; the host itself, not those below it. */
  readonly hosts: readonly string[];
  /** Whether http and other ports are taken too; for a laptop's own services. */
  readonly plainHttp: boolean;
}

/** @returns null where the text is no web address, as a letter's own code is none */
export function readLetterLink(text: string, { hosts, plainHttp }: LinkRules): LetterLink | null {
  const trimmed = text.trim();
  if (!/^https?:/i.test(trimmed) || !URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  const host = url.hostname;
  if (!hosts.includes(host)) return { url, host, standing: 'unlisted' };
  const plain = url.username === '' && url.password === '';
  const safe = plain && (plainHttp || (url.protocol === 'https:' && url.port === ''));
  return { url, host, standing: safe ? 'listed' : 'not-https' };
}
