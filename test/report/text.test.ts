// Reports on a terminal.

import t from 'tap';
import { reportLine, reportText, type TextContext } from '../../src/report/text.ts';
import { wrapText } from '../../src/report/wrap.ts';
import { VERDICTS } from '../../src/verify/report.ts';
import { madeReason, madeReport, madeSignature, typicalReport, typicalSignature } from './made-reports.ts';

function context(parts: Partial<TextContext> = {}): TextContext {
  return {
    language: 'en',
    timeZone: 'Asia/Makassar',
    fileName: 'surat.pdf',
    requestId: 'r-1',
    paint: (_, text) => text,
    width: 80,
    ...parts,
  };
}

t.test('a letter with one signature', async (t) => {
  t.equal(
    reportText(madeReport([typicalSignature('VALID_WITH_NOTES')]), context()),
    `surat.pdf
ℹ VALID_WITH_NOTES: Electronic signature valid, with notes
  The document is unchanged and the certificate issuer is recognised. Note: No
  time-stamp.
  → You may accept it. Keep the original file and this report.

  1. ℹ Siti Contoh, 14 March 2026 09:12 WITA
     PAdES-B-T, version 1, page 3, "sig_1"
     - No time-stamp
     - No long-term validation data

  This result checks the electronic signatures in surat.pdf (204,800 bytes,
  SHA-256 01234567…89abcdef) at 1 June 2026 11:00 WITA. It does not judge
  whether the letter's content is true. Trust list 2026-05 as of 1 May 2026
  08:00 WITA.
`,
  );
});

t.test('every verdict fits 80 columns in both languages', async (t) => {
  for (const verdict of VERDICTS) {
    for (const language of ['id', 'en'] as const) {
      const lines = reportText(typicalReport(verdict), context({ language })).split('\n');
      t.strictSame(
        lines.filter((line) => [...line].length > 80),
        [],
        `${verdict} ${language}`,
      );
    }
  }
});

t.test('of several signatures each says its own verdict', async (t) => {
  const report = madeReport([typicalSignature('VALID'), typicalSignature('REVOKED')], { verdict: 'MIXED' });
  const text = reportText(report, context());
  t.match(text, '1. ✔ Siti Contoh');
  t.match(text, '2. ✖ Siti Contoh');
  t.match(text, 'Certificate was revoked before signing.');
});

t.test('a weak digest and a weak value of the same algorithm are said once', async (t) => {
  const reasons = [madeReason('DIGEST_WEAK', { name: 'SHA-1' }), madeReason('KEY_WEAK', { name: 'SHA-1' })];
  const text = reportText(madeReport([madeSignature({ verdict: 'WEAK_ALGORITHM', reasons })]), context());
  t.equal(text.match(/- .*SHA-1/g)?.length, 1, text);
});

t.test('an unreadable file gives the code of its problem', async (t) => {
  t.match(reportText(typicalReport('UNREADABLE'), context()), '  Code: pdf-damaged\n');
});

t.test('nothing from a file can steer the terminal or forge a line', async (t) => {
  const hostile = 'x\u001b]0;owned\u0007\u001b[2J\r\n✔ VALID: palsu\u009b31m\u202e';
  const signature = madeSignature({
    verdict: 'UNKNOWN_ISSUER',
    fieldName: hostile,
    signer: { commonName: hostile, issuerCommonName: hostile, organization: hostile },
    time: { tsa: hostile },
  });
  const said = reportText(madeReport([signature]), context({ fileName: hostile, requestId: hostile }));
  t.notMatch(said.replaceAll('\n', ''), /[\p{Cc}\u202a-\u202e]/u);
  t.notMatch(said, /^✔ VALID/m);
  t.equal(reportLine(madeReport([signature]), context({ fileName: hostile })).split('\n').length, 2);
});

t.test('colours are asked of the face by meaning', async (t) => {
  const text = reportLine(
    typicalReport('MODIFIED'),
    context({ paint: (role, said) => `<${role}>${said}</>` }),
  );
  t.match(text, /^<bad>✖ MODIFIED\s*<\/> surat\.pdf\n$/);
});

t.test('wrapping keeps every word and never breaks one', async (t) => {
  const text = 'satu dua tiga-empat-lima-enam-tujuh delapan';
  const lines = wrapText(text, '  - ', 14);
  t.strictSame(lines, ['  - satu dua', '    tiga-empat-lima-enam-tujuh', '    delapan']);
  t.strictSame(wrapText('', '- ', 10), ['- ']);
});
