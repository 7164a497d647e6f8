// `teken raise`, as it is read and as the help prints it.

import type { Command } from './commands.ts';
import {
  ENVIRONMENT,
  HELP,
  LANGUAGE,
  NO_COLOR,
  PASSWORD_FILE,
  QUIET_WHEN_DONE,
  TRUST,
  TRUST_ONLY,
  TSA,
} from './shared-options.ts';

export const RAISE: Command = {
  name: 'raise',
  usage: 'in.pdf -o out.pdf --level LEVEL [options]',
  about: {
    id: 'Menaikkan tingkat semua tanda tangan di dalam satu berkas PDF, juga memperpanjang arsip; tanpa kunci.',
    en: 'Raises the level of all signatures in one PDF file, renewal of an archive included; no key is used.',
  },
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: { id: 'berkas hasil (wajib)', en: 'the raised file (required)' },
    },
    {
      name: 'force',
      value: null,
      about: { id: 'timpa berkas hasil yang sudah ada', en: 'replace a raised file that exists' },
    },
    {
      name: 'level',
      value: 'B-T|B-LT|B-LTA',
      about: {
        id: 'tingkat yang dituju (wajib); B-LTA lagi memperpanjang; B-LT dan B-LTA memerlukan --trust',
        en: 'the level to reach (required); B-LTA again renews; B-LT and B-LTA need --trust',
      },
    },
    TSA,
    PASSWORD_FILE,
    TRUST,
    TRUST_ONLY,
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: { id: 'bentuk keluaran (bawaan text)', en: 'form of the output (default text)' },
    },
    {
      name: 'timeout',
      value: 'SPAN',
      about: { id: 'batas waktu seluruhnya (bawaan 60s)', en: 'time limit for all (default 60s)' },
    },
    QUIET_WHEN_DONE,
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: ENVIRONMENT,
  examples: [
    {
      line: [
        'teken raise surat.pdf -o surat-arsip.pdf --level B-LTA \\',
        '  --tsa https://tsa.example.go.id --trust /etc/teken/trust',
      ].join('\n'),
      about: {
        id: 'Agar tetap dapat dibuktikan bertahun-tahun lagi',
        en: 'So that it can still be proven in many years',
      },
    },
    {
      line: 'teken raise surat.pdf -o surat-lt.pdf --level B-LT --trust /etc/teken/trust',
      about: { id: 'Data pencabutan ikut disimpan', en: 'With revocation data inside' },
    },
    {
      line: 'teken raise surat.pdf -o surat-lt.pdf --force --level B-LT -f json',
      about: { id: 'Untuk program; hasil lama ditimpa', en: 'For a program; an older result is replaced' },
    },
  ],
};
