import t, { type Test } from 'tap';
import { judgeRevoked, judgeValidity } from '../../src/verify/signing-time.ts';

const DAY = 86_400_000;
const certificate = { notBefore: 100 * DAY, notAfter: 200 * DAY };
const REVOKED_AT = 150 * DAY;

function verdict(
  t: Test,
  judgement: ReturnType<typeof judgeValidity>,
  expected: string | null,
  sub?: string,
): void {
  t.equal(judgement.conclusions[0]?.verdict ?? null, expected);
  if (sub !== undefined) t.equal(judgement.conclusions[0]?.subIndication, sub);
}

t.test(
  'a revoked certificate is judged by the proven time, and by the claim only against the signer',
  async (t) => {
    const now = 300 * DAY;
    const judge = (proven: number | null, claimed: number | null) =>
      judgeRevoked(REVOKED_AT, { proven, notBefore: null, claimed, now }, false);
    verdict(t, judge(REVOKED_AT - 1, null), 'REVOKED_LATER');
    verdict(t, judge(REVOKED_AT, REVOKED_AT), 'REVOKED', 'REVOKED_NO_POE');
    verdict(t, judge(null, REVOKED_AT + 1), 'REVOKED', 'REVOKED_NO_POE');
    verdict(t, judge(null, REVOKED_AT - 1), 'TIME_UNPROVABLE', 'REVOKED_NO_POE');
    verdict(t, judge(REVOKED_AT + 1, REVOKED_AT - 1), 'TIME_UNPROVABLE');
    verdict(t, judge(null, null), 'TIME_UNPROVABLE');
    verdict(
      t,
      judgeRevoked(REVOKED_AT, { proven: null, notBefore: null, claimed: null, now }, true),
      'TIME_UNPROVABLE',
      'REVOKED_CA_NO_POE',
    );
  },
);

t.test('an expired certificate needs a proof from before its end, and good standing then', async (t) => {
  const now = 250 * DAY;
  const judge = (proven: number | null, claimed: number | null, known: boolean) =>
    judgeValidity(certificate, { proven, notBefore: null, claimed, now }, known);
  verdict(t, judge(180 * DAY, null, true), 'VALID_WITH_NOTES');
  verdict(t, judge(180 * DAY, null, false), null);
  verdict(t, judge(null, 210 * DAY, true), 'EXPIRED_AT_SIGNING', 'OUT_OF_BOUNDS_NOT_REVOKED');
  verdict(t, judge(210 * DAY, 210 * DAY, false), 'EXPIRED_AT_SIGNING', 'OUT_OF_BOUNDS_NO_POE');
  verdict(t, judge(null, 180 * DAY, true), 'TIME_UNPROVABLE', 'OUT_OF_BOUNDS_NOT_REVOKED');
  verdict(t, judge(null, null, false), 'TIME_UNPROVABLE', 'OUT_OF_BOUNDS_NO_POE');
});

t.test('a certificate in force says nothing, one that has not started is proven wrong', async (t) => {
  verdict(
    t,
    judgeValidity(certificate, { proven: null, notBefore: null, claimed: null, now: 150 * DAY }, true),
    null,
  );
  verdict(
    t,
    judgeValidity(certificate, { proven: null, notBefore: null, claimed: null, now: 99 * DAY }, true),
    'NOT_YET_VALID',
    'NOT_YET_VALID',
  );
  verdict(
    t,
    judgeValidity(certificate, { proven: 99 * DAY, notBefore: null, claimed: null, now: 150 * DAY }, true),
    'NOT_YET_VALID',
  );
});
