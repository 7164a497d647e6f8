// What is said about the code of a letter: what it proves, and what nobody may take it for.

import type { Text } from './language.ts';

export const LETTER_TEXTS = {
  title: { id: 'Periksa kode QR surat', en: "Check a letter's QR code" },
  lead: {
    id: 'Kode QR pada surat memuat nomor, tanggal, hal, dan penanda tangannya, disegel oleh layanan ini, atau alamat berkas aslinya. Di sini tampak apa yang dibuktikannya dan apa yang tidak.',
    en: 'The QR code on a letter holds its number, date, subject and signer, sealed by this service, or the address of the original file. Here you see what it proves and what it does not.',
  },
  hint: {
    id: 'Pindai kode dengan aplikasi pemindai di ponsel, salin seluruh teksnya, lalu tempel di sini.',
    en: 'Scan the code with a scanner app on your phone, copy the whole text and paste it here.',
  },
  field: {
    id: 'Isi kode QR (mulai dengan TKN1: atau https:)',
    en: 'Content of the QR code (begins with TKN1: or https:)',
  },
  camera: { id: 'Pindai dengan kamera', en: 'Scan with the camera' },
  stop: { id: 'Tutup kamera', en: 'Close the camera' },
  picture: { id: 'Pilih foto kode QR', en: 'Choose a photo of the QR code' },
  aim: { id: 'Arahkan kamera ke kode QR pada surat.', en: 'Point the camera at the QR code on the letter.' },
  found: { id: 'Kode terbaca. Memeriksa…', en: 'Code read. Checking…' },
  noCamera: {
    id: 'Kamera tidak dapat dibuka. Izinkan kamera, pilih foto kode QR, atau tempel teksnya.',
    en: 'The camera cannot be opened. Allow it, choose a photo of the QR code, or paste its text.',
  },
  noCode: {
    id: 'Tidak ada kode QR yang terbaca pada foto itu. Ambil foto yang lebih dekat dan terang.',
    en: 'No QR code can be read in that photo. Take one that is closer and brighter.',
  },
  check: { id: 'Periksa', en: 'Check' },
  genuine: { id: 'Kode ini asli', en: 'This code is genuine' },
  refused: { id: 'Kode ini tidak terbukti', en: 'This code is not proven' },
  sealedBy: { id: 'Disegel oleh', en: 'Sealed by' },
  former: {
    id: 'Segel ini sudah diganti dengan yang baru. Surat yang disegel sebelum penggantian tetap dapat diperiksa di sini.',
    en: 'This seal has been replaced by another. Letters that were sealed before can still be checked here.',
  },
  number: { id: 'Nomor surat', en: 'Letter number' },
  date: { id: 'Tanggal', en: 'Date' },
  subject: { id: 'Hal', en: 'Subject' },
  signer: { id: 'Penanda tangan', en: 'Signer' },
  agency: { id: 'Instansi', en: 'Agency' },
  digest: { id: 'SHA-256 isi sebelum ditandatangani', en: 'SHA-256 of the content before signing' },
  size: { id: 'Ukurannya (byte pertama berkas)', en: 'Its size (first bytes of the file)' },
  proves: {
    id: 'Yang dibuktikan: layanan ini membuat kode untuk surat dengan nomor, tanggal, hal, dan penanda tangan tersebut.',
    en: 'What it proves: this service made the code for a letter with that number, date, subject and signer.',
  },
  notProven: {
    id: 'Yang TIDAK dibuktikan: bahwa kertas di tangan Anda adalah surat itu. Isi kertas tidak dibandingkan, dan kode QR dapat disalin ke kertas lain. QR bukan tanda tangan elektronik; tanda tangan ada di dalam berkas PDF.',
    en: 'What it does NOT prove: that the paper in your hand is that letter. The content of the paper was not compared, and a QR code can be copied onto other paper. A QR is not the electronic signature; that is inside the PDF file.',
  },
  next: {
    id: 'Cocokkan nomor, tanggal, dan hal dengan kertasnya, lalu minta berkas PDF aslinya dan periksa tanda tangannya.',
    en: 'Compare number, date and subject with the paper, then ask for the original PDF file and check its signature.',
  },
  same: {
    id: 'Berkas ini adalah surat yang dimaksud kode itu. Tanda tangannya diperiksa tersendiri.',
    en: 'This file is the letter that the code was made for. Its signature is checked separately.',
  },
  other: {
    id: 'Berkas ini BUKAN surat yang dimaksud kode itu.',
    en: 'This file is NOT the letter that the code was made for.',
  },
} as const satisfies Readonly<Record<string, Text>>;

export const CODE_FINDING_TEXTS = {
  'code-malformed': {
    id: 'Ini bukan kode surat, atau tidak terbaca lengkap. Pindai lagi.',
    en: "This is no letter's code, or it was not read completely. Scan it again.",
  },
  'seal-unknown': {
    id: 'Kode ini disegel oleh layanan yang tidak dikenal di sini. Tanyakan kepada instansi penerbit melalui nomor resmi.',
    en: 'The code is sealed by a service that is not known here. Ask the issuing agency on its official number.',
  },
  'seal-wrong': {
    id: 'Kode ini PALSU atau diubah: segelnya tidak cocok. Jangan dipercaya.',
    en: 'The code is FORGED or was changed: its seal does not fit. Do not trust it.',
  },
  'seal-not-in-force': {
    id: 'Tanggal surat berada di luar masa berlaku segel. Tanyakan kepada instansi penerbit.',
    en: 'The date of the letter lies outside the time in which the seal was in force. Ask the issuing agency.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What is said about an address that a QR code holds. */
export const LINK_TEXTS = {
  title: { id: 'Kode QR ini memuat alamat surat', en: 'This QR code holds the address of a letter' },
  refusedTitle: { id: 'Alamat ini tidak dibuka', en: 'This address is not opened' },
  leadsTo: { id: 'Alamat itu menuju ke:', en: 'The address leads to:' },
  compare: {
    id: 'Alamat ini ada dalam daftar instansi. QR bukan tanda tangan: yang diperiksa adalah berkas PDF yang diambil dari sana.',
    en: 'This address is on the list of agencies. A QR is no signature: what is checked is the PDF file that is fetched from there.',
  },
  fetch: { id: 'Ambil dan periksa surat', en: 'Fetch and check the letter' },
  unlisted: {
    id: 'Alamat ini bukan domain resmi {agency}.',
    en: 'This address is not an official domain of {agency}.',
  },
  insecure: {
    id: 'Alamat ini tidak aman: yang diterima hanya https tanpa nomor porta dan tanpa nama pengguna.',
    en: 'This address is not safe: only https without a port number and without a user name is accepted.',
  },
  agencies: { id: 'instansi yang terdaftar di sini', en: 'an agency that is listed here' },
  ask: {
    id: 'Jangan isikan kata sandi atau data pribadi di sana. Minta berkas PDF aslinya kepada instansi penerbit melalui nomor resmi.',
    en: 'Do not enter passwords or personal data there. Ask the issuing agency on its official number for the original PDF file.',
  },
  failed: { id: 'Surat tidak dapat diperiksa.', en: 'The letter could not be checked.' },
  other: { id: 'Periksa kode lain', en: 'Check another code' },
  fetchedFrom: {
    id: 'Berkas ini diambil dari **{host}**. Isi kertas di tangan Anda tidak dibandingkan; cocokkan sendiri.',
    en: 'This file was fetched from **{host}**. The paper in your hand was not compared with it; compare it yourself.',
  },
} as const satisfies Readonly<Record<string, Text>>;
