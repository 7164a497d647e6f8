// The options of `teken sign` about what a signature shows, and where.

import type { Option } from './arguments.ts';

export const VISIBLE_OPTIONS: readonly Option[] = [
  {
    name: 'rect',
    value: 'X,Y,W,H',
    about: { id: 'tampilkan tanda tangan di sini, dalam poin', en: 'show the signature here, in points' },
  },
  {
    name: 'page',
    value: 'N|last',
    about: {
      id: 'halaman untuk --rect (bawaan: terakhir) atau --anchor (bawaan: semua)',
      en: 'page of --rect (default: the last) or --anchor (default: all)',
    },
  },
  {
    name: 'origin',
    value: 'top-left|bottom-left',
    about: {
      id: 'sudut asal --rect (bawaan: top-left)',
      en: 'the corner that --rect counts from (default: top-left)',
    },
  },
  {
    name: 'anchor',
    value: 'TEXT',
    about: {
      id: `tampilkan tanda tangan pada teks ini, misalnya \${ttd}`,
      en: `show the signature at this text of the page, for example \${ttd}`,
    },
  },
  {
    name: 'anchor-occurrence',
    value: 'only|first|last|N',
    about: {
      id: 'yang mana bila teks muncul lebih dari sekali (bawaan: only, ditolak)',
      en: 'which one where the text occurs more than once (default: only, which refuses)',
    },
  },
  {
    name: 'anchor-size',
    value: 'W,H',
    about: { id: 'ukuran pada --anchor (bawaan: 180,72)', en: 'size at --anchor (default: 180,72)' },
  },
  {
    name: 'anchor-offset',
    value: 'X,Y',
    about: { id: 'geser ke kanan dan ke atas, dalam poin', en: 'move to the right and up, in points' },
  },
  {
    name: 'anchor-align',
    value: 'lower-left|center',
    about: {
      id: 'sudut kiri bawah di awal teks (bawaan), atau tengah di tengah',
      en: 'the lower left corner where the text begins (default), or centre on centre',
    },
  },
  {
    name: 'cover-anchor',
    value: null,
    about: { id: 'tutup teks itu dengan warna putih', en: 'paint the text over in white' },
  },
  {
    name: 'collision',
    value: 'refuse|warn|ignore',
    about: {
      id: 'bila menimpa isi halaman: tolak (bawaan), peringatkan, abaikan',
      en: 'where it covers something: refuse (default), warn, ignore',
    },
  },
  {
    name: 'position',
    value: 'TEXT',
    about: { id: 'jabatan yang ditampilkan', en: "the signer's office, to be shown" },
  },
  {
    name: 'rank',
    value: 'TEXT',
    about: { id: 'pangkat yang ditampilkan', en: "the signer's rank, to be shown" },
  },
  { name: 'nip', value: 'DIGITS', about: { id: 'NIP, 18 angka', en: 'NIP, 18 digits' } },
  {
    name: 'parts',
    value: 'LIST|none',
    about: {
      id: 'baris yang tampil: lead,position,name,rank,nip,time (bawaan: semua)',
      en: 'the lines shown: lead,position,name,rank,nip,time (default: all)',
    },
  },
  {
    name: 'image',
    value: 'FILE',
    about: { id: 'gambar yang ditampilkan, PNG atau JPEG', en: 'a picture to be shown, PNG or JPEG' },
  },
  {
    name: 'qr',
    value: 'TEXT',
    about: { id: 'isi kode QR, misalnya alamat dokumen', en: 'content of a QR code, as an address' },
  },
  {
    name: 'logo',
    value: 'FILE',
    about: { id: 'gambar di tengah kode QR', en: 'a picture in the middle of the QR code' },
  },
  {
    name: 'footer',
    value: null,
    about: {
      id: 'kalimat tentang tanda tangan elektronik di kaki halaman',
      en: 'the sentence about electronic signatures at the foot of the page',
    },
  },
];
