// The options of `teken sign` about the letter that a file is, whose sealed code its QR then holds.

import type { Option } from './arguments.ts';

export const LETTER_OPTIONS: readonly Option[] = [
  {
    name: 'letter-number',
    value: 'TEXT',
    about: {
      id: 'nomor surat; QR lalu memuat kode surat yang disegel, yang dapat diperiksa tanpa basis data ("teken qr")',
      en: 'number of the letter; the QR then is its sealed code, checked without a database ("teken qr")',
    },
  },
  {
    name: 'letter-date',
    value: 'YYYY-MM-DD',
    about: { id: 'tanggal surat', en: 'date of the letter' },
  },
  { name: 'letter-subject', value: 'TEXT', about: { id: 'hal surat', en: 'subject of the letter' } },
  {
    name: 'letter-agency',
    value: 'TEXT',
    about: { id: 'instansi penerbit surat', en: 'agency that issues the letter' },
  },
  {
    name: 'seal',
    value: 'URI',
    about: {
      id: 'kunci P-256 yang menyegel kode surat, seperti TEKEN_SEAL_URI layanan',
      en: "the P-256 key that seals the letter's code, as a service's TEKEN_SEAL_URI",
    },
  },
];
