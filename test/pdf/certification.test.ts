// What a signature says about later changes: certification and locks as they are written, and who may write them.

import t from 'tap';
import { latin1 } from '../../src/pdf/characters.ts';
import { readModificationRules, readSignatureRules } from '../../src/pdf/doc-mdp.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { prepareSignature } from '../../src/pdf/prepare-signature.ts';
import { serializeObject } from '../../src/pdf/serialize.ts';
import { type FieldWish, requireSigningPlace } from '../../src/pdf/signing-place.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { handmadePdf, onePage } from './handmade.ts';

function open(bytes: Uint8Array): PdfDocument {
  return openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'read' });
}

const FIELDS = {
  10: '<< /FT /Tx /T (Anggaran) /V (1) >>',
  11: '<< /T (Rincian) /Kids [12 0 R] >>',
  12: '<< /FT /Tx /T (Jumlah) /Parent 11 0 R >>',
  13: '<< /FT /Sig /T (Kepala) >>',
};

function budget(changes: Readonly<Record<number, string>> = {}, catalog = ''): Uint8Array {
  const form = '/AcroForm << /Fields [10 0 R 11 0 R 13 0 R] >>';
  const objects = onePage({
    1: `<< /Type /Catalog /Pages 2 0 R ${form} ${catalog} >>`,
    ...FIELDS,
    ...changes,
  });
  return handmadePdf({ objects });
}

/** The file with this signature prepared; its value is no real one, which nobody asks here. */
function prepared(file: Uint8Array, wish: Partial<FieldWish>, ellipticCurve = false): Uint8Array {
  const document = open(file);
  const certification = wish.certification ?? null;
  const place = requireSigningPlace(
    document,
    { fieldName: null, placement: null, newFieldName: 'sig_1', ...wish },
    {
      filter: 'Adobe.PPKLite',
      subFilter: 'ETSI.CAdES.detached',
      digestMethod: 'SHA256',
      reason: null,
      certification,
    },
  );
  const { update } = prepareSignature(document, {
    place,
    appearance: null,
    reserved: 16,
    subFilter: 'ETSI.CAdES.detached',
    ellipticCurve,
    entries: { name: null, reason: null, location: null, contactInfo: null, signingTime: null },
    description: 'Tanda tangan',
    fileIdentifier: new Uint8Array(16),
    randomBytes: nodePlatform.randomBytes,
  });
  return new Uint8Array(Buffer.concat([file, update]));
}

/** The `/Reference` of the only signature, as it stands in the file. */
function referenceOf(file: Uint8Array): string {
  return (/\/Reference (\[.*?\])\n>>\nendobj/s.exec(latin1(file))?.[1] ?? '').replaceAll('\n', ' ');
}

function rulesOf(file: Uint8Array) {
  const { last } = open(file);
  const field = readFields(last).find(({ value, type }) => type === 'Sig' && last.resolve(value) !== null);
  const value = asKind(last.resolve(field?.value), 'dictionary');
  if (value === undefined) throw new Error('not signed');
  return readSignatureRules(last, value);
}

t.test('a certification stands in the signature, and the catalog names it', async (t) => {
  for (const certification of [1, 2, 3] as const) {
    const file = prepared(budget(), { certification });
    t.equal(
      referenceOf(file),
      `[<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P ${certification} >> >>]`,
    );
    const { last } = open(file);
    const field = readFields(last).find(({ name }) => name === 'sig_1');
    const permissions = asKind(last.get(last.catalog(), 'Perms'), 'dictionary');
    t.same(permissions?.entries.get('DocMDP'), field?.value);
    t.same(rulesOf(file), { certification, lock: null });
    t.match(readModificationRules(last, readFields(last)), {
      certified: true,
      permission: certification,
      permissionBy: 'sig_1',
    });
  }
});

t.test('an approval certifies nothing', async (t) => {
  const file = prepared(budget(), {});
  t.equal(referenceOf(file), '');
  t.equal(open(file).last.catalog().entries.has('Perms'), false);
  t.same(rulesOf(file), { certification: null, lock: null });
});

t.test('other permissions of the catalog stay beside the certification', async (t) => {
  for (const perms of ['<< /UR3 20 0 R >>', '21 0 R']) {
    const file = prepared(budget({ 20: '<< /Note (hak) >>', 21: '<< /UR3 20 0 R >>' }, `/Perms ${perms}`), {
      certification: 2,
    });
    const { last } = open(file);
    const text = serializeObject(last.catalog().entries.get('Perms') ?? null).replaceAll('\n', ' ');
    t.match(text, /^<< \/UR3 20 0 R \/DocMDP \d+ 0 R >>$/);
  }
});

t.test('a lock is written with the action and the names that were asked for', async (t) => {
  const fields = ['Anggaran', 'Rincian'];
  t.match(
    referenceOf(prepared(budget(), { lock: { action: 'Include', fields } })),
    /^\[<< \/Type \/SigRef \/TransformMethod \/FieldMDP \/TransformParams << \/Type \/TransformParams \/V \/1\.2 \/Action \/Include \/Fields \[\(Anggaran\) \(Rincian\)\] >> \/Data 1 0 R >>\]$/,
  );
  for (const action of ['All', 'Include', 'Exclude'] as const) {
    const lock = { action, fields: action === 'All' ? [] : fields };
    t.same(rulesOf(prepared(budget(), { lock })), { certification: null, lock });
    t.same(rulesOf(prepared(budget(), { lock, fieldName: 'Kepala' })).lock, lock, 'in a field of the form');
    t.same(rulesOf(prepared(budget(), { lock, certification: 2 })), { certification: 2, lock });
  }
});

t.test('a name outside of ASCII is written so that it means the same field', async (t) => {
  const file = budget({ 10: '<< /FT /Tx /T <FEFF00C90042> >>' });
  const lock = { action: 'Include', fields: ['\u00c9B'] } as const;
  t.same(rulesOf(prepared(file, { lock })).lock, lock);
});

t.test('a lock on a field that is not there is refused', async (t) => {
  for (const fieldName of ['Angaran', 'Rincian.Jumlah.Lain', 'Jumlah', '']) {
    const lock = { action: 'Include', fields: ['Anggaran', fieldName] } as const;
    t.throws(() => prepared(budget(), { lock }), { code: 'field-not-found', values: { fieldName } });
  }
});

t.test("the lock that a field's author put on it is kept, and no other one beside it", async (t) => {
  const file = budget({
    13: '<< /FT /Sig /T (Kepala) /Lock << /Type /SigFieldLock /Action /Include /Fields [(Anggaran)] >> >>',
  });
  t.same(rulesOf(prepared(file, { fieldName: 'Kepala', certification: 3 })), {
    certification: 3,
    lock: { action: 'Include', fields: ['Anggaran'] },
  });
  t.throws(() => prepared(file, { fieldName: 'Kepala', lock: { action: 'All', fields: [] } }), {
    code: 'seed-value-unmet',
    values: { entry: 'Lock' },
  });
});

t.test('only the first signature certifies', async (t) => {
  const signed = prepared(budget(), { fieldName: 'Kepala' });
  const certified = prepared(budget(), { certification: 3 });
  t.throws(() => prepared(signed, { certification: 2 }), {
    code: 'certification-not-first',
    values: { fieldName: 'Kepala' },
  });
  t.throws(() => prepared(certified, { certification: 3 }), {
    code: 'certification-not-first',
    values: { fieldName: 'sig_1' },
  });
  const named = budget({ 20: '<< /Type /Sig /Contents <00> >>' }, '/Perms << /DocMDP 20 0 R >>');
  t.throws(() => prepared(named, { certification: 2 }), {
    code: 'certification-not-first',
    values: { fieldName: null },
  });
});

t.test('what we forbid is refused to the next signer, and who forbade it is named', async (t) => {
  const none = prepared(budget(), { certification: 1, fieldName: 'Kepala' });
  t.throws(() => prepared(none, {}), { code: 'docmdp-forbids', values: { level: 1, by: 'Kepala' } });
  const lock = { action: 'Include', fields: ['Kepala'] } as const;
  t.throws(() => prepared(prepared(budget(), { lock }), { fieldName: 'Kepala' }), {
    code: 'field-locked',
    values: { fieldName: 'Kepala', by: 'sig_1' },
  });
  const filling = prepared(budget(), { certification: 2 });
  t.ok(prepared(filling, { fieldName: 'Kepala' }), 'an empty field may be signed');
});

t.test('a form that asks for a certification in a field gets that one or none', async (t) => {
  const asking = (p: number) => budget({ 13: `<< /FT /Sig /T (Kepala) /SV << /MDP << /P ${p} >> >> >>` });
  const refusal = { code: 'seed-value-unmet', values: { entry: 'MDP' } };
  t.same(rulesOf(prepared(asking(2), { fieldName: 'Kepala', certification: 2 })).certification, 2);
  t.throws(() => prepared(asking(2), { fieldName: 'Kepala', certification: 1 }), refusal);
  t.throws(() => prepared(asking(2), { fieldName: 'Kepala' }), refusal);
  t.throws(() => prepared(asking(0), { fieldName: 'Kepala', certification: 2 }), refusal);
  t.same(rulesOf(prepared(asking(0), { fieldName: 'Kepala' })).certification, null);
});

t.test('PDF 2.0 is told of elliptic curves, once, beside what is there', async (t) => {
  const extensionsOf = (version: string, catalog: string, ellipticCurve: boolean) => {
    const objects = onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${catalog} >>` });
    const { last } = open(prepared(handmadePdf({ objects, version }), {}, ellipticCurve));
    return serializeObject(last.catalog().entries.get('Extensions') ?? null).replaceAll('\n', ' ');
  };
  const entry = (level: number, revision = 2022) =>
    `<< /Type /DeveloperExtensions /BaseVersion /2.0 /ExtensionLevel ${level} /ExtensionRevision (:${revision}) /URL (https://www.iso.org/standard/45875.html) >>`;
  t.equal(extensionsOf('2.0', '', true), `<< /ISO_ [${entry(32_002)}] >>`);
  t.equal(extensionsOf('2.0', '', false), 'null', 'RSA is part of PDF 2.0');
  t.notMatch(extensionsOf('1.7', '', true), /ISO_/, 'the base version must not exceed that of the file');
  t.equal(extensionsOf('1.4', '', true), 'null');
  const other = entry(32_001).replace('/URL (https://www.iso.org/standard/45875.html)', '/URL (x)');
  for (const old of [other, `[${other}]`])
    t.equal(
      extensionsOf('2.0', `/Extensions << /ISO_ ${old} >>`, true),
      `<< /ISO_ [${other} ${entry(32_002)}] >>`,
    );
  t.equal(
    extensionsOf('2.0', `/Extensions << /ISO_ ${entry(32_002)} >>`, true),
    `<< /ISO_ ${entry(32_002)} >>`,
    'what is there already is left alone',
  );
});
