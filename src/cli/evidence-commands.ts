// The commands that go back to what was: a verification by its evidence, a version that the file holds.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE, NO_COLOR, PASSWORD_FILE } from './shared-options.ts';

export const REPLAY: Command = {
  name: 'replay',
  usage: '[options] <evidence.tkev> <file.pdf>',
  about: {
    id: 'Menilai ulang sebuah PDF dari berkas buktinya, kapan pun, tanpa jaringan.',
    en: 'Judges a PDF file again from its evidence file, on any day, without a network.',
  },
  options: [
    PASSWORD_FILE,
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: {
        id: 'bentuk hasil: teks (bawaan) atau JSON',
        en: 'form of the result: text (default) or JSON',
      },
    },
    {
      name: 'timeout',
      value: 'SPAN',
      about: { id: 'batas waktu (bawaan 60s)', en: 'time limit (default 60s)' },
    },
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: [],
  examples: [
    {
      line: 'teken verify --evidence surat.tkev surat.pdf',
      about: { id: 'Periksa, dan simpan buktinya', en: 'Check, and keep the evidence' },
    },
    {
      line: 'teken replay surat.tkev surat.pdf',
      about: { id: 'Bertahun-tahun kemudian: hasil yang sama?', en: 'Years later: the same result?' },
    },
    {
      line: 'teken replay -f json surat.tkev surat.pdf',
      about: { id: 'Dengan setiap perbedaan, untuk program', en: 'With every difference, for a program' },
    },
  ],
};

export const EXTRACT: Command = {
  name: 'extract',
  usage: '[options] <file.pdf>',
  about: {
    id: 'Menampilkan versi-versi di dalam sebuah PDF, atau menulis salah satunya bita demi bita.',
    en: 'Lists the versions that a PDF file holds, or writes one of them byte for byte.',
  },
  options: [
    {
      name: 'revision',
      value: 'N',
      about: { id: 'versi ini, 1 yang tertua', en: 'this version, 1 is the oldest' },
    },
    {
      name: 'signature',
      value: 'FIELD',
      about: {
        id: 'versi yang ditandatangani di kolom ini',
        en: 'the version that the signature in this field signed',
      },
    },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: {
        id: 'berkas hasil; wajib bila memilih versi',
        en: 'the file to write; required with a version',
      },
    },
    {
      name: 'force',
      value: null,
      about: { id: 'timpa berkas hasil yang sudah ada', en: 'replace a file that exists' },
    },
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: { id: 'bentuk daftar: teks (bawaan) atau JSON', en: 'form of the list: text (default) or JSON' },
    },
    PASSWORD_FILE,
    { name: 'quiet', short: 'q', value: null, about: { id: 'tanpa keluaran', en: 'no output' } },
    LANGUAGE,
    HELP,
  ],
  environment: [],
  examples: [
    { line: 'teken extract surat.pdf', about: { id: 'Versi apa saja?', en: 'Which versions?' } },
    {
      line: 'teken extract --revision 2 surat.pdf -o surat-versi-2.pdf',
      about: { id: 'Versi yang ditandatangani', en: 'The version that was signed' },
    },
    {
      line: 'teken extract --signature Kepala surat.pdf -o versi-kepala.pdf',
      about: { id: 'Yang ditandatangani di satu kolom', en: 'What the signature in one field signed' },
    },
  ],
};
