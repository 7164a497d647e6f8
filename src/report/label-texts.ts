// Fixed lines beside a verdict: what kind of item it is, what the result does and does not say.

import type { Text } from './language.ts';

/** Instead of a signer's sentence where an item is no person's signature. */
export const KIND_TEXTS = {
  seal: {
    id: 'Segel elektronik {agency}. Segel menunjukkan instansi, bukan orang.',
    en: 'Electronic seal of {agency}. A seal names an agency, not a person.',
  },
  'e-meterai': {
    id: 'e-Meterai (Peruri). e-Meterai bukan tanda tangan pejabat.',
    en: "e-Meterai (Peruri). The stamp-duty seal is not an official's signature.",
  },
  'doc-timestamp': {
    id: 'Stempel waktu dokumen dari {tsa}. Stempel waktu membuktikan waktu, bukan orang.',
    en: 'Document time-stamp from {tsa}. A time-stamp proves a time, not a person.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What was examined; `privacy` is true of the service only, which keeps documents in memory. */
export const FOOTER = {
  checked: {
    id: 'Hasil ini memeriksa tanda tangan elektronik pada berkas **{file}** ({size}, SHA-256 {sha256}) pada {time}.',
    en: 'This result checks the electronic signatures in **{file}** ({size}, SHA-256 {sha256}) at {time}.',
  },
  scope: {
    id: 'Hasil ini tidak menilai kebenaran isi surat.',
    en: "It does not judge whether the letter's content is true.",
  },
  privacy: {
    id: 'Dokumen Anda hanya diproses di memori dan tidak disimpan.',
    en: 'Your document was processed in memory only and was not stored.',
  },
  notSent: {
    id: 'Dokumen Anda tidak meninggalkan perangkat ini.',
    en: 'Your document has not left this device.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Only for a signature whose chain ends in the PSrE Induk. */
export const CERTIFIED_LINE: Text = {
  id: 'Sertifikat Elektronik diterbitkan oleh PSrE Indonesia (PP 71/2019 Pasal 60).',
  en: 'Certificate issued by an Indonesian PSrE (PP 71/2019 art. 60).',
};

/** Stands in for what a file or certificate does not say. */
export const UNSTATED = {
  name: { id: '(nama tidak tercantum)', en: '(name not stated)' },
  issuer: { id: '(penerbit tidak tercantum)', en: '(issuer not stated)' },
  time: { id: '(waktu tidak diketahui)', en: '(time not known)' },
  algorithm: { id: 'algoritme lama', en: 'an old algorithm' },
  change: { id: 'bagian yang tidak dikenal', en: 'a part that is not known' },
  note: { id: 'lihat rincian', en: 'see the details' },
  file: { id: '(tanpa nama)', en: '(no name)' },
  requestId: { id: '(tanpa kode)', en: '(no code)' },
} as const satisfies Readonly<Record<string, Text>>;
