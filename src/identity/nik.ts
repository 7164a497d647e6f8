// The personal number (NIK): 16 digits, of which a few say where and when it was first registered.

/** Nothing here refuses: people keep numbers with a mistake in them for life. */
export type NikDoubt = 'region' | 'birth-date' | 'serial';

export const NIK_FORM = /^\d{16}$/;

/** Provinces have codes 11 to 97 (Permendagri 137/2017 and later ones); test data begins with 89 and 99. */
const PROVINCES = { first: 11, last: 97 };

/** Women's day of birth is written with 40 added. */
const FEMALE_DAY = 40;

/**
 * What looks unlikely in a number of the right form: `PPKKCC` (province, regency, district), `DDMMYY`, serial `0001` to `9999`.
 *
 * @param nik - 16 digits
 */
export function doubtsAboutNik(nik: string): readonly NikDoubt[] {
  const part = (from: number): number => Number(nik.slice(from, from + 2));
  const province = part(0);
  const region = province >= PROVINCES.first && province <= PROVINCES.last && part(2) > 0 && part(4) > 0;
  const day = part(6) > FEMALE_DAY ? part(6) - FEMALE_DAY : part(6);
  return [
    ...(region ? [] : (['region'] as const)),
    ...(isDayOfSomeYear(day, part(8)) ? [] : (['birth-date'] as const)),
    ...(nik.endsWith('0000') ? (['serial'] as const) : []),
  ];
}

/** The century is not written: 29 February is good. */
function isDayOfSomeYear(day: number, month: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(2000, month, 0)).getUTCDate();
}

/** For lists that people read: the first 6 and the last 2 digits. */
export function maskedNik(nik: string): string {
  return `${nik.slice(0, 6)}********${nik.slice(-2)}`;
}
