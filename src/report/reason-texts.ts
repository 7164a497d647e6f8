// The closed list of notes and reasons of one signature, in words.

import type { Reason, ReasonCode } from '../verify/report.ts';
import type { Language, Text } from './language.ts';
import { printable } from './printable.ts';
import { fillText } from './template.ts';
import { spanText, timeText } from './time-text.ts';

/**
 * - `note`: keeps a verdict accepted, and is named in it
 * - `information`: no effect on a verdict
 * - `integrity`, `identity`: why a verdict is not better
 */
export type ReasonKind = 'note' | 'information' | 'integrity' | 'identity';

export interface ReasonText extends Text {
  readonly kind: ReasonKind;
}

export const REASON_TEXTS: Readonly<Record<ReasonCode, ReasonText>> = {
  NO_TIMESTAMP: { kind: 'note', id: 'Tidak ada stempel waktu', en: 'No time-stamp' },
  CERT_EXPIRED_SINCE: {
    kind: 'note',
    id: 'Sertifikat kini habis masa berlaku, tetapi masih berlaku saat penandatanganan',
    en: 'Certificate expired since, but in force at signing',
  },
  LEGACY_FORMAT: { kind: 'note', id: 'Format tanda tangan lama', en: 'Old signature format' },
  TSA_EXPIRED: {
    kind: 'note',
    id: 'Sertifikat stempel waktu kini habis masa berlaku, tetapi masih berlaku saat stempel dibuat',
    en: "The time-stamp's certificate has expired since, but was in force when it stamped",
  },
  ALLOWED_CHANGES: {
    kind: 'note',
    id: 'Ada isian formulir yang diizinkan setelah penandatanganan',
    en: 'Permitted form entries after signing',
  },
  ALLOWED_COMMENTS: {
    kind: 'note',
    id: 'Ada catatan atau penandaan teks yang diizinkan setelah penandatanganan',
    en: 'Permitted notes or marked text after signing',
  },
  REVOCATION_NOT_CHECKED: {
    kind: 'note',
    id: 'Pencabutan sertifikat tidak diperiksa',
    en: 'Revocation was not checked',
  },
  NOT_LTV: {
    kind: 'information',
    id: 'Belum mendukung verifikasi jangka panjang (LTV)',
    en: 'No long-term validation data',
  },
  CLAIMED_TIME_DIFFERS: {
    kind: 'information',
    id: 'Waktu menurut sistem penanda tangan berbeda {difference} dari stempel waktu',
    en: "The signer's system time differs from the time-stamp by {difference}",
  },
  E_METERAI_PRESENT: {
    kind: 'information',
    id: 'Berkas memuat e-Meterai',
    en: 'The file carries an e-Meterai',
  },
  INVISIBLE_SIGNATURE: {
    kind: 'information',
    id: 'Tanda tangan tidak tampak pada halaman',
    en: 'The signature is not visible on a page',
  },
  PARTLY_CHECKED_ON_DEVICE: {
    kind: 'information',
    id: 'Diperiksa sebagian di perangkat Anda',
    en: 'Partly checked on your device',
  },
  ACTIVE_CONTENT: {
    kind: 'information',
    id: 'Berkas memuat skrip atau isi aktif',
    en: 'The file carries scripts or active content',
  },
  DIGEST_MISMATCH: {
    kind: 'integrity',
    id: 'Isi tidak sama dengan yang ditandatangani',
    en: 'Content differs from what was signed',
  },
  SIGNATURE_VALUE_MISMATCH: {
    kind: 'integrity',
    id: 'Nilai tanda tangan tidak cocok',
    en: 'Signature value does not match',
  },
  STRUCTURE_INVALID: {
    kind: 'integrity',
    id: 'Struktur tanda tangan rusak',
    en: 'Signature structure is broken',
  },
  BYTES_NOT_COVERED: {
    kind: 'integrity',
    id: 'Ada bagian berkas di luar tanda tangan',
    en: 'Part of the file is outside the signature',
  },
  PAGE_ADDED: { kind: 'integrity', id: 'Halaman ditambahkan', en: 'Page added' },
  ANNOTATION_ADDED: { kind: 'integrity', id: 'Anotasi ditambahkan', en: 'Annotation added' },
  FORM_CHANGED: { kind: 'integrity', id: 'Isian formulir diubah', en: 'Form entry changed' },
  CONTENT_OVERLAPPED: {
    kind: 'integrity',
    id: 'Isi ditimpa gambar atau teks',
    en: 'Content covered by an image or text',
  },
  ISSUER_NOT_LISTED: {
    kind: 'identity',
    id: 'Penerbit tidak ada dalam daftar',
    en: 'Issuer not on the list',
  },
  CERT_REVOKED: { kind: 'identity', id: 'Sertifikat dicabut {t1}', en: 'Certificate revoked {t1}' },
  CERT_EXPIRED: {
    kind: 'identity',
    id: 'Sertifikat habis masa berlaku {t1}',
    en: 'Certificate expired {t1}',
  },
  CERT_NOT_STARTED: {
    kind: 'identity',
    id: 'Sertifikat berlaku mulai {t1}',
    en: 'Certificate starts {t1}',
  },
  CERT_ON_HOLD: { kind: 'identity', id: 'Sertifikat sedang ditangguhkan', en: 'Certificate is on hold' },
  TEST_ANCHOR: { kind: 'identity', id: 'Penerbit uji coba', en: 'Test issuer' },
  REVOCATION_UNREACHABLE: {
    kind: 'identity',
    id: 'Layanan pencabutan tidak dapat dihubungi',
    en: 'Revocation service unreachable',
  },
  REVOCATION_UNKNOWN: {
    kind: 'identity',
    id: 'Status pencabutan tidak pasti',
    en: 'Revocation status unclear',
  },
  EVIDENCE_NOT_BOUND: {
    kind: 'identity',
    id: 'Bukti bukan milik tanda tangan ini',
    en: 'Evidence belongs to another signature',
  },
  TIMESTAMP_REJECTED: { kind: 'identity', id: 'Stempel waktu ditolak', en: 'Time-stamp rejected' },
  TIME_NOT_PROVEN: { kind: 'identity', id: 'Waktu tidak terbukti', en: 'Time not proven' },
  DIGEST_WEAK: {
    kind: 'identity',
    id: 'Algoritme {name} tidak lagi aman',
    en: 'Algorithm {name} is no longer safe',
  },
  KEY_WEAK: {
    kind: 'identity',
    id: 'Algoritme {name} tidak lagi aman',
    en: 'Algorithm {name} is no longer safe',
  },
};

const UNNAMED: Text = { id: '(tidak disebutkan)', en: '(not stated)' };

/** A reason in words, without a full stop. */
export function reasonText(reason: Reason, language: Language, timeZone: string): string {
  return fillText(REASON_TEXTS[reason.code][language], {
    t1: reason.at === null ? UNNAMED[language] : timeText(reason.at, { language, timeZone }),
    name: reason.name === null ? UNNAMED[language] : printable(reason.name),
    difference: reason.seconds === null ? UNNAMED[language] : spanText(reason.seconds, language),
  });
}
