// Which field may be signed, where, and what earlier signatures forbid.

import t, { type Test } from 'tap';
import { latin1 } from '../../src/pdf/characters.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { MalformedPdf, UpdateRefused } from '../../src/pdf/errors.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import type { Page } from '../../src/pdf/page-tree.ts';
import { type Placement, placeOnPage, uprightMatrix } from '../../src/pdf/placement.ts';
import { prepareSignature } from '../../src/pdf/prepare-signature.ts';
import type { IntendedSignature } from '../../src/pdf/seed-value.ts';
import { serializeObject } from '../../src/pdf/serialize.ts';
import {
  type FieldWish,
  requireSigningPlace,
  type SigningPlace,
  timestampPlace,
} from '../../src/pdf/signing-place.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { handmadePdf, onePage } from './handmade.ts';

const intended: IntendedSignature = {
  filter: 'Adobe.PPKLite',
  subFilter: 'ETSI.CAdES.detached',
  digestMethod: 'SHA256',
  reason: 'Persetujuan',
};
const rect = { x: 50, y: 60, width: 200, height: 80 };
const placement: Placement = { page: 1, rect, origin: 'bottom-left' };

function open(bytes: Uint8Array): PdfDocument {
  return openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'read' });
}

/** A page whose form has these fields; objects from 10 on. */
function withFields(
  fields: Readonly<Record<number, string>>,
  listed: readonly number[],
  catalog = '',
): PdfDocument {
  const references = listed.map((number) => `${number} 0 R`).join(' ');
  const form = `/AcroForm << /Fields [${references}] >>`;
  const annotations = Object.keys(fields).map((number) => `${number} 0 R`);
  const page = onePage()[3]?.replace('/Unknown', `/Annots [${annotations.join(' ')}] /Unknown`) ?? '';
  const objects = onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${form} ${catalog} >>`, 3: page, ...fields });
  return open(handmadePdf({ objects }));
}

function placeIn(document: PdfDocument, wish: Partial<FieldWish> = {}): SigningPlace {
  return requireSigningPlace(
    document,
    { fieldName: null, placement: null, newFieldName: 'sig_1', ...wish },
    intended,
  );
}

function refuses(
  t: Test,
  document: PdfDocument,
  wish: Partial<FieldWish>,
  code: string,
  values: object,
): void {
  t.throws(() => placeIn(document, wish), { name: 'UpdateRefused', code, values }, code);
}

/** The objects of the update as text, by number. */
function updateOf(document: PdfDocument, wish: Partial<FieldWish>): (number: number) => string {
  const prepared = prepareSignature(document, {
    place: placeIn(document, wish),
    appearance: null,
    reserved: 16,
    subFilter: 'ETSI.CAdES.detached',
    entries: { name: null, reason: null, location: null, contactInfo: null, signingTime: null },
    description: 'Tanda tangan',
    fileIdentifier: new Uint8Array(16),
    randomBytes: nodePlatform.randomBytes,
  });
  const text = latin1(prepared.update);
  return (number) => {
    const match = new RegExp(`(?:^|\\n)${number} 0 obj\\n([^]*?)\\nendobj`).exec(text);
    return (match?.[1] ?? '').replaceAll('\n', ' ');
  };
}

const widget = '/Type /Annot /Subtype /Widget /Rect [50 60 250 140] /P 3 0 R /F 4 /MK << /BG [1] >>';
const emptyField = `<< /FT /Sig /T (Pejabat) ${widget} >>`;
/** A signed field; its value is no real signature, which nobody asks here. */
const signedField = (more = '', value = '') =>
  `<< /FT /Sig /T (Dulu) ${widget.replace('[50 60 250 140]', '[300 60 400 140]')} ${more} /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> ${value} >> >>`;

t.test('an empty field keeps its place and gets the value', async (t) => {
  const document = withFields({ 10: emptyField }, [10]);
  const place = placeIn(document, { fieldName: 'Pejabat' });
  t.match(place, {
    kind: 'existing',
    place: { rect: [50, 60, 250, 140], rotation: 0, width: 200, height: 80 },
  });
  const object = updateOf(document, { fieldName: 'Pejabat' });
  t.equal(
    object(10),
    `<< /FT /Sig /T (Pejabat) /Type /Annot /Subtype /Widget /Rect [50 60 250 140] /P 3 0 R /F 4 /MK << /BG [1] >> /V 11 0 R >>`,
  );
  t.match(object(1), '/SigFlags 3');
  t.equal(object(3), '', 'the page already shows the widget');
});

t.test('a field with one widget of its own takes the value itself', async (t) => {
  const document = withFields(
    { 10: '<< /FT /Sig /T (Pejabat) /Kids [11 0 R] >>', 11: `<< ${widget} /Parent 10 0 R >>` },
    [10],
  );
  const object = updateOf(document, { fieldName: 'Pejabat' });
  t.match(object(10), '/V 12 0 R');
  t.equal(object(11), '', 'without a picture the widget stays as it is');
});

t.test('a name leads through parents, a type may be inherited', async (t) => {
  const document = withFields(
    {
      10: '<< /T (Surat) /FT /Sig /Kids [11 0 R] >>',
      11: '<< /T (Kepala) /Parent 10 0 R /Kids [12 0 R] >>',
      12: `<< /T (Dinas) ${widget} /Parent 11 0 R >>`,
    },
    [10],
  );
  t.match(placeIn(document, { fieldName: 'Surat.Kepala.Dinas' }), {
    kind: 'existing',
    field: { number: 12 },
  });
  refuses(t, document, { fieldName: 'Surat.Kepala' }, 'field-not-found', { fieldName: 'Surat.Kepala' });
});

t.test('a field that cannot be signed is refused by its reason', async (t) => {
  const document = withFields(
    {
      10: '<< /FT /Tx /T (Nama) /V (Budi) >>',
      11: signedField(),
      12: '<< /FT /Sig /T (Dua) /Kids [13 0 R 14 0 R] >>',
      13: `<< ${widget} /Parent 12 0 R >>`,
      14: `<< ${widget} /Parent 12 0 R >>`,
      15: '<< /FT /Sig /T (Sama) >>',
      16: '<< /FT /Sig /T (Sama) >>',
    },
    [10, 11, 12, 15, 16],
  );
  refuses(t, document, { fieldName: 'Tiada' }, 'field-not-found', { fieldName: 'Tiada' });
  refuses(t, document, { fieldName: 'Nama' }, 'field-not-signature', { fieldName: 'Nama' });
  refuses(t, document, { fieldName: 'Dulu' }, 'field-already-signed', { fieldName: 'Dulu' });
  refuses(t, document, { fieldName: 'Dua' }, 'field-ambiguous', { fieldName: 'Dua' });
  refuses(t, document, { fieldName: 'Sama' }, 'field-ambiguous', { fieldName: 'Sama' });
  const empty = withFields({ 10: emptyField }, [10]);
  refuses(t, empty, { fieldName: 'Pejabat', placement }, 'field-ambiguous', { fieldName: 'Pejabat' });
});

t.test('a new field gets a name that nobody has', async (t) => {
  const document = withFields({ 10: '<< /FT /Tx /T (sig_1) >>', 11: '<< /FT /Tx /T (sig_1_2) >>' }, [10, 11]);
  t.equal(placeIn(document).name, 'sig_1_3');
  t.equal(placeIn(document, { fieldName: 'Kepala', placement }).name, 'Kepala');
  refuses(t, document, { fieldName: 'Kepala.Dinas', placement }, 'field-not-found', {
    fieldName: 'Kepala.Dinas',
  });
});

t.test('a lock on the field is repeated in its signature', async (t) => {
  const field = emptyField.replace(
    '/T',
    '/Lock << /Type /SigFieldLock /Action /Include /Fields [(Na\\155a) 20 0 R] >> /T',
  );
  const document = withFields({ 10: field, 20: '(Tanggal)' }, [10]);
  const object = updateOf(document, { fieldName: 'Pejabat' });
  t.match(
    object(21),
    '/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 ' +
      '/Action /Include /Fields [(Na\\155a) (Tanggal)] >> /Data 1 0 R >>]',
  );
});

t.test('what a form demands of a signature is met or refused', async (t) => {
  const withSeed = (seed: string) =>
    withFields({ 10: emptyField.replace('/T', `/SV << /Type /SV ${seed} >> /T`) }, [10]);
  const wish = { fieldName: 'Pejabat' };
  const met = [
    '/Ff 0 /SubFilter [/adbe.x509.rsa_sha1]',
    '/Ff 3 /Filter /Adobe.PPKLite /SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached]',
    '/Ff 8 /Reasons [(Penolakan) (Persetujuan)]',
    '/Ff 64 /DigestMethod [(SHA512) (SHA256)]',
    '/Ff 4 /V 2',
    '/Ff 32 /AddRevInfo false',
    '/MDP << /P 0 >>',
    '/Cert << /Type /SVCert /Ff 0 >>',
  ];
  for (const seed of met) t.equal(placeIn(withSeed(seed), wish).name, 'Pejabat', seed);
  const unmet: [string, string][] = [
    ['/Ff 1 /Filter /Lain', 'Filter'],
    ['/Ff 2 /SubFilter [/adbe.pkcs7.detached]', 'SubFilter'],
    ['/Ff 4 /V 4', 'V'],
    ['/Ff 8 /Reasons [(Penolakan)]', 'Reasons'],
    ['/Ff 8 /Reasons [(.)]', 'Reasons'],
    ['/Ff 16 /LegalAttestation [(x)]', 'LegalAttestation'],
    ['/Ff 32 /AddRevInfo true', 'AddRevInfo'],
    ['/Ff 64 /DigestMethod [(SHA512)]', 'DigestMethod'],
    ['/Ff 128 /LockDocument /true', 'LockDocument'],
    ['/Ff 256 /AppearanceFilter (x)', 'AppearanceFilter'],
    ['/MDP << /P 2 >>', 'MDP'],
    ['/Cert << /Type /SVCert /Ff 1 /Subject [(x)] >>', 'Cert'],
    ['/TimeStamp << /URL (http://127.0.0.1) /Ff 1 >>', 'TimeStamp'],
  ];
  for (const [seed, entry] of unmet) refuses(t, withSeed(seed), wish, 'seed-value-unmet', { entry });
});

const docMdp = (p: string) =>
  `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 ${p} >> >>]`;
const fieldMdp = (params: string) =>
  `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /V /1.2 ${params} >> >>]`;

t.test('a certified document takes what its permission leaves', async (t) => {
  const certified = (p: string, catalog = '') =>
    withFields({ 10: emptyField, 11: signedField('', docMdp(p)) }, [10, 11], catalog);
  for (const wish of [{}, { placement }, { fieldName: 'Pejabat' }]) {
    refuses(t, certified('/P 1'), wish, 'docmdp-forbids', { level: 1 });
    refuses(t, certified('/P 7'), wish, 'docmdp-forbids', { level: 1 });
  }
  for (const [p, level] of [
    ['/P 2', 2],
    ['', 2],
    ['/P 3', 3],
  ] as const) {
    t.equal(placeIn(certified(p)).name, 'sig_1', 'a new invisible field');
    t.equal(placeIn(certified(p), { fieldName: 'Pejabat' }).name, 'Pejabat', 'an empty field');
    refuses(t, certified(p), { placement: { ...placement, rect: { ...rect, y: 400 } } }, 'docmdp-forbids', {
      level,
    });
  }
});

t.test('a certification that only the catalog names counts', async (t) => {
  const document = withFields(
    { 10: emptyField, 11: `<< /Type /Sig ${docMdp('/P 1')} >>` },
    [10],
    '/Perms << /DocMDP 11 0 R >>',
  );
  refuses(t, document, {}, 'docmdp-forbids', { level: 1 });
});

t.test('the smallest permission of all signatures is in force', async (t) => {
  const lock = '/Lock << /Type /SigFieldLock /Action /Include /Fields [] /P 1 >>';
  const document = withFields({ 10: emptyField, 11: signedField(lock, docMdp('/P 3')) }, [10, 11]);
  refuses(t, document, {}, 'docmdp-forbids', { level: 1 });
});

t.test('a locked field is not signed, an unlocked one is', async (t) => {
  const locked = (params: string) =>
    withFields({ 10: emptyField, 11: signedField('', fieldMdp(params)) }, [10, 11]);
  const elsewhere = { ...placement, rect: { ...rect, y: 400 } };
  const all = locked('/Action /All');
  refuses(t, all, { fieldName: 'Pejabat' }, 'field-locked', { fieldName: 'Pejabat' });
  refuses(t, all, { placement: elsewhere }, 'field-locked', { fieldName: 'sig_1' });
  refuses(t, all, {}, 'field-locked', { fieldName: 'sig_1', by: 'Dulu' });
  refuses(t, locked('/Action /Include /Fields [(Pejabat)]'), { fieldName: 'Pejabat' }, 'field-locked', {});
  t.ok(placeIn(locked('/Action /Include /Fields [(Pej) (Lain)]'), { fieldName: 'Pejabat' }));
  t.ok(placeIn(locked('/Action /Include /Fields [(Pejabat)]'), { placement: elsewhere }));
  t.ok(placeIn(locked('/Action /Exclude /Fields [(Pejabat)]'), { fieldName: 'Pejabat' }));
  refuses(t, locked('/Action /Exclude /Fields [(Lain)]'), { fieldName: 'Pejabat' }, 'field-locked', {});
  refuses(t, locked('/Action /Exclude /Fields [(Lain)]'), { placement: elsewhere }, 'field-locked', {});
  refuses(t, locked('/Action /Exclude /Fields [(Lain)]'), {}, 'field-locked', { fieldName: 'sig_1' });
  t.equal(
    placeIn(locked('/Action /Exclude /Fields [(sig_1)]')).name,
    'sig_1',
    'a new one that is named free',
  );
  t.equal(placeIn(locked('/Action /Include /Fields [(Pejabat)]')).name, 'sig_1', 'one that nobody locked');
  t.equal(timestampPlace(all, 'ts').name, 'ts', 'a document time-stamp is free of locks');
});

t.test('a lock on a parent locks all below it', async (t) => {
  const document = withFields(
    {
      10: '<< /T (Surat) /Kids [12 0 R] >>',
      11: signedField('/Lock << /Action /Include /Fields [(Surat)] >>'),
      12: `<< /T (Kepala) /FT /Sig ${widget} /Parent 10 0 R >>`,
    },
    [10, 11],
  );
  refuses(t, document, { fieldName: 'Surat.Kepala' }, 'field-locked', { fieldName: 'Surat.Kepala' });
});

t.test('a new widget covers no earlier signature, and no annotation of a signed document', async (t) => {
  const over = { ...placement, rect: { x: 320, y: 70, width: 50, height: 50 } };
  refuses(t, withFields({ 11: signedField() }, [11]), { placement: over }, 'placement-collides', {
    with: 'Widget',
  });
  refuses(t, withFields({ 10: emptyField }, [10]), { placement }, 'placement-collides', { with: 'Widget' });
  const link = '<< /Type /Annot /Subtype /Link /Rect [50 60 90 90] >>';
  refuses(t, withFields({ 11: signedField(), 12: link }, [11]), { placement }, 'placement-collides', {
    with: 'Link',
  });
  t.ok(placeIn(withFields({ 12: link }, []), { placement }), 'nothing is signed yet');
  const touching = { ...placement, rect: { x: 200, y: 60, width: 100.5, height: 80 } };
  t.ok(placeIn(withFields({ 11: signedField() }, [11]), { placement: touching }), 'borders may touch');
});

t.test('a page that is not there is refused', async (t) => {
  const document = open(handmadePdf({ objects: onePage() }));
  for (const page of [0, 2, -1]) {
    refuses(t, document, { placement: { ...placement, page } }, 'page-not-found', { page });
  }
  t.match(placeIn(document, { placement: { ...placement, page: 'last' } }), { page: { number: 1 } });
});

t.test('a field without a number of its own cannot be signed', async (t) => {
  const form = `/AcroForm << /Fields [${emptyField}] >>`;
  const document = open(
    handmadePdf({ objects: onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${form} >>` }) }),
  );
  t.throws(
    () => placeIn(document, { fieldName: 'Pejabat' }),
    new MalformedPdf('pdf-damaged', { reason: 'object' }),
  );
});

/** A page with only what a placement asks. */
function pageOf(rotate: number, cropBox: Page['cropBox'], userUnit = 1): Page {
  const document = open(handmadePdf({ objects: onePage() }));
  const reference = { kind: 'reference', number: 3, generation: 0 } as const;
  const dictionary = asKind(document.last.load(reference), 'dictionary');
  if (dictionary === undefined) throw new Error('no page');
  return {
    reference,
    dictionary,
    number: 1,
    mediaBox: [0, 0, 700, 900],
    cropBox,
    rotate,
    userUnit,
    resources: null,
  };
}

t.test('displayed rectangles become user space', async (t) => {
  const crop = [30, 40, 630, 840] as const;
  const place = (rotate: number, origin: Placement['origin'], userUnit = 1) =>
    placeOnPage(pageOf(rotate, crop, userUnit), {
      page: 1,
      rect: { x: 10, y: 20, width: 100, height: 50 },
      origin,
    });
  t.same(place(0, 'bottom-left').rect, [40, 60, 140, 110]);
  t.same(place(0, 'top-left').rect, [40, 770, 140, 820]);
  t.same(place(90, 'bottom-left').rect, [560, 50, 610, 150]);
  t.same(place(90, 'top-left').rect, [50, 50, 100, 150]);
  t.same(place(180, 'bottom-left').rect, [520, 770, 620, 820]);
  t.same(place(270, 'bottom-left').rect, [50, 730, 100, 830]);
  t.same(place(-90, 'bottom-left'), place(270, 'bottom-left'), 'turns count both ways');
  t.same(place(45, 'bottom-left'), place(0, 'bottom-left'), 'what is no right angle does not turn');
  t.same(place(0, 'bottom-left', 2).rect, [35, 50, 85, 75], 'a larger unit makes fewer of them');
  t.match(place(90, 'bottom-left'), { rotation: 90, width: 100, height: 50 });
  t.same(
    [0, 90, 180, 270].map((r) => uprightMatrix(r as 0)[1]),
    [0, 1, 0, -1],
  );
});

t.test('a rectangle outside of the displayed page is refused with both', async (t) => {
  const crop = [30, 40, 630, 840] as const;
  const refused = (rotate: number, wrong: Partial<typeof rect>, box: readonly number[]) => {
    const asked = { ...rect, ...wrong };
    t.throws(
      () => placeOnPage(pageOf(rotate, crop), { page: 1, rect: asked, origin: 'top-left' }),
      new UpdateRefused('placement-out-of-page', { rect: asked, box }),
    );
  };
  for (const wrong of [
    { x: -1 },
    { y: -1 },
    { x: 401 },
    { y: 721 },
    { width: 0 },
    { height: -5 },
    { x: Number.NaN },
  ]) {
    refused(0, wrong, [0, 0, 600, 800]);
  }
  refused(90, { y: 521 }, [0, 0, 800, 600]);
  t.ok(placeOnPage(pageOf(90, crop), { page: 1, rect: { ...rect, x: 600 }, origin: 'top-left' }));
  const beyond = pageOf(0, [-100, -100, 5000, 5000]);
  t.throws(
    () => placeOnPage(beyond, { page: 1, rect: { ...rect, x: 601 }, origin: 'top-left' }),
    { name: 'UpdateRefused', code: 'placement-out-of-page', values: { box: [0, 0, 700, 900] } },
    'the crop box shows nothing beyond the media box',
  );
});

t.test('a new widget on a turned page', async (t) => {
  const page = onePage()[3]?.replace('/Unknown', '/Rotate 90 /Unknown') ?? '';
  const document = open(handmadePdf({ objects: onePage({ 3: page }) }));
  const object = updateOf(document, { placement });
  t.match(object(8), '/Rect [455 50 535 250]');
  t.match(object(8), '/MK << /R 90 >>');
  t.match(object(8), '/F 132');
  const fields = readFields(document.last);
  t.same(fields, [], 'the document itself is as it was');
  t.equal(serializeObject(document.last.catalog()), '<<\n/Type /Catalog\n/Pages 2 0 R\n>>');
});
