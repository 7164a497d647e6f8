// What each problem says: a title that never changes, and a detail with the remedy in both languages.

import type { Text } from '../report/language.ts';
import { ENCRYPTED_ADVICE, PROBLEM_TEXTS } from '../report/problem-texts.ts';

export interface ProblemText {
  readonly title: string;
  readonly detail: Text;
}

function text(title: string, id: string, en: string): ProblemText {
  return { title, detail: { id, en } };
}

function shared(title: string, code: keyof typeof PROBLEM_TEXTS): ProblemText {
  return { title, detail: PROBLEM_TEXTS[code] };
}

export const PROBLEM_DETAILS = {
  'invalid-request': text(
    'The request is not as described',
    'Permintaan tidak sesuai. Lihat "errors" untuk bagian yang perlu diperbaiki.',
    'The request is not as it must be. See "errors" for what to correct.',
  ),
  'file-missing': shared('No file was sent', 'file-missing'),
  'file-empty': shared('The file is empty', 'file-empty'),
  'file-too-large': shared('The file is too large', 'file-too-large'),
  'not-pdf': shared('The file is not a PDF', 'not-pdf'),
  'pdf-encrypted': {
    title: 'The PDF needs a password',
    detail: {
      id: `${PROBLEM_TEXTS['pdf-encrypted'].id} ${ENCRYPTED_ADVICE.id}`,
      en: `${PROBLEM_TEXTS['pdf-encrypted'].en} ${ENCRYPTED_ADVICE.en}`,
    },
  },
  'pdf-damaged': shared('The PDF is damaged', 'pdf-damaged'),
  'pdf-unsupported': shared('The PDF uses an unsupported feature', 'pdf-unsupported'),
  'limits-exceeded': shared('The PDF is too complex', 'limits-exceeded'),
  'document-needed': shared('The document itself is needed', 'document-needed'),
  'not-found': text(
    'There is nothing at this address',
    'Alamat ini tidak ada. Lihat /docs.',
    'There is nothing at this address. See /docs.',
  ),
  'method-not-allowed': text(
    'This address does not take this method',
    'Alamat ini tidak melayani metode tersebut. Lihat "Allow" dan /docs.',
    'This address does not take that method. See "Allow", and /docs.',
  ),
  'request-timeout': text(
    'The request came too slowly',
    'Permintaan tidak selesai dikirim pada waktunya. Kirim ulang.',
    'The request was not sent in time. Send it again.',
  ),
  'head-too-large': text(
    'Address and headers are too long',
    'Alamat dan tajuk permintaan terlalu panjang. Kirim parameter di dalam formulir (multipart/form-data).',
    'The address and the headers of the request are too long. Send the parameters in a form (multipart/form-data).',
  ),
  'two-steps-not-configured': text(
    'Signing in two steps is not set up',
    'Penandatanganan dua langkah belum diatur di layanan ini. Pengelola mengaturnya dengan TEKEN_SEAL_KEYS_FILE.',
    'Signing in two steps is not set up in this service. The operator sets it up with TEKEN_SEAL_KEYS_FILE.',
  ),
  'signing-page-not-configured': text(
    'The page for officials is not set up',
    'Halaman tanda tangan belum diatur di layanan ini. Pengelola mengaturnya dengan TEKEN_SIGNING_PAGE_FILE.',
    'The signing page is not set up in this service. The operator sets it up with TEKEN_SIGNING_PAGE_FILE.',
  ),
  'address-not-listed': text(
    'The address is not listed for this client',
    'Alamat itu tidak terdaftar untuk aplikasi ini. Pengelola mendaftarkannya sebagai "letters" di berkas klien.',
    'That address is not listed for this client. The operator lists it under "letters" in the clients file.',
  ),
  'signing-link-invalid': text(
    'The link is not a link of this service',
    'Tautan ini tidak utuh atau bukan dari layanan ini. Buka lagi dari aplikasi surat.',
    'This link is incomplete or not from this service. Open it again from the letter application.',
  ),
  'signing-link-expired': text(
    'The link has expired',
    'Tautan ini sudah kedaluwarsa. Minta tautan baru dari aplikasi surat.',
    'This link has expired. Ask the letter application for a new one.',
  ),
  'document-changed': text(
    'The letter has changed',
    'Surat di aplikasi bukan lagi surat yang dimintakan tanda tangan, atau bukan yang Anda lihat. Tidak ada yang ditandatangani.',
    'The letter in the application is not the one that was to be signed any more, or not the one you saw. Nothing was signed.',
  ),
  'signing-in-progress': text(
    'The letter is being signed',
    'Surat ini sedang ditandatangani. Tunggu sebentar, lalu buka lagi tautannya.',
    'This letter is being signed right now. Wait a moment, then open the link again.',
  ),
  'signer-is-another': text(
    'The letter waits for somebody else',
    'Surat ini menunggu tanda tangan orang lain, bukan pemilik akun yang sedang masuk.',
    "This letter waits for somebody else's signature, not for the account that is signed in.",
  ),
  'sign-in-failed': text(
    'Signing in did not work',
    'Proses masuk tidak selesai atau bukan dari peramban ini. Silakan masuk sekali lagi.',
    'Signing in was not finished, or was not begun in this browser. Please sign in once more.',
  ),
  'sign-in-unavailable': text(
    'The account service cannot be reached',
    'Layanan akun instansi sedang tidak dapat dihubungi. Coba lagi.',
    "The agency's account service cannot be reached now. Try again.",
  ),
  'form-refused': text(
    'The form is not from this session',
    'Formulir ini tidak berasal dari sesi Anda, atau sesi sudah berakhir. Tidak ada yang ditandatangani. Buka lagi tautannya.',
    'This form does not belong to your session, or the session has ended. Nothing was signed. Open the link again.',
  ),
  'report-unavailable': text(
    'The report cannot be made at present',
    'Laporan tidak dapat dibuat atau disegel saat ini. Hasil pemeriksaan tetap dapat dilihat; mintalah laporannya beberapa menit lagi.',
    'The report cannot be made or sealed at present. The result of the check can still be seen; ask for the report again in a few minutes.',
  ),
  'letter-unavailable': text(
    'The letter cannot be fetched',
    'Surat tidak dapat diambil dari aplikasinya. Coba lagi; bila berulang, sampaikan kepada pengelola aplikasi surat.',
    'The letter cannot be fetched from its application. Try again; if it happens again, tell who runs that application.',
  ),
  unauthenticated: text(
    'A valid credential is required',
    'Sertakan kunci API yang benar dan masih berlaku: "Authorization: Bearer …".',
    'Send an API key that is right and in force: "Authorization: Bearer …".',
  ),
  'client-disabled': text(
    'This client is disabled',
    'Aplikasi ini dinonaktifkan. Hubungi pengelola layanan.',
    'This client is disabled. Ask the service operator.',
  ),
  'address-not-allowed': text(
    'This client may not ask from here',
    'Aplikasi ini tidak boleh menghubungi layanan dari alamat jaringan tersebut. Hubungi pengelola layanan.',
    'This client may not ask from this network address. Ask the service operator.',
  ),
  'scope-not-allowed': text(
    'This client may not do this',
    'Aplikasi ini tidak diizinkan memakai alamat layanan tersebut. Minta izin kepada pengelola layanan.',
    'This client is not allowed to use this address of the service. Ask the service operator.',
  ),
  'level-not-allowed': text(
    'This client may not ask for this level',
    'Aplikasi ini tidak diizinkan meminta tingkat PAdES tersebut. Pilih tingkat lain, atau minta izin kepada pengelola layanan.',
    'This client is not allowed to ask for that PAdES level. Choose another, or ask the service operator.',
  ),
  'rate-limited': text(
    'Too many requests',
    'Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.',
    'Too many requests. Try again in {seconds} seconds.',
  ),
  'issuer-unavailable': text(
    'The issuer of the access token cannot be reached',
    'Token akses tidak dapat diperiksa karena penerbitnya tidak dapat dihubungi. Coba lagi.',
    'The access token cannot be checked, because its issuer cannot be reached. Try again.',
  ),
  'signer-not-allowed': text(
    'This client may not use this signer',
    'Aplikasi ini tidak diizinkan memakai penanda tangan tersebut. Minta izin kepada pengelola layanan.',
    'This client is not allowed to use that signer. Ask the service operator.',
  ),
  'signer-auth-failed': text(
    'The signer could not be authenticated',
    'Penanda tangan tidak dikenal atau tidak aktif, passphrase atau kode sekali pakai salah, atau sertifikatnya tidak berlaku.',
    'The signer is unknown or not active, the passphrase or the one-time code is wrong, or the certificate is not in force.',
  ),
  'signer-attempts-exceeded': text(
    'Too many failed tries',
    'Terlalu banyak passphrase atau kode yang salah untuk penanda tangan ini. Coba lagi dalam {seconds} detik.',
    'Too many wrong passphrases or codes for this signer. Try again in {seconds} seconds.',
  ),
  'approval-missing': text(
    'Others must approve this document first',
    'Dokumen ini harus disetujui pejabat lain sebelum ditandatangani. Mintalah persetujuan, lalu kirim ulang bersama "approvals".',
    'Others have to approve this document before it is signed. Ask for their approvals, and send them in "approvals".',
  ),
  'approvals-not-configured': text(
    'Approvals are not set up',
    'Persetujuan belum diatur di layanan ini. Pengelola mengaturnya dengan TEKEN_SEAL_KEYS_FILE.',
    'Approvals are not set up in this service. The operator sets them up with TEKEN_SEAL_KEYS_FILE.',
  ),
  'codes-not-configured': text(
    'Codes by mail are not set up',
    'Kode lewat surel belum diatur di layanan ini. Pengelola mengaturnya dengan TEKEN_SMTP_URL.',
    'Codes by mail are not set up in this service. The operator sets them up with TEKEN_SMTP_URL.',
  ),
  'code-not-delivered': text(
    'The code could not be sent',
    'Kode sekali pakai tidak dapat dikirim lewat surel. Coba lagi.',
    'The one-time code could not be sent by mail. Try again.',
  ),
  'state-unavailable': text(
    'What all replicas count together is not at hand',
    'Penghitung bersama sedang tidak dapat dihubungi, sehingga tidak ada yang ditandatangani. Coba lagi.',
    'The shared counters cannot be reached now, so nothing was signed. Try again.',
  ),
  'signer-locked': text(
    'The signer is locked',
    'Kunci penanda tangan terkunci. Hubungi pengelola sertifikat.',
    "The signer's key is locked. Contact whoever manages the certificate.",
  ),
  'not-acceptable': text(
    'No offered form is accepted',
    'Tidak ada bentuk jawaban yang cocok dengan "Accept". Bentuk yang tersedia untuk alamat ini ada di /docs.',
    'No form of the answer fits "Accept". /docs says which forms this address offers.',
  ),
  'unsupported-media-type': text(
    'The body has another type than offered',
    'Kirim multipart/form-data dengan bagian "file", atau application/pdf.',
    'Send multipart/form-data with a part "file", or application/pdf.',
  ),
  'idempotency-in-flight': text(
    'The same request is under way',
    'Permintaan dengan Idempotency-Key ini sedang dikerjakan. Kirim ulang beberapa saat lagi: hasilnya akan sama.',
    'A request with this Idempotency-Key is under way. Send it again in a moment: it brings the same result.',
  ),
  'idempotency-payload-mismatch': text(
    'This key was used for another request',
    'Idempotency-Key ini sudah dipakai untuk dokumen atau isian lain. Tidak ada yang ditandatangani; gunakan kunci baru untuk setiap tanda tangan.',
    'This Idempotency-Key was used for another document or other wishes. Nothing was signed; use a new key for each signature.',
  ),
  'document-mismatch': text(
    'The document is not the one that was announced',
    'Dokumen, atau hasil penyiapan tanda tangannya, berbeda dari yang dinyatakan atau sudah kedaluwarsa. Tidak ada yang ditandatangani.',
    'The document, or what was prepared for it, differs from what was announced or has expired. Nothing was signed.',
  ),
  'revision-unknown': text(
    'The file holds no such version',
    'Berkas ini tidak memuat versi utuh seperti itu.',
    'The file holds no such complete version.',
  ),
  'content-refused': text(
    'The content of the document is refused',
    'Dokumen memuat skrip atau isi aktif yang tidak boleh ditandatangani.',
    'The document carries scripts or active content that may not be signed.',
  ),
  'docmdp-forbids': text(
    'The certification of the document forbids it',
    'Sertifikasi dokumen tidak mengizinkan tanda tangan ini.',
    "The document's certification does not permit this signature.",
  ),
  'certification-not-first': text(
    'A certification must come first',
    'Sertifikasi hanya dapat dibuat sebelum tanda tangan lain.',
    'A certification can only be made before any other signature.',
  ),
  'field-locked': text(
    'The field is locked',
    'Kolom tersebut dikunci oleh tanda tangan sebelumnya.',
    'That field is locked by an earlier signature.',
  ),
  'field-not-found': text(
    'There is no such field',
    'Kolom tanda tangan itu tidak ada di dalam dokumen.',
    'The document has no signature field of that name.',
  ),
  'field-not-signature': text(
    'The field is no signature field',
    'Kolom itu bukan kolom tanda tangan.',
    'That field is not a signature field.',
  ),
  'field-already-signed': text(
    'The field is signed already',
    'Kolom itu sudah ditandatangani.',
    'That field is signed already.',
  ),
  'field-ambiguous': text(
    'Several fields have this name',
    'Lebih dari satu kolom memakai nama itu.',
    'More than one field has that name.',
  ),
  'seed-value-unmet': text(
    'The field asks for another kind of signature',
    'Kolom itu mensyaratkan tanda tangan jenis lain.',
    'That field requires another kind of signature.',
  ),
  'earlier-signature-broken': text(
    'An earlier signature does not hold',
    'Tanda tangan sebelumnya di dalam dokumen sudah rusak. Minta berkas asli.',
    'An earlier signature in the document is broken. Ask for the original file.',
  ),
  'pdf-permission-denied': text(
    'The document does not permit signing',
    'Izin dokumen tidak membolehkan penandatanganan. Kata sandi pemilik dokumen membolehkannya.',
    "The document's permissions do not allow signing. The password of its owner does.",
  ),
  'page-not-found': text(
    'There is no such page',
    'Halaman itu tidak ada di dalam dokumen.',
    'The document has no such page.',
  ),
  'placement-out-of-page': text(
    'The rectangle leaves the page',
    'Kotak tanda tangan keluar dari halaman.',
    'The rectangle of the signature leaves the page.',
  ),
  'placement-needs-unsigned': text(
    'The document is signed already',
    'Isi halaman dokumen yang sudah ditandatangani tidak boleh berubah. Hapus "footer".',
    'The pages of a signed document may not change. Leave out "footer".',
  ),
  'anchor-not-found': text(
    'The anchor text is not there',
    'Teks penanda tidak ditemukan di halaman yang dicari.',
    'The anchor text does not stand on the pages that were searched.',
  ),
  'anchor-ambiguous': text(
    'The anchor text occurs more than once',
    'Teks penanda muncul lebih dari sekali. Pilih dengan "anchorOccurrence".',
    'The anchor text occurs more than once. Choose with "anchorOccurrence".',
  ),
  'qr-too-dense': text(
    'The QR code is too dense',
    'Isi QR terlalu panjang untuk ukuran ini. Perbesar kotaknya atau perpendek isinya.',
    'The QR code holds too much for its size. Enlarge the rectangle or shorten the content.',
  ),
  'placement-collides': text(
    'The rectangle covers something',
    'Kotak tanda tangan menimpa isi halaman.',
    'The rectangle of the signature covers something on the page.',
  ),
  'placement-too-small': text(
    'The rectangle is too small',
    'Kotak tanda tangan terlalu kecil untuk teksnya.',
    'The rectangle is too small for its text.',
  ),
  'text-unencodable': text(
    'A character cannot be shown',
    'Ada huruf yang tidak dapat ditampilkan. Ganti huruf tersebut.',
    'A character cannot be shown. Replace it.',
  ),
  'image-unsupported': text(
    'The image cannot be used',
    'Gambar itu tidak dapat dipakai.',
    'That image cannot be used.',
  ),
  'algorithm-not-allowed': text(
    'The algorithm is not allowed',
    'Algoritme itu tidak diizinkan untuk kunci ini.',
    'That algorithm is not allowed for this key.',
  ),
  'batch-too-large': text(
    'The batch is too large',
    'Dokumen lebih banyak atau lebih besar daripada yang boleh ditandatangani sekaligus. Bagi menjadi beberapa kelompok.',
    'There are more documents, or larger ones, than may be signed in one go. Divide them into several batches.',
  ),
  'level-unsupported': text(
    'The level cannot be reached',
    'Tanda tangan di dokumen ini tidak dapat mencapai tingkat PAdES itu. Tidak ada yang ditandatangani.',
    'The signatures of this document cannot reach that PAdES level. Nothing was signed.',
  ),
  'signer-refused': text(
    'The signing service refused',
    'Layanan penanda tangan menolak. Tidak ada yang ditandatangani.',
    'The signing service refused. Nothing was signed.',
  ),
  'development-key-in-production': text(
    'A development key cannot sign here',
    'Kunci pengembangan tidak dapat dipakai di layanan resmi.',
    'A development key cannot be used in a production service.',
  ),
  'self-check-failed': text(
    'The signed document did not pass its own check',
    'Hasil tanda tangan tidak lolos pemeriksaan kami, sehingga tidak dikirim. Sampaikan kode permintaan kepada pengelola.',
    'What was signed did not pass our own check and was not sent. Give the request id to the operator.',
  ),
  internal: text(
    'Our own failure',
    'Terjadi gangguan pada layanan kami. Coba lagi; bila berulang, sampaikan kode permintaan kepada pengelola.',
    'Our service had a problem. Try again; if it happens again, give the request id to the operator.',
  ),
  'deadline-exceeded': text(
    'It took too long',
    'Waktu pengerjaan habis. Coba lagi.',
    'It was not done in time. Try again.',
  ),
  'tsa-unavailable': text(
    'No time-stamp could be obtained',
    'Stempel waktu tidak dapat diperoleh. Coba lagi; tidak ada yang ditandatangani.',
    'No time-stamp could be obtained. Try again; nothing was signed.',
  ),
  'revocation-unavailable': text(
    'Revocation data could not be obtained',
    'Status sertifikat tidak dapat diperoleh. Coba lagi; tidak ada yang ditandatangani.',
    'The status of the certificate could not be obtained. Try again; nothing was signed.',
  ),
  'signer-unavailable': text(
    'The signer cannot be reached',
    'Kunci penanda tangan tidak dapat dipakai saat ini. Coba lagi.',
    "The signer's key cannot be used now. Try again.",
  ),
  'audit-unavailable': text(
    'The record of the request cannot be written',
    'Catatan audit tidak dapat ditulis, sehingga tidak ada dokumen yang dikirim. Coba lagi.',
    'The audit record cannot be written, so no document was sent. Try again.',
  ),
  'clock-untrusted': text(
    'The clock is not right',
    'Jam server tidak tepat, sehingga penandatanganan dihentikan. Coba lagi.',
    'The clock of the server is off, so nothing is signed. Try again.',
  ),
  overloaded: shared('The service is busy', 'overloaded'),
  'shutting-down': shared('The service is ending', 'shutting-down'),
} as const satisfies Readonly<Record<string, ProblemText>>;

export type HttpProblemCode = keyof typeof PROBLEM_DETAILS;
