// An entry that was signed showing something else than it holds: told, and no change of the verdict.

import t from 'tap';
import { sign, verifyBytes } from '../attacks/carrier.ts';
import { FORM, fields, formLetter, look } from '../attacks/form-letter.ts';
import { handmadePdf } from '../pdf/handmade.ts';

async function toldOf(objects: Record<number, string>): Promise<readonly string[]> {
  const report = await verifyBytes(await sign(handmadePdf({ objects: formLetter(objects) })));
  t.equal(report.verdict, 'VALID');
  return report.signatures.flatMap(({ findings }) =>
    findings.filter(({ code }) => code === 'shadow-prepared').map(({ where }) => where),
  );
}

t.test('a look that shows another value', async (t) => {
  t.same(await toldOf({ [FORM.nameLook]: look('Siti') }), ['field nama']);
});

t.test('looks that show the value, and entries without one', async (t) => {
  t.same(await toldOf({}), []);
});

t.test('a hidden entry and a password show nothing of what they hold', async (t) => {
  const hidden = fields.name().replace('/F 4', '/F 2');
  t.same(await toldOf({ [FORM.name]: hidden, [FORM.nameLook]: look('Siti') }), []);
  const password = fields.name('/Ff 8192 /V (Budi) /AP << /N 20 0 R >>');
  t.same(await toldOf({ [FORM.name]: password, [FORM.nameLook]: look('****') }), []);
});
