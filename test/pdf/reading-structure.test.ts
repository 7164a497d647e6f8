// Pages and fields, equality of objects, both views of hybrid files, the account of every byte.

import t from 'tap';
import { accountOfBytes } from '../../src/pdf/account-of-bytes.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { fieldOfWidget, readFields } from '../../src/pdf/form-fields.ts';
import { hybridViewsAgree } from '../../src/pdf/hybrid.ts';
import { pdfReference } from '../../src/pdf/objects.ts';
import { pageAt, pages } from '../../src/pdf/page-tree.ts';
import { sameObject } from '../../src/pdf/same-object.ts';
import {
  CATALOG,
  endMarker,
  FileBuilder,
  hybridDocument,
  latin1Bytes,
  linearizedDocument,
  loadNumber,
  onePage,
  open,
  PAGE,
  PAGES,
  streamDocument,
  tableDocument,
  textOfBytes,
} from './reading-samples.ts';

function fileOf(objects: Readonly<Record<number, string>>): FileBuilder {
  const file = new FileBuilder();
  for (const [number, body] of Object.entries(objects)) file.object(Number(number), body);
  file.table('/Size 100 /Root 1 0 R');
  return file;
}

/** Six pages in a tree of three levels; node 4 inherits its boxes to 7 and 8, 5 holds 9, 10 and 11. */
const TREE = {
  1: CATALOG,
  2: '<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 6 /MediaBox [0 0 100 200] /Resources 30 0 R >>',
  3: '<< /Type /Page /Parent 2 0 R /UserUnit 2 /Resources << /Own true >> >>',
  4: '<< /Type /Pages /Parent 2 0 R /Kids [7 0 R 8 0 R] /Count 2 /Rotate 90 /CropBox [10 10 90 190] >>',
  5: '<< /Type /Pages /Parent 2 0 R /Kids [9 0 R 10 0 R 11 0 R] /Count 3 >>',
  7: '<< /Type /Page /Parent 4 0 R >>',
  8: '<< /Type /Page /Parent 4 0 R /Rotate 0 /CropBox null /MediaBox [1 2.5 31 0 R 4] >>',
  9: '<< /Type /Page /Parent 5 0 R >>',
  10: '<< /Parent 5 0 R >>',
  11: '<< /Type /Page /Parent 5 0 R >>',
  30: '<< >>',
  31: '300',
};

t.test('pages come in their order with what they inherit', (t) => {
  const { last } = open(fileOf(TREE));
  t.same(
    [...pages(last)].map(({ reference }) => reference.number),
    [3, 7, 8, 9, 10, 11],
  );
  t.match(pageAt(last, 1), {
    number: 1,
    userUnit: 2,
    rotate: 0,
    mediaBox: [0, 0, 100, 200],
    cropBox: [0, 0, 100, 200],
  });
  t.match(pageAt(last, 2), { number: 2, userUnit: 1, rotate: 90, cropBox: [10, 10, 90, 190] });
  t.match(pageAt(last, 3), { rotate: 0, mediaBox: [1, 2.5, 300, 4], cropBox: [10, 10, 90, 190] });
  t.match(pageAt(last, 2)?.resources, pdfReference(30), 'resources stay as written');
  t.match(pageAt(last, 'last'), { number: 6, reference: { number: 11 } });
  for (const number of [1, 2, 3, 4, 5, 6])
    t.equal(pageAt(last, number)?.reference.number, [...pages(last)][number - 1]?.reference.number);
  for (const number of [0, 7, -1, 1.5]) t.equal(pageAt(last, number), null, `page ${number}`);
  t.end();
});

t.test('subtrees are skipped only where the counts add up', (t) => {
  const wrong: Readonly<Record<string, Record<number, string>>> = {
    'a root that counts too many': { ...TREE, 2: TREE[2].replace('/Count 6', '/Count 9') },
    'a root that counts too few': { ...TREE, 2: TREE[2].replace('/Count 6', '/Count 5') },
    'a node that counts too many': { ...TREE, 4: TREE[4].replace('/Count 2', '/Count 4') },
    'a root without a count': { ...TREE, 2: TREE[2].replace('/Count 6', '') },
    'a root that takes nodes for pages': { ...TREE, 2: TREE[2].replace('/Count 6', '/Count 3') },
    'a negative count': { ...TREE, 2: TREE[2].replace('/Count 6', '/Count -6') },
  };
  for (const [what, objects] of Object.entries(wrong)) {
    const { last } = open(fileOf(objects));
    const all = [...pages(last)];
    t.equal(all.length, 6, what);
    t.equal(pageAt(last, 4)?.reference.number, all[3]?.reference.number, what);
  }
  t.end();
});

t.test('an empty page tree has no last page', (t) => {
  const { last } = open(fileOf({ 1: CATALOG, 2: '<< /Type /Pages /Kids [] /Count 0 >>' }));
  t.equal(pageAt(last, 'last'), null);
  t.equal(pageAt(last, 1), null);
  t.end();
});

const FORM = {
  1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 20 0 R >>',
  2: PAGES,
  3: PAGE,
  20: '<< /Fields [21 0 R 22 0 R 99 0 R 27 0 R] >>',
  21: '<< /FT /Sig /T (Signature) /V 30 0 R /Subtype /Widget /Rect [0 0 0 0] >>',
  22: '<< /T (person) /FT /Tx /Ff 2 /V (inherited) /Kids [23 0 R 24 0 R] >>',
  23: '<< /T (name) /Parent 22 0 R /Kids [25 0 R 26 0 R] >>',
  24: '<< /T <FEFF00E9> /Parent 22 0 R /Ff 1 /V (own) >>',
  25: '<< /Subtype /Widget /Parent 23 0 R /Rect [0 0 1 1] >>',
  26: '<< /Subtype /Widget /Parent 23 0 R /Rect [0 0 2 2] >>',
  27: '[ 1 ]',
  28: '<< /FT /Sig /T (stray) /Subtype /Widget /V 30 0 R >>',
  30: '<< /Type /Sig >>',
};

t.test('fields have full names, inherited entries and their widgets', (t) => {
  const { last } = open(fileOf(FORM));
  const fields = readFields(last);
  t.same(
    fields.map(({ name }) => name),
    ['Signature', 'person.name', 'person.\u00e9'],
  );
  const [signature, name, own] = fields;
  t.match(signature, { type: 'Sig', flags: 0, value: pdfReference(30), reference: pdfReference(21) });
  t.equal(signature?.widgets[0]?.dictionary, signature?.dictionary, 'field and widget in one dictionary');
  t.match(name, { type: 'Tx', flags: 2, parents: [pdfReference(22)] });
  t.same(
    name?.widgets.map(({ reference }) => reference?.number),
    [25, 26],
  );
  t.equal(name?.partialNames.length, 2);
  t.match(own, { flags: 1, value: { bytes: latin1Bytes('own') }, widgets: [] });
  t.match(name?.value, { bytes: latin1Bytes('inherited') });
  t.end();
});

t.test('a widget leads to its field by its parents, listed or not', (t) => {
  const { last } = open(fileOf(FORM));
  t.equal(fieldOfWidget(last, pdfReference(26))?.name, 'person.name');
  t.equal(fieldOfWidget(last, pdfReference(26))?.reference?.number, 23);
  t.match(fieldOfWidget(last, pdfReference(28)), { name: 'stray', type: 'Sig', value: pdfReference(30) });
  t.equal(fieldOfWidget(last, pdfReference(27)), null);
  t.end();
});

t.test('a document without a form has no fields; a form that is no dictionary is damage', (t) => {
  t.same(readFields(open(tableDocument()).last), []);
  const { last } = open(fileOf({ ...FORM, 20: '[ ]' }));
  t.throws(() => readFields(last), { code: 'pdf-damaged', values: { reason: 'field-tree' } });
  t.end();
});

t.test('objects are the same by what their tokens mean, and never by what references lead to', (t) => {
  const pairs: readonly (readonly [string, string, boolean])[] = [
    ['<< /A 1 /B [2 (x)] >>', '<</B[2(x)]/A 1>>', true],
    ['(AB)', '<4142>', true],
    ['/A#42', '/AB', true],
    ['1.0', '1', true],
    ['9007199254740993', '9007199254740992', false],
    ['5 0 R', '5 0 R', true],
    ['5 0 R', '6 0 R', false],
    ['5 0 R', '5 1 R', false],
    ['(x)', '/x', false],
    ['null', 'false', false],
    ['[1 2]', '[1 2 3]', false],
    ['[1 2]', '[2 1]', false],
    ['<< /A 1 >>', '<< /A 1 /B null >>', false],
    ['<< /A 1 /A 2 >>', '<< /A 1 /A 2 >>', false],
  ];
  for (const [a, b, same] of pairs) {
    const document = open(fileOf({ 1: CATALOG, 2: PAGES, 3: PAGE, 4: a, 5: b }));
    const [objectA, objectB] = [loadNumber(document, 4), loadNumber(document, 5)];
    t.equal(sameObject(document.last, objectA, document.last, objectB), same, `${a} and ${b}`);
    t.equal(sameObject(document.last, objectB, document.last, objectA), same, `${b} and ${a}`);
  }
  t.end();
});

t.test('streams are the same by dictionary and raw data', (t) => {
  const file = onePage()
    .stream(4, '/K 1', 'data')
    .stream(5, '/K 1', 'data', '9 0 R')
    .stream(6, '/K 1', 'dada');
  file.stream(7, '/K 2', 'data').object(9, '4').table('/Size 10 /Root 1 0 R');
  const document = open(file);
  const same = (number: number) =>
    sameObject(document.last, loadNumber(document, 4), document.last, loadNumber(document, number));
  t.same([4, 5, 6, 7].map(same), [true, true, false, false]);
  t.end();
});

t.test('a hybrid file whose views agree, and those that show old readers something else', (t) => {
  t.equal(hybridViewsAgree(open(tableDocument())), true);
  t.equal(hybridViewsAgree(open(hybridDocument())), true, 'what is hidden is not reached from the pages');
  const reached = open(hybridDocument('<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>'));
  t.equal(hybridViewsAgree(reached), false, 'a form that old readers do not see');
  const structure = open(hybridDocument('<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 5 0 R >>'));
  t.equal(hybridViewsAgree(structure), true, 'office software hides the structure tree');
  t.end();
});

t.test('an update that replaces a page for new readers only is found', (t) => {
  const file = tableDocument();
  file.object(3, '<< /Type /Page /Parent 2 0 R /Contents 9 0 R >>');
  const hidden = file.crossReferenceStream(8, '/Size 9 /Root 1 0 R', 'hidden');
  file.rows.clear();
  file.table(`/Size 9 /Root 1 0 R /XRefStm ${hidden}`);
  const document = open(file);
  t.equal(hybridViewsAgree(document), false);
  t.equal(hybridViewsAgree(document, 0), true, 'the state before is innocent');
  t.end();
});

/** The text of the bytes without an explanation, by revision. */
function unexplained(document: PdfDocument, bytes: Uint8Array): readonly (string | null)[] {
  return document.revisions.map(({ index }) => {
    const range = accountOfBytes(document, index);
    return range === null ? null : textOfBytes(bytes.slice(range.start, range.end));
  });
}

t.test('sound files of every form account for every byte', (t) => {
  const updated = tableDocument().raw('% a comment\n \n').object(4, '(x)');
  updated.table('/Size 5 /Root 1 0 R');
  for (const bytes of [
    tableDocument().bytes(),
    streamDocument().bytes(),
    hybridDocument().bytes(),
    linearizedDocument(),
    updated.bytes(),
  ]) {
    const document = open(bytes);
    t.same(
      unexplained(document, bytes),
      document.revisions.map(() => null),
    );
  }
  t.end();
});

t.test('what an update carries without listing it is found', (t) => {
  const attacks: Readonly<Record<string, string>> = {
    'an object that no row names': '9 0 obj\n(shadow)\nendobj\n',
    'bytes that are nothing': 'text',
    'a second end marker': endMarker(9),
    'a table that no chain names': 'xref\n0 1\n0000000000 65535 f\r\ntrailer\n<< >>\n',
  };
  for (const [what, smuggled] of Object.entries(attacks)) {
    const file = tableDocument();
    file.object(4, '(listed)').raw(smuggled);
    file.table('/Size 5 /Root 1 0 R');
    const found = unexplained(open(file), file.bytes());
    t.equal(found[0], null, what);
    t.ok(found[1]?.startsWith(smuggled.trimEnd().slice(0, 4)), what);
  }
  t.end();
});

t.test('a comment that swallows the beginning of a listed object is no explanation', (t) => {
  const file = tableDocument();
  file.raw('% ').object(4, '(in a comment)');
  file.table('/Size 5 /Root 1 0 R');
  t.type(accountOfBytes(open(file), 1)?.start, 'number');
  t.end();
});
