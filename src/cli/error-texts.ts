// Every error that ends a command, in words, with what to do about it.

import type { ClientsEditRefusedCode } from '../identity/edit-clients.ts';
import type { MalformedPdfCode } from '../pdf/errors.ts';
import type { Text } from '../report/language.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import type {
  SignerFailedCode,
  SigningFailedCode,
  SigningRefusedCode,
  TrustServiceFailedCode,
} from '../sign/errors.ts';
import type { TrustAdditionRefusedCode } from '../trust-services/add-to-trust-directory.ts';
import type { EvidencePackRefusedCode } from '../verify/pack-fields.ts';
import type { VersionRefusedCode } from '../verify/revisions.ts';
import type { UsageCode } from './usage-error.ts';

type Texts<Code extends string> = Readonly<Record<Code, Text>>;

/** `{option}` and the like are values of the `UsageError`. */
export const USAGE_TEXTS: Texts<UsageCode> = {
  'command-unknown': {
    id: 'Perintah "{command}" tidak ada. Lihat "teken help".',
    en: 'There is no command "{command}". See "teken help".',
  },
  'option-unknown': {
    id: 'Opsi {option} tidak ada pada perintah ini. Lihat --help.',
    en: 'This command has no option {option}. See --help.',
  },
  'option-value-missing': {
    id: 'Opsi {option} memerlukan nilai. Lihat --help.',
    en: 'Option {option} needs a value. See --help.',
  },
  'option-value-unexpected': {
    id: 'Opsi {option} tidak memakai nilai.',
    en: 'Option {option} takes no value.',
  },
  'option-repeated': {
    id: 'Opsi {option} hanya boleh diberikan sekali.',
    en: 'Option {option} may be given only once.',
  },
  'option-value-invalid': {
    id: 'Nilai "{value}" tidak cocok untuk {option}. Yang dapat dipakai: {expected}.',
    en: 'The value "{value}" does not fit {option}. Expected: {expected}.',
  },
  'options-conflict': {
    id: 'Opsi {option} memerlukan {other}.',
    en: 'Option {option} needs {other} as well.',
  },
  'options-exclude': {
    id: 'Opsi {option} dan {other} tidak dapat dipakai bersama.',
    en: 'Options {option} and {other} exclude each other.',
  },
  'option-missing': {
    id: 'Opsi {option} wajib diberikan. Lihat --help.',
    en: 'Option {option} is required. See --help.',
  },
  'file-argument-missing': {
    id: 'Sebutkan berkas PDF. Lihat --help.',
    en: 'Name a PDF file. See --help.',
  },
  'too-many-files': {
    id: 'Sebutkan tepat satu berkas masukan.',
    en: 'Name exactly one input file.',
  },
  'argument-unexpected': {
    id: '"{argument}" tidak dipakai di sini. Lihat --help.',
    en: '"{argument}" has no place here. See --help.',
  },
  'code-unknown': {
    id: 'Kode "{code}" tidak dikenal.',
    en: 'There is no code "{code}".',
  },
  'output-exists': {
    id: 'Berkas {file} sudah ada. Pilih nama lain, atau --force untuk menimpanya.',
    en: 'The file {file} exists. Choose another name, or --force to replace it.',
  },
  'output-is-input': {
    id: 'Berkas hasil harus berbeda dari berkas masukan.',
    en: 'The signed file must be another file than the input.',
  },
  'output-unwritable': {
    id: 'Berkas {file} tidak dapat ditulis ({reason}). Periksa folder dan izinnya.',
    en: 'The file {file} cannot be written ({reason}). Check the folder and its permissions.',
  },
  'outputs-collide': {
    id: 'Berkas {file} dan {other} bernama sama; hasilnya akan saling menimpa. Pakailah folder hasil yang berbeda.',
    en: 'The files {file} and {other} have one name; their results would overwrite each other. Use different folders.',
  },
  'input-unreadable': {
    id: 'Berkas {file} tidak dapat dibuka ({reason}).',
    en: 'The file {file} cannot be opened ({reason}).',
  },
  'algorithms-unusable': {
    id: 'Tabel algoritme {file} tidak dapat dipakai ({reason}).',
    en: 'The table of algorithms {file} cannot be used ({reason}).',
  },
  'policy-unusable': {
    id: 'Aturan penilaian {file} tidak dapat dipakai ({reason}). Sebutkan default, etsi, atau berkas JSON.',
    en: 'The policy {file} cannot be used ({reason}). Name default, etsi, or a JSON file.',
  },
  'state-unusable': {
    id: 'Berkas {file} tidak dapat dilanjutkan ({reason}). Pakai berkas lain, atau opsi yang sama seperti semula.',
    en: 'The file {file} cannot be gone on from ({reason}). Use another file, or the same options as before.',
  },
  'trust-list-old': {
    id: 'Daftar penerbit berumur {age} hari, lebih dari {limit}. Perbarui daftar itu. Tidak ada yang dinilai.',
    en: 'The trust list is {age} days old, more than {limit}. Bring it up to date. Nothing was judged.',
  },
  'trust-unusable': {
    id: 'Daftar penerbit {file} tidak dapat dipakai ({reason}). Tidak ada yang dinilai.',
    en: 'The trust list {file} cannot be used ({reason}). Nothing was judged.',
  },
  'password-file-unusable': {
    id: 'Berkas kata sandi {file} tidak dapat dibaca ({reason}). Periksa --password-file.',
    en: 'The password file {file} cannot be read ({reason}). Check --password-file.',
  },
  'revocation-data-unusable': {
    id: 'Data pencabutan {file} tidak dapat dibaca ({reason}). Tidak ada yang dinilai.',
    en: 'The revocation data {file} cannot be read ({reason}). Nothing was judged.',
  },
  'evidence-needs-folder': {
    id: 'Untuk beberapa dokumen, --evidence memerlukan folder yang sudah ada; {file} bukan folder.',
    en: 'For several documents --evidence needs a folder that exists; {file} is none.',
  },
  'trust-arguments': {
    id: 'Pakailah: teken trust add BERKAS, atau: teken trust list.',
    en: 'Use: teken trust add FILE, or: teken trust list.',
  },
  'qr-arguments': {
    id: "Sebutkan satu kode, dalam tanda petik: teken qr --seal layanan.pem 'TKN1:…'.",
    en: "Name one code, in quotes: teken qr --seal layanan.pem 'TKN1:…'.",
  },
  'audit-arguments': {
    id: 'Pakailah: teken audit verify FOLDER, atau: teken audit check-receipt BERKAS.',
    en: 'Use: teken audit verify FOLDER, or: teken audit check-receipt FILE.',
  },
  'signer-arguments': {
    id: 'Pakailah: teken signer add NAMA --uri …, status NAMA KATA, enrol-totp NAMA, atau list.',
    en: 'Use: teken signer add ID --uri …, status ID WORD, enrol-totp ID, or list.',
  },
  'signers-unusable': {
    id: 'Berkas penanda tangan {file} tidak dapat dipakai, atau tidak lagi sesudah perubahan ini; tidak diubah: {reason}.',
    en: 'The signers file {file} cannot be used, or could not after this change; it is as it was: {reason}.',
  },
  'client-arguments': {
    id: 'Pakailah: teken client add NAMA --signers …, rotate NAMA, disable NAMA, enable NAMA, atau list.',
    en: 'Use: teken client add ID --signers …, rotate ID, disable ID, enable ID, or list.',
  },
  'clients-unusable': {
    id: 'Berkas aplikasi {file} tidak dapat dipakai, atau tidak lagi sesudah perubahan ini; tidak diubah: {reason}.',
    en: 'The clients file {file} cannot be used, or could not after this change; it is as it was: {reason}.',
  },
  'replay-arguments': {
    id: 'Sebutkan berkas bukti, lalu dokumennya: teken replay bukti.tkev surat.pdf.',
    en: 'Name the evidence file, then its document: teken replay evidence.tkev letter.pdf.',
  },
};

const NOTHING_SIGNED: Text = { id: 'Tidak ada yang ditandatangani.', en: 'Nothing was signed.' };

function refusal(id: string, en: string): Text {
  return { id: `${id} ${NOTHING_SIGNED.id}`, en: `${en} ${NOTHING_SIGNED.en}` };
}

export const REFUSAL_TEXTS: Texts<SigningRefusedCode> = {
  'docmdp-forbids': refusal(
    'Sertifikasi dokumen tidak mengizinkan tanda tangan ini. Minta versi yang mengizinkannya.',
    "The document's certification does not permit this signature. Ask for a version that does.",
  ),
  'certification-not-first': refusal(
    'Sertifikasi hanya dapat dibuat sebelum tanda tangan lain.',
    'A certification can only be made before any other signature.',
  ),
  'field-locked': refusal(
    'Isian itu dikunci oleh tanda tangan sebelumnya. Pilih --field lain.',
    'That field is locked by an earlier signature. Choose another --field.',
  ),
  'earlier-signature-broken': refusal(
    'Tanda tangan sebelumnya di dalam berkas sudah rusak. Minta berkas asli.',
    'An earlier signature in the file is broken. Ask for the original file.',
  ),
  'pdf-permission-denied': refusal(
    'Izin di dalam dokumen tidak membolehkan penandatanganan. Kata sandi pemilik membolehkannya.',
    "The document's permissions do not allow signing. The owner's password does.",
  ),
  'content-refused': refusal(
    'Dokumen memuat isi aktif yang tidak boleh ditandatangani.',
    'The document carries active content that may not be signed.',
  ),
  'document-mismatch': refusal(
    'Berkas masukan berubah selama penandatanganan. Ulangi.',
    'The input changed while it was being signed. Do it again.',
  ),
  'field-not-found': refusal(
    'Isian tanda tangan itu tidak ada. Periksa --field.',
    'There is no such signature field. Check --field.',
  ),
  'field-not-signature': refusal(
    'Isian itu bukan isian tanda tangan. Pilih --field lain.',
    'That field is not a signature field. Choose another --field.',
  ),
  'field-already-signed': refusal(
    'Isian itu sudah ditandatangani. Pilih --field lain.',
    'That field is signed already. Choose another --field.',
  ),
  'field-ambiguous': refusal(
    'Lebih dari satu isian memakai nama itu. Pilih --field lain.',
    'More than one field has that name. Choose another --field.',
  ),
  'seed-value-unmet': refusal(
    'Isian itu mensyaratkan tanda tangan jenis lain.',
    'That field requires another kind of signature.',
  ),
  'page-not-found': refusal('Halaman itu tidak ada. Periksa --page.', 'There is no such page. Check --page.'),
  'placement-out-of-page': refusal(
    'Kotak itu keluar dari halaman. Periksa --rect dan --origin.',
    'The rectangle leaves the page. Check --rect and --origin.',
  ),
  'placement-collides': refusal(
    'Kotak itu menimpa isi halaman. Pilih tempat lain, atau --collision ignore.',
    'The rectangle covers something on the page. Choose another place, or --collision ignore.',
  ),
  'placement-too-small': refusal(
    'Kotak itu terlalu kecil untuk teksnya. Perbesar --rect.',
    'The rectangle is too small for its text. Enlarge --rect.',
  ),
  'placement-needs-unsigned': refusal(
    'Isi halaman dokumen yang sudah ditandatangani tidak boleh berubah. Hapus --footer.',
    'The pages of a signed document may not change. Leave out --footer.',
  ),
  'anchor-not-found': refusal(
    'Teks --anchor tidak ditemukan. Periksa teksnya dan --page.',
    'The text of --anchor was not found. Check the text and --page.',
  ),
  'anchor-ambiguous': refusal(
    'Teks --anchor muncul lebih dari sekali. Pilih dengan --anchor-occurrence.',
    'The text of --anchor occurs more than once. Choose with --anchor-occurrence.',
  ),
  'qr-too-dense': refusal(
    'Kode QR (--qr, --letter-…) tidak muat atau tidak akan tampak di sana. Perbesar kotaknya atau perpendek isinya.',
    'The QR code (--qr, --letter-…) does not fit or would not be seen there. Enlarge the rectangle or shorten it.',
  ),
  'text-unencodable': refusal(
    'Ada huruf yang tidak dapat ditampilkan. Ganti huruf tersebut.',
    'A character cannot be shown. Replace it.',
  ),
  'image-unsupported': refusal(
    'Gambar itu tidak dapat dipakai. Pakai PNG atau JPEG (RGB atau abu-abu) sampai 16 megapiksel.',
    'That image cannot be used. Take PNG or JPEG (RGB or grey) of up to 16 megapixels.',
  ),
  'algorithm-not-allowed': refusal(
    'Kunci ini tidak memakai algoritme yang diizinkan.',
    'This key has no algorithm that is allowed.',
  ),
  'level-unsupported': refusal(
    'Tanda tangan di dokumen ini tidak dapat mencapai tingkat PAdES itu.',
    'The signatures of this document cannot reach that PAdES level.',
  ),
  'signer-not-allowed': refusal('Penanda tangan itu tidak diizinkan.', 'That signer is not allowed.'),
  'certificate-expired': refusal(
    'Sertifikat penanda tangan sudah habis masa berlaku. Perbarui sertifikat.',
    "The signer's certificate has expired. Renew it.",
  ),
  'certificate-not-yet-valid': refusal(
    'Sertifikat penanda tangan belum mulai berlaku. Periksa jam komputer.',
    "The signer's certificate is not in force yet. Check this computer's clock.",
  ),
  'certificate-revoked': refusal(
    'Sertifikat penanda tangan sudah dicabut. Minta sertifikat baru.',
    "The signer's certificate is revoked. Ask for a new one.",
  ),
  'batch-too-large': refusal(
    'Terlalu banyak berkas untuk satu kali penandatanganan dengan kunci ini.',
    'Too many files for one run with this key.',
  ),
  'development-key-in-production': refusal(
    'Kunci ini hanya untuk pengembangan. Untuk mencoba, setel TEKEN_ENV=development.',
    'This key is for development only. To try it, set TEKEN_ENV=development.',
  ),
};

export const SIGNING_FAILURE_TEXTS: Texts<SigningFailedCode> = {
  'signature-too-large': refusal(
    'Tanda tangan tidak muat di tempat yang disiapkan. Laporkan kepada pengembang.',
    'The signature does not fit the room prepared for it. Report this to the developers.',
  ),
  'self-check-failed': refusal(
    'Hasil tanda tangan tidak lolos pemeriksaan sendiri, sehingga tidak disimpan. Periksa --trust dan status sertifikat.',
    'What was signed did not pass our own check, so it was not stored. Check --trust and the certificate.',
  ),
  'prepared-mismatch': refusal(
    'Dokumen berubah di antara dua langkah. Ulangi.',
    'The document changed between two steps. Do it again.',
  ),
};

export const SIGNER_TEXTS: Texts<SignerFailedCode> = {
  'signer-unavailable': refusal(
    'Kunci tidak dapat dijangkau. Coba lagi.',
    'The key cannot be reached. Try again.',
  ),
  'signer-auth-failed': refusal(
    'Passphrase atau persetujuan salah atau tidak ada. Sebutkan passphrase-file di dalam --signer, atau pakai --browser.',
    'The passphrase or authorisation is wrong or missing. Name a passphrase-file in --signer, or use --browser.',
  ),
  'signer-attempts-exceeded': refusal(
    'Terlalu banyak passphrase atau kode yang salah. Tunggu 15 menit, lalu coba lagi.',
    'Too many wrong passphrases or codes. Wait 15 minutes, then try again.',
  ),
  'signer-locked': refusal(
    'Kunci terkunci. Hubungi penerbit sertifikat.',
    'The key is locked. Contact the issuer of the certificate.',
  ),
  overloaded: refusal('Penanda tangan sedang sibuk. Coba lagi.', 'The signer is busy. Try again.'),
  'signer-refused': refusal('Penanda tangan menolak.', 'The signer refused.'),
  'signer-algorithm-unsupported': refusal(
    'Penanda tangan tidak mendukung algoritme itu.',
    'The signer does not support that algorithm.',
  ),
  'signer-certificate-unusable': refusal(
    'Sertifikat itu tidak dapat dipakai untuk menandatangani.',
    'That certificate cannot be used for signing.',
  ),
  'signer-result-invalid': refusal(
    'Penanda tangan mengembalikan hasil yang salah. Jangan dipakai; periksa kunci dan sertifikatnya.',
    'The signer returned a wrong result. Check that key and certificate belong together.',
  ),
  'result-rewritten': refusal(
    'Penanda tangan mengembalikan dokumen yang ditulis ulang. Jangan dipakai.',
    'The signer returned a document that it rewrote. Do not use it.',
  ),
  'signer-outcome-unknown': {
    id: 'Tidak diketahui apakah penanda tangan sudah bekerja. Periksa dahulu sebelum mengulang.',
    en: 'It is not known whether the signer has signed. Find out before trying again.',
  },
  'pkcs12-weak-protection': refusal(
    'Berkas kunci dilindungi terlalu lemah. Ekspor ulang dengan AES-256 dan 600000 iterasi.',
    'The key file is protected too weakly. Export it again with AES-256 and 600000 iterations.',
  ),
  'pkcs12-wrong-password': refusal(
    'Passphrase tidak membuka berkas kunci. Periksa passphrase-file.',
    'The passphrase does not open the key file. Check passphrase-file.',
  ),
  'pkcs12-unsupported': refusal(
    'Berkas kunci itu tidak dapat dibaca sebagai PKCS#12.',
    'The key file cannot be read as PKCS#12.',
  ),
  'signer-uri-invalid': refusal(
    'Kunci (--signer, --seal) tidak dapat dipakai. Contoh: pkcs12:seal.p12?passphrase-file=seal.pass.',
    'The key (--signer, --seal) cannot be used. Example: pkcs12:seal.p12?passphrase-file=seal.pass.',
  ),
};

export const TRUST_SERVICE_TEXTS: Texts<TrustServiceFailedCode> = {
  'tsa-unavailable': refusal(
    'Stempel waktu tidak dapat diperoleh. Periksa --tsa dan jaringan, lalu coba lagi.',
    'No time-stamp could be obtained. Check --tsa and the network, then try again.',
  ),
  'revocation-unavailable': refusal(
    'Status sertifikat tidak dapat diperoleh. Periksa jaringan, lalu coba lagi.',
    'The status of the certificate could not be obtained. Check the network, then try again.',
  ),
  'clock-untrusted': refusal(
    'Jam komputer ini tidak tepat. Perbaiki, lalu coba lagi.',
    "This computer's clock is off. Set it right, then try again.",
  ),
  'deadline-exceeded': refusal(
    'Waktu habis. Coba lagi, atau perpanjang --timeout.',
    'It was not done in time. Try again, or raise --timeout.',
  ),
};

export const PDF_TEXTS: Texts<MalformedPdfCode> = {
  'not-pdf': { id: 'Berkas itu bukan PDF.', en: 'That file is not a PDF.' },
  'pdf-damaged': PROBLEM_TEXTS['pdf-damaged'],
  'pdf-encrypted': {
    id: 'Berkas dikunci kata sandi. Berikan kata sandi yang benar dengan --password-file.',
    en: 'The file is password protected. Give the right password with --password-file.',
  },
  'pdf-unsupported': PROBLEM_TEXTS['pdf-unsupported'],
  'limits-exceeded': PROBLEM_TEXTS['limits-exceeded'],
};

export const CLIENTS_EDIT_TEXTS: Texts<ClientsEditRefusedCode> = {
  'client-exists': {
    id: 'Aplikasi dengan nama itu sudah ada. Untuk kunci baru: teken client rotate.',
    en: 'There is a client of that id already. For another key: teken client rotate.',
  },
  'client-unknown': {
    id: 'Tidak ada aplikasi dengan nama itu. Lihat: teken client list.',
    en: 'There is no client of that id. See: teken client list.',
  },
  'no-keys': {
    id: 'Aplikasi itu tidak memakai kunci API; ubah berkasnya langsung.',
    en: 'That client has no API keys; edit the file itself.',
  },
};

export const TRUST_ADDITION_TEXTS: Texts<TrustAdditionRefusedCode> = {
  'fingerprint-unknown': {
    id: 'Program tidak mengenal sertifikat ini. Tanyakan sidiknya kepada penerbit lewat jalan lain, lalu berikan dengan --sha256. Tidak ada yang ditambahkan.',
    en: 'The program does not know this certificate. Ask its issuer for the fingerprint by another way, and give it with --sha256. Nothing was added.',
  },
  'fingerprint-mismatch': {
    id: 'Sidik sertifikat ini bukan yang seharusnya. Jangan percaya berkas ini. Tidak ada yang ditambahkan.',
    en: 'The fingerprint of this certificate is not the right one. Do not trust this file. Nothing was added.',
  },
  'not-an-authority': {
    id: 'Ini bukan sertifikat penerbit (CA). Tidak ada yang ditambahkan.',
    en: 'This is no certificate of a certification authority. Nothing was added.',
  },
  'use-differs': {
    id: 'Sertifikat ini dikenal untuk peran lain. Jalankan tanpa --role. Tidak ada yang ditambahkan.',
    en: 'This certificate is known for another role. Leave out --role. Nothing was added.',
  },
  'anchor-first': {
    id: 'Tambahkan dahulu sertifikat induknya. Tidak ada yang ditambahkan.',
    en: 'Add its root certificate first. Nothing was added.',
  },
  'already-listed': {
    id: 'Sertifikat ini sudah ada di dalam daftar.',
    en: 'This certificate is in the list already.',
  },
};

export const PACK_TEXTS: Texts<EvidencePackRefusedCode> = {
  'pack-too-large': {
    id: 'Berkas bukti terlalu besar. Tidak ada yang dinilai.',
    en: 'The evidence file is too large. Nothing was judged.',
  },
  'pack-malformed': {
    id: 'Ini bukan berkas bukti yang utuh. Tidak ada yang dinilai.',
    en: 'This is not a complete evidence file. Nothing was judged.',
  },
  'pack-version-unknown': {
    id: 'Berkas bukti ini dibuat oleh Teken yang lebih baru. Perbarui program ini.',
    en: 'This evidence file was made by a later Teken. Update this program.',
  },
  'document-differs': {
    id: 'Dokumen ini bukan dokumen dari berkas bukti itu, atau sudah diubah. Tidak ada yang dinilai.',
    en: 'This is not the document of that evidence file, or it was changed. Nothing was judged.',
  },
};

export const VERSION_TEXTS: Texts<VersionRefusedCode> = {
  'revision-unknown': {
    id: 'Berkas ini tidak memuat versi itu. Tanpa --revision, semua versinya ditampilkan.',
    en: 'The file holds no such version. Without --revision all its versions are listed.',
  },
  'signature-unknown': {
    id: 'Tidak ada tanda tangan dengan nama kolom itu.',
    en: 'There is no signature in a field of that name.',
  },
  'revision-incomplete': {
    id: 'Tanda tangan itu tidak mencakup versi yang utuh, jadi versi itu tidak dapat diberikan.',
    en: 'That signature covers no complete version, so there is none to hand out.',
  },
};
