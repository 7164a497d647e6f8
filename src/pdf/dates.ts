// Dates of ISO 32000-2, 7.9.4: `D:YYYYMMDDHHmmSSOHH'mm`, everything after the year optional.

const DATE = /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z)|([+-])(\d{2})'?(\d{2})?)?/;

/**
 * The instant that a date names; without a zone it is taken as UTC.
 * @returns milliseconds since 1970-01-01T00:00:00Z, null for what is no date
 */
export function parsePdfDate(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    ,
    sign,
    zoneHour,
    zoneMinute,
  ] = match;
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000;
  return Number.isNaN(at) ? null : at - (sign === '-' ? -offset : offset);
}
