// Options that several commands take, each worded once.

import type { Option } from './arguments.ts';

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
