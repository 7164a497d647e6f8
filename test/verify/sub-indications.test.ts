// Every sub-indication of EN 319 102-1 that can arise, each by the situation that it is made for.

import t from 'tap';
import { reasonCode } from '../pki/authority.ts';
import { authority, crl, day, judge, noon, root, signedLetter, signer, stamper } from './own-pki.ts';
import { reportIn, SITUATIONS } from './situations.ts';

for (const each of SITUATIONS) {
  const { situation, verdict, sub } = each;
  t.test(`${sub ?? verdict}: ${situation}`, async (t) => {
    const [signature] = (await reportIn(each)).signatures;
    t.equal(signature?.verdict, verdict);
    t.equal(signature?.subIndication, sub);
    if (sub === null) return;
    const blocks = signature?.details?.blocks ?? [];
    t.ok(
      blocks.some(({ indication, subIndication }) => indication !== 'PASSED' && subIndication === sub),
      'and the details name the block that found it',
    );
  });
}

t.test('the tsa of another purpose proves nothing', async (t) => {
  const bytes = await signedLetter({ stamped: noon, stampedBy: signer });
  const [signature] = (await judge(bytes)).signatures;
  t.match(signature, { verdict: 'VALID_WITH_NOTES', time: { source: 'claimed' } });
  const codes = signature?.reasons.map(({ code }) => code) ?? [];
  t.ok(codes.includes('TIMESTAMP_REJECTED'));
  t.notOk(codes.includes('NO_TIMESTAMP'), 'nobody reads that there is none beside that it was rejected');
  t.match(signature?.details?.timestamps, [
    { kind: 'signature', status: 'rejected', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
  ]);
});

t.test(
  'a revoked authority of time-stamps: without a reason its tokens prove nothing, when it only ended they do',
  async (t) => {
    const bytes = await signedLetter({ stamped: noon });
    const lists = (reason: number | null) => [
      crl({ issuer: authority }),
      crl({
        issuer: root,
        entries: [
          {
            serial: stamper.certificate.serialNumber,
            at: noon + day / 2,
            ...(reason === null ? {} : { extensions: [reasonCode(reason)] }),
          },
        ],
      }),
    ];
    const now = noon + day;
    const lost = await judge(bytes, { now, evidence: lists(null) });
    t.match(lost.signatures[0]?.details?.timestamps, [
      { status: 'rejected', subIndication: 'REVOKED_NO_POE' },
    ]);
    const ended = await judge(bytes, { now, evidence: lists(5) });
    t.match(ended.signatures[0]?.details?.timestamps, [{ status: 'accepted', subIndication: null }]);
  },
);
