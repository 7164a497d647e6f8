// Values of options that have a form: spans of time, times, rectangles.

import type { Instant } from '../asn1/values.ts';
import { invalidValue } from './arguments.ts';

const SPAN_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** `30s`, `500ms`, `2m` in milliseconds. @throws UsageError `option-value-invalid` */
export function readSpanMs(option: string, value: string): number {
  const [, digits, unit = 's'] = /^([0-9]{1,6})(ms|s|m)?$/.exec(value) ?? [];
  const span = Number(digits) * (SPAN_UNITS[unit] ?? 0);
  if (!(span > 0)) throw invalidValue(option, value, '30s, 500ms, 2m');
  return span;
}

const DURATION_UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `7d`, `12h`, `30m` or `0` in milliseconds. @throws UsageError `option-value-invalid` */
export function readDurationMs(option: string, value: string): number {
  const [, digits, unit = 'm'] = /^(0|[1-9]\d{0,4}(?=[mhd]))([mhd])?$/.exec(value) ?? [];
  if (digits === undefined) throw invalidValue(option, value, '7d, 12h, 30m, 0');
  return Number(digits) * (DURATION_UNITS[unit] ?? 0);
}

const SIZE_UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `100M`, `2G`, `512K` in bytes. @throws UsageError `option-value-invalid` */
export function readSize(option: string, value: string): number {
  const [, digits, unit = ''] = /^([0-9]{1,6})([KMG])$/.exec(value) ?? [];
  const size = Number(digits) * (SIZE_UNITS[unit] ?? 0);
  if (!(size > 0)) throw invalidValue(option, value, '100M, 2G, 512K');
  return size;
}

/** A whole number. @throws UsageError `option-value-invalid` */
export function readCount(option: string, value: string, least: number, most: number): number {
  const count = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (!(count >= least && count <= most)) throw invalidValue(option, value, `${least} … ${most}`);
  return count;
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)([Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * A time by RFC 3339, or a date, which means its first moment in UTC.
 * @throws UsageError `option-value-invalid`, also for a time without its zone
 */
export function readInstant(option: string, value: string): Instant {
  const [, date, clock = '00:00:00', zone = 'Z'] = RFC3339.exec(value) ?? [];
  const instant = date === undefined ? Number.NaN : Date.parse(`${date}T${clock}${zone.toUpperCase()}`);
  // Date.parse rolls 31 February over into March.
  if (Number.isNaN(instant) || !dayExists(date)) {
    throw invalidValue(option, value, '2026-03-14T09:12:09+08:00, 2026-03-14');
  }
  return instant;
}

/** `2026-03-14`, a day of the calendar. @throws UsageError `option-value-invalid` */
export function readDate(option: string, value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || !dayExists(value))
    throw invalidValue(option, value, '2026-03-14');
  return value;
}

function dayExists(date: string | undefined): boolean {
  const parsed = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().slice(0, 10) === date;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `x,y,width,height` in points. @throws UsageError `option-value-invalid` */
export function readRectangle(option: string, value: string): Rectangle {
  const numbers = value
    .split(',')
    .map((text) => (/^\s*\d{1,5}(\.\d{1,4})?\s*$/.test(text) ? Number(text) : Number.NaN));
  const [x, y, width, height] = numbers;
  const complete = x !== undefined && y !== undefined && width !== undefined && height !== undefined;
  if (numbers.length !== 4 || !complete || numbers.some(Number.isNaN) || width === 0 || height === 0) {
    throw invalidValue(option, value, 'x,y,width,height (36,36,180,60)');
  }
  return { x, y, width, height };
}

/** A page number from 1, or `last`. @throws UsageError `option-value-invalid` */
export function readPage(option: string, value: string): number | 'last' {
  if (value === 'last') return 'last';
  if (!/^[1-9]\d{0,5}$/.test(value)) throw invalidValue(option, value, '1, 2, … , last');
  return Number(value);
}

/** So many numbers, separated by commas. @throws UsageError `option-value-invalid` */
export function readNumbers(
  option: string,
  value: string,
  count: number,
  expected: string,
): readonly number[] {
  const numbers = value
    .split(',')
    .map((text) => (/^\s*-?\d{1,5}(\.\d{1,4})?\s*$/.test(text) ? Number(text) : Number.NaN));
  if (numbers.length !== count || numbers.some(Number.isNaN)) throw invalidValue(option, value, expected);
  return numbers;
}
