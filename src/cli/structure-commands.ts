// The commands that look into a file: what it is made of, what changed in it.

import type { Command } from './commands.ts';
import { ENVIRONMENT, HELP, LANGUAGE, NO_COLOR, PASSWORD_FILE, TRUST, TRUST_ONLY } from './shared-options.ts';

const FORMAT: Command['options'][number] = {
  name: 'format',
  short: 'f',
  value: 'text|json',
  about: { id: 'bentuk hasil: teks (bawaan) atau JSON', en: 'form of the result: text (default) or JSON' },
};

export const INSPECT: Command = {
  name: 'inspect',
  usage: '[options] <file.pdf>',
  about: {
    id: 'Menampilkan susunan sebuah PDF: versi, tanda tangan, sertifikat, dan cakupan masing-masing.',
    en: 'Shows what a PDF file is made of: versions, signatures, certificates, and what each covers.',
  },
  options: [
    TRUST,
    TRUST_ONLY,
    {
      name: 'offline',
      value: null,
      about: {
        id: 'tanpa jaringan: hanya bukti di dalam berkas',
        en: 'no network: only evidence inside the file',
      },
    },
    {
      name: 'at',
      value: 'TIME',
      about: {
        id: 'nilai pada waktu ini (RFC 3339, atau tanggal)',
        en: 'judge as of this time (RFC 3339, or a date)',
      },
    },
    FORMAT,
    PASSWORD_FILE,
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: ENVIRONMENT,
  examples: [
    { line: 'teken inspect surat.pdf', about: { id: 'Apa isi berkas ini?', en: 'What is in this file?' } },
    {
      line: 'teken inspect --offline -f json surat.pdf',
      about: { id: 'Semuanya, untuk program', en: 'All of it, for a program' },
    },
    {
      line: 'teken inspect --offline --at 2030-01-01 surat.pdf',
      about: { id: 'Seperti pada suatu hari', en: 'As on some day' },
    },
  ],
};

export const DIFF: Command = {
  name: 'diff',
  usage: '[options] <file.pdf> [other.pdf]',
  about: {
    id: 'Menyebutkan apa yang berubah di antara versi-versi sebuah PDF, atau di antara dua PDF.',
    en: 'Says what changed between the versions of a PDF file, or between two of them.',
  },
  options: [
    {
      name: 'from',
      value: 'N',
      about: { id: 'mulai versi ini (bawaan 1)', en: 'from this version on (default 1)' },
    },
    {
      name: 'to',
      value: 'N',
      about: { id: 'sampai versi ini (bawaan yang terakhir)', en: 'up to this version (default the last)' },
    },
    FORMAT,
    PASSWORD_FILE,
    LANGUAGE,
    HELP,
  ],
  environment: [],
  examples: [
    {
      line: 'teken diff surat.pdf',
      about: { id: 'Apa yang terjadi dari versi ke versi?', en: 'What happened from version to version?' },
    },
    {
      line: 'teken diff --from 2 --to 3 surat.pdf',
      about: { id: 'Hanya satu langkah', en: 'One step alone' },
    },
    {
      line: 'teken diff surat.pdf surat-diterima.pdf',
      about: {
        id: 'Apakah yang diterima berbeda dari yang dikirim?',
        en: 'Is what was received not what was sent?',
      },
    },
  ],
};
