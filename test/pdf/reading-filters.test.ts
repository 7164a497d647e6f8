// Filters and predictors (ISO 32000-2, 7.4), and how much may come out of them.

import { deflateSync } from 'node:zlib';
import t from 'tap';
import { decodeStreamData } from '../../src/pdf/filters.ts';
import { Lexer } from '../../src/pdf/lexer.ts';
import { PDF_LIMITS, type PdfLimits } from '../../src/pdf/limits.ts';
import { asKind, type PdfDictionary } from '../../src/pdf/objects.ts';
import { parseDictionary } from '../../src/pdf/parser.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import {
  computedMs,
  deflated,
  latin1Bytes,
  loadNumber,
  malformed,
  onePage,
  open,
  textOfBytes,
} from './reading-samples.ts';

function dictionaryOf(text: string): PdfDictionary {
  return parseDictionary(new Lexer(bytesSource(latin1Bytes(`<<${text}>>`)), 0, PDF_LIMITS), PDF_LIMITS);
}

function decoded(data: Uint8Array | string, entries: string, limits: PdfLimits = PDF_LIMITS): Uint8Array {
  const raw = typeof data === 'string' ? latin1Bytes(data) : data;
  const context = {
    inflater: nodePlatform.inflater,
    limits,
    resolve: (object: unknown) => (object ?? null) as never,
  };
  return decodeStreamData(raw, dictionaryOf(entries), context).data;
}

const text = (data: Uint8Array | string, entries: string) => textOfBytes(decoded(data, entries));

t.test('no filter, and the names of several in a row', (t) => {
  t.equal(text('plain', ''), 'plain');
  t.equal(text('706C61696E>', '/Filter /ASCIIHexDecode'), 'plain');
  const hex = Buffer.from(deflateSync('twice')).toString('hex');
  t.equal(text(hex, '/Filter [/ASCIIHexDecode /FlateDecode]'), 'twice');
  t.end();
});

t.test('ASCIIHex: white space, a missing digit, the end mark', (t) => {
  t.equal(text('41 4\n2 5>garbage', '/Filter /ASCIIHexDecode'), 'ABP');
  t.equal(
    malformed(() => decoded('4g', '/Filter /ASCIIHexDecode')),
    'pdf-damaged object',
  );
  t.end();
});

t.test('ASCII85: groups, z, a short last group', (t) => {
  t.equal(text('87cURD]i,"Ebo80~>', '/Filter /ASCII85Decode'), 'Hello World!');
  t.equal(
    text('z5sdq,~>', '/Filter /ASCII85Decode'),
    '\0\0\0\0test'.slice(0, 4) + textOfBytes(decoded('5sdq,', '/Filter /ASCII85Decode')),
  );
  t.equal(text('87cUR~>', '/Filter /ASCII85Decode'), 'Hell');
  t.equal(text('87cURDZ~>', '/Filter /ASCII85Decode'), 'Hello');
  for (const bad of ['8~>', 'uuuuu~>', '8z~>', '\x7f~>'])
    t.equal(
      malformed(() => decoded(bad, '/Filter /ASCII85Decode')),
      'pdf-damaged object',
      JSON.stringify(bad),
    );
  t.end();
});

t.test('RunLength: copies, repetitions, the end mark', (t) => {
  t.equal(text('\x02abc\xfex\x80ignored', '/Filter /RunLengthDecode'), 'abcxxx');
  t.equal(
    malformed(() => decoded('\x05ab', '/Filter /RunLengthDecode')),
    'pdf-damaged object',
  );
  t.end();
});

/** Packs codes as LZW does, widths by the number of codes known to the decoder. */
function lzwEncoded(data: Uint8Array, earlyChange: 0 | 1): Uint8Array {
  const output: number[] = [];
  let bits = 0n;
  let held = 0n;
  let table = new Map<string, number>();
  let next = 258;
  const width = () => BigInt(Math.min(12, Math.floor(Math.log2(next - 1 + earlyChange + 1e-9)) + 1));
  const emit = (code: number, codeWidth: bigint) => {
    bits = (bits << codeWidth) | BigInt(code);
    held += codeWidth;
    while (held >= 8n) {
      held -= 8n;
      output.push(Number((bits >> held) & 0xffn));
    }
    bits &= (1n << held) - 1n;
  };
  const codeOf = (piece: string) => (piece.length === 1 ? piece.charCodeAt(0) : (table.get(piece) ?? -1));
  emit(256, 9n);
  let piece = '';
  let fresh = true;
  for (const byte of data) {
    const longer = piece + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      piece = longer;
      continue;
    }
    emit(codeOf(piece), fresh ? 9n : width());
    fresh = false;
    table.set(longer, next);
    next += 1;
    piece = String.fromCharCode(byte);
    if (next === 4094) {
      emit(codeOf(piece), width());
      emit(256, 12n);
      table = new Map();
      next = 258;
      fresh = true;
      piece = '';
    }
  }
  if (piece !== '') emit(codeOf(piece), fresh ? 9n : width());
  next += 1;
  emit(257, width());
  if (held > 0n) emit(0, 8n - held);
  return Uint8Array.from(output);
}

t.test('LZW: the example of the standard, and data that use every code width', (t) => {
  const example = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01);
  t.equal(text(example, '/Filter /LZWDecode'), '-----A---B');
  const data = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i + (i >> 5)) % 37);
  for (const earlyChange of [0, 1] as const)
    t.same(
      decoded(
        lzwEncoded(data, earlyChange),
        `/Filter /LZWDecode /DecodeParms << /EarlyChange ${earlyChange} >>`,
      ),
      data,
      `early change ${earlyChange}`,
    );
  t.equal(
    malformed(() => decoded(Uint8Array.of(0x80, 0x7f, 0xff), '/Filter /LZWDecode')),
    'pdf-damaged object',
  );
  t.end();
});

const ROW = 12;

/** One row per PNG filter type, encoded by the definition of each. */
function pngEncoded(rows: readonly Uint8Array[], pixel: number): Uint8Array {
  const output: number[] = [];
  for (const [y, row] of rows.entries()) {
    const type = y % 5;
    output.push(type);
    for (let x = 0; x < row.length; x += 1) {
      const left = x >= pixel ? (row[x - pixel] ?? 0) : 0;
      const up = rows[y - 1]?.[x] ?? 0;
      const upLeft = x >= pixel ? (rows[y - 1]?.[x - pixel] ?? 0) : 0;
      const nearest = [left, up, upLeft].reduce((best, candidate) => {
        const distance = (value: number) => Math.abs(left + up - upLeft - value);
        return distance(candidate) < distance(best) ? candidate : best;
      }, left);
      const predicted = [0, left, up, Math.floor((left + up) / 2), nearest][type] ?? 0;
      output.push(((row[x] ?? 0) - predicted) & 0xff);
    }
  }
  return Uint8Array.from(output);
}

t.test('PNG predictors 0 to 4, row by row, whatever /Predictor says', (t) => {
  const rows = Array.from({ length: 10 }, (_, y) =>
    Uint8Array.from({ length: ROW }, (_, x) => (x * 37 + y * 91 + x * y) & 0xff),
  );
  const plain = Uint8Array.from(rows.flatMap((row) => [...row]));
  for (const [colors, columns] of [
    [1, ROW],
    [3, ROW / 3],
  ] as const)
    for (const predictor of [10, 12, 15])
      t.same(
        decoded(
          new Uint8Array(deflateSync(pngEncoded(rows, colors))),
          `/Filter /FlateDecode /DecodeParms << /Predictor ${predictor} /Colors ${colors} /Columns ${columns} >>`,
        ),
        plain,
      );
  const wrongType = new Uint8Array(deflateSync(Uint8Array.of(5, 1, 2)));
  t.equal(
    malformed(() => decoded(wrongType, '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2 >>')),
    'pdf-damaged object',
  );
  t.end();
});

t.test('the TIFF predictor adds each component to the one on its left', (t) => {
  const data = new Uint8Array(deflateSync(Uint8Array.of(1, 2, 3, 1, 1, 1, 9, 9, 9, 255, 0, 1)));
  t.same(
    decoded(data, '/Filter /FlateDecode /DecodeParms << /Predictor 2 /Colors 3 /Columns 2 >>'),
    Uint8Array.of(1, 2, 3, 2, 3, 4, 9, 9, 9, 8, 9, 10),
  );
  t.end();
});

t.test('a filter that is not read, a file outside, nonsense for a name', (t) => {
  t.equal(
    malformed(() => decoded('', '/Filter /JBIG2Decode')),
    'pdf-unsupported filter',
  );
  t.equal(
    malformed(() => decoded('', '/F (other.bin)')),
    'pdf-unsupported external-stream',
  );
  t.equal(
    malformed(() => decoded('', '/Filter 5')),
    'pdf-damaged object',
  );
  t.equal(
    malformed(() => decoded('no zlib', '/Filter /FlateDecode')),
    'pdf-damaged object',
  );
  t.end();
});

t.test('bombs of every filter end at the limit per stream, each within a second', (t) => {
  const inner = deflateSync(new Uint8Array(128 * 1024 * 1024));
  const nested = deflateSync(inner);
  t.ok(nested.length < 1000, 'a small file can hold it');
  const lzw = lzwEncoded(new Uint8Array(300_000), 1);
  const small = { ...PDF_LIMITS, decodedBytesPerStream: 100_000 };
  for (const [data, filter, limits] of [
    [inner, '/FlateDecode', PDF_LIMITS],
    [nested, '[/FlateDecode /FlateDecode]', PDF_LIMITS],
    [new Uint8Array(400_000).fill(0x81), '/RunLengthDecode', PDF_LIMITS],
    [latin1Bytes('z'.repeat(5_000_000)), '/ASCII85Decode', PDF_LIMITS],
    [lzw, '/LZWDecode', small],
  ] as const) {
    const started = computedMs();
    const found = malformed(() => decoded(data, `/Filter ${filter}`, limits));
    t.equal(found, 'limits-exceeded decodedBytesPerStream', filter);
    t.ok(computedMs() - started < 1_000, filter);
  }
  const filters = '/FlateDecode '.repeat(5);
  t.equal(
    malformed(() => decoded('', `/Filter [${filters}]`)),
    'limits-exceeded filtersPerStream',
  );
  t.end();
});

t.test('many streams share the budget of the document, and asking twice costs once', (t) => {
  const file = onePage();
  const data = deflated('\0'.repeat(400_000));
  for (let number = 4; number < 8; number += 1) file.stream(number, '/Filter /FlateDecode', data);
  file.table('/Size 8 /Root 1 0 R');
  const document = open(file, 'refuse', { ...PDF_LIMITS, decodedBytesPerDocument: 1_000_000 });
  const decode = (number: number) => {
    const stream = asKind(loadNumber(document, number), 'stream');
    return stream === undefined ? null : document.last.decode(stream).length;
  };
  t.equal(decode(4), 400_000);
  t.equal(decode(4), 400_000);
  t.equal(decode(5), 400_000);
  t.equal(
    malformed(() => decode(6)),
    'limits-exceeded decodedBytesPerDocument',
  );
  t.end();
});

t.test('parameters may be indirect', (t) => {
  const rows = Uint8Array.of(2, 1, 1, 2, 1, 1);
  const file = onePage()
    .object(4, '/FlateDecode')
    .object(5, '<< /Predictor 12 /Columns 6 0 R >>')
    .object(6, '2');
  file.stream(7, '/Filter 4 0 R /DecodeParms 5 0 R', textOfBytes(deflateSync(rows)));
  file.table('/Size 8 /Root 1 0 R');
  const document = open(file);
  const stream = asKind(loadNumber(document, 7), 'stream');
  t.same(stream === undefined ? null : document.last.decode(stream), Uint8Array.of(1, 1, 2, 2));
  t.end();
});
