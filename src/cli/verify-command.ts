// The options of `teken verify`.

import type { Command } from './commands.ts';
import { REPORT_OPTIONS } from './report-options.ts';
import {
  ENVIRONMENT,
  HELP,
  LANGUAGE,
  NO_COLOR,
  PASSWORD_FILE,
  QUIET,
  TRUST,
  TRUST_ONLY,
} from './shared-options.ts';

export const VERIFY: Command = {
  name: 'verify',
  usage: '[options] <file|folder|archive.zip|-> …',
  about: {
    id: 'Memeriksa tanda tangan elektronik di dalam berkas PDF.',
    en: 'Checks the electronic signatures in PDF files.',
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
      name: 'crl',
      value: 'DIR|FILE',
      multiple: true,
      about: {
        id: 'daftar pencabutan yang sudah ada di sini (DER atau PEM); boleh diulang',
        en: 'revocation lists that are at hand (DER or PEM); repeatable',
      },
    },
    {
      name: 'ocsp',
      value: 'DIR|FILE',
      multiple: true,
      about: {
        id: 'jawaban OCSP yang sudah ada di sini (DER); boleh diulang',
        en: 'OCSP answers that are at hand (DER); repeatable',
      },
    },
    {
      name: 'evidence',
      value: 'FILE|DIR',
      about: {
        id: 'tulis berkas bukti untuk "teken replay"; untuk beberapa dokumen: sebuah folder',
        en: 'write the evidence file for "teken replay"; for several documents a folder',
      },
    },
    {
      name: 'at',
      value: 'TIME',
      about: {
        id: 'nilai pada waktu ini (RFC 3339, atau tanggal = awal hari UTC)',
        en: 'judge as of this time (RFC 3339, or a date: its first moment in UTC)',
      },
    },
    {
      name: 'revocation',
      value: 'require|prefer|off',
      about: {
        id: 'status pencabutan: wajib (bawaan), bila ada, atau tidak diperiksa',
        en: 'revocation: needed (default), used where there is an answer, or not asked',
      },
    },
    {
      name: 'policy',
      value: 'default|etsi|FILE',
      about: {
        id: 'aturan penilaian; etsi: stempel waktu yang sertifikatnya habis perlu bukti lanjutan; FILE: aturan sendiri (JSON)',
        en: 'the rules; etsi: a time-stamp whose certificate has ended needs a later proof; FILE: rules of your own (JSON)',
      },
    },
    PASSWORD_FILE,
    {
      name: 'recursive',
      short: 'r',
      value: null,
      about: {
        id: 'masuk ke subfolder dan arsip ZIP di dalamnya',
        en: 'descend into folders, and into the ZIP archives in them',
      },
    },
    {
      name: 'follow-symlinks',
      value: null,
      about: { id: 'ikuti tautan ke folder', en: 'follow links to folders' },
    },
    {
      name: 'include',
      value: 'PATTERN',
      about: {
        id: 'yang dihitung di folder dan arsip (bawaan *.pdf)',
        en: 'what counts in folders and archives (default *.pdf)',
      },
    },
    {
      name: 'files-from',
      value: 'FILE',
      about: {
        id: 'berkas-berkas dari sebuah daftar, satu per baris; "-" membaca masukan standar',
        en: 'the files of a list, one on each line; "-" reads standard input',
      },
    },
    {
      name: 'null',
      short: '0',
      value: null,
      about: {
        id: 'di dalam daftar, nama dipisahkan oleh bita nol',
        en: 'the names of the list end with zero bytes',
      },
    },
    {
      name: 'since',
      value: 'FILE',
      about: {
        id: 'hanya yang baru: lewati yang tercatat di sini dengan isi sama, lalu catat yang diperiksa',
        en: 'only what is new: skip what is listed here with the same content, then list what was checked',
      },
    },
    {
      name: 'algorithms',
      value: 'FILE',
      about: {
        id: 'tabel algoritme yang lebih baru (JSON): sampai kapan masing-masing diterima',
        en: 'a newer table of algorithms (JSON): until when each is accepted',
      },
    },
    {
      name: 'format',
      short: 'f',
      value: 'FORMAT',
      about: {
        id: 'text (bawaan), json, ndjson, csv, junit, sarif, html, atau etsi (ETSI TS 119 102-2, satu berkas)',
        en: 'text (default), json, ndjson, csv, junit, sarif, html, or etsi (ETSI TS 119 102-2, one file)',
      },
    },
    {
      name: 'detail',
      value: null,
      about: {
        id: 'sertakan setiap langkah penilaian (EN 319 102-1) di dalam JSON',
        en: 'every step of the judgement (EN 319 102-1) in the JSON too',
      },
    },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: {
        id: 'tulis hasil ke berkas; berkas itu utuh atau tidak ada',
        en: 'write the results to a file, which appears complete or not at all',
      },
    },
    {
      name: 'summary-only',
      value: null,
      about: { id: 'hanya jumlah-jumlahnya (teks)', en: 'the numbers alone (text)' },
    },
    ...REPORT_OPTIONS,
    {
      name: 'reproducible',
      value: null,
      about: {
        id: 'keluaran yang sama bita demi bita; perlu --at dan --offline',
        en: 'output that is the same byte for byte; needs --at and --offline',
      },
    },
    {
      name: 'resume',
      value: 'FILE',
      about: {
        id: 'catat yang selesai di sini, dan lanjutkan dari catatan itu',
        en: 'note here what is done, and go on from such notes',
      },
    },
    {
      name: 'progress',
      value: 'auto|never|plain',
      about: {
        id: 'kemajuan: di terminal (bawaan), tidak, atau baris demi baris',
        en: 'progress: on a terminal (default), none, or line by line',
      },
    },
    {
      name: 'require',
      value: 'CONDITIONS',
      about: {
        id: 'syarat: ltv, timestamp, pades-b-lt, signer-cn=NAMA, count>=2; dipisah koma',
        en: 'conditions: ltv, timestamp, pades-b-lt, signer-cn=NAME, count>=2; comma-separated',
      },
    },
    {
      name: 'strict',
      value: null,
      about: {
        id: 'yang diterima dengan catatan tidak cukup',
        en: 'what is accepted with notes is not enough',
      },
    },
    {
      name: 'trust-list-max-age',
      value: 'SPAN',
      about: {
        id: 'daftar penerbit yang lebih tua ditolak (misalnya 30d)',
        en: 'a trust list that is older is refused (such as 30d)',
      },
    },
    {
      name: 'fail-on',
      value: 'CLASSES',
      about: {
        id: 'yang menentukan kode keluar: invalid,indeterminate,unsigned,unreadable (bawaan: semua)',
        en: 'what counts for the exit code: invalid,indeterminate,unsigned,unreadable (default: all)',
      },
    },
    {
      name: 'timeout',
      value: 'SPAN',
      about: { id: 'batas waktu per berkas (bawaan 30s)', en: 'time limit per file (default 30s)' },
    },
    {
      name: 'jobs',
      short: 'j',
      value: 'N',
      about: {
        id: 'berkas yang diperiksa bersamaan (bawaan: jumlah inti)',
        en: 'files that are checked at the same time (default: cores)',
      },
    },
    {
      name: 'max-size',
      value: 'SIZE',
      about: {
        id: 'berkas yang lebih besar tidak dibaca; dari ZIP dan masukan standar bawaannya 100M',
        en: 'larger files are not read; from ZIP and standard input the default is 100M',
      },
    },
    {
      name: 'max-memory',
      value: 'SIZE',
      about: {
        id: 'memori untuk satu berkas (bawaan 256M)',
        en: 'memory that one file may take (default 256M)',
      },
    },
    {
      name: 'explain',
      value: 'CODE',
      about: { id: 'jelaskan sebuah kode, lalu selesai', en: 'explain a code, and nothing else' },
    },
    QUIET,
    LANGUAGE,
    NO_COLOR,
    HELP,
  ],
  environment: ENVIRONMENT,
  examples: [
    {
      line: 'teken verify surat.pdf',
      about: { id: 'Dapatkah surat ini diterima?', en: 'Can this letter be accepted?' },
    },
    {
      line: 'teken verify --trust /etc/teken/trust -r -f csv -o hasil.csv arsip/',
      about: { id: 'Seluruh arsip, satu tabel', en: 'A whole archive, one table' },
    },
    {
      line: 'teken verify -r --resume arsip.jurnal -f csv -o hasil.csv arsip/ 2024.zip',
      about: {
        id: 'Arsip besar: setelah terhenti, baris yang sama melanjutkannya',
        en: 'A large archive: the same line again goes on where it was ended',
      },
    },
    {
      line: 'teken verify --offline --at 2036-01-01 surat.pdf',
      about: {
        id: 'Masihkah terbukti sepuluh tahun lagi, tanpa jaringan?',
        en: 'Will it still be proven in ten years, without a network?',
      },
    },
    {
      line: 'teken verify --explain UNKNOWN_ISSUER',
      about: { id: 'Apa arti kode ini?', en: 'What does this code mean?' },
    },
  ],
};
