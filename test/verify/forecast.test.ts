// What is good now says from when on it will not be, and what to do before.

import t from 'tap';
import { ALGORITHM_POLICY } from '../../src/pki/algorithm-policy.ts';
import { reportJson } from '../../src/report/json.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { day, judge, noon, signedLetter, signer, stamper } from './own-pki.ts';

const ends = noon + 100 * day;
const ending = { ...DEFAULT_POLICY, algorithms: { ...ALGORITHM_POLICY, issued: noon - day, ecdsa: ends } };

async function forecast(
  letter: Parameters<typeof signedLetter>[0],
  judging: Parameters<typeof judge>[1] = {},
) {
  const report = await judge(await signedLetter(letter), judging);
  return { report, forecast: report.signatures[0]?.forecast };
}

t.test(
  'without a time-stamp the end of the own certificate counts, with one the end of the authority',
  async (t) => {
    t.same((await forecast({})).forecast, {
      belowPolicyFrom: signer.certificate.notAfter,
      cause: 'certificate',
      name: null,
      action: 'add-timestamp',
    });
    t.same((await forecast({ stamped: noon })).forecast, {
      belowPolicyFrom: stamper.certificate.notAfter,
      cause: 'timestamp-authority',
      name: null,
      action: 'add-document-timestamp',
    });
  },
);

t.test('an end that the table states comes first where it is earlier, and only warns', async (t) => {
  const { report, forecast: told } = await forecast({ stamped: noon }, { policy: ending });
  t.equal(report.verdict, 'VALID', 'no installation refuses letters overnight');
  t.match(told, { belowPolicyFrom: ends, cause: 'algorithm', action: 'add-document-timestamp' });
  const tool = { version: '1', commit: 'c' };
  const [answer] = reportJson(report, { requestId: 'r', fileName: null, tool }).signatures;
  t.match(answer?.forecast, {
    belowPolicyFrom: new Date(ends).toISOString().replace('.000', ''),
    because: { en: /no longer accepted/, id: /tidak lagi diterima/ },
    action: { en: 'Add a document time-stamp before that date.' },
  });
});

t.test('once a newer table is installed the same end refuses, unless a proof is older', async (t) => {
  const now = ends + 10 * day;
  const newer = { ...ending, algorithms: { ...ending.algorithms, issued: now } };
  const { forecast: none, report } = await forecast({}, { now, policy: newer });
  t.equal(report.verdict, 'WEAK_ALGORITHM');
  t.equal(none, null, 'what is not accepted now has no forecast');
});
