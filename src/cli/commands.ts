// The commands and their options: what is read, and what the help prints.

import type { Text } from '../report/language.ts';
import type { Option } from './arguments.ts';
import { AUDIT_COMMAND } from './audit-options.ts';
import { CLIENT_COMMAND } from './client-options.ts';
import { EXTRACT, REPLAY } from './evidence-commands.ts';
import type { CommandName } from './exit-codes.ts';
import { LETTER_OPTIONS } from './letter-options.ts';
import { OFFLINE_VERIFIER } from './offline-verifier-command.ts';
import { OUT_DIR_OPTIONS } from './out-dir-options.ts';
import { QR_COMMAND } from './qr-options.ts';
import { RAISE } from './raise-command.ts';
import { RULE_OPTIONS } from './rule-options.ts';
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
import { SIGNER_COMMAND } from './signer-options.ts';
import { DIFF, INSPECT } from './structure-commands.ts';
import { COMPLETION, CONFIG_COMMAND, DOCTOR } from './tool-commands.ts';
import { TRUST_COMMAND } from './trust-options.ts';
import { VERIFY } from './verify-command.ts';
import { VISIBLE_OPTIONS } from './visible-options.ts';

export interface Command {
  readonly name: CommandName;
  /** What stands after `teken verify`. */
  readonly usage: string;
  readonly about: Text;
  readonly options: readonly Option[];
  readonly environment: readonly { readonly name: string; readonly about: Text }[];
  readonly examples: readonly { readonly line: string; readonly about: Text }[];
}

export const SIGN: Command = {
  name: 'sign',
  usage: 'in.pdf -o out.pdf --signer URI [options]',
  about: {
    id: 'Menandatangani berkas PDF, lalu memeriksa hasilnya sebelum disimpan; banyak berkas dengan --out-dir.',
    en: 'Signs a PDF file, and checks the result before it is stored; many files with --out-dir.',
  },
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: { id: 'berkas hasil (wajib, atau --out-dir)', en: 'the signed file (required, or --out-dir)' },
    },
    ...OUT_DIR_OPTIONS,
    {
      name: 'force',
      value: null,
      about: { id: 'timpa berkas hasil yang sudah ada', en: 'replace a signed file that exists' },
    },
    {
      name: 'signer',
      value: 'URI',
      about: {
        id: 'kunci (wajib), misalnya pkcs12:seal.p12?passphrase-file=seal.pass',
        en: 'the key (required), for example pkcs12:seal.p12?passphrase-file=seal.pass',
      },
    },
    {
      name: 'passphrase-file',
      value: 'FILE',
      about: {
        id: 'baris pertamanya passphrase atau PIN kunci, bila --signer tidak menyebutnya',
        en: 'its first line is the passphrase or PIN of the key, where --signer names none',
      },
    },
    {
      name: 'otp-file',
      value: 'FILE',
      about: {
        id: 'baris pertamanya kode sekali pakai dari layanan pemegang kunci (CSC, BSrE)',
        en: 'its first line is a one-time code of the service that holds the key (CSC, BSrE)',
      },
    },
    {
      name: 'browser',
      value: null,
      about: {
        id: 'pemilik kunci menyetujui di peramban, pada layanan CSC pemegang kunci; alamatnya dicetak dan, bila ada desktop, dibuka',
        en: 'the holder of the key authorises in a browser, at the CSC service that has it; the address is printed and, on a desktop, opened',
      },
    },
    {
      name: 'level',
      value: 'B-B|B-T|B-LT|B-LTA',
      about: {
        id: 'tingkat PAdES (bawaan B-T, dengan stempel waktu; B-LT dan B-LTA memerlukan --trust)',
        en: 'PAdES level (default B-T, with a time-stamp; B-LT and B-LTA need --trust)',
      },
    },
    PASSWORD_FILE,
    TSA,
    {
      name: 'field',
      value: 'NAME',
      about: {
        id: 'isian tanda tangan yang sudah ada, atau nama yang baru',
        en: 'an empty signature field of the file, or the name of a new one',
      },
    },
    ...VISIBLE_OPTIONS,
    ...LETTER_OPTIONS,
    { name: 'reason', value: 'TEXT', about: { id: 'alasan', en: 'reason' } },
    { name: 'location', value: 'TEXT', about: { id: 'tempat', en: 'place' } },
    { name: 'contact', value: 'TEXT', about: { id: 'kontak', en: 'contact' } },
    ...RULE_OPTIONS,
    TRUST,
    TRUST_ONLY,
    {
      name: 'timeout',
      value: 'SPAN',
      about: {
        id: 'batas waktu per berkas (bawaan 60s; dengan --browser 5m)',
        en: 'time limit per file (default 60s; with --browser 5m)',
      },
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
        'teken sign surat.pdf -o surat-ttd.pdf --level B-T \\',
        "  --signer 'pkcs12:seal.p12?passphrase-file=seal.pass' \\",
        '  --tsa https://tsa.example.go.id --trust /etc/teken/trust',
      ].join('\n'),
      about: {
        id: 'Tanda tangan dengan stempel waktu, tidak tampak',
        en: 'A time-stamped signature that shows nothing',
      },
    },
    {
      line: [
        'teken sign surat.pdf -o surat-ttd.pdf --level B-B \\',
        "  --signer 'pkcs12:seal.p12?passphrase-file=seal.pass' \\",
        "  --page last --rect 320,640,200,72 --position 'Kepala Dinas'",
      ].join('\n'),
      about: {
        id: 'Tampak di halaman terakhir, tanpa stempel waktu',
        en: 'Shown on the last page, without a time-stamp',
      },
    },
    {
      line: [
        'teken sign surat.pdf -o surat-ttd.pdf --level B-B \\',
        "  --signer 'pkcs12:bupati.p12?passphrase-file=bupati.pass' \\",
        '  --rect 60,640,110,110 --parts none --letter-number 000.1/123 \\',
        '  --letter-date 2026-11-22 --letter-subject Undangan \\',
        "  --letter-agency 'Diskominfo Contoh' \\",
        "  --seal 'pkcs12:layanan.p12?passphrase-file=layanan.pass'",
      ].join('\n'),
      about: {
        id: 'Dengan kode QR surat, yang diperiksa "teken qr"',
        en: 'With the QR code of the letter, which "teken qr" checks',
      },
    },
    {
      line: [
        'teken sign --out-dir ttd/ --level B-B \\',
        "  --signer 'pkcs12:seal.p12?passphrase-file=seal.pass' surat/*.pdf",
      ].join('\n'),
      about: {
        id: 'Banyak surat: namanya tetap, satu baris per berkas',
        en: 'Many letters: each keeps its name, one line per file',
      },
    },
    {
      line: [
        'teken sign dpa.pdf -o dpa-ttd.pdf --level B-B \\',
        "  --signer 'pkcs12:seal.p12?passphrase-file=seal.pass' \\",
        '  --certify form-filling --lock-field Anggaran',
      ].join('\n'),
      about: {
        id: 'Setelahnya hanya isian formulir boleh diisi; Anggaran terkunci',
        en: 'Afterwards only form fields may be filled; Anggaran is locked',
      },
    },
  ],
};

const ONLY_TO_SIGN = new Set([
  ...[
    'output',
    'force',
    'quiet',
    'signer',
    'passphrase-file',
    'otp-file',
    'browser',
    'lang',
    'no-color',
    'help',
  ],
  ...OUT_DIR_OPTIONS.map(({ name }) => name),
  ...LETTER_OPTIONS.map(({ name }) => name),
]);

export const PREFLIGHT: Command = {
  name: 'preflight',
  usage: 'in.pdf [--signer URI] [options]',
  about: {
    id: 'Memeriksa apakah satu berkas PDF dapat ditandatangani seperti ini, tanpa menandatanganinya.',
    en: 'Says whether one PDF file can be signed like this, without signing it.',
  },
  options: [
    {
      name: 'signer',
      value: 'URI',
      about: {
        id: 'kunci yang akan dipakai; tanpa ini hanya berkas dan letaknya yang diperiksa',
        en: 'the key that would be used; without it only the file and the place are looked at',
      },
    },
    {
      name: 'probe',
      value: 'services|nothing',
      about: {
        id: 'services: minta satu stempel waktu dan data pencabutan (bawaan nothing)',
        en: 'services: ask for one time-stamp and the revocation data (default nothing)',
      },
    },
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: { id: 'bentuk keluaran (bawaan text)', en: 'form of the output (default text)' },
    },
    ...SIGN.options.filter(({ name }) => !ONLY_TO_SIGN.has(name)),
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: ENVIRONMENT,
  examples: [
    {
      line: [
        'teken preflight surat.pdf --level B-LTA --probe services \\',
        "  --signer 'pkcs12:seal.p12?passphrase-file=seal.pass' \\",
        '  --tsa https://tsa.example.go.id --trust /etc/teken/trust',
      ].join('\n'),
      about: {
        id: 'Tercapaikah B-LTA sekarang, dan bila tidak, apa penghalangnya?',
        en: 'Can B-LTA be reached now, and if not, what is in the way?',
      },
    },
    {
      line: "teken preflight surat.pdf --anchor '#ttd' --rect 0,0,180,60",
      about: { id: 'Di mana tanda tangan akan tampak?', en: 'Where would the signature be seen?' },
    },
    { line: 'teken preflight surat.pdf -f json', about: { id: 'Untuk program', en: 'For a program' } },
  ],
};

export const SERVE: Command = {
  name: 'serve',
  usage: '[options]',
  about: {
    id: 'Menjalankan layanan; pengaturannya lewat variabel TEKEN_…',
    en: 'Runs the service; it is configured by TEKEN_… variables.',
  },
  options: [LANGUAGE, HELP],
  environment: [],
  examples: [
    {
      line: 'TEKEN_TRUST_DIR=/etc/teken/trust teken serve',
      about: { id: 'Layanan yang hanya memeriksa', en: 'A service that only verifies' },
    },
    {
      line: 'TEKEN_ENV=development TEKEN_TRUST_DIR=.dev/trust teken serve',
      about: { id: 'Untuk pengembangan, di loopback', en: 'For development, on loopback' },
    },
    {
      line: 'teken config check && teken serve',
      about: { id: 'Hanya bila pengaturannya benar', en: 'Only if the configuration is right' },
    },
  ],
};

export const COMMANDS: readonly Command[] = [
  VERIFY,
  SIGN,
  RAISE,
  PREFLIGHT,
  REPLAY,
  EXTRACT,
  INSPECT,
  DIFF,
  TRUST_COMMAND,
  AUDIT_COMMAND,
  CLIENT_COMMAND,
  QR_COMMAND,
  SIGNER_COMMAND,
  SERVE,
  OFFLINE_VERIFIER,
  CONFIG_COMMAND,
  DOCTOR,
  COMPLETION,
];
