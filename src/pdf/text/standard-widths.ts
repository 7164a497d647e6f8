// Widths of the standard fonts (ISO 32000-2, 9.6.2.2), which files may use without saying how wide their characters are.

// From the fonts' published metrics: the characters 0x20 to 0x7e, then those of MORE, in thousandths of the font size.
const MORE = '–—‘’“”•…€';
const TABLES = {
  helvetica:
    '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 556 1000 222 222 333 333 350 1000 556',
  helveticaBold:
    '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 556 1000 278 278 500 500 350 1000 556',
  times:
    '250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541 500 1000 333 333 444 444 350 1000 500',
  timesBold:
    '250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570 570 570 500 930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 333 278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 333 556 500 722 500 500 444 394 220 394 520 500 1000 333 333 500 500 350 1000 500',
  timesItalic:
    '250 333 420 500 500 833 778 214 333 333 500 675 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 675 675 675 500 920 611 611 667 722 611 611 722 722 333 444 667 556 833 667 722 611 722 611 500 556 722 611 833 611 556 556 389 278 389 422 500 333 500 500 444 500 444 278 500 500 278 278 444 278 722 500 500 500 500 389 389 278 500 444 667 444 444 389 400 275 400 541 500 889 333 333 556 556 350 889 500',
  timesBoldItalic:
    '250 389 555 500 500 833 778 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570 570 570 500 832 667 667 667 722 667 667 722 778 389 500 667 611 889 722 722 611 722 667 556 611 722 667 889 667 611 611 333 278 333 570 500 333 500 500 444 500 444 333 500 556 278 278 500 278 778 556 500 500 500 389 389 278 556 444 667 500 444 389 348 220 348 570 500 1000 333 333 500 500 350 1000 500',
} as const;

const COURIER = 600;

const parsed = new Map<keyof typeof TABLES, readonly number[]>();

/** Width in thousandths of the font size; accented letters are as wide as without. @param baseFont - with or without a subset's tag */
export function standardWidth(baseFont: string, character: string): number {
  if (/courier|mono/i.test(baseFont)) return COURIER;
  const table = tableOf(baseFont);
  const plain = character.normalize('NFD').charAt(0);
  const code = plain.charCodeAt(0);
  const other = MORE.indexOf(plain);
  const index = code >= 0x20 && code < 0x7f ? code - 0x20 : 0x5f + other;
  const width = code < 0x7f || other >= 0 ? table[index] : undefined;
  // As wide as most letters are.
  return width ?? table['n'.charCodeAt(0) - 0x20] ?? COURIER;
}

function tableOf(baseFont: string): readonly number[] {
  const bold = /bold/i.test(baseFont);
  const italic = /italic|oblique/i.test(baseFont);
  const name = /times|serif|roman/i.test(baseFont)
    ? (['times', 'timesBold', 'timesItalic', 'timesBoldItalic'] as const)[Number(bold) + 2 * Number(italic)]
    : (['helvetica', 'helveticaBold'] as const)[Number(bold)];
  const key = name ?? 'helvetica';
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const widths = TABLES[key].split(' ').map(Number);
  parsed.set(key, widths);
  return widths;
}
