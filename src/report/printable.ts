// Words that come from a file or a certificate are an attacker's: what may be shown of them, and how.

// C0, DEL and C1 steer terminals; line and paragraph separators break a log or table row; bidi embeddings, overrides and
// isolates, the two marks and the Arabic letter mark reorder what is read; tag characters and a BOM hide text.
const UNPRINTABLE =
  /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]+/gu;

// A NIK is 16 digits; a NIP (18) and a telephone number (at most 13) stay readable.
const NIK = /(?<!\d)\d{16}(?!\d)/g;

const LONGEST = 200;

/** One line without characters that steer a terminal or reorder text; a lone surrogate becomes U+FFFD. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ').toWellFormed().replace(/\s+/g, ' ').trim();
}

/** What a certificate or the signer's system says, for people: one printable line, a NIK masked, at most 200 characters. */
export function printableClaim(text: string): string {
  const line = printable(text).replace(NIK, '•'.repeat(16));
  const characters = [...line];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : line;
}
