// The guide for clerks: what they do, in the order in which they do it.

import type { Text } from '../report/language.ts';
import type { Look } from '../report/looks.ts';
import type { Question } from '../report/questions.ts';

export const GUIDE_TEXTS = {
  title: { id: 'Panduan memeriksa surat', en: 'Guide to checking a letter' },
  lead: {
    id: 'Lima menit untuk petugas penerima surat: cara memeriksa, cara membaca hasilnya, dan apa yang dilakukan bila surat berubah.',
    en: 'Five minutes for whoever receives letters: how to check, how to read the result, and what to do when a letter was changed.',
  },
  before: { id: 'Sebelum memeriksa', en: 'Before you check' },
  steps: { id: 'Memeriksa surat', en: 'Checking a letter' },
  reading: { id: 'Membaca hasil', en: 'Reading the result' },
  readingLead: {
    id: 'Baca kalimat di samping lambang, lalu ikuti "Yang perlu dilakukan". Warna hanya membantu; lambang dan kata yang menentukan.',
    en: 'Read the sentence beside the symbol, then follow "What to do". Colour only helps; symbol and words decide.',
  },
  questions: { id: 'Empat pertanyaan', en: 'The four questions' },
  changed: { id: 'Bila hasilnya "diubah" atau "ditambahkan"', en: 'When it says "changed" or "added"' },
  report: { id: 'Laporan untuk arsip', en: 'The report to be filed' },
  start: { id: 'Periksa surat sekarang', en: 'Check a letter now' },
  sample: {
    id: 'Gambar: contoh dari layanan uji coba.',
    en: 'Picture: an example from a test service.',
  },
  link: { id: 'Panduan', en: 'Guide' },
} as const satisfies Readonly<Record<string, Text>>;

export const BEFORE: readonly Text[] = [
  {
    id: 'Pakai berkas PDF asli seperti yang dikirim. Hasil cetak, pindai, atau foto tidak membawa tanda tangan elektronik.',
    en: 'Use the PDF as it was sent. A print, scan or photograph carries no electronic signature.',
  },
  {
    id: 'Jangan menggabung, memecah, mengompres, atau menyimpan ulang berkas itu.',
    en: 'Do not merge, split, compress or save the file anew.',
  },
  {
    id: 'Bila surat hanya ada di kertas, pindai QR-nya untuk mengunduh berkas asli dari alamat resmi instansi.',
    en: 'Where there is only paper, scan its QR to download the original from the official address of the agency.',
  },
];

export const STEPS: readonly Text[] = [
  { id: 'Buka halaman ini, lalu tekan "Pilih berkas".', en: 'Open this page and press "Choose a file".' },
  {
    id: 'Pilih surat dalam bentuk PDF. Beberapa surat boleh dipilih sekaligus.',
    en: 'Choose the letter as a PDF. You may choose several at once.',
  },
  {
    id: 'Tekan "Periksa". Hasilnya tampil dalam beberapa detik.',
    en: 'Press "Check". The result shows within seconds.',
  },
  {
    id: 'Cocokkan nama penanda tangan pada hasil dengan nama dan jabatan pada surat.',
    en: 'Compare the name of the signer in the result with name and office in the letter.',
  },
];

/** What each symbol means, and what follows from it. */
export const LOOK_MEANINGS: Readonly<Record<Look, Text>> = {
  ok: {
    id: 'Tanda tangan valid dan isi tidak berubah. Surat dapat diterima.',
    en: 'The signature is valid and nothing was changed. The letter can be accepted.',
  },
  note: {
    id: 'Dapat diterima. Baca catatannya dan simpan laporan bersama surat.',
    en: 'It can be accepted. Read the note and keep the report with the letter.',
  },
  unsure: {
    id: 'Belum pasti, bukan palsu. Coba lagi nanti, atau tanyakan kepada instansi penerbit.',
    en: 'Not certain, which is not forged. Try again later, or ask the issuing agency.',
  },
  warn: {
    id: 'Ada yang perlu diperhatikan. Jangan terima dahulu; ikuti langkah yang tertulis.',
    en: 'Something needs attention. Do not accept it yet; follow the steps that are shown.',
  },
  bad: {
    id: 'Surat diubah atau tanda tangannya tidak valid. Jangan gunakan.',
    en: 'The letter was changed, or its signature is not valid. Do not use it.',
  },
  none: {
    id: 'Tidak ada tanda tangan elektronik, atau berkas tidak dapat dibaca. Minta berkas asli.',
    en: 'There is no electronic signature, or the file cannot be read. Ask for the original.',
  },
};

/** What an answer of "no" means. */
export const ANSWER_MEANINGS: Readonly<Record<Question, Text>> = {
  who: {
    id: 'Nama diambil dari sertifikat, bukan dari gambar di surat. "Tidak" berarti sertifikatnya tidak dapat dipercaya saat itu.',
    en: 'The name is from the certificate, not from a picture in the letter. "No" means that the certificate could not be trusted then.',
  },
  unchanged: {
    id: '"Tidak" berarti isi berkas berbeda dari yang ditandatangani. Surat tidak boleh digunakan.',
    en: '"No" means that the file differs from what was signed. The letter must not be used.',
  },
  timestamped: {
    id: '"Tidak" berarti waktu hanya menurut komputer penanda tangan. Surat tetap dapat diterima bila hasilnya menyatakan demikian.',
    en: '"No" means that only the signer\'s computer tells the time. The letter can still be accepted where the result says so.',
  },
  longTerm: {
    id: '"Tidak" berarti bukti jangka panjang belum disertakan. Simpan laporannya; keputusan hari ini tidak berubah.',
    en: '"No" means that long-term evidence is not included. Keep the report; today\'s decision stays the same.',
  },
};

export const WHEN_CHANGED: readonly Text[] = [
  {
    id: 'Jangan gunakan surat itu, dan jangan dihapus: berkas itu bukti.',
    en: 'Do not use the letter, and do not delete it: the file is evidence.',
  },
  {
    id: 'Unduh ulang berkas dari sumbernya, lalu periksa lagi. Unduhan yang terputus juga mengubah berkas.',
    en: 'Download the file again from its source and check again. A broken download changes a file too.',
  },
  {
    id: 'Bila ada tombol "Lihat versi yang ditandatangani", buka dan bandingkan dengan surat yang Anda terima.',
    en: 'Where there is a button "See the signed version", open it and compare it with the letter that you received.',
  },
  {
    id: 'Hubungi instansi penerbit melalui nomor resminya, bukan nomor yang tertulis di surat itu.',
    en: 'Call the issuing agency on its official number, not on a number in that letter.',
  },
  {
    id: 'Kirim laporan PDF kepada atasan atau pengelola tanda tangan elektronik di instansi Anda.',
    en: "Send the PDF report to your superior or to your agency's signature officer.",
  },
];

export const ABOUT_REPORT: readonly Text[] = [
  {
    id: 'Tekan "Unduh laporan (PDF)" dan simpan laporan itu di samping berkas suratnya.',
    en: 'Press "Download the report (PDF)" and store it beside the letter.',
  },
  {
    id: 'Laporan memuat sidik digital surat, sehingga dapat dibuktikan laporan itu tentang berkas yang mana.',
    en: 'The report holds the digital fingerprint of the letter, which proves which file it is about.',
  },
  {
    id: 'Laporan disegel secara elektronik bila layanan ini memiliki segel. Segelnya dapat diperiksa di halaman ini juga.',
    en: 'The report is sealed electronically where this service has a seal. The seal can be checked on this page too.',
  },
  {
    id: 'Hasil cetak laporan hanya untuk dibaca; yang menjadi bukti adalah berkas PDF-nya.',
    en: 'A print of the report is for reading only; the PDF file is the evidence.',
  },
];

/** Alternative texts of the pictures. */
export const PICTURES = {
  form: {
    id: 'Halaman pemeriksaan dengan tombol untuk memilih berkas dan tombol Periksa.',
    en: 'The page with a button to choose a file and a button to check it.',
  },
  valid: {
    id: 'Contoh hasil yang valid: lingkaran bercentang, kalimat hasil, dan empat jawaban.',
    en: 'A valid result: a circle with a tick, the sentence, and the four answers.',
  },
  changed: {
    id: 'Contoh hasil surat yang diubah: segi delapan bersilang dan kalimat bahwa dokumen diubah.',
    en: 'A result of a changed letter: an octagon with a cross, and the sentence that the document was changed.',
  },
} as const satisfies Readonly<Record<string, Text>>;

export type GuidePicture = keyof typeof PICTURES;
