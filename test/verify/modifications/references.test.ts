// What is explained is explained on every way by which a reader reaches it; what nobody reaches is left alone.

import t, { type Test } from 'tap';
import { append } from '../../attacks/append.ts';
import { attackedFile } from '../../attacks/attacked-file.ts';
import { letter, sign, verifyBytes } from '../../attacks/carrier.ts';
import { FORM, fields, formLetter, look } from '../../attacks/form-letter.ts';
import { handmadePdf, onePage } from '../../pdf/handmade.ts';

async function codesAfter(bytes: Uint8Array): Promise<readonly string[]> {
  const report = await verifyBytes(bytes);
  return [
    ...(report.problem === null ? [] : [`${report.problem.code} ${report.problem.values.reason}`]),
    ...report.signatures.flatMap(({ findings }) => findings.map(({ code, effect }) => `${code} ${effect}`)),
  ];
}

const signedWith = (objects: Record<number, string>, trailer = ''): Promise<Uint8Array> =>
  sign(handmadePdf({ objects: onePage(objects), trailer }));

const OPEN_PAGE =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 70 0 R] /Resources << /Font << /F1 5 0 R >> >> >>';
const TEXT = '<< /Length 43 >>\nstream\nBT /F1 12 Tf 72 700 Td (Surat Palsu) Tj ET\nendstream';

t.test('a reference that led nowhere is filled', async (t) => {
  const signed = await signedWith({ 3: OPEN_PAGE });
  t.equal((await verifyBytes(signed)).verdict, 'VALID');
  t.same(await codesAfter(append(signed, { objects: { 70: TEXT } })), ['dangling-reference-filled change']);
});

t.test('what a writer left under a key of its own in the trailer may be filled', async (t) => {
  const signed = await signedWith({}, '/Sisa 70 0 R');
  t.same(
    await codesAfter(append(signed, { objects: { 70: '<< /Note (x) >>' }, trailer: '/Sisa 70 0 R' })),
    [],
  );
});

t.test(
  'an object that the trailer names under another key as well needs a rule for that way too',
  async (t) => {
    const signed = await signedWith({}, '/Sisa 3 0 R');
    const page = attackedFile(signed).text(3);
    const codes = await codesAfter(
      append(signed, { objects: { 3: page.replace('/Rotate', '/Rotate 90') }, trailer: '/Sisa 3 0 R' }),
    );
    t.same(codes, [], 'the page as it was');
    const changed = append(signed, { objects: { 4: TEXT }, trailer: '/Sisa 3 0 R' });
    t.same(await codesAfter(changed), ['page-changed change', 'unexplained-object change']);
  },
);

t.test('what one rule explains on one way, no rule explains on another', async (t) => {
  // The content of the page calls itself validation data.
  const stored = '<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [4 0 R] >> >>';
  const codes = await codesAfter(append(await signedWith({ 1: stored }), { objects: { 4: TEXT } }));
  t.same(codes, ['page-changed change', 'unexplained-object change']);
  // A form entry is something else as well.
  const fill = { [FORM.name]: fields.name('/V (Siti) /AP << /N 90 0 R >>'), 90: look('Siti') };
  const filledWith = async (catalog: string, trailer: string): Promise<readonly string[]> => {
    const objects = formLetter({ 1: `<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R ${catalog} >>` });
    const signed = await sign(handmadePdf({ objects, trailer }));
    return codesAfter(append(signed, { objects: fill, trailer }));
  };
  t.same(await filledWith('', ''), []);
  t.same(await filledWith('/Sisa 10 0 R', ''), ['unexplained-object change']);
  t.same(await filledWith('/Aaa [[10 0 R]]', ''), ['unexplained-object change']);
  t.same(await filledWith('', '/Sisa 10 0 R'), ['unexplained-object change']);
  t.same(await filledWith('/PieceInfo << /Fields 10 0 R >>', ''), ['unexplained-object change']);
});

t.test('a freed object in use, and one that nothing used', async (t) => {
  const signed = await signedWith({ 60: '<< /Note (x) >>' });
  t.same(await codesAfter(append(signed, { objects: { 60: null } })), []);
  t.same(await codesAfter(append(signed, { objects: { 5: null } })), ['object-freed change']);
});

t.test('an object stream that is replaced under members that stay listed', async (t) => {
  const signed = await sign(letter('hybrid'));
  const { view, text } = attackedFile(signed);
  const container = view.numbers().find((number) => text(number).includes('/ObjStm')) ?? 0;
  const other = '<< /Type /ObjStm /N 1 /First 4 /Length 13 >>\nstream\n6 0 (another)\nendstream';
  t.same(await codesAfter(append(signed, { objects: { [container]: other } })), [
    'object-stream-replaced change',
  ]);
});

t.test('a chain that passes over the signature does not make the file unsigned', async (t) => {
  for (const form of ['table', 'stream', 'hybrid'] as const) {
    const plain = letter(form);
    const previous = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(Buffer.from(plain).toString('latin1'))?.[1]);
    const bent = append(await sign(plain), { objects: { 80: '(x)' }, previous });
    t.same(await codesAfter(bent), ['pdf-damaged signed-and-broken'], form);
  }
});

t.test('what people are told of a change', async (t) => {
  const signed = await sign(letter('table'));
  const { append: to, text, free } = attackedFile(signed);
  const told = async (t: Test, objects: Record<number, string | null>, expected: object): Promise<void> => {
    const report = await verifyBytes(to(objects));
    t.match(report.signatures[0]?.integrity.changesAfter, [{ revision: 3, permitted: false, ...expected }]);
    t.equal(report.signatures[0]?.integrity.changesAfter.length, 1);
  };
  await told(t, { 4: TEXT }, { kind: 'page-changed', page: 1 });
  await told(
    t,
    { 5: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' },
    { kind: 'page-changed', page: 1 },
  );
  const annotated = text(3).replace('/Annots [', `/Annots [${free} 0 R `);
  const note = '<< /Type /Annot /Subtype /Text /Rect [10 20 30 40] >>';
  await told(
    t,
    { 3: annotated, [free]: note },
    { kind: 'annotation-added', page: 1, rect: [10, 20, 30, 40] },
  );
  const tree = `<< /Type /Pages /Kids [3 0 R ${free} 0 R] /Count 2 >>`;
  await told(
    t,
    { 2: tree, [free]: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>' },
    { kind: 'page-added', page: 2 },
  );
});
