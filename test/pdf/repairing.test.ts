// What is mended where nobody has signed, what is refused instead, and that every reader of the result sees the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pages } from '../../src/pdf/page-tree.ts';
import { PdfUpdate } from '../../src/pdf/update.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { run, toolMissing } from '../tools.ts';
import {
  FileBuilder,
  latin1Bytes,
  loadNumber,
  malformed,
  onePage,
  open,
  PAGE,
  PAGES,
  textOfBytes,
} from './reading-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-repairing-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function mend(bytes: Uint8Array): PdfDocument {
  return openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'mend' });
}

/** The file with an empty update. */
function updated(document: PdfDocument): Uint8Array {
  const { bytes } = new PdfUpdate(document, nodePlatform.randomBytes).write(new Uint8Array(16));
  return new Uint8Array(Buffer.concat([document.source.read(0, document.source.size), bytes]));
}

/** What was mended is there for readers that guess nothing. */
async function readsStrictly(t: Test, document: PdfDocument, what: string): Promise<PdfDocument> {
  const result = updated(document);
  const again = openDocument(bytesSource(result), { ...nodePlatform, damaged: 'refuse' });
  t.equal(again.reading, 'strict', what);
  t.equal(again.revisions.length, 1, `${what}: nothing leads to the broken state any more`);
  t.equal([...pages(again.last, again.limits)].length, 1, what);
  if (toolMissing('qpdf') === false) {
    const path = join(folder, 'mended.pdf');
    writeFileSync(path, result);
    t.equal((await run('qpdf', ['--check', path])).code, 0, `${what}: qpdf`);
  }
  return again;
}

/** A file whose pages are in an object stream that claims to have `count` members. */
function withCount(count: number): Uint8Array {
  const file = new FileBuilder();
  file.object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  const members = [
    [3, PAGE],
    [6, '(akhir)'],
    [2, PAGES],
  ] as const;
  let header = '';
  let body = '';
  for (const [number, text] of members) {
    header += `${number} ${body.length} `;
    body += `${text} `;
  }
  const data = header + body;
  file.stream(5, `/Type /ObjStm /N ${count} /First ${header.length}`, data);
  for (const [index, [number]] of members.entries()) file.rows.set(number, { stream: 5, index });
  file.crossReferenceStream(7, '/Size 8 /Root 1 0 R');
  return file.bytes();
}

t.test(
  'an object stream that counts its members wrongly gives them up, written so that all can read them',
  async (t) => {
    for (const count of [0, 1, 2, 4, 9]) {
      const document = open(withCount(count), 'read');
      t.equal(document.reading, 'repaired', `${count}`);
      t.same([...document.mended.keys()], [3, 6, 2], `${count}`);
      const again = await readsStrictly(t, document, `${count} for three`);
      t.equal(again.last.entry(3)?.kind, 'offset');
      t.match(loadNumber(again, 6), { bytes: latin1Bytes('akhir') });
    }
    t.equal(open(withCount(3), 'read').reading, 'strict');
  },
);

t.test('a member that is lost takes no other with it', async (t) => {
  const text = textOfBytes(withCount(3)).replace('(akhir)', '(akhir ');
  const broken = latin1Bytes(text.replace(/startxref\n\d+/, 'startxref\n7'));
  const document = open(broken, 'read');
  t.equal(document.reading, 'repaired');
  t.equal([...pages(document.last, document.limits)].length, 1);
  t.equal(document.last.entry(6), undefined, 'its value is no object');
  t.equal(document.mended.size, 0, 'what others can read stays where it is');
});

t.test('cross-references in a filter that nobody knows are rebuilt', async (t) => {
  const file = onePage();
  file.crossReferenceStream(4, '/Size 5 /Root 1 0 R');
  const bytes = latin1Bytes(
    textOfBytes(file.bytes()).replace('/Filter /FlateDecode', '/Filter /TiadaDecode'),
  );
  t.equal(
    malformed(() => open(bytes)),
    'pdf-damaged xref',
  );
  const document = open(bytes, 'read');
  t.equal(document.reading, 'repaired');
  await readsStrictly(t, document, 'an unknown filter');
});

/** A file without an end marker in which number 4 is defined twice. */
function twice(first: string, second: string, table: (rows: FileBuilder['rows']) => void): Uint8Array {
  const file = onePage().object(4, first);
  const rows = new Map(file.rows);
  file.object(4, second);
  for (const [number, row] of rows) file.rows.set(number, row);
  table(file.rows);
  file.tableWithoutMarker('/Size 5 /Root 1 0 R');
  return file.bytes();
}

t.test('a section that names another definition than the last leaves nobody to choose', async (t) => {
  const refused = (bytes: Uint8Array) => malformed(() => open(bytes, 'read'));
  t.equal(refused(twice('(lama)', '(baru)', () => undefined)), 'pdf-damaged xref');
  t.equal(
    refused(twice('(sama)', '(sama)', () => undefined)),
    'nothing thrown',
    'where both say the same there is no choice',
  );
  const unlisted = twice('(lama)', '(baru)', (rows) => rows.delete(4));
  t.match(loadNumber(open(unlisted, 'read'), 4), { bytes: latin1Bytes('baru') });
  const elsewhere = twice('(lama)', '(baru)', (rows) => rows.set(4, { offset: 7, generation: 0 }));
  t.match(
    loadNumber(open(elsewhere, 'read'), 4),
    { bytes: latin1Bytes('baru') },
    'a row that leads to no definition has no say',
  );
  const listed = onePage().object(4, '(lama)').object(4, '(baru)');
  listed.tableWithoutMarker('/Size 5 /Root 1 0 R');
  t.match(loadNumber(open(listed.bytes(), 'read'), 4), { bytes: latin1Bytes('baru') });
});

t.test('the newest section that can be read has the say, also one that is a stream', async (t) => {
  const file = onePage().object(4, '(lama)');
  file.tableWithoutMarker('/Size 5 /Root 1 0 R');
  file.object(4, '(baru)');
  const stray = file.bytes();
  t.equal(
    malformed(() => open(stray, 'read')),
    'pdf-damaged xref',
    'an update that no section lists',
  );
  file.crossReferenceStream(5, '/Size 6 /Root 1 0 R', 'hidden');
  t.match(loadNumber(open(file.bytes(), 'read'), 4), { bytes: latin1Bytes('baru') });
});

const FORM = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>';

function withFields(fields: Readonly<Record<number, string>>, catalog = FORM): Uint8Array {
  const file = new FileBuilder().object(1, catalog).object(2, PAGES).object(3, PAGE);
  for (const [number, text] of Object.entries(fields)) file.object(Number(number), text);
  file.table('/Size 10 /Root 1 0 R');
  return file.bytes();
}

t.test('a field that hangs below itself is cut off there, where nobody has signed', async (t) => {
  const cases: Readonly<Record<string, Uint8Array>> = {
    'its own kid': withFields({
      4: '<< /T (Isian) /FT /Tx /Kids [5 0 R 4 0 R] >>',
      5: '<< /T (A) /Parent 4 0 R >>',
    }),
    'a kid of its kid': withFields({
      4: '<< /T (Isian) /FT /Tx /Kids [5 0 R] >>',
      5: '<< /T (A) /Parent 4 0 R /Kids [4 0 R] >>',
    }),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    t.throws(
      () => readFields(open(bytes).last),
      new MalformedPdf('pdf-damaged', { reason: 'field-tree' }),
      what,
    );
    const document = mend(bytes);
    const names = readFields(document.last).map(({ name }) => name);
    t.same(names, ['Isian.A'], what);
    const again = await readsStrictly(t, document, what);
    t.same(
      readFields(again.last).map(({ name }) => name),
      ['Isian.A'],
      what,
    );
  }
});

t.test(
  'a broken form tree is left alone where somebody has signed, or where a field has two names',
  async (t) => {
    const loop = '<< /T (Isian) /FT /Tx /Kids [4 0 R] >>';
    const kept: Readonly<Record<string, Uint8Array>> = {
      signed: withFields(
        { 4: loop, 5: '<< /T (Ttd) /FT /Sig /V 6 0 R >>', 6: '<< /Type /Sig /Contents <00> >>' },
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R] >> >>',
      ),
      'in two places': withFields(
        {
          4: '<< /T (A) /FT /Tx /Kids [6 0 R] >>',
          5: '<< /T (B) /FT /Tx /Kids [6 0 R] >>',
          6: '<< /T (X) >>',
        },
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R] >> >>',
      ),
      'listed twice': withFields({ 4: '<< /T (A) /FT /Tx >>' }, FORM.replace('[4 0 R]', '[4 0 R 4 0 R]')),
    };
    for (const [what, bytes] of Object.entries(kept)) {
      const document = mend(bytes);
      t.equal(document.mended.size, 0, what);
      t.throws(
        () => readFields(document.last),
        new MalformedPdf('pdf-damaged', { reason: 'field-tree' }),
        what,
      );
    }
    t.equal(
      mend(withFields({ 4: '<< /T (A) /FT /Tx >>' })).reading,
      'strict',
      'a sound form needs no mending',
    );
  },
);
