// The words of the page beside the verdicts, which are said in report/.

import type { Text } from '../report/language.ts';

export const PAGE_TEXTS = {
  title: { id: 'Periksa tanda tangan elektronik', en: 'Check an electronic signature' },
  lead: {
    id: 'Pilih surat dalam bentuk PDF. Hasilnya langsung tampil: siapa penanda tangannya dan apakah isinya berubah.',
    en: 'Choose a letter as a PDF. The result shows at once who signed it and whether it was changed.',
  },
  file: { id: 'Berkas PDF', en: 'PDF file' },
  limit: {
    id: 'Boleh beberapa berkas sekaligus, bersama-sama maksimal {limit} MB. Berkas boleh juga ditarik ke kotak ini.',
    en: 'Several files at once are fine, together at most {limit} MB. You may also drop files on this box.',
  },
  tooMany: {
    id: 'Pilih paling banyak {most} berkas sekaligus.',
    en: 'Choose at most {most} files at once.',
  },
  choose: { id: 'Pilih berkas', en: 'Choose a file' },
  change: { id: 'Ganti berkas', en: 'Change the file' },
  check: { id: 'Periksa', en: 'Check' },
  uploading: { id: 'Mengunggah… {percent} %', en: 'Uploading… {percent} %' },
  checking: { id: 'Memeriksa…', en: 'Checking…' },
  cancel: { id: 'Batal', en: 'Cancel' },
  cancelled: { id: 'Dibatalkan.', en: 'Cancelled.' },
  again: { id: 'Periksa lagi', en: 'Check again' },
  another: { id: 'Periksa berkas lain', en: 'Check another file' },
  print: { id: 'Cetak hasil ini', en: 'Print this result' },
  privacy: {
    id: 'Dokumen Anda hanya diproses di memori dan tidak disimpan.',
    en: 'Your document is processed in memory only and is not stored.',
  },
  privateMode: {
    id: 'Mode privasi: dokumen tetap di perangkat ini',
    en: 'Privacy mode: the document stays on this device',
  },
  privateHint: {
    id: 'Hanya sidik digital dan tanda tangannya yang dikirim. Satu berkas setiap kali.',
    en: 'Only digests and its signatures are sent. One file at a time.',
  },
  oneFile: {
    id: 'Dalam mode privasi pilih satu berkas saja.',
    en: 'Choose a single file in privacy mode.',
  },
  reading: { id: 'Membaca berkas di perangkat ini…', en: 'Reading the file on this device…' },
  offline: {
    id: 'Unduh pemeriksa luring (satu berkas, bekerja tanpa jaringan)',
    en: 'Download the offline verifier (one file, works without a network)',
  },
  checks: { id: 'Apa yang diperiksa', en: 'What is checked' },
  problem: { id: 'Ada yang perlu diperbaiki', en: 'There is a problem' },
  unjudged: {
    id: 'Tanda tangan di dalamnya belum dinilai.',
    en: 'The signatures in it were not judged.',
  },
  errorPrefix: { id: 'Galat:', en: 'Error:' },
  development: {
    id: 'Layanan pengembangan – bukan untuk dokumen resmi',
    en: 'Development service – not for official documents',
  },
  otherLanguage: { id: 'English', en: 'Bahasa Indonesia' },
  languageLabel: { id: 'Bahasa', en: 'Language' },
  helpLink: { id: 'Bantuan', en: 'Help' },
  help: { id: 'Yang sering disalahpahami', en: 'What is often misunderstood' },
  skip: { id: 'Langsung ke isi', en: 'Skip to content' },
  answers: { id: 'Empat jawaban', en: 'Four answers' },
  action: { id: 'Yang perlu dilakukan', en: 'What to do' },
  secondOpinion: {
    id: 'Periksa juga di tte.komdigi.go.id/verifyPDF',
    en: 'Also check at tte.komdigi.go.id/verifyPDF',
  },
  signatures: { id: 'Tanda tangan di dalam berkas', en: 'Signatures in the file' },
  changes: { id: 'Yang berubah setelah ditandatangani', en: 'What changed after signing' },
  changesPermitted: { id: 'diizinkan', en: 'permitted' },
  changesForbidden: { id: 'tidak diizinkan', en: 'not permitted' },
  changesMore: { id: 'dan {count} perubahan lain', en: 'and {count} other changes' },
  versionNumber: { id: 'Versi {revision}', en: 'Version {revision}' },
  filesAccepted: {
    id: '{ok} dari {count} berkas dapat diterima',
    en: '{ok} of {count} files can be accepted',
  },
  filesLead: {
    id: 'Setiap berkas dinilai tersendiri. Buka barisnya untuk melihat empat jawaban dan rinciannya.',
    en: 'Each file is judged by itself. Open its line for the four answers and the details.',
  },
  files: { id: 'Berkas yang diperiksa', en: 'Files that were checked' },
  previewTitle: { id: 'Pratinjau', en: 'Preview' },
  previewShow: {
    id: 'Tampilkan halaman dan letak tanda tangan',
    en: 'Show the pages and where the signatures are',
  },
  previewLoading: { id: 'Memuat pratinjau…', en: 'Loading the preview…' },
  previewHint: {
    id: 'Nomor pada kotak sama dengan nomor pada daftar tanda tangan. Gambar ini dibuat di perangkat Anda.',
    en: 'The number of a box is that of the list of signatures. These pictures are made on your device.',
  },
  previewFailed: {
    id: 'Halaman tidak dapat digambar di sini. Hasil pemeriksaan di atas tidak berubah karenanya.',
    en: 'The pages cannot be drawn here. That changes nothing about the result above.',
  },
  previewPage: { id: 'Halaman {page} dari {count}', en: 'Page {page} of {count}' },
  previewBox: { id: 'Letak tanda tangan {name}', en: 'Place of signature {name}' },
  versions: { id: 'Versi yang ditandatangani', en: 'The version that was signed' },
  signedVersion: {
    id: 'Lihat versi yang ditandatangani ({name}, versi {revision})',
    en: 'See the signed version ({name}, version {revision})',
  },
  sameFile: {
    id: 'Berkas tidak disimpan di sini. Pilih sekali lagi berkas yang sama:',
    en: 'The file is not kept here. Choose the same file once more:',
  },
  otherFile: {
    id: 'Ini bukan berkas yang baru diperiksa. Pilih berkas yang sama.',
    en: 'This is not the file that was just checked. Choose the same file.',
  },
  details: { id: 'Rincian teknis', en: 'Technical details' },
  checkDetails: { id: 'Rincian pemeriksaan ini', en: 'Details of this check' },
  api: { id: 'Untuk pengembang', en: 'For developers' },
  later: { id: 'Setelah itu: {changes}.', en: 'Afterwards: {changes}.' },
  issuedBy: { id: 'Penerbit sertifikat: {issuer}', en: 'Certificate issuer: {issuer}' },
  inForce: { id: 'Berlaku {from} – {to}', en: 'In force {from} – {to}' },
  onPage: { id: 'Tampak di halaman {page}', en: 'Visible on page {page}' },
  notVisible: { id: 'Tidak tampak pada halaman', en: 'Not visible on a page' },
} as const satisfies Readonly<Record<string, Text>>;

/** What is checked, as the start page lists it. */
export const CHECKS: readonly Text[] = [
  { id: 'Siapa yang menandatangani, menurut sertifikatnya', en: 'Who signed, by the certificate' },
  { id: 'Apakah isi berubah sejak ditandatangani', en: 'Whether the content changed since signing' },
  {
    id: 'Apakah sertifikat berlaku dan tidak dicabut saat itu',
    en: 'Whether the certificate was in force and not revoked then',
  },
  { id: 'Kapan ditandatangani, menurut stempel waktu', en: 'When it was signed, by the time-stamp' },
];

/** Labels of the technical details. */
export const DETAIL_TEXTS = {
  issuer: { id: 'Penerbit sertifikat', en: 'Certificate issuer' },
  time: { id: 'Waktu (UTC)', en: 'Time (UTC)' },
  claimed: { id: 'Waktu menurut sistem penanda tangan (UTC)', en: "Time by the signer's system (UTC)" },
  authority: { id: 'Stempel waktu dari', en: 'Time-stamp from' },
  revocation: { id: 'Status pencabutan', en: 'Revocation status' },
  conclusion: { id: 'Kesimpulan (EN 319 102-1)', en: 'Conclusion (EN 319 102-1)' },
  level: { id: 'Tingkat', en: 'Level' },
  serial: { id: 'Nomor seri', en: 'Serial number' },
  fingerprint: { id: 'Sidik sertifikat (SHA-256)', en: 'Certificate fingerprint (SHA-256)' },
  field: { id: 'Kolom', en: 'Field' },
  reason: { id: 'Alasan menurut penanda tangan', en: 'Reason, as the signer states it' },
  location: { id: 'Tempat menurut penanda tangan', en: 'Place, as the signer states it' },
  rawName: { id: 'Nama dengan karakter tersembunyi', en: 'Name with hidden characters' },
  findings: { id: 'Temuan', en: 'Findings' },
  file: { id: 'Sidik berkas (SHA-256)', en: 'File fingerprint (SHA-256)' },
  trustList: { id: 'Daftar kepercayaan', en: 'Trust list' },
  policy: { id: 'Aturan pemeriksaan', en: 'Validation policy' },
  request: { id: 'Kode pemeriksaan', en: 'Request id' },
} as const satisfies Readonly<Record<string, Text>>;

/** What clerks misunderstand, each answered by one sentence. */
export const HELP_SENTENCES: readonly Text[] = [
  {
    id: 'QR hanya alamat atau gambar; tanda tangan elektronik ada di dalam berkas PDF.',
    en: 'A QR is only an address or picture; the signature is inside the PDF file.',
  },
  {
    id: 'Hasil cetak, pindai, dan tangkapan layar tidak membawa tanda tangan elektronik.',
    en: 'Prints, scans and screenshots carry no electronic signature.',
  },
  {
    id: 'Menggabung, memecah, mengompres, atau "cetak ke PDF" merusak atau menghapus tanda tangan elektronik.',
    en: 'Merging, splitting, compressing or "print to PDF" breaks or removes the signature.',
  },
  {
    id: 'Periksa dahulu alamatnya: sida.contohprov.go.id resmi, sidacontohprov.id bukan.',
    en: 'Check the address first: sida.contohprov.go.id is official, sidacontohprov.id is not.',
  },
  {
    id: 'Tanda kuning di pembaca PDF berarti penerbitnya belum ada di daftar aplikasi itu, bukan palsu.',
    en: 'A yellow mark means the viewer does not list the issuer; it does not mean forged.',
  },
  {
    id: 'Dokumen tetap berlaku bila ditandatangani saat sertifikat berlaku dan memiliki stempel waktu.',
    en: 'A document stays good if signed while the certificate was in force, with a time-stamp.',
  },
  {
    id: 'e-Meterai adalah segel Peruri, bukan tanda tangan pejabat.',
    en: "e-Meterai is Peruri's seal, not an official's signature.",
  },
  {
    id: 'QR merah di SRIKANDI berarti PDF-nya belum diperbarui; unduh ulang berkasnya.',
    en: 'A red QR in SRIKANDI means the PDF is not refreshed yet; download it again.',
  },
  {
    id: 'Tanda tangan membuktikan siapa dan tidak berubah, bukan kebenaran isi surat.',
    en: 'A signature proves who signed and that nothing changed, not that the content is true.',
  },
];
