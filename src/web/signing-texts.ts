// The words of the page on which officials sign.

import type { Text } from '../report/language.ts';

export const SIGNING_TEXTS = {
  title: { id: 'Tanda tangani surat', en: 'Sign a letter' },
  noLink: {
    id: 'Buka tautan yang dikirim oleh aplikasi surat. Setiap tautan untuk satu surat dan satu penanda tangan.',
    en: 'Open the link that the letter application has sent. Each link is for one letter and one signer.',
  },
  ownLead: {
    id: 'Pilih surat dalam bentuk PDF, lihat isinya, lalu tanda tangani sebagai **{name}**. Surat hanya diproses di memori dan tidak disimpan.',
    en: 'Choose a letter as a PDF, look at it, and sign it as **{name}**. It is processed in memory only and is not stored.',
  },
  ownFile: { id: 'Berkas PDF', en: 'PDF file' },
  ownAgain: { id: 'Pilih lagi berkasnya.', en: 'Choose the file again.' },
  ownDone: {
    id: 'Unduh surat yang sudah Anda tanda tangani sekarang: tidak ada salinannya di sini.',
    en: 'Download the letter that you signed now: there is no copy here.',
  },
  ownNext: { id: 'Tanda tangani surat lain', en: 'Sign another letter' },
  signInTitle: { id: 'Masuk untuk menandatangani', en: 'Sign in to sign' },
  signInLead: {
    id: 'Surat hanya ditampilkan kepada penanda tangannya. Masuklah dengan akun instansi Anda.',
    en: 'The letter is shown to its signer alone. Sign in with your agency account.',
  },
  signIn: { id: 'Masuk dengan akun instansi', en: 'Sign in with the agency account' },
  signInAgain: { id: 'Masuk dengan akun lain', en: 'Sign in with another account' },
  waiting: {
    id: 'Menunggu tanda tangan **{name}**. Tautan berlaku sampai {time}.',
    en: 'Waiting for the signature of **{name}**. The link is good until {time}.',
  },
  from: { id: 'Diminta oleh {client}', en: 'Asked for by {client}' },
  before: { id: 'Yang sudah menandatangani', en: 'Who has signed before' },
  whole: { id: 'Lihat pemeriksaan lengkap', en: 'See the whole check' },
  nobody: { id: 'Belum ada. Anda yang pertama.', en: 'Nobody yet. You are the first.' },
  letter: { id: 'Suratnya', en: 'The letter' },
  open: { id: 'Buka surat (PDF, {size})', en: 'Open the letter (PDF, {size})' },
  show: { id: 'Tampilkan surat di sini', en: 'Show the letter here' },
  loading: { id: 'Memuat surat…', en: 'Loading the letter…' },
  drawn: {
    id: 'Geser kotak, atau ketuk halaman. Dengan papan ketik: tombol panah menggeser, Shift dengan panah melangkah jauh, Page Up dan Page Down berganti halaman, + dan − mengubah ukuran.',
    en: 'Drag the box, or tap the page. By keyboard: arrow keys move it, Shift with arrows in large steps, Page Up and Page Down change the page, + and − its size.',
  },
  drawnFixed: { id: 'Surat ditampilkan.', en: 'The letter is shown.' },
  notDrawn: {
    id: 'Surat ini tidak dapat digambar di sini. Buka PDF-nya, lalu atur tempat dengan angka.',
    en: 'This letter cannot be drawn here. Open the PDF, and set the place by numbers.',
  },
  changed: {
    id: 'Surat berubah sejak halaman ini dibuka. Muat ulang halaman ini.',
    en: 'The letter has changed since this page was opened. Load this page again.',
  },
  page: { id: 'Halaman {page} dari {count}', en: 'Page {page} of {count}' },
  box: { id: 'Tanda tangan', en: 'Signature' },
  boxAt: {
    id: 'Halaman {page}: {x} mm dari kiri, {y} mm dari atas, {width} × {height} mm',
    en: 'Page {page}: {x} mm from the left, {y} mm from the top, {width} × {height} mm',
  },
  place: { id: 'Tempat tanda tangan', en: 'Place of the signature' },
  placeNumbers: { id: 'Atur tempat dengan angka', en: 'Set the place by numbers' },
  placeFixed: {
    id: 'Tempatnya sudah ditentukan di dalam surat.',
    en: 'Its place is set in the letter.',
  },
  placeInvisible: {
    id: 'Tanda tangan ini tidak tampak pada halaman.',
    en: 'This signature is not seen on a page.',
  },
  pageField: { id: 'Halaman (kosong: halaman terakhir)', en: 'Page (empty: the last one)' },
  corner: { id: 'Diukur dari sudut', en: 'Measured from the corner' },
  cornerBottomRight: { id: 'kanan bawah', en: 'bottom right' },
  cornerBottomLeft: { id: 'kiri bawah', en: 'bottom left' },
  cornerTopRight: { id: 'kanan atas', en: 'top right' },
  cornerTopLeft: { id: 'kiri atas', en: 'top left' },
  x: { id: 'Jarak dari tepi samping (mm)', en: 'From the side edge (mm)' },
  y: { id: 'Jarak dari tepi atas atau bawah (mm)', en: 'From the upper or lower edge (mm)' },
  width: { id: 'Lebar (mm)', en: 'Width (mm)' },
  height: { id: 'Tinggi (mm)', en: 'Height (mm)' },
  confirm: { id: 'Tandatangani', en: 'Sign' },
  passphrase: { id: 'Passphrase sertifikat', en: 'Passphrase of the certificate' },
  otp: {
    id: 'Kode dari penyedia sertifikat',
    en: 'Code of the certificate provider',
  },
  totp: { id: 'Kode 6 angka dari aplikasi autentikator', en: '6-digit code of the authenticator app' },
  mailed: { id: 'Kode 6 angka dari surel', en: '6-digit code from the mail' },
  sendCode: { id: 'Kirim kode ke surel saya', en: 'Send a code to my mail' },
  codeSent: {
    id: 'Kode sudah dikirim ke surel Anda. Berlaku lima menit.',
    en: 'A code has been sent to your mail. It is good for five minutes.',
  },
  secretsHint: {
    id: 'Hanya dipakai untuk tanda tangan ini; tidak disimpan dan tidak dicatat.',
    en: 'Used for this signature alone; neither stored nor logged.',
  },
  sign: { id: 'Tanda tangani surat ini', en: 'Sign this letter' },
  signing: { id: 'Menandatangani…', en: 'Signing…' },
  digest: {
    id: 'Sidik surat yang Anda lihat (SHA-256)',
    en: 'Fingerprint of the letter that you see (SHA-256)',
  },
  signOut: { id: 'Keluar', en: 'Sign out' },
  doneTitle: { id: 'Surat sudah ditandatangani', en: 'The letter is signed' },
  delivered: {
    id: 'Surat yang sudah Anda tanda tangani sudah dikirim kembali ke {client}.',
    en: 'The letter that you signed has been sent back to {client}.',
  },
  notDelivered: {
    id: 'Tanda tangan Anda jadi, tetapi {client} belum menerima suratnya. Unduh surat itu sekarang, lalu coba kirim lagi.',
    en: 'Your signature is made, but {client} has not taken the letter yet. Download the letter now, then try to send it again.',
  },
  lost: {
    id: 'Salinannya tidak lagi ada di sini. Minta tautan baru dari aplikasi surat bila suratnya tidak sampai.',
    en: 'There is no copy here any more. Ask the letter application for a new link if the letter has not arrived.',
  },
  download: { id: 'Unduh surat bertanda tangan', en: 'Download the signed letter' },
  sendAgain: { id: 'Kirim lagi ke aplikasi', en: 'Send again to the application' },
  signatureId: { id: 'Nomor tanda tangan', en: 'Signature number' },
  signedDigest: {
    id: 'Sidik surat bertanda tangan (SHA-256)',
    en: 'Fingerprint of the signed letter (SHA-256)',
  },
  back: { id: 'Kembali ke aplikasi', en: 'Back to the application' },
  again: { id: 'Buka lagi surat ini', en: 'Open this letter again' },
  refused: { id: 'Surat ini tidak dapat ditandatangani', en: 'This letter cannot be signed' },
  stillOpen: { id: 'Belum ditandatangani', en: 'Not signed yet' },
} as const satisfies Readonly<Record<string, Text>>;

export type SigningTextName = keyof typeof SIGNING_TEXTS;

/** What the page says instead of a problem's detail, where an official needs other words than a program. */
export const SIGNING_PROBLEM_TEXTS: Readonly<Record<string, Text>> = {
  'signer-auth-failed': {
    id: 'Passphrase atau kodenya salah, atau sertifikat Anda tidak berlaku. Periksa, lalu coba lagi.',
    en: 'The passphrase or the code is wrong, or your certificate is not in force. Check it and try again.',
  },
  'signer-not-allowed': {
    id: 'Aplikasi surat ini tidak lagi diizinkan meminta tanda tangan Anda. Hubungi pengelola layanan.',
    en: 'This letter application may not ask for your signature any more. Contact the service operator.',
  },
  'address-not-listed': {
    id: 'Alamat aplikasi surat ini tidak lagi terdaftar. Hubungi pengelola layanan.',
    en: 'The address of this letter application is not listed any more. Contact the service operator.',
  },
  'placement-collides': {
    id: 'Kotak tanda tangan menutupi tulisan, gambar, atau tanda tangan lain. Geser ke tempat yang kosong.',
    en: 'The signature would cover text, a picture or another signature. Move it to an empty place.',
  },
  'placement-out-of-page': {
    id: 'Kotak tanda tangan keluar dari halaman. Geser ke dalam.',
    en: 'The signature leaves the page. Move it inside.',
  },
  'placement-too-small': {
    id: 'Kotak tanda tangan terlalu kecil untuk nama dan waktunya. Perbesar kotaknya.',
    en: 'The box is too small for name and time. Make it larger.',
  },
  'invalid-request': {
    id: 'Ada isian yang belum benar. Periksa tempat tanda tangan, passphrase, dan kodenya.',
    en: 'Something in the form is not right yet. Check the place, the passphrase and the code.',
  },
};
