// A document that somebody prepared so that our signature would fail, or would make an earlier one look different: it is refused
// before a key is asked, also by an operator who lets signatures be added to broken ones.

import t from 'tap';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { SigningRefused } from '../../src/sign/errors.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { append, concat, overwrite, textOf } from './append.ts';
import { letter, sign, verifyBytes } from './carrier.ts';

t.test('a range that reaches beyond the file would come to cover what we append', async (t) => {
  const signed = await sign(letter('table'));
  const range = /\/ByteRange \[0 \d+ +\d+ +(\d+) *\]/.exec(textOf(signed));
  const digits = range?.[1] ?? '';
  const longer = (range?.[0] ?? '').replace(`${digits} `, `${digits}0`);
  const attacked = overwrite(signed, range?.[0] ?? '', longer);
  const fields = (await verifyBytes(attacked)).signatures.map(({ fieldName }) => fieldName);
  t.equal(fields.length, 1);
  for (const earlierBroken of ['refuse', 'warn'] as const)
    await t.rejects(
      sign(attacked, { earlierBroken }),
      new SigningRefused('earlier-signature-broken', { fields }),
    );
});

t.test('a field whose value is no signature stays as it is, and ours stands beside it', async (t) => {
  const field = '<< /FT /Sig /T (rusak) /V 7 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>';
  const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>';
  const broken = handmadePdf({ objects: onePage({ 1: catalog, 6: field, 7: '[(not a signature)]' }) });
  await t.rejects(sign(broken), new SigningRefused('earlier-signature-broken', { fields: ['rusak'] }));
  const report = await verifyBytes(await sign(broken, { earlierBroken: 'warn' }));
  t.equal(report.ok, false);
  t.same(
    report.signatures.map(({ integrity }) => integrity.status),
    ['INTACT', 'UNREADABLE'],
  );
});

t.test('a tree that bites its own tail', async (t) => {
  const pages = '<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>';
  await t.rejects(
    sign(handmadePdf({ objects: onePage({ 2: pages }) })),
    new MalformedPdf('pdf-damaged', { reason: 'page-tree' }),
  );
  const catalog = '<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 6 0 R >>';
  const tree = { 6: '<< /Type /StructTreeRoot /K 7 0 R >>', 7: '<< /S /Div /P 6 0 R /K [7 0 R] >>' };
  await t.rejects(
    sign(handmadePdf({ objects: onePage({ 1: catalog, ...tree }) })),
    new MalformedPdf('pdf-damaged', { reason: 'structure-tree' }),
  );
});

t.test('a signed document that cannot be judged', async (t) => {
  const signed = await sign(letter('table'));
  // The page is listed where another object stands.
  const attacked = concat(append(signed, { objects: { 95: '(aside)' } }));
  const at = textOf(attacked).lastIndexOf('95 1\n');
  const renamed = concat(attacked.subarray(0, at), '03 1\n', attacked.subarray(at + 5));
  const report = await verifyBytes(renamed);
  t.equal(report.verdict, 'UNREADABLE');
  await t.rejects(
    sign(renamed, { earlierBroken: 'warn' }),
    new MalformedPdf('pdf-damaged', report.problem?.values ?? {}),
  );
});
