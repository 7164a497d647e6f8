// `teken client` as the help prints it.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE } from './shared-options.ts';

export const CLIENT_COMMAND: Command = {
  name: 'client',
  usage: 'add|rotate|disable|enable <id> [options] | list',
  about: {
    id: 'Mengelola aplikasi yang boleh meminta tanda tangan. Kunci barunya ditampilkan satu kali; yang disimpan hanya sidiknya.',
    en: 'Manages the applications that may ask for signatures. A new key is shown once; only its digest is kept.',
  },
  options: [
    {
      name: 'clients',
      value: 'FILE',
      about: {
        id: 'berkas aplikasi (bawaan TEKEN_CLIENTS_FILE); dibuat bila belum ada',
        en: 'the clients file (default TEKEN_CLIENTS_FILE); made where there is none',
      },
    },
    {
      name: 'signers',
      value: 'LIST',
      about: {
        id: 'penanda tangan yang boleh dipakai, dipisah koma; satu * untuk sembarang huruf (wajib untuk add)',
        en: 'signers that it may use, comma-separated; one * stands for any letters (required for add)',
      },
    },
    { name: 'name', value: 'TEXT', about: { id: 'nama untuk dibaca orang', en: 'a name for people' } },
    {
      name: 'scopes',
      value: 'LIST',
      about: {
        id: 'sign,batch,two-steps,preflight,raise (bawaan: semua)',
        en: 'sign,batch,two-steps,preflight,raise (default: all)',
      },
    },
    {
      name: 'levels',
      value: 'LIST',
      about: {
        id: 'tingkat PAdES yang boleh diminta, misalnya B-T,B-LT (bawaan: semua)',
        en: 'PAdES levels that it may ask for, such as B-T,B-LT (default: all)',
      },
    },
    {
      name: 'addresses',
      value: 'LIST',
      about: {
        id: 'alamat atau jaringan asalnya, misalnya 10.1.0.0/16 (bawaan: dari mana saja)',
        en: 'addresses or networks that it asks from, such as 10.1.0.0/16 (default: anywhere)',
      },
    },
    {
      name: 'certificate',
      value: 'FILE',
      about: {
        id: 'sertifikat TLS aplikasi itu (PEM atau DER), sebagai ganti kunci API',
        en: "the application's TLS certificate (PEM or DER), instead of an API key",
      },
    },
    {
      name: 'basic-user',
      value: 'NAME',
      about: {
        id: 'untuk API yang kompatibel: HTTP Basic dengan nama ini, sebagai ganti kunci API',
        en: 'for the compatible API: HTTP Basic with this name, instead of an API key',
      },
    },
    {
      name: 'overlap',
      value: 'SPAN',
      about: {
        id: 'rotate: selama apa kunci lama masih berlaku (bawaan 7d)',
        en: 'rotate: how long the earlier keys still count (default 7d)',
      },
    },
    LANGUAGE,
    HELP,
  ],
  environment: [
    { name: 'TEKEN_CLIENTS_FILE', about: { id: 'berkas aplikasi (JSON)', en: 'the clients file (JSON)' } },
  ],
  examples: [
    {
      line: "teken client add simpeg --signers 'bkd-*' --addresses 10.1.7.0/24 > simpeg.key",
      about: {
        id: 'Aplikasi baru; kuncinya ditulis ke berkas',
        en: 'A new application; its key goes to a file',
      },
    },
    {
      line: 'teken client rotate simpeg --overlap 2d',
      about: {
        id: 'Kunci baru; yang lama berlaku dua hari lagi',
        en: 'A new key; the old one has two more days',
      },
    },
    {
      line: 'teken client disable simpeg',
      about: { id: 'Berlaku dalam hitungan detik', en: 'In force within seconds' },
    },
  ],
};
