// Command lines, and the values of options that have a form.

import t from 'tap';
import { type Option, oneOf, readArguments, someOf } from '../../src/cli/arguments.ts';
import { readInstant, readPage, readRectangle, readSpanMs } from '../../src/cli/values.ts';

const about = { id: '', en: '' };
const OPTIONS: readonly Option[] = [
  { name: 'output', short: 'o', value: 'FILE', about },
  { name: 'trust', value: 'DIR', multiple: true, about },
  { name: 'quiet', short: 'q', value: null, about },
];

t.test('options, values and files are told apart', async (t) => {
  const line = readArguments(
    ['a.pdf', '-qo', 'out', '--trust', 'x', '--trust=y', '-', '--', '--b.pdf'],
    OPTIONS,
  );
  t.strictSame(line.files, ['a.pdf', '-', '--b.pdf']);
  t.equal(line.value('output'), 'out');
  t.strictSame(line.values('trust'), ['x', 'y']);
  t.ok(line.has('quiet'));
  t.equal(line.value('trust-only'), null);
});

t.test('nothing unknown, forgotten or doubled is passed over', async (t) => {
  const refused: readonly (readonly [readonly string[], string, string])[] = [
    [['--strict'], 'option-unknown', '--strict'],
    [['-j', '4'], 'option-unknown', '-j'],
    [['--no-quiet'], 'option-unknown', '--no-quiet'],
    [['--output'], 'option-value-missing', '--output'],
    [['--output', '--quiet'], 'option-value-missing', '--output'],
    [['--output='], 'option-value-missing', '--output'],
    [['--quiet=yes'], 'option-value-unexpected', '--quiet'],
    [['-o', 'a', '--output', 'b'], 'option-repeated', '--output'],
  ];
  for (const [words, code, option] of refused) {
    t.throws(() => readArguments(words, OPTIONS), { code, values: { option } }, words.join(' '));
  }
  t.equal(readArguments(['--output=-x'], OPTIONS).value('output'), '-x');
});

t.test('a choice is one of its words, a list some of them', async (t) => {
  t.equal(oneOf('format', 'json', ['text', 'json']), 'json');
  t.throws(() => oneOf('format', 'JSON', ['text', 'json']), {
    code: 'option-value-invalid',
    values: { option: '--format', value: 'JSON', expected: 'text, json' },
  });
  t.strictSame([...someOf('fail-on', 'a, b', ['a', 'b', 'c'])], ['a', 'b']);
  t.throws(() => someOf('fail-on', 'a,', ['a', 'b']), { code: 'option-value-invalid' });
});

t.test('spans of time have a unit, seconds unless told otherwise', async (t) => {
  t.equal(readSpanMs('timeout', '30s'), 30_000);
  t.equal(readSpanMs('timeout', '30'), 30_000);
  t.equal(readSpanMs('timeout', '500ms'), 500);
  t.equal(readSpanMs('timeout', '2m'), 120_000);
  for (const value of ['0', '-1', '1.5s', '1h', 's', '1e3']) {
    t.throws(() => readSpanMs('timeout', value), { code: 'option-value-invalid' }, value);
  }
});

t.test('a time needs its zone, a date begins in UTC', async (t) => {
  t.equal(readInstant('at', '2026-03-14T09:12:09+08:00'), Date.UTC(2026, 2, 14, 1, 12, 9));
  t.equal(readInstant('at', '2026-03-14t01:12:09.5z'), Date.UTC(2026, 2, 14, 1, 12, 9, 500));
  t.equal(readInstant('at', '2026-03-14'), Date.UTC(2026, 2, 14));
  for (const value of [
    '2026-03-14T09:12:09',
    '2026-02-29',
    '2026-02-31T00:00:00Z',
    '14-03-2026',
    '2026-03-14 09:12:09Z',
    '2026-03-14T25:00:00Z',
    'signing-time',
    'now',
  ]) {
    t.throws(() => readInstant('at', value), { code: 'option-value-invalid' }, value);
  }
});

t.test('rectangles and pages', async (t) => {
  t.strictSame(readRectangle('rect', '36, 40.5,180,60'), { x: 36, y: 40.5, width: 180, height: 60 });
  for (const value of [
    '36,36,180',
    '36,36,180,60,1',
    '36,36,0,60',
    'a,b,c,d',
    '36,36,180,-60',
    '1e2,1,1,1',
  ]) {
    t.throws(() => readRectangle('rect', value), { code: 'option-value-invalid' }, value);
  }
  t.equal(readPage('page', '3'), 3);
  t.equal(readPage('page', 'last'), 'last');
  for (const value of ['0', '-1', '1.5', 'first', '']) {
    t.throws(() => readPage('page', value), { code: 'option-value-invalid' }, value);
  }
});
