// The signature dictionary (ISO 32000-2, 12.8.1, table 255): its text, with room for the two values that come later.

import { type PdfDictionary, type PdfObject, pdfArray, pdfString, pdfTextString } from './objects.ts';
import { latin1Bytes } from './serialize.ts';

export type SubFilter = 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached' | 'ETSI.RFC3161';

/** What people read about the signature; null leaves the entry out. None of it is proven by the signature's time. */
export interface SignatureEntries {
  readonly name: string | null;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** `/M`: the claimed time as a PDF date (7.9.4), as in `D:20261121193800+08'00'`. */
  readonly signingTime: string | null;
}

export interface SignatureDictionaryText {
  /** One character per byte; `/ByteRange` is blank, `/Contents` all zeros. */
  readonly text: string;
  /** Index of the first of `BYTE_RANGE_WIDTH` blanks after `[0 `. */
  readonly byteRangeAt: number;
  /** Index of the `<` of `/Contents`. */
  readonly contentsAt: number;
  /** Length of `/Contents` with its brackets. */
  readonly contentsLength: number;
}

// Ten digits hold any offset a cross-reference table can; two blanks part the three numbers.
const NUMBER_WIDTH = 10;
const BYTE_RANGE_WIDTH = 3 * NUMBER_WIDTH + 2;

/**
 * @param reserved - bytes of CMS that `/Contents` shall hold
 * @param references - signature reference dictionaries (12.8.1, table 256)
 * @param serialize - an object as it stands in the file within this dictionary
 */
export function signatureDictionaryText(
  subFilter: SubFilter,
  entries: SignatureEntries,
  reserved: number,
  references: readonly PdfDictionary[],
  serialize: Serialize,
): SignatureDictionaryText {
  const type = subFilter === 'ETSI.RFC3161' ? 'DocTimeStamp' : 'Sig';
  const head = `<<\n/Type /${type}\n/Filter /Adobe.PPKLite\n/SubFilter /${subFilter}\n/ByteRange [0 `;
  const middle = `${' '.repeat(BYTE_RANGE_WIDTH)}]\n/Contents `;
  const contents = `<${'00'.repeat(reserved)}>`;
  const referred = references.length === 0 ? '' : `\n/Reference ${serialize(pdfArray(references))}`;
  const tail = readableEntries(entries, serialize) + referred;
  return {
    text: `${head}${middle}${contents}${tail}\n>>`,
    byteRangeAt: head.length,
    contentsAt: head.length + middle.length,
    contentsLength: contents.length,
  };
}

/** The three numbers after the leading 0, in their fixed width. */
export function byteRangeText(byteRange: readonly [0, number, number, number]): string {
  const [, length0, offset1, length1] = byteRange;
  return [length0, offset1, length1].map((value) => String(value).padEnd(NUMBER_WIDTH)).join(' ');
}

type Serialize = (object: PdfObject) => string;

function readableEntries(entries: SignatureEntries, serialize: Serialize): string {
  let text = '';
  const add = (key: string, value: string | null) => {
    if (value !== null) text += `\n/${key} ${serialize(pdfTextString(value))}`;
  };
  add('Name', entries.name);
  add('Reason', entries.reason);
  add('Location', entries.location);
  add('ContactInfo', entries.contactInfo);
  // A date is always ASCII (7.9.4).
  if (entries.signingTime !== null) {
    text += `\n/M ${serialize(pdfString(latin1Bytes(entries.signingTime)))}`;
  }
  return text;
}
