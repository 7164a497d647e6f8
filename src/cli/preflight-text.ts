// A preflight for people: can it be signed, what is in the way, what is worth knowing, and the facts behind it.

import type { Preflight } from '../preflight.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { rfc3339 } from '../report/time-text.ts';
import { wrapText } from '../report/wrap.ts';
import type { NoteCode } from '../sign/forecast-findings.ts';
import {
  PDF_TEXTS,
  REFUSAL_TEXTS,
  SIGNER_TEXTS,
  SIGNING_FAILURE_TEXTS,
  TRUST_SERVICE_TEXTS,
} from './error-texts.ts';

const WORDS = {
  can: { id: 'dapat ditandatangani', en: 'can be signed' },
  cannot: { id: 'tidak dapat ditandatangani seperti diminta', en: 'cannot be signed as asked' },
  file: {
    id: 'Berkas: PDF {version}, {size} bita, {pages} halaman, {revisions} revisi, rujukan {form}{traits}',
    en: 'File: PDF {version}, {size} bytes, {pages} pages, {revisions} revisions, cross-references {form}{traits}',
  },
  signature: { id: 'Tanda tangan: {field}: {verdict}', en: 'Signature: {field}: {verdict}' },
  permission: {
    id: 'Izin yang tersisa dari tanda tangan sebelumnya: {permission}',
    en: 'What earlier signatures still permit: {permission}',
  },
  field: { id: 'Isian kosong: "{name}", halaman {page}', en: 'Empty field: "{name}", page {page}' },
  place: { id: 'Letak: halaman {page}, [{rect}]', en: 'Place: page {page}, [{rect}]' },
  matches: { id: 'Teks ditemukan di halaman {pages}', en: 'The text stands on page {pages}' },
  signer: {
    id: 'Penanda tangan: {subject} (penerbit {issuer}), sampai {end}, {algorithm}',
    en: 'Signer: {subject} (issued by {issuer}), until {end}, {algorithm}',
  },
  level: {
    id: 'Tingkat: diminta {asked}, tertinggi {highest}',
    en: 'Level: asked {asked}, highest {highest}',
  },
  tried: { id: '{subject}: {source} {result}', en: '{subject}: {source} {result}' },
  answered: { id: 'menjawab', en: 'answered' },
  size: {
    id: 'Ruang tanda tangan: {reserved} bita = sertifikat {certificates} + nilai {signatureValue} + atribut {signedAttributes} + stempel waktu {timestampToken} + cadangan {margin}; berkas hasil {output} bita',
    en: 'Room for the signature: {reserved} bytes = certificates {certificates} + value {signatureValue} + attributes {signedAttributes} + time-stamp {timestampToken} + reserve {margin}; result {output} bytes',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `{…}` are values of the note. */
export const NOTE_TEXTS: Readonly<Record<NoteCode, Text>> = {
  'active-content': {
    id: 'Berkas memuat isi aktif ({kinds}). Periksa sebelum menandatangani yang tidak terlihat.',
    en: 'The file carries active content ({kinds}). Look at it before signing what is not seen.',
  },
  'not-searched': {
    id: 'Sebagian berkas tidak dapat dibaca; isi aktif mungkin tersembunyi di sana.',
    en: 'Part of the file cannot be read; active content may be hidden there.',
  },
  repaired: {
    id: 'Berkas rusak; penandatanganan menulis ulang daftar objeknya.',
    en: 'The file is damaged; signing writes its list of objects anew.',
  },
  'trailing-bytes': {
    id: 'Ada sisa bita setelah akhir berkas; bagian itu ikut ditandatangani.',
    en: 'Something follows the end of the file; it is signed as well.',
  },
  'linearization-lost': {
    id: 'Setelah ditandatangani, halaman pertama tidak lagi tampil sebelum seluruh berkas terunduh.',
    en: 'Once signed, the first page no longer shows before the whole file is there.',
  },
  covers: {
    id: 'Tanda tangan menutupi isi halaman ({kinds}).',
    en: 'The signature covers something on the page ({kinds}).',
  },
  'not-in-structure': {
    id: 'Tanda tangan tidak masuk struktur yang dibaca pembaca layar.',
    en: 'The signature is not part of the structure that screen readers follow.',
  },
  'certificate-ends-soon': {
    id: 'Sertifikat segera berakhir ({notAfter}).',
    en: 'The certificate ends soon ({notAfter}).',
  },
  'browsers-cannot-check': {
    id: 'Peramban menampilkan halaman, bukan hasil pemeriksaan tanda tangannya.',
    en: 'Browsers show the page, and do not check the signature.',
  },
  'ed25519-little-supported': {
    id: 'Ed25519 belum didukung banyak penampil PDF.',
    en: 'Few PDF viewers support Ed25519 yet.',
  },
  'evidence-after-no-changes': {
    id: 'Beberapa penampil menganggap bukti B-LT sebagai perubahan yang dilarang sertifikasi.',
    en: 'Some viewers take the evidence of B-LT for a change that the certification forbids.',
  },
  'services-not-asked': {
    id: 'Layanan stempel waktu dan pencabutan belum ditanya; gunakan --probe services.',
    en: 'Time-stamp and revocation services were not asked; use --probe services.',
  },
};

const BLOCKER_TEXTS: Readonly<Record<string, Text>> = {
  ...PDF_TEXTS,
  ...REFUSAL_TEXTS,
  ...SIGNING_FAILURE_TEXTS,
  ...SIGNER_TEXTS,
  ...TRUST_SERVICE_TEXTS,
};

const WIDTH = 100;

/** @param paint - colours the first line */
export function preflightText(
  seen: Preflight,
  file: string,
  language: Language,
  paint: (kind: 'ok' | 'bad', text: string) => string,
): string {
  const verdict = seen.ok ? WORDS.can : WORDS.cannot;
  const head = `${seen.ok ? '✔' : '✘'} ${printable(file)}: ${verdict[language]}`;
  const lines = [
    ...seen.blockers.map(
      ({ code, values }) => `✘ ${BLOCKER_TEXTS[code]?.[language] ?? ''} [${facts(code, values)}]`,
    ),
    ...seen.notes.map(({ code, values }) => `• ${fillText(NOTE_TEXTS[code][language], words(values))}`),
    ...factLines(seen, language),
  ];
  const wrapped = lines.flatMap((line) => wrapText(printable(line), '  ', WIDTH));
  return `${[paint(seen.ok ? 'ok' : 'bad', head), ...wrapped].join('\n')}\n`;
}

type Values = Readonly<Record<string, unknown>>;

function facts(code: string, values: Values): string {
  return Object.keys(values).length === 0 ? code : `${code} ${JSON.stringify(values)}`;
}

function words(values: Values): Record<string, string> {
  const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}

function* factLines(seen: Preflight, language: Language): Generator<string> {
  const say = (word: keyof typeof WORDS, values: Values): string =>
    fillText(WORDS[word][language], words(values));
  const { file, placement, signer, level, size } = seen;
  if (file !== null) {
    yield say('file', { ...file, form: file.crossReferences, traits: traitsOf(file) });
    const { permission } = file.rules;
    if (permission !== null) yield say('permission', { permission });
  }
  for (const { fieldName, verdict } of seen.signatures) yield say('signature', { field: fieldName, verdict });
  for (const { name, page } of file?.emptyFields ?? []) yield say('field', { name, page: page ?? '–' });
  const pages = placement?.matches.map(({ page }) => page) ?? [];
  if (pages.length > 0) yield say('matches', { pages });
  if (placement?.spot != null) yield say('place', placement.spot);
  if (signer !== null) {
    const { algorithm, notAfter } = signer;
    yield say('signer', { ...signer, end: rfc3339(notAfter), algorithm: algorithm ?? '–' });
  }
  yield say('level', { ...level, highest: level.highest ?? '–' });
  for (const { subject, source, reason } of seen.evidence.flatMap(({ tried }) => tried))
    yield say('tried', { subject, source, result: reason ?? WORDS.answered[language] });
  if (size !== null) yield say('size', { ...size });
}

/** What is special about a file, in words that are the same in both languages. */
function traitsOf(file: NonNullable<Preflight['file']>): string {
  const { pdfA, pdfUa, linearized, tagged, encryption } = file;
  const traits = [
    pdfA === null ? null : `PDF/A-${pdfA}`,
    pdfUa === null ? null : `PDF/UA-${pdfUa}`,
    linearized ? 'linearized' : null,
    tagged ? 'tagged' : null,
    encryption === null ? null : `encrypted R${encryption.revision} (${encryption.openedAs})`,
  ].filter((trait) => trait !== null);
  return traits.map((trait) => `, ${trait}`).join('');
}
