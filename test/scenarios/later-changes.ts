// What people do to a signed paper: a viewer fills in an entry of its form, an editor turns its page.

import { latin1 } from '../../src/pdf/characters.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import {
  asKind,
  pdfDictionary,
  pdfNumber,
  pdfStream,
  pdfTextString,
  withEntries,
} from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pageAt } from '../../src/pdf/page-tree.ts';
import { PdfUpdate } from '../../src/pdf/update.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';

/** The file with the entry filled in; the text is set in the font that the entry has. */
export function fillIn(file: Uint8Array, fieldName: string, text: string): Uint8Array {
  const document = openDocument(bytesSource(file), { ...nodePlatform, damaged: 'refuse' });
  const { last } = document;
  const field = readFields(last).find(({ name }) => name === fieldName);
  const widget = field?.widgets[0];
  const look = asKind(last.get(widget?.dictionary ?? pdfDictionary({}), 'AP'), 'dictionary');
  const normal = asKind(last.get(look ?? pdfDictionary({}), 'N'), 'stream');
  if (field?.reference == null || widget?.reference == null || normal === undefined)
    throw new Error(`no entry ${fieldName}`);
  const font = /\/([^\s/]+) [\d.]+ Tf/.exec(defaultAppearance(field.dictionary.entries.get('DA')))?.[1];
  const content = `/Tx BMC q BT /${font} 10 Tf 4 6 Td (${text}) Tj ET Q EMC`;
  const dictionary = withEntries(normal.dictionary, { Filter: undefined });
  const update = new PdfUpdate(document, nodePlatform.randomBytes);
  const drawn = update.add(pdfStream(dictionary, new Uint8Array(Buffer.from(content, 'latin1'))));
  update.put(field.reference, withEntries(field.dictionary, { V: pdfTextString(text) }));
  const shown = update.dictionary(widget.reference);
  update.put(widget.reference, withEntries(shown, { AP: pdfDictionary({ N: drawn }) }));
  return new Uint8Array(Buffer.concat([file, update.write(new Uint8Array(16)).bytes]));
}

/** The file with its first page turned upside down. */
export function turnPage(file: Uint8Array): Uint8Array {
  const document = openDocument(bytesSource(file), { ...nodePlatform, damaged: 'refuse' });
  const page = pageAt(document.last, 1);
  if (page === null) throw new Error('no page');
  const update = new PdfUpdate(document, nodePlatform.randomBytes);
  update.put(page.reference, withEntries(page.dictionary, { Rotate: pdfNumber(180) }));
  return new Uint8Array(Buffer.concat([file, update.write(new Uint8Array(16)).bytes]));
}

function defaultAppearance(value: unknown): string {
  const string = asKind(value as never, 'string');
  return string === undefined ? '' : latin1(string.bytes);
}
