// The words that people see for a typical report of each verdict, written out, so that a change of any of them is seen.

import type { Verdict } from '../../src/verify/report.ts';

type Golden = Readonly<Record<Verdict, { readonly title: string; readonly sentence: string }>>;

export const GOLDEN_ID: Golden = {
  VALID: {
    title: 'Tanda tangan elektronik valid. Dokumen tidak diubah.',
    sentence:
      'Ditandatangani oleh Siti Contoh dengan Sertifikat Elektronik yang diterbitkan Penerbit Contoh. Isi dokumen tidak berubah sejak ditandatangani. Sertifikat berlaku dan tidak dicabut pada 14 Maret 2026 09.12 WITA, menurut stempel waktu TSA Contoh.',
  },
  VALID_WITH_NOTES: {
    title: 'Tanda tangan elektronik valid, dengan catatan',
    sentence: 'Dokumen tidak diubah dan penerbit sertifikat dikenal. Catatan: Tidak ada stempel waktu.',
  },
  REVOKED_LATER: {
    title: 'Valid saat ditandatangani; sertifikat dicabut kemudian',
    sentence:
      'Stempel waktu membuktikan tanda tangan Siti Contoh dibuat 14 Maret 2026 09.12 WITA, sebelum sertifikatnya dicabut pada 2 April 2026 10.30 WITA. Isi dokumen tidak berubah.',
  },
  UNKNOWN_ISSUER: {
    title: 'Dokumen utuh, tetapi penerbit sertifikat tidak dikenal',
    sentence:
      'Isi dokumen tidak berubah sejak ditandatangani. Penerbit sertifikat, Penerbit Contoh, tidak ada dalam daftar PSrE tepercaya kami. Identitas Siti Contoh belum dapat dipastikan. Menurut daftar kami, ini bukan TTE tersertifikasi.',
  },
  UNKNOWN_REVOCATION: {
    title: 'Status sertifikat belum dapat dipastikan',
    sentence:
      'Dokumen utuh dan penerbit sertifikat dikenal. Layanan pemeriksaan pencabutan milik Penerbit Contoh tidak dapat dihubungi, atau belum memberi jawaban pasti.',
  },
  TIME_UNPROVABLE: {
    title: 'Waktu penandatanganan tidak dapat dibuktikan',
    sentence:
      'Dokumen utuh, tetapi tidak ada stempel waktu yang membuktikan kapan Siti Contoh menandatangani. Sertifikatnya kini habis masa berlaku atau dicabut. Tidak dapat dipastikan bahwa sertifikat masih berlaku saat penandatanganan.',
  },
  CHANGED_AFTER_LAST_SIGNATURE: {
    title: 'Ada perubahan setelah tanda tangan terakhir',
    sentence:
      'Bagian yang ditandatangani masih utuh. Namun ada tambahan yang tidak ikut ditandatangani: anotasi ditambahkan di halaman 3, halaman 4 ditambahkan. Yang ditandatangani adalah versi 1.',
  },
  WEAK_ALGORITHM: {
    title: 'Tanda tangan memakai algoritme yang tidak lagi aman',
    sentence: 'Tanda tangan Siti Contoh memakai SHA-1. Keutuhan dokumen tidak dapat dijamin.',
  },
  TEST_CERTIFICATE: {
    title: 'Ditandatangani dengan sertifikat uji coba',
    sentence: 'Sertifikat Siti Contoh hanya untuk pengujian. Dokumen ini tidak untuk keperluan resmi.',
  },
  MODIFIED: {
    title: 'Dokumen telah diubah setelah ditandatangani',
    sentence:
      'Isi berkas tidak sama dengan isi yang ditandatangani Siti Contoh. Tanda tangan elektronik tidak valid.',
  },
  INVALID: {
    title: 'Tanda tangan elektronik tidak valid',
    sentence:
      'Tanda tangan tidak cocok dengan sertifikat Siti Contoh, atau strukturnya rusak (kode SIGNATURE_VALUE_MISMATCH).',
  },
  REVOKED: {
    title: 'Sertifikat sudah dicabut sebelum penandatanganan',
    sentence:
      'Sertifikat Siti Contoh dicabut pada 1 Maret 2026 10.30 WITA, sedangkan tanda tangan dibuat 14 Maret 2026 09.12 WITA. Karena itu tanda tangan tidak valid.',
  },
  EXPIRED_AT_SIGNING: {
    title: 'Sertifikat sudah habis masa berlaku saat penandatanganan',
    sentence:
      'Sertifikat Siti Contoh berlaku sampai 1 Maret 2026 00.00 WITA, sedangkan tanda tangan dibuat 14 Maret 2026 09.12 WITA. Tanda tangan tidak valid.',
  },
  NOT_YET_VALID: {
    title: 'Sertifikat belum berlaku pada waktu penandatanganan',
    sentence:
      'Sertifikat Siti Contoh baru berlaku mulai 1 April 2026 08.00 WITA, sedangkan tanda tangan dibuat 14 Maret 2026 09.12 WITA. Tanda tangan tidak valid.',
  },
  MIXED: {
    title: '1 dari 2 tanda tangan elektronik bermasalah',
    sentence:
      'Yang bermasalah: Siti Contoh: Sertifikat dicabut 1 Maret 2026 10.30 WITA. Rincian setiap tanda tangan ada di bawah ini.',
  },
  NO_SIGNATURE: {
    title: 'Tidak ada tanda tangan elektronik di dalam berkas ini',
    sentence:
      'Gambar tanda tangan, kode QR, atau tulisan "ditandatangani secara elektronik" bukan tanda tangan elektronik. Ini sering terjadi pada hasil cetak, pindai, tangkapan layar, atau PDF yang digabung atau dikompres.',
  },
  UNREADABLE: {
    title: 'Berkas tidak dapat dibaca',
    sentence:
      'Berkas rusak atau tidak lengkap. Unduh ulang dari sumbernya. Tanda tangan di dalamnya belum dinilai.',
  },
  SERVICE_ERROR: {
    title: 'Pemeriksaan belum selesai',
    sentence: 'Terjadi gangguan pada layanan kami. Dokumen Anda tidak dinilai. Kode: r-1.',
  },
};

export const GOLDEN_EN: Golden = {
  VALID: {
    title: 'Electronic signature valid. Document unchanged.',
    sentence:
      'Signed by Siti Contoh with an electronic certificate issued by Penerbit Contoh. The content has not changed since signing. The certificate was in force and not revoked at 14 March 2026 09:12 WITA, according to the time-stamp from TSA Contoh.',
  },
  VALID_WITH_NOTES: {
    title: 'Electronic signature valid, with notes',
    sentence: 'The document is unchanged and the certificate issuer is recognised. Note: No time-stamp.',
  },
  REVOKED_LATER: {
    title: 'Valid when signed; certificate revoked later',
    sentence:
      'A time-stamp proves that Siti Contoh signed at 14 March 2026 09:12 WITA, before the certificate was revoked at 2 April 2026 10:30 WITA. The content is unchanged.',
  },
  UNKNOWN_ISSUER: {
    title: 'Document intact, but the certificate issuer is not recognised',
    sentence:
      'The content has not changed since signing. The issuer, Penerbit Contoh, is not on our list of trusted Indonesian issuers. The identity of Siti Contoh could not be confirmed. By our list this is not a certified signature.',
  },
  UNKNOWN_REVOCATION: {
    title: 'Certificate status could not be checked yet',
    sentence:
      'The document is intact and the issuer is recognised. The revocation service of Penerbit Contoh could not be reached, or gave no clear answer.',
  },
  TIME_UNPROVABLE: {
    title: 'Time of signing cannot be proven',
    sentence:
      'The document is intact, but no time-stamp proves when Siti Contoh signed. The certificate has since expired or been revoked. We cannot tell whether it was still in force at signing.',
  },
  CHANGED_AFTER_LAST_SIGNATURE: {
    title: 'Something was added after the last signature',
    sentence:
      'The signed part is still intact. But this was added and is not signed: annotation added on page 3, page 4 added. The signed version is version 1.',
  },
  WEAK_ALGORITHM: {
    title: 'The signature uses an algorithm that is no longer safe',
    sentence: 'The signature of Siti Contoh uses SHA-1. Nobody can guarantee that the document is unchanged.',
  },
  TEST_CERTIFICATE: {
    title: 'Signed with a test certificate',
    sentence: 'The certificate of Siti Contoh is for testing only. This document is not for official use.',
  },
  MODIFIED: {
    title: 'Document was changed after signing',
    sentence: 'The file differs from what Siti Contoh signed. The electronic signature is not valid.',
  },
  INVALID: {
    title: 'Electronic signature not valid',
    sentence:
      'The signature does not match the certificate of Siti Contoh, or its structure is broken (code SIGNATURE_VALUE_MISMATCH).',
  },
  REVOKED: {
    title: 'Certificate was revoked before signing',
    sentence:
      'The certificate of Siti Contoh was revoked at 1 March 2026 10:30 WITA; the signature was made at 14 March 2026 09:12 WITA. The signature is therefore not valid.',
  },
  EXPIRED_AT_SIGNING: {
    title: 'Certificate had already expired at signing',
    sentence:
      'The certificate of Siti Contoh ended at 1 March 2026 00:00 WITA; the signature was made at 14 March 2026 09:12 WITA. The signature is not valid.',
  },
  NOT_YET_VALID: {
    title: 'Certificate was not yet in force at signing',
    sentence:
      'The certificate of Siti Contoh starts at 1 April 2026 08:00 WITA; the signature was made at 14 March 2026 09:12 WITA. The signature is not valid.',
  },
  MIXED: {
    title: '1 of 2 electronic signatures have a problem',
    sentence:
      'Problem: Siti Contoh: Certificate revoked 1 March 2026 10:30 WITA. Details of every signature are below.',
  },
  NO_SIGNATURE: {
    title: 'No electronic signature in this file',
    sentence:
      'A picture of a signature, a QR code or the words "signed electronically" are not an electronic signature. This is common with prints, scans, screenshots, and merged or compressed PDFs.',
  },
  UNREADABLE: {
    title: 'File cannot be read',
    sentence:
      'The file is damaged or incomplete. Download it again from its source. The signatures in it were not judged.',
  },
  SERVICE_ERROR: {
    title: 'Check not completed',
    sentence: 'Our service had a problem. Your document was not judged. Code: r-1.',
  },
};
