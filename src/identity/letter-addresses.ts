// Where an application keeps its letters: the addresses that the operator has listed for it, and nothing beside or above them.

/** Of one application. */
export interface LetterAddresses {
  /** Whether a URL lies below one of them. */
  has(url: string): boolean;
  /** Whether a URL is on the same scheme, host and port as one of them. */
  hasOrigin(url: string): boolean;
}

/** @param listed - addresses that `isLetterAddress` accepts */
export function letterAddresses(listed: readonly string[]): LetterAddresses {
  const places = listed.map((text) => new URL(text));
  return {
    has: (text) => {
      const url = readUrl(text);
      return (
        url !== null &&
        places.some(({ origin, pathname }) => url.origin === origin && url.pathname.startsWith(pathname))
      );
    },
    hasOrigin: (text) => {
      const origin = readUrl(text)?.origin;
      return places.some((place) => place.origin === origin);
    },
  };
}

/**
 * Whether an address may be listed: a folder, so that nothing else begins like it. Letters leave and come over TLS; plain http stays on
 * this machine.
 */
export function isLetterAddress(text: string): boolean {
  const url = readUrl(text);
  return url?.pathname.endsWith('/') === true && url.search === '';
}

// The URL standard's parser resolves dots, however they are spelled. A slash or a backslash that is escaped is one for some servers and
// none for others.
const AMBIGUOUS = /%(?:2f|5c|00)/i;
const ON_THIS_MACHINE = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

function readUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const guarded =
    url.protocol === 'https:' || (url.protocol === 'http:' && ON_THIS_MACHINE.test(url.hostname));
  const plain =
    url.username === '' && url.password === '' && url.hash === '' && !AMBIGUOUS.test(url.pathname);
  return guarded && plain ? url : null;
}
