// One certification, by the first signature, and `/Perms` that name no other (ISO 32000-2, 12.8.2.2 and 12.8.6).

import t, { type Test } from 'tap';
import type { VerificationReport } from '../../src/verify/report.ts';
import { attackedFile } from '../attacks/attacked-file.ts';
import { EMPTY_SIGNATURE, signCarelessly } from '../attacks/careless-signer.ts';
import { letter, sign, verifyBytes } from '../attacks/carrier.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';

const certifying = (permission: string): string =>
  EMPTY_SIGNATURE.replace(
    '/M ',
    `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams ${permission} /V /1.2 >> >>] /M `,
  );

const FIELD = '<< /FT /Sig /T (sah) /V 8 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>';

/** A letter that somebody certifies who looks at nothing. */
function certified(
  permission: string,
  perms = '/Perms << /DocMDP 8 0 R >>',
  value = certifying(permission),
): Promise<Uint8Array> {
  const catalog = `<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [7 0 R] >> ${perms} >>`;
  return signCarelessly(handmadePdf({ objects: onePage({ 1: catalog, 7: FIELD, 8: value }) }));
}

function codesOf({ signatures }: VerificationReport): readonly string[] {
  return signatures.flatMap(({ findings }) => findings.map(({ code, effect }) => `${code} ${effect}`));
}

async function rejected(t: Test, bytes: Uint8Array, code: string): Promise<void> {
  const report = await verifyBytes(bytes);
  t.equal(report.ok, false);
  t.ok(codesOf(report).includes(`${code} constraint`), `${code} among ${codesOf(report)}`);
  const judged = report.signatures.find(({ findings }) => findings.some((finding) => finding.code === code));
  t.match(judged, {
    verdict: 'INVALID',
    indication: 'INDETERMINATE',
    subIndication: 'SIG_CONSTRAINTS_FAILURE',
  });
  t.ok(judged?.reasons.some((reason) => reason.code === 'STRUCTURE_INVALID'));
}

t.test('the first signature certifies, with each permission that the standard knows', async (t) => {
  for (const permission of ['', '/P 1', '/P 2', '/P 3']) {
    const report = await verifyBytes(await certified(permission));
    t.equal(report.verdict, 'VALID', permission);
    t.same(codesOf(report), []);
  }
});

t.test('without /Perms the reference in the signature alone is accepted, and reported', async (t) => {
  const report = await verifyBytes(await certified('/P 2', ''));
  t.equal(report.verdict, 'VALID');
  t.same(codesOf(report), ['certification-without-permissions info']);
});

t.test('a permission that no standard knows', async (t) => {
  for (const permission of ['/P 0', '/P 4', '/P -1', '/P /Two', '/P 2.5'])
    await rejected(t, await certified(permission), 'docmdp-invalid');
});

t.test('/Perms that name a signature which does not certify, or nothing', async (t) => {
  await rejected(
    t,
    await certified('', '/Perms << /DocMDP 8 0 R >>', EMPTY_SIGNATURE),
    'certification-inconsistent',
  );
  await rejected(t, await certified('/P 2', '/Perms << /DocMDP 5 0 R >>'), 'certification-inconsistent');
});

t.test('a certification that comes after another signature', async (t) => {
  const { append, catalog, free, text } = attackedFile(await sign(letter('table')));
  const late = append({
    [catalog]: text(catalog).replace('/Fields [', `/Fields [${free} 0 R `),
    [free]: FIELD.replace('8 0 R', `${free + 1} 0 R`),
    [free + 1]: certifying('/P 2'),
  });
  await rejected(t, await signCarelessly(late), 'certification-not-first');
});

t.test('a second certification', async (t) => {
  const { append, catalog, free, text } = attackedFile(await certified('/P 2'));
  const more = append({
    [catalog]: text(catalog).replace('/Fields [', `/Fields [${free} 0 R `),
    [free]: FIELD.replace('8 0 R', `${free + 1} 0 R`).replace('(sah)', '(lagi)'),
    [free + 1]: certifying('/P 3'),
  });
  const report = await verifyBytes(await signCarelessly(more));
  t.same(
    report.signatures.map(({ verdict }) => verdict),
    ['VALID', 'INVALID'],
  );
  t.ok(codesOf(report).includes('certification-repeated constraint'));
});

t.test('/Perms that only a later revision brings', async (t) => {
  const { append, catalogWith, catalog } = attackedFile(await certified('/P 2', ''));
  await rejected(
    t,
    append({ [catalog]: catalogWith('Perms', '<< /DocMDP 8 0 R >>') }),
    'certification-not-first',
  );
});
