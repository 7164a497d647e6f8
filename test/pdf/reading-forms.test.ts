// Every form of a sound file: tables, streams, hybrids, linearized parts, updates.

import t from 'tap';
import { asKind, isName } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pageAt } from '../../src/pdf/page-tree.ts';
import { highestNumber } from '../../src/pdf/read-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Source } from '../../src/platform/platform.ts';
import {
  FileBuilder,
  hybridDocument,
  latin1Bytes,
  linearizedDocument,
  loadNumber,
  onePage,
  open,
  streamDocument,
  tableDocument,
  textOfBytes,
} from './reading-samples.ts';

t.test('reads a classic table', (t) => {
  const file = tableDocument();
  const document = open(file);
  t.equal(document.reading, 'strict');
  t.equal(document.version, '1.7');
  t.equal(document.revisions.length, 1);
  const [revision] = document.revisions;
  t.equal(revision?.form, 'table');
  t.equal(revision?.end, file.position);
  t.equal(revision?.endOfMarker, file.position - 1);
  t.equal(revision?.entries.size, 4);
  t.same(document.last.numbers(), [1, 2, 3]);
  t.ok(isName(document.last.catalog().entries.get('Type'), 'Catalog'));
  t.equal(highestNumber(document), 3);
  t.same(document.notes, []);
  t.end();
});

t.test('reads a cross-reference stream with PNG rows, and objects out of an object stream', (t) => {
  const document = open(streamDocument());
  t.equal(document.revisions[0]?.form, 'stream');
  t.same(document.last.entry(3), { kind: 'compressed', stream: 4, index: 1 });
  t.ok(isName(document.last.catalog().entries.get('Type'), 'Catalog'));
  t.equal(document.last.extent(3), undefined, 'a compressed object has no extent of its own');
  t.equal(pageAt(document.last, 1)?.reference.number, 3);
  t.equal(highestNumber(document), 5);
  t.end();
});

t.test('a hybrid section with its stream is one revision', (t) => {
  const document = open(hybridDocument());
  t.equal(document.revisions.length, 1);
  t.equal(document.revisions[0]?.form, 'hybrid');
  t.equal(document.revisions[0]?.sections.length, 2);
  t.equal(asKind(loadNumber(document, 5), 'dictionary')?.entries.get('Hidden'), true);
  t.ok(document.notes.some(({ code }) => code === 'hybrid'));
  t.end();
});

t.test('the two parts of a linearized file are one revision', (t) => {
  const bytes = linearizedDocument();
  const document = open(bytes);
  t.equal(document.linearized, true);
  t.equal(document.revisions.length, 1);
  t.equal(document.revisions[0]?.end, bytes.length);
  t.equal(document.revisions[0]?.sections.length, 2);
  t.equal(pageAt(document.last, 1)?.reference.number, 5);
  t.notOk(document.notes.some(({ code }) => code === 'linearization-stale'));
  t.end();
});

t.test('an update of a linearized file is a second revision, and its linearization data are stale', (t) => {
  const file = new FileBuilder(textOfBytes(linearizedDocument()));
  file.previous = textOfBytes(linearizedDocument()).indexOf('xref');
  file.object(6, '(new)').table('/Size 7 /Root 4 0 R');
  const document = open(file);
  t.equal(document.revisions.length, 2);
  t.equal(document.revisions[0]?.end, linearizedDocument().length);
  t.ok(document.notes.some(({ code }) => code === 'linearization-stale'));
  t.end();
});

t.test('each revision shows its own objects', (t) => {
  const file = onePage().object(4, '(first)').object(5, '(to be freed)');
  file.table('/Size 6 /Root 1 0 R');
  file.object(4, '(second)').free(5, 1).table('/Size 6 /Root 1 0 R');
  file.object(5, '(again)', 1).table('/Size 6 /Root 1 0 R');
  const document = open(file);
  t.equal(document.revisions.length, 3);
  const textIn = (index: number, number: number) => {
    const string = asKind(loadNumber(document, number, document.viewOf(index)), 'string');
    return string === undefined ? null : textOfBytes(string.bytes);
  };
  t.equal(textIn(0, 4), 'first');
  t.equal(textIn(1, 4), 'second');
  t.equal(textIn(0, 5), 'to be freed');
  t.equal(textIn(1, 5), null);
  t.equal(textIn(2, 5), 'again');
  t.same(document.viewOf(1).numbers(), [1, 2, 3, 4]);
  t.equal(
    document.last.load({ kind: 'reference', number: 5, generation: 0 }),
    null,
    'the old generation is gone',
  );
  t.equal(document.last.load({ kind: 'reference', number: 99, generation: 0 }), null);
  t.equal(
    loadNumber(document, 2, document.viewOf(0)),
    loadNumber(document, 2),
    'unchanged objects are identical',
  );
  t.end();
});

t.test('an empty update is a revision', (t) => {
  const file = tableDocument();
  file.table('/Size 4 /Root 1 0 R');
  const document = open(file);
  t.equal(document.revisions.length, 2);
  t.equal(document.revisions[1]?.entries.size, 0);
  t.end();
});

t.test('a stream update over a table is read', (t) => {
  const file = tableDocument();
  file.object(4, '(new)');
  file.crossReferenceStream(5, '/Size 6 /Root 1 0 R');
  const document = open(file);
  t.same(
    document.revisions.map(({ form }) => form),
    ['table', 'stream'],
  );
  t.end();
});

t.test('the offset of a string token is exact, also behind escapes, comments and other strings', (t) => {
  const contents = '<00FF00>';
  const file = onePage().object(
    4,
    `<< /A (\\)\\\\(x)) % /Contents <11>\n /Reason (/Contents <22>) /Contents ${contents} >>`,
  );
  file.table('/Size 5 /Root 1 0 R');
  const token = asKind(asKind(loadNumber(open(file), 4), 'dictionary')?.entries.get('Contents'), 'string');
  t.equal(token?.offset, textOfBytes(file.bytes()).indexOf(contents));
  t.equal(textOfBytes(token?.token ?? new Uint8Array()), contents);
  t.end();
});

t.test('a string in an object stream has no offset in the file', (t) => {
  const file = onePage().objectStream(4, new Map([[5, '(inside)']]));
  file.crossReferenceStream(6, '/Size 7 /Root 1 0 R');
  t.equal(asKind(loadNumber(open(file), 5), 'string')?.offset, -1);
  t.end();
});

t.test('a stream whose length is a reference has the length of its own revision', (t) => {
  const file = onePage().stream(4, '', 'ABCDEFGH', '5 0 R').object(5, '8');
  file.table('/Size 6 /Root 1 0 R');
  const document = open(file);
  const stream = asKind(loadNumber(document, 4), 'stream');
  t.equal(stream?.dataLength, 8);
  if (stream !== undefined) t.equal(textOfBytes(document.last.rawData(stream)), 'ABCDEFGH');
  const [start, end] = document.last.extent(4) ?? [0, 0];
  t.match(textOfBytes(file.bytes().slice(start, end)), /^4 0 obj[\s\S]*endobj$/);
  t.end();
});

t.test('what honest writers do wrong is read without a guess, and noted where it is structural', (t) => {
  const file = onePage();
  file.table('/Size 40 /Root 1 0 R');
  t.ok(open(file).notes.some(({ code }) => code === 'size-wrong'));

  const spaced = onePage();
  spaced.tableWithoutMarker('/Size 4 /Root 1 0 R');
  const at = textOfBytes(spaced.bytes()).lastIndexOf('xref');
  const shifted = textOfBytes(spaced.bytes()).replace(/xref\n0 1/, '   xref\n0 1');
  t.ok(
    open(latin1Bytes(`${shifted}startxref\n${at}\n%%EOF`)).notes.some(
      ({ code }) => code === 'white-space-before-object',
    ),
  );

  const trailing = textOfBytes(tableDocument().bytes());
  t.ok(open(latin1Bytes(`${trailing} \n\0`)).notes.some(({ code }) => code === 'trailing-white-space'));
  t.ok(open(latin1Bytes(`${trailing}garbage`)).notes.some(({ code }) => code === 'trailing-bytes'));
  t.ok(open(latin1Bytes(`${trailing}${' '.repeat(17)}`)).notes.some(({ code }) => code === 'trailing-bytes'));

  const glued = textOfBytes(onePage().stream(4, '', 'data').bytes()).replace(
    '\nendstream\nendobj',
    'endstream endobj',
  );
  const builder = new FileBuilder(glued);
  for (const number of [1, 2, 3, 4])
    builder.rows.set(number, { offset: glued.indexOf(`${number} 0 obj`), generation: 0 });
  builder.table('/Size 5 /Root 1 0 R');
  t.equal(asKind(loadNumber(open(builder), 4), 'stream')?.dataLength, 4);
  t.end();
});

/** A file of one page with a stream of 100 MB of blanks that exist only when read. */
function largeSource(): Source & { readonly bytesRead: () => number } {
  const blanks = 100 * 1024 * 1024;
  const head =
    '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
    `3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length ${blanks} >>\nstream\n`;
  const rows = [1, 2, 3, 4]
    .map((n) => `${String(head.indexOf(`${n} 0 obj`)).padStart(10, '0')} 00000 n \n`)
    .join('');
  const ending = '\nendstream\nendobj\n';
  const filler = Array.from({ length: 100_000 }, () => '0000000000 00000 f \n').join('');
  const tail = `${ending}xref\n0 100005\n0000000000 65535 f \n${rows}${filler}trailer\n<< /Size 100005 /Root 1 0 R >>\nstartxref\n${head.length + blanks + ending.length}\n%%EOF\n`;
  const [front, back] = [latin1Bytes(head), latin1Bytes(tail)];
  let read = 0;
  return {
    size: front.length + blanks + back.length,
    read: (offset, length) => {
      const end = Math.min(offset + length, front.length + blanks + back.length);
      const bytes = new Uint8Array(Math.max(0, end - offset)).fill(0x20);
      for (let at = offset; at < Math.min(end, front.length); at += 1) bytes[at - offset] = front[at] ?? 0;
      const backAt = front.length + blanks;
      for (let at = Math.max(offset, backAt); at < end; at += 1) bytes[at - offset] = back[at - backAt] ?? 0;
      read += bytes.length;
      return bytes;
    },
    bytesRead: () => read,
  };
}

t.test(
  'a file of 100 MB with 100 000 rows opens, and gives its last page, by reading some kilobytes',
  (t) => {
    const source = largeSource();
    const { inflater, digests, ciphers } = nodePlatform;
    const document = openDocument(source, { inflater, digests, ciphers, damaged: 'refuse' });
    t.equal(pageAt(document.last, 'last')?.reference.number, 3);
    t.equal(asKind(loadNumber(document, 4), 'stream')?.dataLength, 100 * 1024 * 1024);
    t.ok(source.bytesRead() < 32 * 1024, `${source.bytesRead()} bytes were read`);
    t.end();
  },
);
