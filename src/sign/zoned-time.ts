// The time of signing as a zone's clocks show it: for `/M`, and for people.

import type { Instant } from '../asn1/values.ts';

/** A PDF date (ISO 32000-2, 7.9.4), as in `D:20261121193800+08'00'`. @param timeZone - IANA name */
export function pdfDate(at: Instant, timeZone: string): string {
  const { year, month, day, hour, minute, second, offset } = clockAt(at, timeZone);
  return `D:${year}${month}${day}${hour}${minute}${second}${offset.replace(':', "'")}'`;
}

/** For people in Indonesia, as in `21 November 2026 19.38.00 WITA`. @param timeZone - IANA name */
export function indonesianTime(at: Instant, timeZone: string): string {
  const { year, month, day, hour, minute, second, offset } = clockAt(at, timeZone);
  const zone = INDONESIAN_ZONES[timeZone] ?? (offset === '+00:00' ? 'UTC' : `UTC${offset}`);
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year} ${hour}.${minute}.${second} ${zone}`;
}

const INDONESIAN_ZONES: Readonly<Record<string, string>> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Jayapura': 'WIT',
};

const MONTHS = [
  'Januari',
  'Februari',
  'Maret',
  'April',
  'Mei',
  'Juni',
  'Juli',
  'Agustus',
  'September',
  'Oktober',
  'November',
  'Desember',
];

interface Clock {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  /** As in `+08:00`. */
  readonly offset: string;
}

function clockAt(at: Instant, timeZone: string): Clock {
  const second = Math.floor(at / 1000);
  if (lastClock?.second === second && lastClock.timeZone === timeZone) return lastClock.clock;
  const clock = readClock(at, timeZone);
  lastClock = { second, timeZone, clock };
  return clock;
}

// A batch asks for the same second hundreds of times.
let lastClock: { readonly second: number; readonly timeZone: string; readonly clock: Clock } | null = null;

function readClock(at: Instant, timeZone: string): Clock {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
    offset: part('timeZoneName').replace('GMT', '') || '+00:00',
  };
}

// Making a formatter costs more than all the rest of a small signature; a service uses one or two zones.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  formats.set(timeZone, format);
  return format;
}
