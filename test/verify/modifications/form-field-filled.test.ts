// Entries of a form that are filled in after signing: permitted with the appearance that shows them, and never without.

import t, { type Test } from 'tap';
import type { SignatureReport } from '../../../src/verify/report.ts';
import { append } from '../../attacks/append.ts';
import { sign, verifyBytes } from '../../attacks/carrier.ts';
import { FORM, fields, formLetter, look } from '../../attacks/form-letter.ts';
import { handmadePdf } from '../../pdf/handmade.ts';

const signed = await sign(handmadePdf({ objects: formLetter() }));

type Objects = Record<number, string>;

async function after(objects: Objects, letter: Uint8Array = signed): Promise<SignatureReport> {
  const report = await verifyBytes(append(letter, { objects }));
  const [signature] = report.signatures;
  if (signature === undefined) throw new Error(`no signature: ${report.verdict}`);
  return signature;
}

const codesOf = ({ findings }: SignatureReport): readonly string[] =>
  findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code);

async function permitted(t: Test, objects: Objects, letter?: Uint8Array): Promise<SignatureReport> {
  const signature = await after(objects, letter);
  t.same(codesOf(signature), []);
  t.equal(signature.verdict, 'VALID_WITH_NOTES');
  t.ok(signature.reasons.some(({ code }) => code === 'ALLOWED_CHANGES'));
  return signature;
}

async function forbidden(
  t: Test,
  objects: Objects,
  code: string,
  letter?: Uint8Array,
): Promise<SignatureReport> {
  const signature = await after(objects, letter);
  t.same([...new Set(codesOf(signature))], [code]);
  t.equal(signature.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  t.equal(signature.integrity.status, 'ADDED');
  return signature;
}

const newName = { [FORM.name]: fields.name('/V (Siti) /AP << /N 90 0 R >>'), 90: look('Siti') };

t.test(
  'a text with the appearance that shows it, told from what to what, where, and in which revision',
  async (t) => {
    t.equal((await verifyBytes(signed)).verdict, 'VALID');
    const signature = await permitted(t, newName);
    t.same(signature.integrity.changesAfter, [
      {
        revision: 3,
        kind: 'field-filled',
        permitted: true,
        page: 1,
        rect: [100, 600, 300, 618],
        field: 'nama',
        before: 'Budi',
        after: 'Siti',
        rule: 'form-field-filled',
      },
    ]);
  },
);

t.test('an empty entry, which may get its default appearance', async (t) => {
  const position = fields.position('/V (Camat) /AP << /N 90 0 R >>').replace('0 g)', '0 0 1 rg)');
  const [change] = (await permitted(t, { [FORM.position]: position, 90: look('Camat') })).integrity
    .changesAfter;
  t.match(change, { before: '', after: 'Camat' });
});

t.test('an appearance that is overwritten where it stands', (t) =>
  permitted(t, { [FORM.name]: fields.name('/V (Siti) /AP << /N 20 0 R >>'), [FORM.nameLook]: look('Siti') }),
);

t.test('a check box and a radio button, by states that they always had', async (t) => {
  await permitted(t, { [FORM.agreed]: fields.agreed('Ya') });
  await permitted(t, {
    [FORM.choice]: fields.choice('dua'),
    [FORM.choiceTwo]: fields.option('dua', 'dua', 130),
  });
});

t.test('a choice that shows under other words than its value', async (t) => {
  const city = fields.city('/V (jkt) /I [0] /AP << /N 90 0 R >>');
  await permitted(t, { [FORM.city]: city, 90: look('Jakarta') });
  await forbidden(t, { [FORM.city]: city, 90: look('Denpasar') }, 'appearance-differs-from-value');
});

t.test('an entry that is made read-only says nothing new', async (t) => {
  const signature = await after({ [FORM.name]: fields.name('/Ff 1 /V (Budi) /AP << /N 20 0 R >>') });
  t.equal(signature.verdict, 'VALID');
  t.same(signature.integrity.changesAfter, []);
});

t.test('software may fill in what people may not', async (t) => {
  const readOnly = await sign(
    handmadePdf({ objects: formLetter({ [FORM.position]: fields.position('/Ff 1') }) }),
  );
  const position = fields.position('/Ff 1 /V (Camat) /AP << /N 90 0 R >>');
  await permitted(t, { [FORM.position]: position, 90: look('Camat') }, readOnly);
});

t.test('a value without its appearance', async (t) => {
  const signature = await forbidden(
    t,
    { [FORM.name]: fields.name('/V (Siti) /AP << /N 20 0 R >>') },
    'value-without-appearance',
  );
  t.match(signature.integrity.changesAfter, [{ kind: 'field-filled', permitted: false, field: 'nama' }]);
  t.ok(signature.reasons.some(({ code }) => code === 'FORM_CHANGED'));
  await forbidden(t, { [FORM.position]: fields.position('/V (Camat)') }, 'value-without-appearance');
  const hollow = { [FORM.name]: fields.name('/V (Siti) /AP << /N 90 0 R >>'), 90: look('') };
  await forbidden(t, hollow, 'value-without-appearance');
});

t.test('a field that is hidden needs no appearance', async (t) => {
  const hidden = (entries = ''): string => fields.position(entries).replace('/F 4', '/F 2');
  const letter = await sign(handmadePdf({ objects: formLetter({ [FORM.position]: hidden() }) }));
  await permitted(t, { [FORM.position]: hidden('/V (Camat)') }, letter);
});

t.test('an appearance without its value: the shadow attack "replace"', async (t) => {
  const signature = await forbidden(
    t,
    { [FORM.nameLook]: look('Bukan Budi') },
    'appearance-changed-without-value',
  );
  t.match(signature.integrity.changesAfter, [{ kind: 'field-appearance-changed', field: 'nama', page: 1 }]);
  const other = { [FORM.name]: fields.name('/V (Budi) /AP << /N 90 0 R >>'), 90: look('Bukan Budi') };
  await forbidden(t, other, 'appearance-changed-without-value');
  await forbidden(t, { 21: look('-') }, 'appearance-changed-without-value');
});

t.test('an appearance that shows something else than the value', async (t) => {
  const differs = (drawn: string) =>
    forbidden(
      t,
      { [FORM.name]: fields.name('/V (1.000) /AP << /N 90 0 R >>'), 90: drawn },
      'appearance-differs-from-value',
    );
  await differs(look('9.000'));
  await differs(look('1.000.000.000'));
  await differs(look('1.000', '1 0 0 1 0 0 cm 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI '));
  // Written so that a search finds it and nobody sees it.
  await differs(look('9.000', 'BT 3 Tr /Helv 10 Tf (1.000) Tj ET '));
  await forbidden(
    t,
    { [FORM.agreed]: fields.agreed('Ya').replace('/AS /Ya', '/AS /Off') },
    'appearance-differs-from-value',
  );
});

t.test('white space and an unknown font do not make a difference', async (t) => {
  await permitted(t, {
    [FORM.name]: fields.name('/V (Siti Aminah) /AP << /N 90 0 R >>'),
    90: look('Siti) Tj 0 -9 Td (Aminah'),
  });
  const letter = { [FORM.name]: fields.name('/V (Siti) /AP << /N 90 0 R >>'), 90: look('Siti') };
  const signature = await permitted(t, { ...letter, 90: letter[90].replace('/Helv 10', '/Nada 10') });
  t.ok(signature.findings.some(({ code }) => code === 'appearance-not-decodable'));
});

t.test('anything else of the field', async (t) => {
  for (const entries of [
    '/V (Siti) /AP << /N 90 0 R >> /Q 2',
    '/V (Siti) /AP << /N 90 0 R >> /MK << /BG [1 1 1] >>',
    '/V (Siti) /AP << /N 90 0 R >> /AA << /K << /S /JavaScript /JS (x) >> >>',
    '/V (Siti) /AP << /N 90 0 R >> /Ff 4096',
    '/V (Siti) /AP << /N 90 0 R >> /OC 5 0 R',
  ])
    await forbidden(t, { [FORM.name]: fields.name(entries), 90: look('Siti') }, 'field-changed');
  const moved = newName[FORM.name].replace('[100 600', '[100 500');
  await forbidden(t, { ...newName, [FORM.name]: moved }, 'field-changed');
  const renamed = newName[FORM.name].replace('(nama)', '(nami)');
  await forbidden(t, { ...newName, [FORM.name]: renamed }, 'field-changed');
});

t.test('an appearance that something else shows too', async (t) => {
  const shared = formLetter({ [FORM.position]: fields.position('/V (Budi) /AP << /N 20 0 R >>') });
  const signature = await after(
    { [FORM.name]: fields.name('/V (Siti) /AP << /N 20 0 R >>'), [FORM.nameLook]: look('Siti') },
    await sign(handmadePdf({ objects: shared })),
  );
  t.equal(signature.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  t.ok(codesOf(signature).includes('appearance-changed-without-value'));
});

t.test('an appearance dictionary that is more to the document than the look of fields', async (t) => {
  const dictionary = '<< /N 20 0 R >>';
  const letter = (more: Record<number, string>) =>
    sign(
      handmadePdf({
        objects: formLetter({ 24: dictionary, 10: fields.name('/V (Budi) /AP 24 0 R'), ...more }),
      }),
    );
  await permitted(t, newName, await letter({}));
  // A common look of blank fields is no other meaning.
  await permitted(t, newName, await letter({ [FORM.position]: fields.position('/AP 24 0 R') }));
  const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Kept 24 0 R >>';
  await forbidden(t, newName, 'appearance-shared', await letter({ 1: catalog }));
});

t.test('a field that a signature locks', async (t) => {
  const waiting = (lock: string) => ({
    6: '<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R 16 0 R 30 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 10 Tf 0 g) >>',
    30: `<< /FT /Sig /T (ttd) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R /Lock << /Type /SigFieldLock ${lock} >> >>`,
  });
  const lockedBy = async (lock: string): Promise<Uint8Array> =>
    sign(handmadePdf({ objects: formLetter(waiting(lock)) }), { request: { fieldName: 'ttd' } });
  await forbidden(t, newName, 'locked-field-changed', await lockedBy('/Action /All'));
  const only = await lockedBy('/Action /Include /Fields [(nama)]');
  await forbidden(t, newName, 'locked-field-changed', only);
  await permitted(t, { [FORM.agreed]: fields.agreed('Ya') }, only);
  const others = await lockedBy('/Action /Exclude /Fields [(nama)]');
  await permitted(t, newName, others);
  await forbidden(t, { [FORM.agreed]: fields.agreed('Ya') }, 'locked-field-changed', others);
  await forbidden(
    t,
    newName,
    'certification-forbids-filling',
    await lockedBy('/Action /Include /Fields [] /P 1'),
  );
});

t.test('a fill that only an intermediate revision shows is found', async (t) => {
  const once = append(signed, { objects: { [FORM.nameLook]: look('Bukan Budi') } });
  const signature = await after({ [FORM.nameLook]: look('Budi') }, once);
  t.equal(signature.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
});
