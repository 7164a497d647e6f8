// Pages that answers point to: what each problem code means, and by which rules a verdict is reached.

import type { Language, Text } from '../report/language.ts';

import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';

export interface DocumentedProblem {
  readonly code: string;
  readonly status: number;

  readonly detail: Text;
}

interface ReferencePage {
  readonly title: string;
  readonly content: Html;
}

const PROBLEMS_TITLE: Text = { id: 'Kode galat', en: 'Problem codes' };

/** Every code with its status and remedy; the `type` of a problem leads to its line. */
export function problemsPage(language: Language, problems: readonly DocumentedProblem[]): ReferencePage {
  const title = PROBLEMS_TITLE[language];
  const rows = problems.map(
    ({ code, status, detail }) =>
      html`<div id="${code}"><dt><code>${code}</code> <span class="status">${status}</span></dt><dd>${detail[language]}</dd></div>`,
  );
  const content = html`<h1>${title}</h1><dl class="reference">${rows}</dl>${helpSection(language)}`;
  return { title, content };
}

const POLICY_TITLE: Text = { id: 'Aturan pemeriksaan', en: 'Validation policy' };

const POLICY_RULES: readonly Text[] = [
  {
    id: 'Urutan pemeriksaan mengikuti ETSI EN 319 102-1: bentuk, keutuhan, sertifikat, pencabutan, waktu, perubahan sesudahnya.',
    en: 'The checks follow ETSI EN 319 102-1: format, integrity, certificate, revocation, time, later changes.',
  },
  {
    id: 'Sertifikat harus berujung pada penerbit di dalam daftar kepercayaan yang disebut pada setiap hasil.',
    en: 'The certificate must lead to an issuer on the trust list that every result names.',
  },
  {
    id: 'Status pencabutan wajib ada. Bila tidak dapat diperoleh, hasilnya "belum dapat dipastikan".',
    en: 'Revocation status is required. Where it cannot be obtained, the result is "could not be checked yet".',
  },
  {
    id: 'Waktu penandatanganan hanya dianggap terbukti oleh stempel waktu, bukan oleh jam penanda tangan.',
    en: "Only a time-stamp proves the time of signing; the signer's own clock does not.",
  },
  {
    id: 'MD5, SHA-1, dan RSA di bawah 2048 bit tidak diterima.',
    en: 'MD5, SHA-1 and RSA below 2048 bits are not accepted.',
  },
  {
    id: 'Perubahan setelah tanda tangan hanya diterima bila ada aturan yang mengizinkannya.',
    en: 'A change after a signature is accepted only where a rule permits it.',
  },
];

/** The default policy in words; every report names it. */
export function policyPage(language: Language): ReferencePage {
  const title = POLICY_TITLE[language];
  const rules = POLICY_RULES.map((rule) => html`<li>${rule[language]}</li>`);
  const content = html`<h1>${title}</h1><ul class="rules">${rules}</ul>${helpSection(language)}`;
  return { title, content };
}
