// Updates that prepare a signature: what they contain for each kind of file, and that nothing else is touched.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { concatBytes } from '../../src/asn1/values.ts';
import { latin1 } from '../../src/pdf/characters.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { MalformedPdf, UpdateRefused } from '../../src/pdf/errors.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind, type PdfDictionary, pdfName, pdfNumber, pdfTextString } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pageAt } from '../../src/pdf/page-tree.ts';
import {
  embedSignature,
  prepareSignature,
  type SignatureToPrepare,
} from '../../src/pdf/prepare-signature.ts';
import type { IntendedSignature } from '../../src/pdf/seed-value.ts';
import { latin1Bytes, serializeObject } from '../../src/pdf/serialize.ts';
import { type FieldWish, requireSigningPlace } from '../../src/pdf/signing-place.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { run, toolMissing } from '../tools.ts';
import { type Handmade, handmadePdf, onePage } from './handmade.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-writing-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const intended: IntendedSignature = {
  filter: 'Adobe.PPKLite',
  subFilter: 'ETSI.CAdES.detached',
  digestMethod: 'SHA256',
  reason: null,
};
const newField: FieldWish = { fieldName: null, placement: null, newFieldName: 'sig_1' };
const cms = Uint8Array.from({ length: 60 }, (_, i) => 0x30 + i);

function open(bytes: Uint8Array): PdfDocument {
  return openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'read' });
}

function toPrepare(document: PdfDocument, wish: Partial<FieldWish> = {}): SignatureToPrepare {
  return {
    place: requireSigningPlace(document, { ...newField, ...wish }, intended),
    appearance: null,
    reserved: 64,
    subFilter: 'ETSI.CAdES.detached',
    entries: {
      name: 'Pejabat (Contoh)',
      reason: null,
      location: null,
      contactInfo: null,
      signingTime: "D:20261121193805+08'00'",
    },
    description: 'Tanda tangan elektronik',
    fileIdentifier: new Uint8Array(16).fill(0xa5),
    randomBytes: nodePlatform.randomBytes,
  };
}

/** The file with a value embedded that is no CMS: only its place matters here. */
function signed(bytes: Uint8Array, wish: Partial<FieldWish> = {}): Uint8Array {
  const document = open(bytes);
  const prepared = prepareSignature(document, toPrepare(document, wish));
  return concatBytes([bytes, embedSignature(prepared, cms)]);
}

async function checkWithQpdf(t: Test, bytes: Uint8Array, name: string): Promise<void> {
  const path = join(folder, 'file.pdf');
  writeFileSync(path, bytes);
  const { code, stdout, stderr } = await run('qpdf', ['--check', path]);
  t.equal(code, 0, `qpdf finds nothing wrong: ${name} ${code === 0 ? '' : stdout + stderr}`);
}

function numbersOfUpdate(bytes: Uint8Array): number[] {
  return [...(open(bytes).revisions.at(-1)?.entries.keys() ?? [])].sort((a, b) => a - b);
}

/** The `/ByteRange` of the last field's value, and the bytes of its gap. */
function gapOf(bytes: Uint8Array): { byteRange: number[]; gap: string; value: PdfDictionary } {
  const { last } = open(bytes);
  const field = readFields(last).findLast(({ type }) => type === 'Sig');
  const value = asKind(last.resolve(field?.value), 'dictionary');
  if (value === undefined) throw new Error('no signature value');
  const byteRange = (asKind(value.entries.get('ByteRange'), 'array')?.items ?? []).map(
    (item) => asKind(item, 'number')?.value ?? -1,
  );
  const [, cut = 0, resume = 0] = byteRange;
  return { byteRange, gap: latin1(bytes.subarray(cut, resume)), value };
}

const formOf = (fields: string) => `<< /DA (/F1 0 Tf 0 g) /Unknown /Kept ${fields} >>`;

/** Each way in which annotations, form and fields can be stored, with the objects that signing re-emits. */
function* layouts(): Generator<{ name: string; objects: Record<number, string>; touched: number[] }> {
  const pageWith = (annots: string) => onePage()[3]?.replace('/Unknown', `${annots} /Unknown`) ?? '';
  const annotations = [
    { name: 'no annotations', objects: {}, touched: [3] },
    { name: 'direct annotations', objects: { 3: pageWith('/Annots [8 0 R]') }, touched: [3] },
    { name: 'indirect annotations', objects: { 3: pageWith('/Annots 7 0 R'), 7: '[8 0 R]' }, touched: [7] },
  ];
  const text = '<< /Type /Annot /Subtype /Text /Rect [10 10 20 20] /Contents (hai) >>';
  const catalog = (form: string) => `<< /Type /Catalog /Pages 2 0 R ${form} /StructTreeRoot 11 0 R >>`;
  const forms = [
    { name: 'no form', objects: { 1: catalog('') }, touched: [1] },
    { name: 'direct form', objects: { 1: catalog(`/AcroForm ${formOf('')}`) }, touched: [1] },
    {
      name: 'direct form with fields',
      objects: { 1: catalog(`/AcroForm ${formOf('/Fields []')}`) },
      touched: [1],
    },
    {
      name: 'direct form, indirect fields',
      objects: { 1: catalog(`/AcroForm ${formOf('/Fields 10 0 R')}`), 10: '[]' },
      touched: [1, 10],
    },
    { name: 'indirect form', objects: { 1: catalog('/AcroForm 9 0 R'), 9: formOf('') }, touched: [1, 9] },
    {
      name: 'indirect form with fields',
      objects: { 1: catalog('/AcroForm 9 0 R'), 9: formOf('/Fields []') },
      touched: [1, 9],
    },
    {
      name: 'indirect form, indirect fields, all flags set',
      objects: { 1: catalog('/AcroForm 9 0 R'), 9: formOf('/Fields 10 0 R /SigFlags 3'), 10: '[]' },
      touched: [1, 10],
    },
  ];
  for (const a of annotations) {
    for (const f of forms) {
      const objects = onePage({ 8: text, ...a.objects, ...f.objects, 11: '<< /Type /StructTreeRoot >>' });
      yield {
        name: `${a.name}, ${f.name}`,
        objects,
        touched: [...a.touched, ...f.touched].sort((x, y) => x - y),
      };
    }
  }
}

t.test('an invisible signature in a new field', async (t) => {
  const forms: Pick<Handmade, 'form' | 'compressed'>[] = [
    { form: 'table' },
    { form: 'stream', compressed: [1, 2, 3, 5, 7, 9, 10] },
    { form: 'hybrid', compressed: [11] },
  ];
  const qpdf = toolMissing('qpdf');
  for (const form of forms) {
    for (const { name, objects, touched } of layouts()) {
      const compressed = (form.compressed ?? []).filter((number) => number in objects);
      const file = handmadePdf({ objects, ...form, compressed });
      const result = signed(file);
      const label = `${form.form}, ${name}`;
      t.same(result.subarray(0, file.length), file, `the old bytes are a prefix: ${label}`);
      const before = Math.max(...open(file).revisions.map(({ entries }) => entries.highest));
      const old = numbersOfUpdate(result).filter((number) => number <= before);
      t.same(old, touched, `nothing else is re-emitted: ${label}`);

      const document = open(result);
      t.equal(document.reading, 'strict', label);
      t.equal(document.revisions.at(-1)?.form, form.form === 'stream' ? 'stream' : 'table', label);
      const fields = readFields(document.last);
      t.same(
        fields.map((field) => [field.name, field.type]),
        [['sig_1', 'Sig']],
        label,
      );
      const acroForm = asKind(document.last.get(document.last.catalog(), 'AcroForm'), 'dictionary');
      t.equal(asKind(acroForm?.entries.get('SigFlags'), 'number')?.value, 3, label);
      const page = pageAt(document.last, 1);
      const annotations = asKind(document.last.resolve(page?.dictionary.entries.get('Annots')), 'array');
      t.same(
        annotations?.items.at(-1),
        fields[0]?.reference,
        `the widget is the page's last annotation: ${label}`,
      );
      if (qpdf === false) await checkWithQpdf(t, result, label);
    }
  }
});

t.test('what is copied keeps its tokens', async (t) => {
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.0 0842] /Unknown#20Key (a\\(b\\051 \\
c) /N#61me /Na#6De /Hex <48 61 6C> /Real -.5 /Deep << /A [ null true 00012 ] >> >>`;
  const result = latin1(signed(handmadePdf({ objects: onePage({ 3: page }) })));
  const copy = result.slice(result.lastIndexOf('\n3 0 obj'));
  for (const token of [
    '(a\\(b\\051 \\\nc)',
    '/Na#6De',
    '<48 61 6C>',
    '-.5',
    '0842',
    '595.0',
    '[null true 00012]',
  ]) {
    t.ok(copy.includes(token), token);
  }
});

t.test('a dictionary with a repeated key is not copied', async (t) => {
  const form = '<< /Fields [] /DR << /Font << >> /Font << /F1 5 0 R >> >> >>';
  const file = handmadePdf({
    objects: onePage({ 1: `<< /Type /Catalog /Pages 2 0 R /AcroForm ${form} >>` }),
  });
  t.throws(() => signed(file), new MalformedPdf('pdf-damaged', { reason: 'duplicate-key' }));
});

t.test('names and strings of our own are written so that they read back as they were', async (t) => {
  t.equal(serializeObject(pdfName('a b#(/é')), '/a#20b#23#28#2F#E9');
  t.equal(serializeObject(pdfTextString('(a)\\')), '(\\(a\\)\\\\)');
  t.equal(serializeObject(pdfTextString('Ḥ')), '<FEFF1E24>');
  t.equal(serializeObject(pdfNumber(1 / 3)), '0.33333');
});

t.test('object numbers start above everything that any section has mentioned', async (t) => {
  const reference = (file: Uint8Array) => {
    const fields = readFields(open(signed(file)).last);
    return asKind(fields[0]?.value, 'reference')?.number;
  };
  const objects = onePage();
  t.equal(reference(handmadePdf({ objects })), 6);
  t.equal(reference(handmadePdf({ objects, size: 40 })), 40, 'a larger /Size counts');
  t.equal(reference(handmadePdf({ objects, size: 3 })), 6, 'a /Size that is too small does not');
  t.equal(
    reference(handmadePdf({ objects: { ...objects, 20: 'null' } })),
    21,
    'the free numbers between stay free',
  );
});

t.test('the trailer of the update', async (t) => {
  const trailerOf = (parts: Partial<Handmade>) => {
    const bytes = signed(handmadePdf({ objects: onePage(), ...parts }));
    return open(bytes).revisions.at(-1)?.trailer.entries;
  };
  const written = (entries: ReturnType<typeof trailerOf>, key: string) =>
    serializeObject(entries?.get(key) ?? null);
  const unknown = trailerOf({ trailer: '/Info << /Title (Surat) >> /X#59 /Kept' });
  t.equal(written(unknown, 'XY'), '/Kept', 'unknown entries stay');
  t.equal(written(unknown, 'Info'), '<<\n/Title (Surat)\n>>');
  const id = trailerOf({ trailer: '/ID [<00FF> (\\101)]' });
  t.equal(
    written(id, 'ID'),
    `[<00FF> <${'A5'.repeat(16)}>]`,
    'the first identifier stays, the second is new',
  );
  t.equal(written(trailerOf({}), 'ID'), `[<${'A5'.repeat(16)}> <${'A5'.repeat(16)}>]`);
  const stream = trailerOf({ form: 'stream', trailer: '/X /Kept' });
  t.equal(written(stream, 'X'), '/Kept');
  t.notOk(stream?.has('DecodeParms') || stream?.has('Filter'), 'what describes the old stream goes');
  const hybrid = trailerOf({ form: 'hybrid' });
  t.notOk(hybrid?.has('XRefStm'));
  const again = signed(signed(handmadePdf({ objects: onePage() })), { newFieldName: 'sig_2' });
  const [first, second, third] = open(again).revisions;
  t.equal(asKind(second?.trailer.entries.get('Prev'), 'number')?.value, first?.startxref);
  t.equal(asKind(third?.trailer.entries.get('Prev'), 'number')?.value, second?.startxref);
});

t.test('a signed file without /ID gets none', async (t) => {
  const once = signed(handmadePdf({ objects: onePage() }));
  const without = latin1Bytes(latin1(once).replace(/\/ID \[<\w+> <\w+>\]/, (id) => ' '.repeat(id.length)));
  const again = open(signed(without, { newFieldName: 'sig_2' }));
  t.notOk(again.last.trailer.entries.has('ID'));
});

t.test('a line end comes first only where the file has none', async (t) => {
  for (const [end, first] of [
    ['', '\n'],
    ['\n', '7'],
    ['\r', '7'],
    ['\n%komentar', '\n'],
  ] as const) {
    const file = handmadePdf({ objects: onePage(), end });
    // What is written first is the appearance, object 7.
    t.equal(latin1(signed(file))[file.length], first, JSON.stringify(end));
  }
});

t.test('the gap is /Contents, wherever the numbers gain a digit', async (t) => {
  const base = handmadePdf({ objects: onePage() }).length;
  for (const power of [1e3, 1e4, 1e5, 1e6]) {
    for (let shift = 0; shift < 24; shift += 1) {
      // The value begins some 700 bytes after the end of the old file.
      const padding = power - base - 700 + shift * 40;
      if (padding < 0) continue;
      const file = handmadePdf({ objects: onePage(), end: `\n%${'x'.repeat(padding)}\n` });
      const result = signed(file);
      const { byteRange, gap } = gapOf(result);
      const [zero, cut = 0, resume = 0, rest = 0] = byteRange;
      t.equal(zero, 0);
      t.equal(resume + rest, result.length, 'the ranges end with the file');
      t.match(gap, /^<[0-9A-F]{128}>$/);
      t.equal(resume - cut, 130);
      if (gap.slice(1, 121) !== Buffer.from(cms).toString('hex').toUpperCase())
        t.fail('the value is in the gap');
    }
  }
});

t.test('nothing is found by searching: a file full of the words', async (t) => {
  const words = '/Type /Sig /ByteRange [0 1 2 3] /Contents <00000000>';
  const file = handmadePdf({
    objects: onePage({
      1: `<< /Type /Catalog /Pages 2 0 R /Note (${words}) /Other << /ByteRange [0 9 9 9] /Contents <3000> >> >>`,
      4: `<< /Length ${words.length + 12} >>\nstream\n%${words}\n${' '.repeat(10)}\nendstream`,
      6: `(${words})`,
    }),
    end: `\n%${words}\n`,
  });
  const result = signed(file);
  const { byteRange, gap } = gapOf(result);
  t.ok((byteRange[1] ?? 0) > file.length, 'the gap lies in the update');
  t.match(gap, /^<[0-9A-F]{128}>$/);
  t.same(result.subarray(0, file.length), file);
});

t.test('a value that is one byte too long is refused with its numbers', async (t) => {
  const document = open(handmadePdf({ objects: onePage() }));
  const exact = prepareSignature(document, { ...toPrepare(document), reserved: cms.length });
  t.match(latin1(embedSignature(exact, cms)), new RegExp(`<${Buffer.from(cms).toString('hex')}>`, 'i'));
  const short = prepareSignature(document, { ...toPrepare(document), reserved: cms.length - 1 });
  t.throws(
    () => embedSignature(short, cms),
    new UpdateRefused('signature-too-large', { needed: 60, reserved: 59 }),
  );
  t.notMatch(latin1(short.update), /30313233/, 'the prepared update is as it was');
});

t.test('the same arguments give the same bytes', async (t) => {
  const file = handmadePdf({ objects: onePage(), form: 'stream' });
  t.same(signed(file), signed(file));
});

t.test('developer extensions', async (t) => {
  const extensionsOf = (version: string, extensions = '') => {
    const objects = onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${extensions} >>` });
    const { last } = open(signed(handmadePdf({ objects, version })));
    return serializeObject(last.catalog().entries.get('Extensions') ?? null).replaceAll('\n', ' ');
  };
  const esic = '/ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >>';
  t.equal(extensionsOf('1.7'), `<< ${esic} >>`);
  t.equal(extensionsOf('2.0'), 'null');
  t.equal(extensionsOf('1.4'), 'null', 'the base version must not exceed that of the file');
  t.equal(extensionsOf('1.4', '/Version /1.7'), `<< ${esic} >>`);
  const level = (n: number, prefix = 'ESIC') =>
    `/Extensions << /${prefix} << /BaseVersion /1.7 /ExtensionLevel ${n} >> >>`;
  t.equal(extensionsOf('1.7', level(1)), `<< ${esic} >>`, 'a lower level is raised');
  t.match(extensionsOf('1.7', level(5)), /ExtensionLevel 5/, 'a higher one is kept');
  t.match(extensionsOf('1.7', level(3, 'ADBE')), /ADBE.*3.*ESIC.*2/, 'others stay beside it');
  t.notMatch(extensionsOf('1.7', level(8, 'ADBE')), /ESIC/, 'level 8 of Adobe already says so');
});

t.test('a page whose annotations are no array is refused', async (t) => {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots (x) >>';
  const file = handmadePdf({ objects: onePage({ 3: page }) });
  t.throws(() => signed(file), new MalformedPdf('pdf-damaged', { reason: 'object' }));
});

t.test('a hybrid file whose two views differ is refused', async (t) => {
  const file = handmadePdf({ objects: onePage(), form: 'hybrid', compressed: [5] });
  t.throws(() => signed(file), new MalformedPdf('pdf-damaged', { reason: 'hybrid-views-differ' }));
});

t.test('a form that the viewer draws itself is refused', async (t) => {
  const objects = onePage({ 1: '<< /Type /Catalog /Pages 2 0 R /NeedsRendering true >>' });
  t.throws(
    () => signed(handmadePdf({ objects })),
    new MalformedPdf('pdf-unsupported', { feature: 'dynamic-xfa' }),
  );
});

t.test('a damaged file without signatures gets a complete section of its own', async (t) => {
  for (const form of ['table', 'stream'] as const) {
    const whole = handmadePdf({ objects: onePage(), form, compressed: [5] });
    const broken = latin1Bytes(latin1(whole).replace(/startxref\n\d+/, 'startxref\n7'));
    t.equal(open(broken).reading, 'repaired');
    const result = signed(broken);
    const document = open(result);
    t.equal(document.reading, 'strict', 'the result needs no guess');
    t.equal(document.revisions.length, 1);
    t.notOk(document.last.trailer.entries.has('Prev'));
    t.equal(readFields(document.last).length, 1);
    t.same(result.subarray(0, broken.length), broken);
    if (toolMissing('qpdf') === false) await checkWithQpdf(t, result, `repaired ${form}`);
  }
});

t.test('a damaged file with a signature is refused', async (t) => {
  const once = signed(handmadePdf({ objects: onePage() }));
  const broken = latin1Bytes(latin1(once).replaceAll(/startxref\n\d+/g, 'startxref\n7'));
  t.throws(() => signed(broken), { code: 'pdf-damaged', values: { reason: 'signed-and-broken' } });
  const followed = concatBytes([once, latin1Bytes('5 0 obj\n<< >>\nendobj\nstartxref\n7\n%%EOF\n')]);
  t.throws(
    () => signed(followed),
    { code: 'pdf-damaged' },
    'nor is anything put behind what only its beginning signs',
  );
});
