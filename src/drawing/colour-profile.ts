// The colour space of what we draw, as an ICC profile of our own (ICC.1:2001-04): sRGB by its definition, IEC 61966-2-1.

const HEADER_BYTES = 128;
const TAG_ENTRY_BYTES = 12;

/** D50, to which the primaries below are adapted. */
const WHITE = [0.9642, 1, 0.8249] as const;
const RED = [0.4361, 0.2225, 0.0139] as const;
const GREEN = [0.3851, 0.7169, 0.0971] as const;
const BLUE = [0.1431, 0.0606, 0.7141] as const;

/** Points of the tone curve; between them readers go straight. */
const CURVE_POINTS = 256;

/** The profile, the same bytes each time. */
export function srgbProfile(): Uint8Array {
  const curve = toneCurve();
  const tags: readonly (readonly [signature: string, body: readonly number[]])[] = [
    ['desc', description('sRGB IEC61966-2.1')],
    ['cprt', [...ascii('text'), ...uint32(0), ...ascii('No rights reserved'), 0]],
    ['wtpt', xyz(WHITE)],
    ['rXYZ', xyz(RED)],
    ['gXYZ', xyz(GREEN)],
    ['bXYZ', xyz(BLUE)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table: number[] = [...uint32(tags.length)];
  const bodies: number[] = [];
  const start = HEADER_BYTES + 4 + TAG_ENTRY_BYTES * tags.length;
  for (const [signature, body] of tags) {
    table.push(...ascii(signature), ...uint32(start + bodies.length), ...uint32(body.length));
    bodies.push(...body, ...Array<number>((4 - (body.length % 4)) % 4).fill(0));
  }
  return Uint8Array.from([...header(start + bodies.length), ...table, ...bodies]);
}

function header(size: number): readonly number[] {
  const bytes = new Uint8Array(HEADER_BYTES);
  const put = (offset: number, values: readonly number[]): void => bytes.set(values, offset);
  put(0, uint32(size));
  put(8, [2, 0x10]);
  put(12, ascii('mntrRGB XYZ '));
  put(24, [0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
  put(36, ascii('acsp'));
  put(68, xyz(WHITE).slice(8));
  return [...bytes];
}

function toneCurve(): readonly number[] {
  const values = Array.from({ length: CURVE_POINTS }, (_, point) => {
    const value = point / (CURVE_POINTS - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return Math.round(linear * 0xffff);
  });
  const points = values.flatMap((value) => [value >> 8, value & 0xff]);
  return [...ascii('curv'), ...uint32(0), ...uint32(CURVE_POINTS), ...points];
}

function description(name: string): readonly number[] {
  // The parts for Unicode and for ScriptCode stay empty (6.5.17).
  const empty = Array<number>(4 + 4 + 2 + 1 + 67).fill(0);
  return [...ascii('desc'), ...uint32(0), ...uint32(name.length + 1), ...ascii(name), 0, ...empty];
}

function xyz(values: readonly [number, number, number]): readonly number[] {
  const fixed = values.flatMap((value) => uint32(Math.round(value * 0x1_0000)));
  return [...ascii('XYZ '), ...uint32(0), ...fixed];
}

function ascii(text: string): readonly number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

function uint32(value: number): readonly number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
