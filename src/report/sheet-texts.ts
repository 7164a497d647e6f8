// The words of the verification report beside the verdicts, which are said in catalogue.ts.

import type { IdentityStatus, IntegrityStatus, SignatureKind, SignatureReport } from '../verify/report.ts';
import type { Text } from './language.ts';

export const SHEET_TEXTS = {
  title: {
    id: 'Laporan verifikasi tanda tangan elektronik',
    en: 'Verification report on electronic signatures',
  },
  action: { id: 'Yang perlu dilakukan', en: 'What to do' },
  answers: { id: 'Empat pertanyaan pemeriksaan', en: 'Four questions of the checklist' },
  file: { id: 'Berkas yang diperiksa', en: 'File that was checked' },
  fileName: { id: 'Nama berkas', en: 'File name' },
  fileSize: { id: 'Ukuran', en: 'Size' },
  bytes: { id: '{size} bita', en: '{size} bytes' },
  sha256: { id: 'Sidik digital (SHA-256)', en: 'Digital fingerprint (SHA-256)' },
  signatures: { id: 'Tanda tangan dan segel di dalam berkas', en: 'Signatures and seals in the file' },
  number: { id: 'No.', en: 'No.' },
  who: { id: 'Penanda tangan', en: 'Signer' },
  when: { id: 'Waktu', en: 'Time' },
  integrity: { id: 'Keutuhan', en: 'Integrity' },
  identity: { id: 'Identitas', en: 'Identity' },
  outcome: { id: 'Hasil', en: 'Result' },
  noSignatures: { id: 'Tidak ada.', en: 'None.' },
  listedBelow: { id: '… (selengkapnya dalam daftar di bawah)', en: '… (all of it in the list below)' },
  basis: { id: 'Dasar pemeriksaan', en: 'Basis of the check' },
  checkedAt: { id: 'Waktu pemeriksaan', en: 'Time of the check' },
  policy: { id: 'Aturan pemeriksaan', en: 'Validation policy' },
  trustList: { id: 'Daftar PSrE tepercaya', en: 'Trust list' },
  trustListValue: {
    id: '{version}, per {time}; SHA-256 {sha256}',
    en: '{version} as of {time}; SHA-256 {sha256}',
  },
  tool: { id: 'Perangkat lunak', en: 'Software' },
  request: { id: 'Kode pemeriksaan', en: 'Request id' },
  details: { id: 'Rincian', en: 'Details' },
  changes: { id: 'Perubahan setelah penandatanganan', en: 'Changes after signing' },
  permitted: {
    id: 'Versi {revision}: {change} (diizinkan).',
    en: 'Version {revision}: {change} (permitted).',
  },
  notPermitted: {
    id: 'Versi {revision}: {change} (tidak diizinkan).',
    en: 'Version {revision}: {change} (not permitted).',
  },
  moreChanges: {
    id: 'Masih ada {count} perubahan lain; semuanya ada dalam jawaban JSON.',
    en: 'There are {count} more changes; the JSON answer names all of them.',
  },
  moreSignatures: {
    id: 'Masih ada {count} tanda tangan lain; semuanya ada dalam jawaban JSON.',
    en: 'There are {count} more signatures; the JSON answer names all of them.',
  },
  forecast: { id: 'Batas pembuktian', en: 'Provable until' },
  issuer: { id: 'Penerbit sertifikat', en: 'Certificate issuer' },
  validity: { id: 'Masa berlaku sertifikat', en: 'Certificate in force' },
  serial: { id: 'Nomor seri sertifikat', en: 'Certificate serial number' },
  fingerprint: { id: 'Sidik sertifikat (SHA-256)', en: 'Certificate fingerprint (SHA-256)' },
  rawName: { id: 'Nama dengan karakter tersembunyi', en: 'Name with hidden characters' },
  signingTime: { id: 'Waktu (UTC)', en: 'Time (UTC)' },
  claimed: { id: 'Waktu menurut penanda tangan (UTC)', en: "Time by the signer's system (UTC)" },
  authority: { id: 'Stempel waktu dari', en: 'Time-stamp from' },
  revocation: { id: 'Status pencabutan', en: 'Revocation status' },
  conclusion: { id: 'Kesimpulan (EN 319 102-1)', en: 'Conclusion (EN 319 102-1)' },
  level: { id: 'Tingkat', en: 'Level' },
  field: { id: 'Kolom tanda tangan', en: 'Signature field' },
  place: { id: 'Letak', en: 'Place' },
  onPage: { id: 'halaman {page}', en: 'page {page}' },
  onNoPage: { id: 'tidak tampak pada halaman', en: 'not visible on a page' },
  reason: { id: 'Alasan menurut penanda tangan', en: 'Reason, as the signer states it' },
  location: { id: 'Tempat menurut penanda tangan', en: 'Place, as the signer states it' },
  notes: { id: 'Catatan', en: 'Notes' },
  timestamped: { id: '{time}, menurut stempel waktu', en: '{time}, by a time-stamp' },
  claimedTime: { id: '{time}, menurut sistem penanda tangan', en: "{time}, by the signer's system" },
  scope: {
    id: 'Laporan ini tidak menilai kebenaran isi surat.',
    en: "This report does not judge whether the letter's content is true.",
  },
  sealed: {
    id: 'Laporan ini disegel secara elektronik oleh {holder}. Segelnya ada di dalam berkas PDF; hasil cetak tidak membawanya.',
    en: 'This report is sealed electronically by {holder}. The seal is inside the PDF file; a print does not carry it.',
  },
  unsealed: {
    id: 'Laporan ini tidak disegel. Siapa pun dapat mengubahnya; periksa sendiri berkas suratnya.',
    en: 'This report is not sealed. Anybody could change it; check the letter itself.',
  },
  unsealedMark: { id: 'TIDAK DISEGEL – bukan bukti', en: 'NOT SEALED – no evidence' },
  developmentMark: { id: 'UJI COBA – bukan untuk urusan resmi', en: 'FOR TESTING – not for official use' },
  page: { id: 'Halaman {page} dari {pages}', en: 'Page {page} of {pages}' },
} as const satisfies Readonly<Record<string, Text>>;

export const INTEGRITY_TEXTS: Readonly<Record<IntegrityStatus, Text>> = {
  INTACT: { id: 'Utuh', en: 'Intact' },
  CHANGED: { id: 'Diubah', en: 'Changed' },
  ADDED: { id: 'Ditambah', en: 'Added to' },
  UNREADABLE: { id: 'Tidak terbaca', en: 'Unreadable' },
};

/** Where nothing that was added is forbidden. */
export const ADDED_AS_PERMITTED: Text = {
  id: 'Utuh; ada tambahan yang diizinkan',
  en: 'Intact; with permitted additions',
};

export const IDENTITY_TEXTS: Readonly<Record<IdentityStatus, Text>> = {
  TRUSTED: { id: 'Penerbit tepercaya', en: 'Trusted issuer' },
  UNKNOWN: { id: 'Penerbit tidak dikenal', en: 'Unknown issuer' },
  REVOKED: { id: 'Sertifikat dicabut', en: 'Certificate revoked' },
  EXPIRED: { id: 'Sertifikat kedaluwarsa', en: 'Certificate expired' },
  NOT_YET_VALID: { id: 'Sertifikat belum berlaku', en: 'Certificate not yet in force' },
  TEST: { id: 'Sertifikat uji coba', en: 'Test certificate' },
  UNDETERMINED: { id: 'Belum pasti', en: 'Not certain' },
};

export const ITEM_KIND_TEXTS: Readonly<Record<SignatureKind, Text>> = {
  signature: { id: 'Tanda tangan', en: 'Signature' },
  seal: { id: 'Segel elektronik', en: 'Electronic seal' },
  'doc-timestamp': { id: 'Stempel waktu dokumen', en: 'Document time-stamp' },
  'e-meterai': { id: 'e-Meterai', en: 'e-Meterai' },
};

export const REVOCATION_TEXTS: Readonly<Record<NonNullable<SignatureReport['revocation']>['status'], Text>> =
  {
    GOOD: { id: 'Tidak dicabut', en: 'Not revoked' },
    REVOKED: { id: 'Dicabut', en: 'Revoked' },
    UNKNOWN: { id: 'Tidak pasti', en: 'Not certain' },
    NOT_CHECKED: { id: 'Tidak diperiksa', en: 'Not checked' },
  };
