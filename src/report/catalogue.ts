// What each verdict says: title, explanation, and what the reader should do. Places are filled by sentences.ts.

import type { Verdict } from '../verify/report.ts';
import type { Text } from './language.ts';

export interface VerdictText {
  readonly title: Text;
  readonly sentence: Text;
  readonly action: Text;
}

/** A verdict, or a variant of one that needs other words. */
export type VerdictTextKey = Verdict | 'VALID_SEVERAL' | 'UNKNOWN_REVOCATION_GONE';

export const VERDICT_TEXTS: Readonly<Record<VerdictTextKey, VerdictText>> = {
  VALID: {
    title: {
      id: 'Tanda tangan elektronik valid. Dokumen tidak diubah.',
      en: 'Electronic signature valid. Document unchanged.',
    },
    sentence: {
      id: 'Ditandatangani oleh **{name}** dengan Sertifikat Elektronik yang diterbitkan {issuer}. Isi dokumen tidak berubah sejak ditandatangani. Sertifikat berlaku dan tidak dicabut pada {time}, menurut stempel waktu {tsa}.',
      en: 'Signed by **{name}** with an electronic certificate issued by {issuer}. The content has not changed since signing. The certificate was in force and not revoked at {time}, according to the time-stamp from {tsa}.',
    },
    action: {
      id: 'Dokumen elektronik ini dapat diterima. Cocokkan nama dan jabatan penanda tangan dengan surat.',
      en: "You may accept this electronic document. Compare the signer's name and position with the letter.",
    },
  },
  VALID_SEVERAL: {
    title: {
      id: 'Semua {count} tanda tangan elektronik valid. Dokumen tidak diubah.',
      en: 'All {count} electronic signatures valid. Document unchanged.',
    },
    sentence: {
      id: 'Urutan penandatanganan: {order}.',
      en: 'Order of signing: {order}.',
    },
    action: {
      id: 'Dokumen elektronik ini dapat diterima. Cocokkan semua nama dan jabatan dengan surat.',
      en: 'You may accept this electronic document. Compare every name and position with the letter.',
    },
  },
  VALID_WITH_NOTES: {
    title: {
      id: 'Tanda tangan elektronik valid, dengan catatan',
      en: 'Electronic signature valid, with notes',
    },
    sentence: {
      id: 'Dokumen tidak diubah dan penerbit sertifikat dikenal. Catatan: {notes}.',
      en: 'The document is unchanged and the certificate issuer is recognised. Note: {notes}.',
    },
    action: {
      id: 'Boleh diterima. Simpan berkas asli dan laporan ini.',
      en: 'You may accept it. Keep the original file and this report.',
    },
  },
  REVOKED_LATER: {
    title: {
      id: 'Valid saat ditandatangani; sertifikat dicabut kemudian',
      en: 'Valid when signed; certificate revoked later',
    },
    sentence: {
      id: 'Stempel waktu membuktikan tanda tangan **{name}** dibuat {t2}, sebelum sertifikatnya dicabut pada {t1}. Isi dokumen tidak berubah.',
      en: 'A time-stamp proves that **{name}** signed at {t2}, before the certificate was revoked at {t1}. The content is unchanged.',
    },
    action: {
      id: 'Boleh diterima. Catat tanggal pencabutan dan simpan laporan ini.',
      en: 'You may accept it. Record the revocation date and keep this report.',
    },
  },
  UNKNOWN_ISSUER: {
    title: {
      id: 'Dokumen utuh, tetapi penerbit sertifikat tidak dikenal',
      en: 'Document intact, but the certificate issuer is not recognised',
    },
    sentence: {
      id: 'Isi dokumen tidak berubah sejak ditandatangani. Penerbit sertifikat, {issuer}, tidak ada dalam daftar PSrE tepercaya kami. Identitas {name} **belum dapat dipastikan**. Menurut daftar kami, ini bukan TTE tersertifikasi.',
      en: 'The content has not changed since signing. The issuer, {issuer}, is not on our list of trusted Indonesian issuers. The identity of {name} **could not be confirmed**. By our list this is not a certified signature.',
    },
    action: {
      id: 'Jangan langsung menolak. Hubungi instansi penerbit melalui nomor resmi.',
      en: 'Do not reject it yet. Call the issuing agency on its official number.',
    },
  },
  UNKNOWN_REVOCATION: {
    title: {
      id: 'Status sertifikat belum dapat dipastikan',
      en: 'Certificate status could not be checked yet',
    },
    sentence: {
      id: 'Dokumen utuh dan penerbit sertifikat dikenal. Layanan pemeriksaan pencabutan milik {issuer} tidak dapat dihubungi, atau belum memberi jawaban pasti.',
      en: 'The document is intact and the issuer is recognised. The revocation service of {issuer} could not be reached, or gave no clear answer.',
    },
    action: {
      id: 'Coba lagi beberapa menit lagi. Bila mendesak, periksa juga di tte.komdigi.go.id/verifyPDF.',
      en: 'Try again in a few minutes. If urgent, also check at tte.komdigi.go.id/verifyPDF.',
    },
  },
  UNKNOWN_REVOCATION_GONE: {
    title: {
      id: 'Status sertifikat saat penandatanganan tidak lagi tersedia',
      en: 'Certificate status at signing is no longer available',
    },
    sentence: {
      id: 'Dokumen utuh dan penerbit sertifikat dikenal. Sertifikat {name} sudah habis masa berlaku pada {t1}, dan penerbitnya tidak lagi menyimpan status pada waktu penandatanganan ({t2}).',
      en: 'The document is intact and the issuer is recognised. The certificate of {name} ended at {t1}, and its issuer no longer keeps its status at signing ({t2}).',
    },
    action: {
      id: 'Jangan langsung menolak. Minta instansi penerbit menegaskan, atau minta berkas yang mendukung verifikasi jangka panjang (LTV).',
      en: 'Do not reject it yet. Ask the issuing agency to confirm, or for a file with long-term validation data (LTV).',
    },
  },
  TIME_UNPROVABLE: {
    title: {
      id: 'Waktu penandatanganan tidak dapat dibuktikan',
      en: 'Time of signing cannot be proven',
    },
    sentence: {
      id: 'Dokumen utuh, tetapi tidak ada stempel waktu yang membuktikan kapan {name} menandatangani. Sertifikatnya kini habis masa berlaku atau dicabut. Tidak dapat dipastikan bahwa sertifikat masih berlaku saat penandatanganan.',
      en: 'The document is intact, but no time-stamp proves when {name} signed. The certificate has since expired or been revoked. We cannot tell whether it was still in force at signing.',
    },
    action: {
      id: 'Konfirmasi ke instansi penerbit, atau minta penandatanganan ulang.',
      en: 'Confirm with the issuing agency, or ask for a new signature.',
    },
  },
  CHANGED_AFTER_LAST_SIGNATURE: {
    title: {
      id: 'Ada perubahan setelah tanda tangan terakhir',
      en: 'Something was added after the last signature',
    },
    sentence: {
      id: 'Bagian yang ditandatangani masih utuh. Namun ada tambahan yang tidak ikut ditandatangani: {changes}. Yang ditandatangani adalah versi {version}.',
      en: 'The signed part is still intact. But this was added and is not signed: {changes}. The signed version is version {version}.',
    },
    action: {
      id: 'Jangan terima dahulu. Buka "Lihat versi yang ditandatangani", bandingkan, lalu konfirmasi ke instansi penerbit.',
      en: 'Do not accept it yet. Open "See the signed version", compare, then confirm with the issuing agency.',
    },
  },
  WEAK_ALGORITHM: {
    title: {
      id: 'Tanda tangan memakai algoritme yang tidak lagi aman',
      en: 'The signature uses an algorithm that is no longer safe',
    },
    sentence: {
      id: 'Tanda tangan {name} memakai {algorithm}. Keutuhan dokumen tidak dapat dijamin.',
      en: 'The signature of {name} uses {algorithm}. Nobody can guarantee that the document is unchanged.',
    },
    action: {
      id: 'Jangan dijadikan bukti. Minta penandatanganan ulang.',
      en: 'Do not use it as evidence. Ask for a new signature.',
    },
  },
  TEST_CERTIFICATE: {
    title: {
      id: 'Ditandatangani dengan sertifikat uji coba',
      en: 'Signed with a test certificate',
    },
    sentence: {
      id: 'Sertifikat {name} hanya untuk pengujian. Dokumen ini tidak untuk keperluan resmi.',
      en: 'The certificate of {name} is for testing only. This document is not for official use.',
    },
    action: {
      id: 'Jangan diterima. Minta dokumen dengan tanda tangan resmi.',
      en: 'Do not accept it. Ask for a document with an official signature.',
    },
  },
  MODIFIED: {
    title: {
      id: 'Dokumen telah diubah setelah ditandatangani',
      en: 'Document was changed after signing',
    },
    sentence: {
      id: 'Isi berkas tidak sama dengan isi yang ditandatangani {name}. Tanda tangan elektronik **tidak valid**.',
      en: 'The file differs from what {name} signed. The electronic signature is **not valid**.',
    },
    action: {
      id: 'Jangan digunakan. Minta berkas asli langsung dari instansi penerbit.',
      en: 'Do not use it. Ask the issuing agency directly for the original file.',
    },
  },
  INVALID: {
    title: {
      id: 'Tanda tangan elektronik tidak valid',
      en: 'Electronic signature not valid',
    },
    sentence: {
      id: 'Tanda tangan tidak cocok dengan sertifikat {name}, atau strukturnya rusak (kode {code}).',
      en: 'The signature does not match the certificate of {name}, or its structure is broken (code {code}).',
    },
    action: {
      id: 'Jangan digunakan. Minta berkas asli, dan sebutkan kode ini kepada instansi penerbit.',
      en: 'Do not use it. Ask for the original file and give the issuing agency this code.',
    },
  },
  REVOKED: {
    title: {
      id: 'Sertifikat sudah dicabut sebelum penandatanganan',
      en: 'Certificate was revoked before signing',
    },
    sentence: {
      id: 'Sertifikat {name} dicabut pada {t1}, sedangkan tanda tangan dibuat {t2}. Karena itu tanda tangan **tidak valid**.',
      en: 'The certificate of {name} was revoked at {t1}; the signature was made at {t2}. The signature is therefore **not valid**.',
    },
    action: {
      id: 'Jangan digunakan. Laporkan kepada instansi penerbit atau verifikator TTE instansi Anda.',
      en: "Do not use it. Report it to the issuing agency or to your agency's signature officer.",
    },
  },
  EXPIRED_AT_SIGNING: {
    title: {
      id: 'Sertifikat sudah habis masa berlaku saat penandatanganan',
      en: 'Certificate had already expired at signing',
    },
    sentence: {
      id: 'Sertifikat {name} berlaku sampai {t1}, sedangkan tanda tangan dibuat {t2}. Tanda tangan **tidak valid**.',
      en: 'The certificate of {name} ended at {t1}; the signature was made at {t2}. The signature is **not valid**.',
    },
    action: {
      id: 'Minta penandatanganan ulang dengan sertifikat yang berlaku.',
      en: 'Ask for a new signature with a current certificate.',
    },
  },
  NOT_YET_VALID: {
    title: {
      id: 'Sertifikat belum berlaku pada waktu penandatanganan',
      en: 'Certificate was not yet in force at signing',
    },
    sentence: {
      id: 'Sertifikat {name} baru berlaku mulai {t1}, sedangkan tanda tangan dibuat {t2}. Tanda tangan **tidak valid**.',
      en: 'The certificate of {name} starts at {t1}; the signature was made at {t2}. The signature is **not valid**.',
    },
    action: {
      id: 'Jangan digunakan. Minta penandatanganan ulang.',
      en: 'Do not use it. Ask for a new signature.',
    },
  },
  MIXED: {
    title: {
      id: '{bad} dari {count} tanda tangan elektronik bermasalah',
      en: '{bad} of {count} electronic signatures have a problem',
    },
    sentence: {
      id: 'Yang bermasalah: {problems}. Rincian setiap tanda tangan ada di bawah ini.',
      en: 'Problem: {problems}. Details of every signature are below.',
    },
    action: {
      id: 'Jangan terima dahulu. Tanyakan tanda tangan yang bermasalah kepada instansi penerbit.',
      en: 'Do not accept it yet. Ask the issuing agency about the signatures with a problem.',
    },
  },
  NO_SIGNATURE: {
    title: {
      id: 'Tidak ada tanda tangan elektronik di dalam berkas ini',
      en: 'No electronic signature in this file',
    },
    sentence: {
      id: 'Gambar tanda tangan, kode QR, atau tulisan "ditandatangani secara elektronik" bukan tanda tangan elektronik. Ini sering terjadi pada hasil cetak, pindai, tangkapan layar, atau PDF yang digabung atau dikompres.',
      en: 'A picture of a signature, a QR code or the words "signed electronically" are not an electronic signature. This is common with prints, scans, screenshots, and merged or compressed PDFs.',
    },
    action: {
      id: 'Minta berkas PDF asli, atau pindai QR pada surat untuk mengunduh berkas aslinya.',
      en: 'Ask for the original PDF, or scan the QR on the letter to download it.',
    },
  },
  UNREADABLE: {
    title: {
      id: 'Berkas tidak dapat dibaca',
      en: 'File cannot be read',
    },
    // The reason is a message of problem-texts.ts and ends with its own full stop.
    sentence: {
      id: '{reason} Tanda tangan di dalamnya belum dinilai.',
      en: '{reason} The signatures in it were not judged.',
    },
    action: {
      id: 'Unduh ulang dari sumbernya, atau minta berkas PDF asli tanpa kata sandi.',
      en: 'Download it again from its source, or ask for the original PDF without a password.',
    },
  },
  SERVICE_ERROR: {
    title: {
      id: 'Pemeriksaan belum selesai',
      en: 'Check not completed',
    },
    sentence: {
      id: 'Terjadi gangguan pada layanan kami. Dokumen Anda tidak dinilai. Kode: {requestId}.',
      en: 'Our service had a problem. Your document was not judged. Code: {requestId}.',
    },
    action: {
      id: 'Coba lagi. Bila berulang, sampaikan kode ini kepada pengelola layanan.',
      en: 'Try again. If it happens again, give this code to the service operator.',
    },
  },
};
