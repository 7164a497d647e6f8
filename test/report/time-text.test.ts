// Times and spans in words.

import t from 'tap';
import { rfc3339, spanText, timeText, timeTexts } from '../../src/report/time-text.ts';

const AT = Date.UTC(2026, 2, 14, 16, 5, 9, 700);

t.test('a time is written with the name of its zone', async (t) => {
  const zones = [
    ['Asia/Makassar', '15 Maret 2026 00.05 WITA'],
    ['Asia/Jakarta', '14 Maret 2026 23.05 WIB'],
    ['Asia/Pontianak', '14 Maret 2026 23.05 WIB'],
    ['Asia/Jayapura', '15 Maret 2026 01.05 WIT'],
    ['UTC', '14 Maret 2026 16.05 UTC'],
  ] as const;
  for (const [timeZone, text] of zones) t.equal(timeText(AT, { language: 'id', timeZone }), text);
  t.equal(timeText(AT, { language: 'en', timeZone: 'Asia/Makassar' }), '15 March 2026 00:05 WITA');
  t.match(timeText(AT, { language: 'en', timeZone: 'America/New_York' }), /^14 March 2026 12:05 \S+$/);
});

t.test('a zone that does not exist is an error, not another zone', async (t) => {
  t.throws(() => timeText(AT, { language: 'id', timeZone: 'Asia/Malili' }), { name: 'RangeError' });
});

t.test('two times within a minute are written to the second, on both sides', async (t) => {
  const options = { language: 'en', timeZone: 'UTC' } as const;
  t.strictSame(timeTexts(AT, AT + 5_000, options), [
    '14 March 2026 16:05:09 UTC',
    '14 March 2026 16:05:14 UTC',
  ]);
  t.strictSame(timeTexts(AT, AT + 60_000, options), ['14 March 2026 16:05 UTC', '14 March 2026 16:06 UTC']);
});

t.test('machines get RFC 3339 in UTC without fractions', async (t) => {
  t.equal(rfc3339(AT), '2026-03-14T16:05:09Z');
  t.equal(rfc3339(-1), '1969-12-31T23:59:59Z');
});

t.test('a span is told in its two largest units, without a sign', async (t) => {
  t.equal(spanText(784, 'id'), '13 menit 4 detik');
  t.equal(spanText(-788, 'en'), '13 min 8 s');
  t.equal(spanText(1, 'id'), '1 detik');
  t.equal(spanText(0, 'id'), '0 detik');
  t.equal(spanText(90_061, 'en'), '1 d 1 h');
  t.equal(spanText(3_600, 'id'), '1 jam');
});
