// The octets that a password is for the standard security handler (ISO 32000-2, 7.6.4.3).

import { pdfString, textOf } from './objects.ts';

// Algorithm 2.A, step (a).
const LONGEST_UTF8 = 127;

/**
 * The forms in which a password may have been used: the octets as given, and, where that is something else, its text as the
 * standard wants it: in PDFDocEncoding up to revision 4, else prepared by SASLprep (RFC 4013). Trying both harms nobody, since
 * a wrong one does not open the file.
 * @param password - UTF-8
 */
export function passwordForms(password: Uint8Array, revision: number): readonly Uint8Array[] {
  const text = new TextDecoder().decode(password);
  const standard = revision >= 5 ? new TextEncoder().encode(prepared(text)) : pdfDocEncoded(text);
  const forms = standard === null ? [password] : [password, standard];
  return revision >= 5 ? forms.map((form) => form.subarray(0, LONGEST_UTF8)) : forms;
}

// RFC 3454, tables B.1 (nothing) and C.1.2 (spaces). What SASLprep prohibits no writer has accepted.
const NOTHING = /\u034f|[\u180b-\u180d]|\u200d|[\ufe00-\ufe0f]|[\u00ad\u1806\u200b\u200c\u2060\ufeff]/gu;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

function prepared(text: string): string {
  return text.replace(NOTHING, '').replace(SPACES, ' ').normalize('NFKC');
}

/** Null when a character has no place there. */
function pdfDocEncoded(text: string): Uint8Array | null {
  const codes = Array.from(text, (character) => PDF_DOC_CODES.get(character));
  return codes.every((code) => code !== undefined) ? Uint8Array.from(codes) : null;
}

const PDF_DOC_CODES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, code) => [textOf(pdfString(Uint8Array.of(code))), code] as const),
);
