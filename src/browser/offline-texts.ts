// The words of the offline verifier beside those of the page.

import type { Text } from '../report/language.ts';

export const OFFLINE_TEXTS = {
  title: { id: 'Pemeriksa tanda tangan luring', en: 'Offline signature verifier' },
  lead: {
    id: 'Berkas ini memeriksa tanda tangan PDF di perangkat Anda. Tidak ada yang dikirim ke mana pun.',
    en: 'This file checks signatures of a PDF on your device. Nothing is sent anywhere.',
  },
  hint: { id: 'Berkas boleh juga ditarik ke kotak ini.', en: 'You may also drop the file on this box.' },
  password: { id: 'Kata sandi berkas', en: 'Password of the file' },
  open: { id: 'Buka dan periksa', en: 'Open and check' },
  wrongPassword: { id: 'Kata sandi tidak cocok.', en: 'The password does not fit.' },
  limits: { id: 'Batas pemeriksaan luring', en: 'What this check cannot know' },
  trustList: {
    id: 'Penerbit tepercaya menurut daftar {version}, per {time}. Penerbit yang lebih baru tidak dikenal di sini.',
    en: 'Trusted issuers are those of list {version}, as of {time}. Later issuers are not known here.',
  },
  revocation: {
    id: 'Pencabutan sertifikat hanya dilihat dari bukti di dalam berkas. Tidak ada layanan yang ditanya.',
    en: 'Revocation is known only from evidence inside the file. No service was asked.',
  },
  clock: { id: 'Waktu diambil dari jam perangkat ini.', en: "The time is that of this device's clock." },
  unavailable: {
    id: 'Peramban ini tidak dapat menghitung algoritme {algorithms}. Periksa berkas ini pada layanan daring.',
    en: 'This browser cannot compute the algorithm {algorithms}. Check the file with the online service.',
  },
  unavailableTitle: {
    id: 'Pemeriksaan belum selesai di perangkat ini',
    en: 'Check not completed on this device',
  },
  undecided: {
    id: 'Dokumen belum dinilai. Ini bukan tanda bahwa dokumen palsu.',
    en: 'The document was not judged. This does not mean that it is forged.',
  },
  noScript: {
    id: 'Pemeriksa ini memerlukan JavaScript.',
    en: 'This verifier needs JavaScript.',
  },
  other: { id: 'English', en: 'Bahasa Indonesia' },
} as const satisfies Readonly<Record<string, Text>>;
