// Until when a good signature stays provable, in words.

import type { Forecast } from '../verify/report.ts';
import type { Language, Text } from './language.ts';
import { printable } from './printable.ts';
import { fillText } from './template.ts';

const CAUSES: Readonly<Record<Forecast['cause'], Text>> = {
  algorithm: {
    id: 'Algoritme {nama} tidak lagi diterima mulai tanggal itu.',
    en: 'The algorithm {nama} is no longer accepted from that date.',
  },
  certificate: {
    id: 'Sertifikat penanda tangan berakhir, dan tidak ada stempel waktu.',
    en: "The signer's certificate ends, and there is no time-stamp.",
  },
  'timestamp-authority': {
    id: 'Sertifikat stempel waktu terakhir berakhir.',
    en: 'The certificate of the last time-stamp ends.',
  },
};

const ACTIONS: Readonly<Record<Forecast['action'], Text>> = {
  'add-timestamp': {
    id: 'Tambahkan stempel waktu sebelum tanggal itu.',
    en: 'Add a time-stamp before that date.',
  },
  'add-document-timestamp': {
    id: 'Tambahkan stempel waktu dokumen sebelum tanggal itu.',
    en: 'Add a document time-stamp before that date.',
  },
};

export function forecastCause({ cause, name }: Forecast, language: Language): string {
  return fillText(CAUSES[cause][language], { nama: printable(name ?? '') });
}

export function forecastAction({ action }: Forecast, language: Language): string {
  return ACTIONS[action][language];
}
