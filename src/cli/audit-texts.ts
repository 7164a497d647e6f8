// What `teken audit` says, in both languages.

import type { ReceiptFinding } from '../audit/receipt.ts';
import type { AuditFinding, AuditFindingCode } from '../audit/verify-audit.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';

export const AUDIT_WORDS = {
  whole: {
    id: 'UTUH: {records} catatan dalam {chains} rantai; tidak ada yang diubah.',
    en: 'WHOLE: {records} records in {chains} chains; nothing was changed.',
  },
  broken: {
    id: 'TIDAK UTUH: {faults} temuan pada {records} catatan dalam {chains} rantai.',
    en: 'NOT WHOLE: {faults} findings in {records} records of {chains} chains.',
  },
  stamped: {
    id: '{stamped} dari {checkpoints} titik periksa berstempel waktu sah dari penerbit tepercaya.',
    en: '{stamped} of {checkpoints} checkpoints have a valid time-stamp of a trusted authority.',
  },
  included: {
    id: 'TERCATAT: tanda tangan {signatureId} (dokumen {sha256}) adalah catatan {seq}, di dalam titik periksa {at}.',
    en: 'ON RECORD: signature {signatureId} (document {sha256}) is record {seq}, in the checkpoint of {at}.',
  },
} as const satisfies Readonly<Record<string, Text>>;

const FINDINGS: Readonly<Record<AuditFindingCode, Text>> = {
  'not-a-record': { id: 'baris ini bukan catatan', en: 'this line is no record' },
  'other-chain': { id: 'catatan rantai lain', en: 'a record of another chain' },
  'record-changed': { id: 'catatan diubah', en: 'the record was changed' },
  'mac-wrong': {
    id: 'catatan tidak ditulis oleh pemilik kunci',
    en: 'the record was not written by who has the key',
  },
  'chain-broken': {
    id: 'catatan tidak mengikuti catatan sebelumnya',
    en: 'the record does not follow the one before it',
  },
  'records-missing': { id: 'catatan hilang', en: 'records are missing' },
  'out-of-order': {
    id: 'catatan tidak pada urutannya, atau ganda',
    en: 'the record is out of order, or twice',
  },
  'torn-tail': {
    id: 'baris terakhir terpotong (proses dihentikan paksa, atau berkas dipotong)',
    en: 'the last line is torn (the process was killed, or the file cut)',
  },
  'chain-open': {
    id: 'rantai tidak ditutup (masih berjalan, dihentikan paksa, atau akhirnya dipotong)',
    en: 'the chain is not closed (it runs, was killed, or its end was cut off)',
  },
  'mac-not-checked': {
    id: 'kunci rantai ini tidak ada di --keys',
    en: 'the key of this chain is not in --keys',
  },
  'checkpoint-records-missing': {
    id: 'titik periksa mencakup catatan yang tidak ada',
    en: 'a checkpoint covers a record that is not there',
  },
  'checkpoint-differs': {
    id: 'catatan lain dari yang dicakup titik periksa',
    en: 'the record is another than the checkpoint covers',
  },
  'checkpoint-broken': { id: 'titik periksa rusak', en: 'a checkpoint is broken' },
  'checkpoint-missing': { id: 'titik periksa sebelumnya tidak ada', en: 'the checkpoint before is missing' },
  'checkpoint-unsigned': {
    id: 'tanda tangan titik periksa tidak diperiksa atau tidak ada',
    en: 'the signature of a checkpoint was not checked, or there is none',
  },
  'checkpoint-not-timestamped': {
    id: 'titik periksa tanpa stempel waktu',
    en: 'a checkpoint has no time-stamp',
  },
  'checkpoint-timestamp-wrong': {
    id: 'stempel waktu titik periksa tidak sah, atau bukan dari penerbit tepercaya',
    en: 'the time-stamp of a checkpoint is not valid, or of no trusted authority',
  },
  'checkpoint-timestamp-not-checked': {
    id: 'stempel waktu titik periksa tidak diperiksa (tanpa --trust)',
    en: 'the time-stamp of a checkpoint was not checked (no --trust)',
  },
  'earlier-chain-missing': {
    id: 'rantai sebelumnya tidak ada, atau tidak sampai catatan ini',
    en: 'an earlier chain is missing, or ends before this record',
  },
  'earlier-chain-differs': {
    id: 'rantai sebelumnya lain dari yang tercatat',
    en: 'an earlier chain differs',
  },
  'receipt-record-missing': {
    id: 'tanda terima menyebut catatan yang tidak ada',
    en: 'a receipt names a record that is not there',
  },
  'receipt-wrong': { id: 'tanda terima tidak sah', en: 'a receipt is not genuine' },
};

const RECEIPT_FINDINGS: Readonly<Record<ReceiptFinding, Text>> = {
  'receipt-malformed': { id: 'Ini bukan tanda terima.', en: 'This is no receipt.' },
  'receipt-key-unknown': {
    id: 'Tanda terima dibuat dengan segel yang tidak disebut di --seal.',
    en: 'The receipt was made with a seal that --seal does not name.',
  },
  'receipt-signature-wrong': {
    id: 'Tanda terima PALSU atau diubah.',
    en: 'The receipt is FORGED or was changed.',
  },
  'checkpoint-missing': {
    id: 'Titik periksa yang mencakupnya tidak ada di --checkpoints. Ambil dari layanan, lalu ulangi.',
    en: 'The checkpoint that covers it is not in --checkpoints. Fetch it from the service, then do it again.',
  },
  'checkpoint-broken': { id: 'Titik periksanya rusak.', en: 'Its checkpoint is broken.' },
  'checkpoint-unsigned': {
    id: 'Titik periksanya tidak bertanda tangan.',
    en: 'Its checkpoint is not signed.',
  },
  'record-not-included': {
    id: 'TIDAK TERCATAT: titik periksa tidak memuat catatan ini.',
    en: 'NOT ON RECORD: the checkpoint does not include this record.',
  },
  'document-differs': {
    id: 'Dokumen ini bukan dokumen dari tanda terima itu.',
    en: 'The document is not the one of the receipt.',
  },
};

/** One line: which kind, where, what. */
export function findingText(finding: AuditFinding, language: Language): string {
  const { code, grade, chainId, file, line, seq } = finding;
  const mark = grade === 'fault' ? '✖' : 'i';
  const [first, last] = seq ?? [null, null];
  const numbers = first === null ? '' : ` #${first === last ? first : `${first}–${last}`}`;
  const place = file === null ? `${chainId}${numbers}` : `${file}:${line}${numbers}`;
  return printable(`${mark} ${place}: ${FINDINGS[code][language]} (${code})`);
}

export function receiptFindingText(finding: ReceiptFinding, language: Language): string {
  return RECEIPT_FINDINGS[finding][language];
}
