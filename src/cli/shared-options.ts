// Options and variables that several commands take, each worded once.

import type { Option } from './arguments.ts';
import type { Command } from './commands.ts';

export const HELP: Option = {
  name: 'help',
  short: 'h',
  value: null,
  about: { id: 'tampilkan bantuan ini', en: 'print this help' },
};

export const LANGUAGE: Option = {
  name: 'lang',
  value: 'id|en',
  about: {
    id: 'bahasa; tanpa ini bahasa sistem bila Indonesia, selain itu Inggris',
    en: 'language; else Indonesian where the system is set to it, else English',
  },
};

/** Of `teken --version`. */
export const JSON_OPTION: Option = {
  name: 'json',
  value: null,
  about: { id: 'sebagai JSON', en: 'as JSON' },
};

export const NO_COLOR: Option = {
  name: 'no-color',
  value: null,
  about: { id: 'tanpa warna (juga dengan NO_COLOR)', en: 'no colours (NO_COLOR does the same)' },
};

export const QUIET: Option = {
  name: 'quiet',
  short: 'q',
  value: null,
  about: {
    id: 'satu baris per berkas, tanpa peringatan',
    en: 'one line per file, no warnings',
  },
};

export const TRUST: Option = {
  name: 'trust',
  value: 'DIR|PEM',
  multiple: true,
  about: {
    id: 'daftar penerbit tepercaya: folder dengan anchors.json, atau sertifikat CA; boleh diulang',
    en: 'trusted issuers: a folder with anchors.json, or CA certificates; repeatable',
  },
};

export const TRUST_ONLY: Option = {
  name: 'trust-only',
  value: null,
  about: { id: 'abaikan TEKEN_TRUST_DIR', en: 'leave out TEKEN_TRUST_DIR' },
};

export const PASSWORD_FILE: Option = {
  name: 'password-file',
  value: 'FILE',
  about: {
    id: 'baris pertamanya membuka berkas yang dikunci kata sandi',
    en: 'its first line opens files that are password protected',
  },
};

/** The variables that commands with a trust list read. */
export const ENVIRONMENT: Command['environment'] = [
  {
    name: 'TEKEN_TRUST_DIR',
    about: { id: 'daftar penerbit tepercaya (folder)', en: 'the folder of trusted issuers' },
  },
  {
    name: 'TEKEN_ALGORITHMS_FILE',
    about: { id: 'tabel algoritme (JSON)', en: 'the table of algorithms (JSON)' },
  },
  {
    name: 'TEKEN_ENV',
    about: {
      id: 'development: penerbit uji coba diterima, jaringan lokal boleh dihubungi',
      en: 'development: test issuers are accepted and private addresses are asked',
    },
  },
  {
    name: 'TEKEN_TIMEZONE',
    about: {
      id: 'zona waktu yang ditampilkan (bawaan Asia/Makassar)',
      en: 'zone of the times that are shown (default Asia/Makassar)',
    },
  },
];

export const TSA: Option = {
  name: 'tsa',
  value: 'URL',
  multiple: true,
  about: {
    id: 'layanan stempel waktu, wajib mulai B-T; boleh diulang, dicoba berurutan',
    en: 'time-stamp authority, needed from B-T on; repeatable, tried in order',
  },
};

export const QUIET_WHEN_DONE: Option = {
  name: 'quiet',
  short: 'q',
  value: null,
  about: { id: 'tanpa keluaran bila berhasil', en: 'no output when it succeeds' },
};
