// Spoofing what a signature says of itself without touching its dictionary: through an object that it refers to, or its field.

import t from 'tap';
import { append, lastValue, textOf } from '../attacks/append.ts';
import { EMPTY_SIGNATURE, signCarelessly } from '../attacks/careless-signer.ts';
import { verifyBytes } from '../attacks/carrier.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';

const letter = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R] /SigFlags 3 >> >>',
    10: '<< /FT /Sig /T (ttd) /Type /Annot /Subtype /Widget /P 3 0 R /F 132 /Rect [0 0 0 0] /V 11 0 R >>',
    11: EMPTY_SIGNATURE.replace(/>>\s*$/, '/Reason 12 0 R /Name (Budi) >>'),
    12: '(Setuju)',
  }),
});
const signed = await signCarelessly(letter);

async function codesAfter(objects: Record<number, string>): Promise<readonly string[]> {
  const { signatures, ok } = await verifyBytes(append(signed, { objects }));
  t.equal(ok, false);
  return signatures.flatMap(({ findings }) =>
    findings.filter(({ effect }) => effect === 'structure').map(({ code }) => code),
  );
}

t.test('as it was signed, and with an update that leaves it alone', async (t) => {
  t.ok(textOf(signed).includes('/Reason 12 0 R'));
  const { signatures } = await verifyBytes(append(signed, { objects: { 90: '(lain)' } }));
  t.match(signatures, [{ integrity: { status: 'INTACT' }, fieldName: 'ttd' }]);
  const again = await verifyBytes(append(signed, { objects: { 12: '(Setuju)' } }));
  t.match(again.signatures, [{ integrity: { status: 'INTACT' } }]);
});

t.test('a reason that stands in an object of its own and is written again', async (t) => {
  t.same(await codesAfter({ 12: '(Menolak)' }), ['signature-dictionary-differs']);
});

t.test('a field that got another name', async (t) => {
  const renamed = lastValue(signed, 10).replace('(ttd)', '(pimpinan)');
  t.same(await codesAfter({ 10: renamed }), ['signature-dictionary-differs']);
});
