// What a later revision did, in words.

import type { Change, ChangeKind } from '../verify/report.ts';
import type { Language, Text } from './language.ts';
import { printableClaim } from './printable.ts';
import { fillText } from './template.ts';

/**
 * `{where}` is " di halaman 3" or nothing; `{page}` is " 3" or nothing; `{field}` is ' "Nama"' or nothing; `{values}` is
 * ' dari "a" menjadi "b"' or nothing.
 */
export const CHANGE_TEXTS: Readonly<Record<ChangeKind, Text>> = {
  'signature-added': { id: 'tanda tangan ditambahkan{where}', en: 'signature added{where}' },
  'timestamp-added': { id: 'stempel waktu ditambahkan', en: 'time-stamp added' },
  'validation-data-added': { id: 'data verifikasi ditambahkan', en: 'validation data added' },
  'field-filled': {
    id: 'isian formulir{field} diubah{values}{where}',
    en: 'form entry{field} changed{values}{where}',
  },
  'field-appearance-changed': {
    id: 'tampilan isian formulir{field} diubah{where}',
    en: 'look of form entry{field} changed{where}',
  },
  'annotation-added': { id: 'anotasi ditambahkan{where}', en: 'annotation added{where}' },
  'annotation-changed': { id: 'anotasi diubah{where}', en: 'annotation changed{where}' },
  'annotation-removed': { id: 'anotasi dihapus{where}', en: 'annotation removed{where}' },
  'content-covered': { id: 'isi ditimpa gambar atau teks{where}', en: 'content covered{where}' },
  'page-added': { id: 'halaman{page} ditambahkan', en: 'page{page} added' },
  'page-removed': { id: 'halaman{page} dihapus', en: 'page{page} removed' },
  'page-changed': { id: 'halaman{page} diubah', en: 'page{page} changed' },
  'document-changed': { id: 'dokumen diubah', en: 'document changed' },
  'bytes-uncovered': {
    id: 'ada bagian berkas di luar tanda tangan',
    en: 'part of the file is outside the signature',
  },
};

const WHERE: Text = { id: ' di halaman {page}', en: ' on page {page}' };
const VALUES: Text = { id: ' dari "{before}" menjadi "{after}"', en: ' from "{before}" to "{after}"' };

/** One change in words, without a full stop. */
export function changeText(change: Change, language: Language): string {
  const page = change.page === null ? '' : String(change.page);
  return fillText(CHANGE_TEXTS[change.kind][language], {
    where: page === '' ? '' : fillText(WHERE[language], { page }),
    page: page === '' ? '' : ` ${page}`,
    field: change.field === null ? '' : ` "${printableClaim(change.field)}"`,
    values: valuesText(change, language),
  });
}

function valuesText({ before, after }: Change, language: Language): string {
  if (before === null || after === null) return '';
  return fillText(VALUES[language], { before: printableClaim(before), after: printableClaim(after) });
}

const NAMED_AT_MOST = 5;
const MORE: Text = { id: 'dan {count} perubahan lain', en: 'and {count} other changes' };

/** The first few different changes in words, in order. */
export function changesText(changes: readonly Change[], language: Language): string {
  const texts = [...new Set(changes.map((change) => changeText(change, language)))];
  if (texts.length <= NAMED_AT_MOST) return texts.join(', ');
  const more = fillText(MORE[language], { count: String(texts.length - NAMED_AT_MOST) });
  return [...texts.slice(0, NAMED_AT_MOST), more].join(', ');
}
