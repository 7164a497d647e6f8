// Tokens and objects (ISO 32000-2, 7.2 and 7.3).

import t from 'tap';
import { Lexer } from '../../src/pdf/lexer.ts';
import { PDF_LIMITS } from '../../src/pdf/limits.ts';
import { asKind, type PdfObject } from '../../src/pdf/objects.ts';
import { parseObjectSequence } from '../../src/pdf/parser.ts';
import { bytesSource, type Source } from '../../src/platform/platform.ts';
import { latin1Bytes, malformed, textOfBytes } from './reading-samples.ts';

function objectsIn(text: string): readonly PdfObject[] {
  return objectsOf(bytesSource(latin1Bytes(text)));
}

function objectsOf(source: Source): readonly PdfObject[] {
  return parseObjectSequence(new Lexer(source, 0, PDF_LIMITS), PDF_LIMITS).objects;
}

/** The same bytes, as from a file: no more of them are at hand than were asked for. */
function readPieceByPiece({ size, read }: Source): Source {
  return { size, read };
}

function only(text: string): PdfObject {
  const objects = objectsIn(text);
  if (objects.length !== 1) throw new Error(`${objects.length} objects`);
  return objects[0] ?? null;
}

const stringOf = (text: string) =>
  textOfBytes(asKind(only(text), 'string')?.bytes ?? latin1Bytes('no string'));

t.test('literal strings: escapes, balanced parentheses, line ends', (t) => {
  t.equal(stringOf('(a(b)c)'), 'a(b)c');
  t.equal(stringOf('(\\n\\r\\t\\b\\f\\(\\)\\\\)'), '\n\r\t\b\f()\\');
  t.equal(stringOf('(\\53\\053\\0053\\q)'), '++\x053q');
  t.equal(stringOf('(\\777)'), '\xff', 'high-order overflow is ignored');
  t.equal(stringOf('(a\\\nb\\\r\nc)'), 'abc', 'a backslash continues the line');
  t.equal(stringOf('(a\r\nb\rc\nd)'), 'a\nb\nc\nd');
  t.equal(stringOf('()'), '');
  t.equal(
    malformed(() => only('(never ends')),
    'pdf-damaged object',
  );
  t.equal(
    malformed(() => only('(ends in a backslash\\')),
    'pdf-damaged object',
  );
  t.end();
});

t.test('a hexadecimal string of any length holds nothing but digits and white space', (t) => {
  const digits = 'aF09'.repeat(400);
  t.equal(stringOf(`<${digits}>`).length, 800);
  t.equal(stringOf(`<${digits}\r\n4>`).slice(-1), '@');
  for (let at = 0; at < 4; at += 1) {
    for (const foreign of ['g', '/', ':', '@', 'G', '`', '(', '\u0000\u00b0', '\u00c1']) {
      const broken = `${digits.slice(0, 400 + at)}${foreign}${digits.slice(400 + at + 1)}`;
      t.equal(
        malformed(() => only(`<${broken}>`)),
        'pdf-damaged object',
        `${foreign} at ${at}`,
      );
    }
  }
  t.end();
});

t.test('hexadecimal strings: white space, a missing last digit, nothing else', (t) => {
  t.equal(stringOf('<4 1\n42>'), 'AB');
  t.equal(stringOf('<414>'), 'A@');
  t.equal(stringOf('<>'), '');
  t.equal(
    malformed(() => only('<41x2>')),
    'pdf-damaged object',
  );
  t.equal(
    malformed(() => only('<4142')),
    'pdf-damaged object',
  );
  t.end();
});

t.test('names: number signs decoded, the token kept', (t) => {
  const name = asKind(only('/Byte#52ange'), 'name');
  t.equal(name?.name, 'ByteRange');
  t.equal(name?.token, '/Byte#52ange');
  t.equal(asKind(only('/A#'), 'name')?.name, 'A#');
  t.equal(asKind(only('/ '), 'name')?.name, '');
  t.end();
});

t.test('numbers keep their text', (t) => {
  for (const [text, value, integer] of [
    ['007', 7, true],
    ['-12', -12, true],
    ['+3', 3, true],
    ['-.5', -0.5, false],
    ['4.', 4, false],
    ['0.0001', 0.0001, false],
  ] as const)
    t.match(only(text), { kind: 'number', text, value, integer });
  for (const text of ['1e5', '--1', '1.2.3', '-', '+.', '0x10'])
    t.same(objectsIn(text), [], `${text} is no number`);
  t.end();
});

t.test('references, constants, arrays, dictionaries', (t) => {
  t.match(only('[1 2 0 R true false null 3]'), {
    items: [{ value: 1 }, { kind: 'reference', number: 2, generation: 0 }, true, false, null, { value: 3 }],
  });
  const dictionary = asKind(only('<< /A 1 /B<</C[]>>/A 2>>'), 'dictionary');
  t.same([...(dictionary?.entries.keys() ?? [])], ['A', 'B']);
  t.match(dictionary?.entries.get('A'), { value: 2 }, 'the last value counts');
  t.same(dictionary?.repeatedKeys, ['A'], 'and the repetition is told');
  for (const text of [
    '[1 2',
    '<< /A 1',
    ']',
    '>>',
    '[>>',
    '<< /A ]',
    '<< 1 2 >>',
    '<< /A >>',
    '[1 R]',
    '[-1 0 R]',
    '[1 65536 R]',
    '{',
    ')',
    '>',
  ])
    t.equal(
      malformed(() => objectsIn(text)),
      'pdf-damaged object',
      text,
    );
  t.end();
});

t.test('comments separate tokens and hide everything up to the line end', (t) => {
  t.match(only('[1%2 3]\n4]'), { items: [{ value: 1 }, { value: 4 }] });
  t.match(only('[1%x\r2]'), { items: [{ value: 1 }, { value: 2 }] });
  t.equal(stringOf('(50%)'), '50%');
  t.end();
});

t.test(
  'the same tokens come out in one piece and wherever the windows end in which the source is read',
  (t) => {
    const piece =
      '/Name#20x (string (nested) \\) ) <48656C6C6F> 123456789 1234567890 007 0 12 0 R -3.5 << /K [true] >> % comment\n';
    const written = (objects: readonly PdfObject[]) =>
      objects.map((object) => JSON.stringify(object, withoutOffsets));
    const expected = written(objectsIn(`[${piece.repeat(20)}]`));
    for (let blanks = 1; blanks <= piece.length; blanks += 1) {
      const whole = bytesSource(latin1Bytes(`${' '.repeat(blanks)}[${piece.repeat(20)}]`));
      t.same(written(objectsOf(whole)), expected, `in one piece behind ${blanks}`);
      t.same(written(objectsOf(readPieceByPiece(whole))), expected, `in windows behind ${blanks}`);
    }
    t.end();
  },
);

t.test('white space of any length and kind ends where the next token begins', (t) => {
  for (const blank of [' ', '\0', '\n', '\r\n', ' \t', '\f        ', '\0\0\0\0\0\0\0\0\n']) {
    for (let times = 1; times <= 40; times += 1) {
      const source = bytesSource(latin1Bytes(`${blank.repeat(times)}7`));
      for (const each of [source, readPieceByPiece(source)]) {
        const lexer = new Lexer(each, 0, PDF_LIMITS);
        t.equal(lexer.skipWhiteSpace(), times * blank.length);
        t.match(lexer.next(), { kind: 'number', value: 7 });
      }
    }
    const nothingElse = bytesSource(latin1Bytes(blank.repeat(300)));
    t.same(objectsOf(nothingElse), []);
    t.same(objectsOf(readPieceByPiece(nothingElse)), []);
  }
  t.end();
});

function withoutOffsets(key: string, value: unknown): unknown {
  return key === 'offset' ? undefined : value instanceof Map ? [...value] : value;
}

t.test('nesting ends at the limit, in arrays and dictionaries, whatever comes behind', (t) => {
  t.ok(only(`${'['.repeat(100)}${']'.repeat(100)}`));
  t.equal(
    malformed(() => only(`${'['.repeat(101)}${']'.repeat(101)}`)),
    'limits-exceeded nesting',
  );
  t.equal(
    malformed(() => only('<< /A '.repeat(1_000_000))),
    'limits-exceeded nesting',
  );
  t.equal(
    malformed(() => only('['.repeat(1_000_000))),
    'limits-exceeded nesting',
  );
  t.end();
});

t.test('a token may be as long as the limit and no longer', (t) => {
  const long = 'x'.repeat(PDF_LIMITS.tokenBytes);
  t.equal(
    malformed(() => only(`(${long})`)),
    'limits-exceeded tokenBytes',
  );
  t.equal(
    malformed(() => only(`<${'41'.repeat(PDF_LIMITS.tokenBytes / 2)}>`)),
    'limits-exceeded tokenBytes',
  );
  t.equal(
    malformed(() => only(`/${long}`)),
    'limits-exceeded tokenBytes',
  );
  t.equal(stringOf(`(${long.slice(0, -2)})`).length, PDF_LIMITS.tokenBytes - 2);
  t.end();
});
