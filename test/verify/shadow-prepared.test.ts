// What was signed and could show something else later: an entry that shows another text than it holds, a second version of a page, a
// font or an appearance that nothing leads to. Told, and no change of the verdict.

import t from 'tap';
import { attackedFile } from '../attacks/attacked-file.ts';
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

t.test('a second version of a page, a font or an appearance that nothing leads to yet', async (t) => {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Rotate 180 >>';
  t.same(await toldOf({ 40: page }), ['object 40']);
  const subset = '<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Helvetica /Encoding 42 0 R >>';
  t.same(await toldOf({ 41: subset, 42: '<< /Type /Encoding /Differences [48 /nine] >>' }), ['object 41']);
  t.same(await toldOf({ 43: look('Siti') }), ['object 43']);
});

t.test('the swap that was prepared is refused when it comes, and told before it', async (t) => {
  const prepared = await sign(handmadePdf({ objects: formLetter({ 43: look('Siti') }) }));
  const file = attackedFile(prepared);
  t.equal((await verifyBytes(prepared)).verdict, 'VALID');
  const swapped = file.append({ [FORM.name]: fields.name('/V (Budi) /AP << /N 43 0 R >>') });
  const [first] = (await verifyBytes(swapped)).signatures;
  t.equal(first?.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  const codes = first?.findings.map(({ code }) => code);
  t.ok(codes?.includes('shadow-prepared'), `${codes}`);
});

t.test('leftovers that show nothing else than what is shown', async (t) => {
  t.same(await toldOf({ 40: look('Budi') }), [], 'the same appearance once more');
  t.same(
    await toldOf({ 40: '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>' }),
    [],
    'a font of another name',
  );
  t.same(
    await toldOf({
      40: '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream',
    }),
    [],
  );
  t.same(await toldOf({ 40: '<< /Note (left behind) >>', 41: 'null', 42: '[1 2 3]' }), []);
});
