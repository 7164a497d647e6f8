// Times and spans as people write them; always with the zone's name.

import type { Instant } from '../asn1/values.ts';
import type { Language } from './language.ts';

/** Where times are shown when nothing else is configured: Central Indonesian Time. */
export const DEFAULT_TIME_ZONE = 'Asia/Makassar';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

// The names that officials use; the locale data of some runtimes print "GMT+8" instead.
const ZONE_NAMES: Readonly<Record<string, string>> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Ujung_Pandang': 'WITA',
  'Asia/Jayapura': 'WIT',
  UTC: 'UTC',
  'Etc/UTC': 'UTC',
};

export interface TimeTextOptions {
  readonly language: Language;
  /** IANA name, for example `Asia/Makassar`. */
  readonly timeZone: string;
  /** `minute` is what people write; `second` where two times would look the same. */
  readonly precision?: 'minute' | 'second';
}

/** `14 Maret 2026 09.12 WITA`, `14 March 2026 09:12 WITA`. @throws RangeError for a zone that does not exist */
export function timeText(
  instant: Instant,
  { language, timeZone, precision = 'minute' }: TimeTextOptions,
): string {
  const key = `${Math.floor(instant / 1000)} ${precision} ${language} ${timeZone}`;
  const known = recentTexts.get(key);
  if (known !== undefined) return known;
  const text = writtenTime(instant, { language, timeZone, precision });
  if (recentTexts.size >= RECENT_TEXTS) recentTexts.clear();
  recentTexts.set(key, text);
  return text;
}

// One report says the same few times again and again, in every sentence and in two languages.
const recentTexts = new Map<string, string>();
const RECENT_TEXTS = 256;

function writtenTime(instant: Instant, { language, timeZone, precision }: Required<TimeTextOptions>): string {
  const parts = formatter(language, timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((found) => found.type === type)?.value ?? '';
  const clock = [part('hour'), part('minute'), ...(precision === 'second' ? [part('second')] : [])];
  const day = `${part('day')} ${part('month')} ${part('year')}`;
  const zone = ZONE_NAMES[timeZone] ?? part('timeZoneName');
  return `${day} ${clock.join(language === 'id' ? '.' : ':')} ${zone}`;
}

/** Two times for one sentence: to the second when they would look the same to the minute. */
export function timeTexts(
  first: Instant,
  second: Instant,
  options: Omit<TimeTextOptions, 'precision'>,
): readonly [string, string] {
  const sameMinute = Math.floor(first / 60_000) === Math.floor(second / 60_000);
  const precision = sameMinute ? 'second' : 'minute';
  return [timeText(first, { ...options, precision }), timeText(second, { ...options, precision })];
}

/** RFC 3339 in UTC, without fractions of a second. */
export function rfc3339(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const SPANS: readonly { readonly seconds: number; readonly id: string; readonly en: string }[] = [
  { seconds: 86_400, id: 'hari', en: 'd' },
  { seconds: 3_600, id: 'jam', en: 'h' },
  { seconds: 60, id: 'menit', en: 'min' },
  { seconds: 1, id: 'detik', en: 's' },
];

/** `13 menit 4 detik`, `13 min 4 s`: the two largest units that are not zero; the sign is dropped. */
export function spanText(seconds: number, language: Language): string {
  let rest = Math.round(Math.abs(seconds));
  const words: string[] = [];
  for (const span of SPANS) {
    const count = Math.floor(rest / span.seconds);
    rest -= count * span.seconds;
    if (count > 0) words.push(`${count} ${span[language]}`);
  }
  return words.length === 0 ? `0 ${language === 'id' ? 'detik' : 's'}` : words.slice(0, 2).join(' ');
}

// Building a formatter costs more than using it a thousand times.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, timeZone: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formatters.set(key, made);
  return made;
}
