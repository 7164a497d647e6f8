// `teken qr` as the help prints it.

import type { Command } from './commands.ts';
import { HELP, LANGUAGE } from './shared-options.ts';

export const QR_COMMAND: Command = {
  name: 'qr',
  usage: '--seal FILE [options] <code>',
  about: {
    id: 'Memeriksa kode QR sebuah surat tanpa jaringan: apa yang dibuktikannya, dan apa yang tidak.',
    en: "Checks a letter's QR code without a network: what it proves, and what it does not.",
  },
  options: [
    {
      name: 'seal',
      value: 'FILE',
      multiple: true,
      about: {
        id: 'sertifikat segel layanan yang dipercaya (PEM atau DER); boleh diulang',
        en: 'certificate of a trusted seal (PEM or DER); repeatable',
      },
    },
    {
      name: 'former-seal',
      value: 'FILE',
      multiple: true,
      about: {
        id: 'sertifikat segel yang sudah diganti; hasilnya menyebutkannya; boleh diulang',
        en: 'certificate of a seal that was replaced, which the result says; repeatable',
      },
    },
    {
      name: 'document',
      value: 'FILE',
      about: {
        id: 'berkas PDF-nya: surat yang dimaksud kode itu atau bukan?',
        en: 'the PDF file: is it the letter that the code was made for?',
      },
    },
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: { id: 'bentuk keluaran (bawaan text)', en: 'form of the output (default text)' },
    },
    LANGUAGE,
    HELP,
  ],
  environment: [],
  examples: [
    {
      line: "teken qr --seal layanan.pem --document surat.pdf 'TKN1:…'",
      about: { id: 'Kode di surat, dan berkasnya', en: 'The code of a letter, and its file' },
    },
    {
      line: "teken qr --seal layanan.pem -f json 'TKN1:…'",
      about: { id: 'Untuk program', en: 'For a program' },
    },
    {
      line: "teken qr --seal layanan.pem 'TKN1:…'",
      about: { id: 'Hanya kodenya, tanpa berkas', en: 'The code alone, without the file' },
    },
  ],
};
