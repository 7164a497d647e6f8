// Why a file was not judged or a request not served, in words and with the remedy.

import type { ProblemCode } from '../verify/report.ts';
import type { Text } from './language.ts';

/** `{limit}` is in MB, `{seconds}` a waiting time. */
export const PROBLEM_TEXTS = {
  'file-missing': { id: 'Pilih berkas PDF.', en: 'Select a PDF file.' },
  'not-pdf': { id: 'Berkas harus berupa PDF.', en: 'The selected file must be a PDF.' },
  'file-too-large': {
    id: 'Ukuran berkas maksimal {limit} MB.',
    en: 'The selected file must be {limit} MB or smaller.',
  },
  'file-empty': { id: 'Berkas kosong.', en: 'The selected file is empty.' },
  'pdf-encrypted': {
    id: 'Berkas dikunci kata sandi. Simpan tanpa kata sandi lalu unggah lagi.',
    en: 'The file is password protected. Save it without a password and upload it again.',
  },
  'pdf-damaged': {
    id: 'Berkas rusak atau tidak lengkap. Unduh ulang dari sumbernya.',
    en: 'The file is damaged or incomplete. Download it again from its source.',
  },
  'pdf-unsupported': {
    id: 'Berkas memakai fitur PDF yang belum didukung.',
    en: 'The file uses a PDF feature that is not supported yet.',
  },
  'limits-exceeded': {
    id: 'Berkas ini terlalu rumit untuk diperiksa dengan aman.',
    en: 'This file is too complex to check safely.',
  },
  'document-needed': {
    id: 'Tanda tangan ini tidak dapat diperiksa tanpa dokumennya. Periksa tanpa mode privasi, atau dengan pemeriksa luring.',
    en: 'This signature cannot be checked without its document. Use no privacy mode, or the offline verifier.',
  },
  'upload-failed': {
    id: 'Berkas gagal diunggah. Periksa koneksi, lalu coba lagi.',
    en: 'The file could not be uploaded. Check your connection and try again.',
  },
  'rate-limited': {
    id: 'Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.',
    en: 'Too many requests. Try again in {seconds} seconds.',
  },
  overloaded: {
    id: 'Layanan sedang sibuk. Coba lagi dalam {seconds} detik.',
    en: 'The service is busy. Try again in {seconds} seconds.',
  },
  'shutting-down': {
    id: 'Layanan sedang sibuk. Coba lagi dalam {seconds} detik.',
    en: 'The service is busy. Try again in {seconds} seconds.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Saving without a password removes signatures in some tools; shown beside `pdf-encrypted`. */
export const ENCRYPTED_ADVICE: Text = {
  id: 'Lebih aman: minta berkas asli tanpa kata sandi.',
  en: 'Safer: ask for the original without a password.',
};

/** The problems of a file itself; `deadline-exceeded` and `internal` are ours, and speak as `SERVICE_ERROR`. */
export type FileProblemCode = Exclude<ProblemCode, 'deadline-exceeded' | 'internal'>;

/** The text for the problem of a file; null when the fault is not the file's. */
export function fileProblemText(code: ProblemCode): Text | null {
  return code === 'deadline-exceeded' || code === 'internal'
    ? null
    : PROBLEM_TEXTS[code satisfies FileProblemCode];
}
