// `teken signer` as the help prints it.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE } from './shared-options.ts';

export const SIGNER_COMMAND: Command = {
  name: 'signer',
  usage: 'add|status|enrol-totp <id> [options] | list',
  about: {
    id: 'Mengelola daftar penanda tangan. Rahasia autentikator ditulis ke berkas tersendiri dan ditampilkan satu kali.',
    en: "Manages the registry of signers. An authenticator's secret goes to a file of its own and is shown once.",
  },
  options: [
    {
      name: 'signers',
      value: 'FILE',
      about: {
        id: 'berkas penanda tangan (bawaan TEKEN_SIGNERS_FILE); dibuat bila belum ada',
        en: 'the signers file (default TEKEN_SIGNERS_FILE); made where there is none',
      },
    },
    {
      name: 'uri',
      value: 'URI',
      about: {
        id: 'add: letak kuncinya, misalnya pkcs12:bupati.p12',
        en: 'add: where the key is, such as pkcs12:bupati.p12',
      },
    },
    { name: 'name', value: 'TEXT', about: { id: 'add: nama', en: 'add: name' } },
    {
      name: 'nik-file',
      value: 'FILE',
      about: {
        id: 'add: berkas berisi NIK (16 angka); tidak di baris perintah, yang terbaca orang lain',
        en: 'add: a file with the NIK (16 digits); not on the command line, which others can read',
      },
    },
    { name: 'email', value: 'ADDRESS', about: { id: 'add: alamat surel', en: 'add: e-mail address' } },
    { name: 'position', value: 'TEXT', about: { id: 'add: jabatan', en: 'add: position' } },
    { name: 'agency', value: 'TEXT', about: { id: 'add: instansi', en: 'add: agency' } },
    {
      name: 'certificate',
      value: 'FILE',
      about: {
        id: 'add: sertifikat penanda tangan (PEM atau DER); wajib bila ada NIK',
        en: "add: the signer's certificate (PEM or DER); required with a NIK",
      },
    },
    LANGUAGE,
    HELP,
  ],
  environment: [
    {
      name: 'TEKEN_SIGNERS_FILE',
      about: { id: 'berkas penanda tangan (JSON)', en: 'the signers file (JSON)' },
    },
  ],
  examples: [
    {
      line: 'teken signer add bupati --uri pkcs12:bupati.p12 --certificate bupati.crt',
      about: { id: 'Penanda tangan baru', en: 'A new signer' },
    },
    {
      line: 'teken signer enrol-totp bupati | qrencode -t ansiutf8',
      about: { id: 'Autentikator baru, sebagai kode QR', en: 'A new authenticator, as a QR code' },
    },
    {
      line: 'teken signer status bupati SUSPEND',
      about: { id: 'Berlaku dalam hitungan detik', en: 'In force within seconds' },
    },
  ],
};
