// Files made to hang, exhaust or crash a reader. Each is answered with its code within a second.

import t, { type Test } from 'tap';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { fieldOfWidget, readFields } from '../../src/pdf/form-fields.ts';
import { PDF_LIMITS } from '../../src/pdf/limits.ts';
import { pageAt, pages } from '../../src/pdf/page-tree.ts';
import {
  CATALOG,
  computedMs,
  deflated,
  endMarker,
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

function within(t: Test, expected: string, what: string, attempt: () => unknown): void {
  const started = computedMs();
  t.equal(malformed(attempt), expected, what);
  t.ok(computedMs() - started < 1_000, `${what}, in time`);
}

function closed(file: FileBuilder, size = 100): PdfDocument {
  file.table(`/Size ${size} /Root 1 0 R`);
  return open(file);
}

t.test('sections that lead back to themselves', (t) => {
  const own = onePage();
  own.previous = own.position;
  own.rows.set(0, { free: 65_535 });
  own.table('/Size 4 /Root 1 0 R');
  within(t, 'pdf-damaged xref', 'a table whose /Prev is itself', () => open(own));
  t.equal(open(own, 'read').reading, 'repaired');

  const first = onePage();
  const at = first.tableWithoutMarker('/Size 4 /Root 1 0 R /Prev 0000000');
  first.raw(endMarker(at)).table('/Size 4 /Root 1 0 R');
  const loop = textOfBytes(first.bytes()).replace(
    '0000000 >>',
    `${String(first.previous).padStart(7, '0')} >>`,
  );
  within(t, 'pdf-damaged xref', 'two that name each other', () => open(latin1Bytes(loop)));

  const hidden = onePage();
  hidden.table(`/Size 4 /Root 1 0 R /XRefStm ${hidden.position}`);
  within(t, 'pdf-damaged xref', 'a table whose /XRefStm is itself', () => open(hidden));
  t.end();
});

t.test('more sections, rows or objects than any honest file has', (t) => {
  const many = onePage();
  for (let i = 0; i <= PDF_LIMITS.sections; i += 1) many.table('/Size 4 /Root 1 0 R');
  within(t, 'limits-exceeded sections', 'sections', () => open(many));
  within(t, 'limits-exceeded sections', 'sections, for a verifier', () => open(many, 'read'));

  const rows = `%PDF-1.7\nxref\n0 500001\n${'0000000000 65535 f\r\n'.repeat(500_001)}trailer\n<< /Root 1 0 R >>\n${endMarker(9)}`;
  within(t, 'limits-exceeded objects', 'rows of a table', () => open(latin1Bytes(rows)));

  const huge =
    '%PDF-1.7\nxref\n0 9999999999\n0000000000 65535 f\r\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF';
  within(t, 'pdf-damaged xref', 'a count beyond the file', () => open(latin1Bytes(huge)));
  const negative = huge.replace('9999999999', '-1');
  within(t, 'pdf-damaged xref', 'a negative count', () => open(latin1Bytes(negative)));

  const index = (entries: string) => {
    const data = deflated('\x01\0\x09'.repeat(10));
    return open(
      latin1Bytes(
        `%PDF-1.7\n5 0 obj\n<< /Type /XRef /Root 1 0 R ${entries} /Filter /FlateDecode /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n${endMarker(9)}`,
      ),
    );
  };
  for (const entries of [
    '/W [1 2 0] /Size 11',
    '/W [1 2 0] /Index [0 999999999999] /Size 1',
    '/W [1 2 0] /Index [0 -5] /Size 1',
    '/W [1 2 0] /Index [0]',
    '/W [1 9 0] /Size 1',
    '/W [1 0 0] /Size 1',
    '/W [0 0 0] /Size 999999999',
    '/W [1 -2 0] /Size 1',
    '/W [1 2 0 0] /Size 1',
    '/Size 1',
    '/W [1 2 0] /Index [0 5 4 5]',
  ])
    within(t, 'pdf-damaged xref', entries, () => index(entries));
  t.end();
});

t.test('a cross-reference stream that inflates without end', (t) => {
  const bomb = deflated('\0'.repeat(20 * 1024 * 1024));
  const file = `%PDF-1.7\n5 0 obj\n<< /Type /XRef /W [1 2 1] /Size 1 /Root 1 0 R /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n${bomb}\nendstream\nendobj\n${endMarker(9)}`;
  within(t, 'limits-exceeded decodedBytesPerStream', 'a bomb', () => open(latin1Bytes(file)));
  t.end();
});

t.test('cross-reference streams that share the budget of the document', (t) => {
  const file = new FileBuilder();
  const data = deflated('\0'.repeat(15 * 1024 * 1024));
  for (let i = 0; i < 5; i += 1) {
    const at = file.position;
    const prev = file.previous === null ? '' : `/Prev ${file.previous}`;
    file.raw(
      `5 0 obj\n<< /Type /XRef /W [1 2 1] /Size 1 /Root 1 0 R ${prev} /Filter /FlateDecode /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n${endMarker(at)}`,
    );
    file.previous = at;
  }
  within(t, 'limits-exceeded decodedBytesPerDocument', 'five of 15 MiB', () => open(file));
  t.end();
});

t.test('offsets that are negative, beyond the file or beyond all numbers', (t) => {
  const big = '9'.repeat(30);
  for (const key of [
    '/Prev -1',
    `/Prev ${big}`,
    '/Prev 1.5',
    '/Prev 99999999',
    '/XRefStm -1',
    `/XRefStm ${big}`,
    '/XRefStm 99999999',
  ]) {
    const file = onePage();
    file.table(`/Size 4 /Root 1 0 R ${key}`);
    within(t, 'pdf-damaged xref', key, () => open(file));
  }
  const file = onePage();
  file.rows.set(4, { offset: 9_999_999_999, generation: 0 });
  within(t, 'pdf-damaged object', 'a row beyond the file', () => loadNumber(closed(file), 4));
  t.end();
});

t.test('objects that lead back to themselves', (t) => {
  within(t, 'pdf-damaged object', 'a reference to itself', () => {
    const document = closed(onePage().object(4, '4 0 R'));
    document.last.resolve({ kind: 'reference', number: 4, generation: 0 });
  });
  within(t, 'pdf-damaged object', 'a length that is its own stream', () =>
    loadNumber(closed(onePage().stream(4, '', 'data', '4 0 R')), 4),
  );
  within(t, 'pdf-damaged object', 'two streams that are each other’s lengths', () =>
    loadNumber(closed(onePage().stream(4, '', 'data', '5 0 R').stream(5, '', 'data', '4 0 R')), 4),
  );
  t.end();
});

t.test('object streams that hold, name or extend themselves', (t) => {
  const file = (stream: number, entries = '') => {
    const builder = onePage().objectStream(4, new Map([[5, '(x)']]), entries);
    builder.rows.set(5, { stream, index: 0 });
    builder.rows.set(7, { stream: 8, index: 0 });
    builder.rows.set(8, { stream: 7, index: 0 });
    builder.crossReferenceStream(6, '/Size 9 /Root 1 0 R');
    return open(builder);
  };
  within(t, 'pdf-damaged object', 'a member that is its own stream', () => loadNumber(file(5), 5));
  within(t, 'pdf-damaged object', 'two streams inside each other', () => loadNumber(file(4), 7));
  within(t, 'pdf-damaged object', 'a stream that extends itself', () =>
    loadNumber(file(4, '/Extends 4 0 R'), 5),
  );
  within(t, 'nothing thrown', 'a stream that extends nothing', () =>
    loadNumber(file(4, '/Extends 99 0 R'), 5),
  );

  const length = onePage().stream(4, '/Type /ObjStm /N 1 /First 4', '5 0 4', '5 0 R');
  length.rows.set(5, { stream: 4, index: 0 });
  length.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
  within(t, 'pdf-damaged object', 'a stream whose length is its member', () => loadNumber(open(length), 5));

  const count = onePage().stream(4, '/Type /ObjStm /N 999999999 /First 0', '');
  count.rows.set(5, { stream: 4, index: 0 });
  count.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
  within(t, 'limits-exceeded objects', 'a stream of a thousand million members', () =>
    loadNumber(open(count), 5),
  );
  t.end();
});

t.test('nesting of a million, in the trailer, an object, an object stream, and for the scan', (t) => {
  const deep = '['.repeat(1_000_000);
  within(t, 'limits-exceeded nesting', 'an object', () => loadNumber(closed(onePage().object(4, deep)), 4));
  const member = onePage().objectStream(4, new Map([[5, deep]]));
  member.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
  within(t, 'limits-exceeded nesting', 'a member', () => loadNumber(open(member), 5));
  const trailer = onePage();
  trailer.table(`/Size 4 /Root 1 0 R /X ${deep}`);
  within(t, 'limits-exceeded nesting', 'the trailer', () => open(trailer));
  within(t, 'limits-exceeded nesting', 'the scan', () => open(onePage().object(4, deep), 'read'));
  t.end();
});

const count = (document: PdfDocument) => [...pages(document.last)].length;

t.test('more in one object, or in object streams together, than anybody can keep', (t) => {
  const wide = (piece: string, times: number) => `[${piece.repeat(times)}]`;
  const limit = PDF_LIMITS.parsedBytesPerObject / 64;
  const member = (text: string) => {
    const file = onePage().objectStream(4, new Map([[5, text]]));
    file.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
    return loadNumber(open(file), 5);
  };
  within(t, 'nothing thrown', 'as many numbers as may be', () => member(wide('1 ', limit - 2)));
  within(t, 'limits-exceeded parsedBytesPerObject', 'one number more', () => member(wide('1 ', limit)));
  for (const piece of ['[]', '<<>>', '()', '<>', '/A', 'null ', '1 0 R '])
    within(t, 'limits-exceeded parsedBytesPerObject', `a million of ${piece}`, () =>
      member(wide(piece, 1_000_000)),
    );
  within(t, 'limits-exceeded parsedBytesPerObject', 'in the file itself', () =>
    loadNumber(closed(onePage().object(4, wide('[]', limit))), 4),
  );

  const half = wide('1 ', limit / 2);
  // Each counts twice.
  const halves = PDF_LIMITS.memberBytesPerDocument / PDF_LIMITS.parsedBytesPerObject;
  const streams = onePage().objectStream(9, new Map([[7, wide('1 ', limit / 16)]]));
  for (let i = 0; i < halves; i += 1) streams.objectStream(10 + i, new Map([[100 + i, half]]));
  streams.crossReferenceStream(6, '/Size 200 /Root 1 0 R');
  const document = open(streams);
  for (let i = 0; i < 1_000; i += 1) loadNumber(document, 7);
  for (let i = 0; i < halves - 1; i += 1) loadNumber(document, 100 + i);
  for (let i = 0; i < 1_000; i += 1) loadNumber(document, 7);
  within(
    t,
    'limits-exceeded memberBytesPerDocument',
    'one half more, or once more what could not be kept',
    () => loadNumber(document, 100),
  );

  const rows = onePage();
  const header = '9 0 '.repeat(400_000);
  for (const number of [4, 5, 6])
    rows.stream(
      number,
      `/Type /ObjStm /N 400000 /First ${header.length} /Filter /FlateDecode`,
      deflated(`${header}null`),
    );
  rows.rows.set(7, { stream: 4, index: 0 }).set(8, { stream: 5, index: 0 }).set(9, { stream: 6, index: 0 });
  rows.crossReferenceStream(10, '/Size 11 /Root 1 0 R');
  const withRows = open(rows);
  within(t, 'pdf-damaged object', 'rows of one object stream', () => loadNumber(withRows, 7));
  within(t, 'pdf-damaged object', 'and of another', () => loadNumber(withRows, 8));
  within(t, 'limits-exceeded memberBytesPerDocument', 'and of one more', () => loadNumber(withRows, 9));
  t.end();
});

t.test('a tree of 50 000 pages in object streams is read', (t) => {
  const file = new FileBuilder().object(1, CATALOG);
  const kids = Array.from({ length: 50_000 }, (_, i) => `${100 + i} 0 R`).join(' ');
  file.object(2, `<< /Type /Pages /Kids [${kids}] /Count 50000 >>`);
  const page =
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 6 0 R/Rotate 0>>';
  for (let i = 0; i < 50; i += 1)
    file.objectStream(10 + i, new Map(Array.from({ length: 1_000 }, (_, k) => [100 + 1_000 * i + k, page])));
  file.crossReferenceStream(7, '/Size 60000 /Root 1 0 R');
  t.equal(count(open(file)), 50_000);
  t.end();
});

function pageTree(nodes: Readonly<Record<number, string>>): PdfDocument {
  const file = new FileBuilder().object(1, CATALOG);
  for (const [number, body] of Object.entries(nodes)) file.object(Number(number), body);
  return closed(file);
}

t.test('page trees with cycles, shared branches, and what is no page', (t) => {
  const cyclic = {
    2: '<< /Type /Pages /Kids [3 0 R] /Count 9 >>',
    3: '<< /Type /Pages /Kids [2 0 R] /Count 9 >>',
  };
  within(t, 'pdf-damaged page-tree', 'a cycle', () => count(pageTree(cyclic)));
  within(t, 'pdf-damaged page-tree', 'a cycle, asked for one page', () => pageAt(pageTree(cyclic).last, 5));
  within(t, 'pdf-damaged page-tree', 'a node that is its own kid', () =>
    count(pageTree({ 2: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' })),
  );
  const doubling: Record<number, string> = {};
  for (let i = 2; i < 60; i += 1)
    doubling[i] = `<< /Type /Pages /Kids [${i + 1} 0 R ${i + 1} 0 R] /Count 2 >>`;
  within(t, 'pdf-damaged page-tree', 'branches that double 58 times', () => count(pageTree(doubling)));
  for (const [what, kids] of [
    ['a kid that does not exist', '[9 0 R]'],
    ['a kid that is a number', '[7]'],
    ['a direct kid', '[<< /Type /Page >>]'],
    ['no array', '3 0 R'],
  ] as const)
    within(t, 'pdf-damaged page-tree', what, () =>
      count(pageTree({ 2: `<< /Type /Pages /Kids ${kids} /Count 1 >>`, 3: PAGE })),
    );
  within(t, 'pdf-damaged page-tree', 'a page with kids', () =>
    count(pageTree({ 2: PAGES, 3: '<< /Type /Page /Kids [] >>' })),
  );
  within(t, 'pdf-damaged duplicate-key', 'a page with two contents', () =>
    count(pageTree({ 2: PAGES, 3: '<< /Type /Page /Contents 7 0 R /Contents 8 0 R >>' })),
  );
  within(t, 'limits-exceeded pages', 'more pages than the limit', () => {
    const document = pageTree({ 2: '<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >>', 3: PAGE });
    return [...pages(document.last, { ...PDF_LIMITS, pages: 2 })];
  });
  t.end();
});

function form(fields: string, objects: Readonly<Record<number, string>>): PdfDocument {
  const file = new FileBuilder()
    .object(1, `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields ${fields} >> >>`)
    .object(2, PAGES)
    .object(3, PAGE);
  for (const [number, body] of Object.entries(objects)) file.object(Number(number), body);
  return closed(file);
}

t.test('field trees with cycles, too deep or too wide', (t) => {
  within(t, 'pdf-damaged field-tree', 'a cycle', () =>
    readFields(form('[4 0 R]', { 4: '<< /T (a) /Kids [5 0 R] >>', 5: '<< /T (b) /Kids [4 0 R] >>' }).last),
  );
  within(t, 'pdf-damaged field-tree', 'a field listed twice', () =>
    readFields(form('[4 0 R 4 0 R]', { 4: '<< /T (a) >>' }).last),
  );
  within(t, 'pdf-damaged field-tree', 'a cycle of parents', () =>
    fieldOfWidget(form('[]', { 4: '<< /T (a) /Parent 5 0 R >>', 5: '<< /T (b) /Parent 4 0 R >>' }).last, {
      kind: 'reference',
      number: 4,
      generation: 0,
    }),
  );
  const deep: Record<number, string> = {};
  for (let i = 0; i < 40; i += 1) deep[4 + i] = `<< /T (${i}) /Kids [${5 + i} 0 R] >>`;
  within(t, 'limits-exceeded fieldDepth', 'depth', () => readFields(form('[4 0 R]', deep).last));
  const wide = Array.from({ length: 20 }, (_, i) => `${4 + i} 0 R`).join(' ');
  const names = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [4 + i, `<< /T (${i}) >>`]));
  within(t, 'limits-exceeded fields', 'width', () =>
    readFields(form(`[${wide}]`, names).last, { ...PDF_LIMITS, fields: 10 }),
  );
  within(t, 'pdf-damaged duplicate-key', 'a field with two values', () =>
    readFields(form('[4 0 R]', { 4: '<< /T (a) /V (x) /V (y) >>' }).last),
  );
  t.end();
});

t.test('beginnings without ends do not make the scan start over and over', (t) => {
  for (const [what, piece] of [
    ['strings', '1 0 obj('],
    ['hexadecimal strings', '1 0 obj<00'],
    ['dictionaries', '1 0 obj<<'],
    ['streams', '1 0 obj<<>>stream\n'],
    ['trailers', 'trailer('],
    ['comments', '1 0 obj%'],
  ] as const) {
    const bytes = latin1Bytes(`%PDF-1.7\n${piece.repeat(200_000)}`);
    const started = computedMs();
    t.match(
      malformed(() => open(bytes, 'read')),
      /^(limits-exceeded|pdf-damaged)/,
      what,
    );
    t.ok(computedMs() - started < 2_000, `${what}: ${Math.round(computedMs() - started)} ms`);
  }
  t.end();
});

t.test('ends by the thousand do not make the prefix reading start over and over', (t) => {
  const file = onePage();
  for (let i = 4; i < 20_000; i += 1) file.object(i, '(x)');
  file.table('/Size 20000 /Root 1 0 R');
  for (let i = 0; i < 100; i += 1) file.table('/Size 20000 /Root 1 0 R');
  const bytes = latin1Bytes(`${textOfBytes(file.bytes())}startxref\n`);
  const started = computedMs();
  t.equal(open(bytes, 'read').reading, 'repaired');
  t.ok(computedMs() - started < 2_000, `${Math.round(computedMs() - started)} ms`);
  t.end();
});

t.test('object streams whose filters stand in themselves are damage', (t) => {
  const own = new FileBuilder().object(1, CATALOG).object(2, PAGES).object(3, PAGE);
  own.stream(5, '/Type /ObjStm /N 1 /First 4 /Filter 9 0 R', '9 0 /FlateDecode');
  own.rows.set(9, { stream: 5, index: 0 });
  own.crossReferenceStream(7, '/Size 10 /Root 1 0 R');
  within(t, 'pdf-damaged object', 'its own filter', () => loadNumber(open(own), 9));
  const crossed = new FileBuilder().object(1, CATALOG).object(2, PAGES).object(3, PAGE);
  crossed.stream(5, '/Type /ObjStm /N 1 /First 4 /Filter 9 0 R', '8 0 /FlateDecode');
  crossed.stream(6, '/Type /ObjStm /N 1 /First 4 /Filter 8 0 R', '9 0 /FlateDecode');
  crossed.rows.set(8, { stream: 5, index: 0 }).set(9, { stream: 6, index: 0 });
  crossed.crossReferenceStream(7, '/Size 10 /Root 1 0 R');
  within(t, 'pdf-damaged object', "each other's filter", () => loadNumber(open(crossed), 9));
  t.end();
});
