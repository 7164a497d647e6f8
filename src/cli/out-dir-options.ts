// The options of `teken sign` for many files.

import type { Option } from './arguments.ts';

export const OUT_DIR_OPTIONS: readonly Option[] = [
  {
    name: 'out-dir',
    value: 'DIR',
    about: {
      id: 'tanda tangani setiap berkas dan PDF di setiap folder yang disebut; hasilnya di sini, dengan nama yang sama',
      en: 'sign each file, and the PDFs of each folder, that is named; the results come here under the same names',
    },
  },
  {
    name: 'recursive',
    short: 'r',
    value: null,
    about: { id: 'dengan --out-dir: masuk ke subfolder', en: 'with --out-dir: descend into folders' },
  },
  {
    name: 'format',
    short: 'f',
    value: 'text|json|ndjson',
    about: {
      id: 'dengan --out-dir: satu baris per berkas (bawaan), satu larik JSON, atau satu JSON per baris',
      en: 'with --out-dir: one line per file (default), one JSON array, or one JSON per line',
    },
  },
];
