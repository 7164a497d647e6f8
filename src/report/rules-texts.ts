// What a signature holds the document to from then on, in words: its certification and its lock on form fields.

import type { SignatureReport } from '../verify/report.ts';
import type { Language, Text } from './language.ts';
import { printableClaim } from './printable.ts';
import { fillText } from './template.ts';

export const CERTIFICATION_TEXTS: Readonly<
  Record<NonNullable<SignatureReport['rules']['certification']>, Text>
> = {
  'no-changes': {
    id: 'Sertifikasi: setelah tanda tangan ini tidak boleh ada perubahan.',
    en: 'Certification: nothing may change after this signature.',
  },
  'form-filling': {
    id: 'Sertifikasi: setelah tanda tangan ini hanya isian formulir yang boleh diisi dan tanda tangan ditambahkan.',
    en: 'Certification: after this signature only form fields may be filled and signatures added.',
  },
  annotations: {
    id: 'Sertifikasi: setelah tanda tangan ini hanya isian formulir yang boleh diisi, tanda tangan dan anotasi ditambahkan.',
    en: 'Certification: after this signature only form fields may be filled, signatures and annotations added.',
  },
};

/** `{fields}` is `"Nama", "Jumlah"`. */
export const LOCK_TEXTS: Readonly<Record<'All' | 'Include' | 'Exclude', Text>> = {
  All: { id: 'Mengunci semua isian formulir.', en: 'Locks all form fields.' },
  Include: { id: 'Mengunci isian formulir {fields}.', en: 'Locks the form fields {fields}.' },
  Exclude: {
    id: 'Mengunci semua isian formulir kecuali {fields}.',
    en: 'Locks all form fields except {fields}.',
  },
};

const NAMED_AT_MOST = 5;
const MORE: Text = { id: 'dan {count} lainnya', en: 'and {count} more' };

/** One line for each rule; none for a signature that holds the document to nothing. */
export function rulesLines(
  { certification, lock }: SignatureReport['rules'],
  language: Language,
): readonly string[] {
  return [
    ...(certification === null ? [] : [CERTIFICATION_TEXTS[certification][language]]),
    ...(lock === null
      ? []
      : [fillText(LOCK_TEXTS[lock.action][language], { fields: fieldsText(lock.fields, language) })]),
  ];
}

function fieldsText(fields: readonly string[], language: Language): string {
  const named = fields.slice(0, NAMED_AT_MOST).map((name) => `"${printableClaim(name)}"`);
  const more = fields.length - named.length;
  return [...named, ...(more === 0 ? [] : [fillText(MORE[language], { count: String(more) })])].join(', ');
}
