// The four questions of the checklist.

import t from 'tap';
import { answerQuestions } from '../../src/report/questions.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import {
  madeChange,
  madeReason,
  madeReport,
  madeSignature,
  typicalReport,
  typicalSignature,
} from './made-reports.ts';

function answers(report: VerificationReport): string {
  return answerQuestions(report, 'en')
    .map(({ answer }) => answer)
    .join(' ');
}

t.test('they come in the order of the checklist, the first with the name to compare', async (t) => {
  const asked = answerQuestions(madeReport([madeSignature()]), 'id');
  t.strictSame(
    asked.map(({ text, answerText, detail }) => [text, answerText, detail]),
    [
      ['Siapa penanda tangannya?', 'Ya', 'Siti Contoh (cocokkan dengan surat)'],
      ['Belum berubah sejak ditandatangani?', 'Ya', null],
      ['Ada stempel waktu?', 'Ya', null],
      ['Mendukung verifikasi jangka panjang (LTV)?', 'Tidak', null],
    ],
  );
});

t.test('an unknown issuer leaves only the name uncertain', async (t) => {
  t.equal(answers(typicalReport('UNKNOWN_ISSUER')), 'uncertain yes yes no');
});

t.test('a changed document is changed, and its signature proves nobody', async (t) => {
  t.equal(answers(typicalReport('MODIFIED')), 'uncertain no yes no');
  t.equal(answers(typicalReport('CHANGED_AFTER_LAST_SIGNATURE')), 'yes no yes no');
});

t.test('a broken signature value leaves open whether the document changed', async (t) => {
  t.equal(answers(typicalReport('INVALID')), 'uncertain uncertain yes no');
  t.equal(answers(typicalReport('WEAK_ALGORITHM')), 'yes uncertain yes no');
});

t.test('a test, revoked, expired or future certificate names nobody for official use', async (t) => {
  for (const verdict of ['TEST_CERTIFICATE', 'REVOKED', 'EXPIRED_AT_SIGNING', 'NOT_YET_VALID'] as const) {
    t.match(answers(typicalReport(verdict)), /^no yes/);
  }
});

t.test('permitted additions leave the document unchanged', async (t) => {
  const changesAfter = [madeChange({ kind: 'signature-added', permitted: true })];
  const signature = madeSignature({
    integrity: { status: 'ADDED', coversWholeFile: false, changesAfter },
    level: 'PAdES-B-LT',
  });
  t.equal(answers(madeReport([signature])), 'yes yes yes yes');
});

t.test('of several signatures the least certain answers', async (t) => {
  const report = madeReport([madeSignature(), typicalSignature('UNKNOWN_ISSUER')], {
    verdict: 'MIXED',
    class: 'unsure',
  });
  t.equal(answers(report), 'uncertain yes yes no');
});

t.test('a time-stamp that was refused is not the same as none', async (t) => {
  const claimed = { source: 'claimed', tsa: null } as const;
  t.match(answers(madeReport([madeSignature({ time: claimed })])), /^yes yes no/);
  const refused = madeSignature({ time: claimed, reasons: [madeReason('TIMESTAMP_REJECTED')] });
  t.match(answers(madeReport([refused])), /^yes yes uncertain/);
});

t.test('a file without signatures says no, a file that was not read says nothing', async (t) => {
  t.equal(answers(typicalReport('NO_SIGNATURE')), 'no uncertain no no');
  t.equal(answers(typicalReport('UNREADABLE')), 'uncertain uncertain uncertain uncertain');
  t.equal(answerQuestions(typicalReport('NO_SIGNATURE'), 'en')[0]?.detail, null);
});

t.test('many names leave room for the other answers', (t) => {
  const officials = ['Siti Contoh', 'Budi Contoh', 'Wayan Contoh'].map((commonName) =>
    madeSignature({ signer: { commonName } }),
  );
  const detail = (signatures: readonly ReturnType<typeof madeSignature>[], language: 'id' | 'en') =>
    answerQuestions(madeReport(signatures), language)[0]?.detail;
  t.equal(detail(officials, 'id'), 'Siti Contoh, Budi Contoh dan Wayan Contoh (cocokkan dengan surat)');
  const long = ['A', 'B', 'C', 'D'].map((letter) =>
    madeSignature({ signer: { commonName: `${letter} ${'Contoh '.repeat(8).trim()}` } }),
  );
  t.match(detail(long, 'id'), /^A Contoh.*, B .*, dan 2 lainnya \(cocokkan dengan surat\)$/);
  t.match(detail(long, 'en'), /, and 2 others \(compare with the letter\)$/);
  t.end();
});
