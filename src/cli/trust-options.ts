// `teken trust` as the help prints it.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE } from './shared-options.ts';

export const TRUST_COMMAND: Command = {
  name: 'trust',
  usage: 'add [options] <certificate> | list',
  about: {
    id: 'Menambah penerbit ke daftar tepercaya, bila sidiknya benar, atau menampilkan daftar itu.',
    en: 'Adds an issuer to the trusted ones if its fingerprint is right, or lists them.',
  },
  options: [
    {
      name: 'trust',
      value: 'DIR',
      about: {
        id: 'folder daftar (bawaan TEKEN_TRUST_DIR)',
        en: 'folder of the list (default TEKEN_TRUST_DIR)',
      },
    },
    {
      name: 'sha256',
      value: 'HEX',
      about: {
        id: 'sidik yang Anda ketahui lewat jalan lain; wajib untuk sertifikat yang tidak dikenal program',
        en: 'the fingerprint that you know by another way; required for what the program does not know',
      },
    },
    {
      name: 'role',
      value: 'ROLE',
      about: {
        id: 'active (bawaan), historical, test, atau intermediate',
        en: 'active (default), historical, test, or intermediate',
      },
    },
    {
      name: 'purposes',
      value: 'LIST',
      about: {
        id: 'signature,seal,timestamp (bawaan: semua)',
        en: 'signature,seal,timestamp (default: all)',
      },
    },
    LANGUAGE,
    HELP,
  ],
  environment: [],
  examples: [
    {
      line: 'teken trust add --trust /etc/teken/trust RootCAIndonesiaDSG1.cer',
      about: { id: 'Penerbit yang sidiknya dikenal program', en: 'An issuer whose fingerprint is known' },
    },
    {
      line: 'teken trust add --trust /etc/teken/trust --sha256 AB:CD:… ca.pem',
      about: { id: 'Penerbit lain', en: 'Another issuer' },
    },
    {
      line: 'teken trust list --trust /etc/teken/trust',
      about: { id: 'Siapa yang dipercaya?', en: 'Who is trusted?' },
    },
  ],
};
