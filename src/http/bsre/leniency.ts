// What applications send for the same thing: numbers as text, `1` and an empty field for yes and no, base64 of any kind.

/** A parameter as it arrived: text of a form or query, or any value of JSON. */
export type Given = unknown;

/** Text; null where it is absent, empty, or the word `null`, which sample collections contain. */
export function optionalText(given: Given): string | null {
  const text = verbatim(given);
  return text === null || text.trim() === '' || text === 'null' ? null : text;
}

/** Text as it was sent, blanks included; null where there is none. */
export function verbatim(given: Given): string | null {
  if (typeof given === 'string') return given;
  return typeof given === 'number' && Number.isFinite(given) ? String(given) : null;
}

/** A number with `.` or `,`; null where it is absent or none. */
export function lenientNumber(given: Given): number | null {
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  const text = typeof given === 'string' ? given.trim().replace(',', '.') : '';
  return /^[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/.test(text) ? Number(text) : null;
}

/** Null where it is absent or neither. PHP clients send true as `1` and false as an empty field. */
export function lenientBoolean(given: Given): boolean | null {
  if (typeof given === 'boolean') return given;
  const text = verbatim(given)?.trim().toLowerCase() ?? null;
  if (text === null || text === 'null') return null;
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  return ['false', '0', ''].includes(text) ? false : null;
}

/** A page, 1 for the first; null for 0, less, and what is no number. */
export function lenientPage(given: Given): number | null {
  const page = lenientNumber(given);
  return page === null || page < 1 ? null : Math.floor(page);
}

/**
 * Who signs, as it was written; null where nothing is. A number of JSON above 2^53 − 1 has lost digits and is nobody's: it may
 * have become somebody else's.
 */
export function signerName(given: Given): string | null {
  if (typeof given === 'number' && !Number.isSafeInteger(given)) return LOST_DIGITS;
  return optionalText(given)?.trim() ?? null;
}

/** No identifier, NIK or address has this form. */
const LOST_DIGITS = '(lost digits)';

/** Null for what is no base64 of either alphabet; line breaks, a data URI's beginning and missing padding are nobody's fault. */
export function lenientBase64(given: Given): Buffer | null {
  if (typeof given !== 'string') return null;
  const comma = given.startsWith('data:') ? given.indexOf(',', 0) : -1;
  const digits = given.slice(comma + 1);
  // Looked through in one pass: no copy of 70 MB is made for a line break that is not there.
  if (!/^[A-Za-z0-9+/_=\s-]*$/.test(digits)) return null;
  return Buffer.from(digits, 'base64');
}

const PDF_HEADER = Buffer.from('%PDF-', 'latin1');
// Where readers look for the header.
const HEADER_WITHIN = 1024;

/** By content, never by name or type: clients send any. */
export function looksLikePdf(file: Uint8Array): boolean {
  return Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, HEADER_WITHIN + 5)).includes(
    PDF_HEADER,
  );
}

/** Parameters by name, exactly or else whatever the case of letters. */
export interface Parameters {
  get(...names: readonly string[]): Given;
}

/** @param sources - the first that has a value with something in it wins */
export function parametersIn(...sources: readonly Readonly<Record<string, Given>>[]): Parameters {
  const exact = sources.map((source) => new Map(Object.entries(source)));
  const folded = sources.map(
    (source) => new Map(Object.entries(source).map(([name, value]) => [name.toLowerCase(), value])),
  );
  const find = (name: string): Given => {
    for (const [i, source] of exact.entries()) {
      const value = source.get(name) ?? folded[i]?.get(name.toLowerCase());
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
  return {
    get: (...names) => {
      for (const name of names) {
        const value = find(name);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}
