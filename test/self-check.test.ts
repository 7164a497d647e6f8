// What the self-check asks of a signature beyond the verdict of the verifier.

import t from 'tap';
import { nodePlatform } from '../src/platform/node.ts';
import { checkSigned } from '../src/self-check.ts';
import { handmadePdf, onePage } from './pdf/handmade.ts';
import { signAt } from './sign/long-term.ts';

const letter = handmadePdf({ objects: onePage() });

t.test('a certification other than the one that was asked for does not leave', async (t) => {
  const certified = { request: { certification: 'form-filling' } } as const;
  const { signed, report } = await signAt('B-B', letter, certified);
  const check = (certification: typeof signed.certification) =>
    checkSigned(null, report, { ...signed, certification }, nodePlatform.digests);
  t.same(check('form-filling'), []);
  t.same(check('no-changes'), ['certification:form-filling']);
  t.same(check(null), ['certification:form-filling']);
  const approval = await signAt('B-B', letter);
  const asked = { ...approval.signed, certification: 'no-changes' } as const;
  t.same(checkSigned(null, approval.report, asked, nodePlatform.digests), ['certification:none']);
});
