// The colours of the page as a sheet of tokens: the defaults, which of them stand on which, and the sheet as CSS.

/** Colours by their role; the looks are those of verdicts, each with its tint. */
export const DEFAULT_COLOURS = {
  text: '#1b2733',
  muted: '#4a5560',
  line: '#c4ccd4',
  edge: '#6b7783',
  page: '#f4f6f8',
  card: '#ffffff',
  hover: '#eef2f6',
  accent: '#154c79',
  'accent-dark': '#0e3656',
  'accent-tint': '#eaf2f9',
  'on-accent': '#ffffff',
  focus: '#1f6feb',
  ok: '#1b6e3c',
  'ok-tint': '#eaf5ee',
  unsure: '#8a5300',
  'unsure-tint': '#fff6e5',
  warn: '#9a3d00',
  'warn-tint': '#fff0e6',
  bad: '#b3261e',
  'bad-tint': '#fdecea',
  none: '#4a5560',
  'none-tint': '#f1f3f5',
} as const;

export type ColourName = keyof typeof DEFAULT_COLOURS;

/** Each `#rrggbb`. */
export type Colours = Readonly<Record<ColourName, string>>;

// WCAG 2.2: text 4.5:1 (1.4.3), what must be seen to use the page or understand a shape 3:1 (1.4.11).
const TEXT = 4.5;
const SHAPE = 3;

type Pair = readonly [front: ColourName, back: ColourName, least: number];

const LOOKS = ['ok', 'unsure', 'warn', 'bad', 'none'] as const;

/** What stands on what, and how well it must be seen. */
export const CONTRASTS: readonly Pair[] = [
  ...(['page', 'card', 'hover', 'accent-tint'] as const).map((back): Pair => ['text', back, TEXT]),
  ...(['page', 'card', 'accent-tint'] as const).map((back): Pair => ['muted', back, TEXT]),
  ...(['page', 'card', 'accent-tint'] as const).map((back): Pair => ['accent', back, TEXT]),
  ['on-accent', 'accent', TEXT],
  ['on-accent', 'accent-dark', TEXT],
  ...(['page', 'card', 'accent-tint'] as const).map((back): Pair => ['edge', back, SHAPE]),
  ...(['page', 'card', 'accent-tint'] as const).map((back): Pair => ['focus', back, SHAPE]),
  ...LOOKS.flatMap((look): readonly Pair[] => [
    [look, `${look}-tint`, TEXT],
    [look, 'card', TEXT],
    ['text', `${look}-tint`, TEXT],
    ['muted', `${look}-tint`, TEXT],
    ['accent', `${look}-tint`, TEXT],
    // The sign inside a verdict's shape is drawn in the colour of the card.
    ['card', look, SHAPE],
    ['focus', `${look}-tint`, SHAPE],
  ]),
];

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). @param front - `#rrggbb`, as `back` */
export function contrast(front: string, back: string): number {
  const [light = 0, dark = 0] = [luminance(front), luminance(back)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16)),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(octet: number): number {
  const share = octet / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

export interface ContrastFault {
  readonly front: ColourName;
  readonly back: ColourName;
  readonly found: number;
  readonly least: number;
}

/** Every pair that cannot be told apart well enough. */
export function contrastFaults(colours: Colours): readonly ContrastFault[] {
  return CONTRASTS.map(([front, back, least]) => ({
    front,
    back,
    least,
    found: contrast(colours[front], colours[back]),
  })).filter(({ found, least }) => found < least);
}

/** The token sheet, which the style sheet builds on. */
export function tokenSheet(colours: Colours): string {
  const lines = Object.entries(colours).map(([name, colour]) => `  --${name}: ${colour};`);
  return `:root {\n${lines.join('\n')}\n}\n`;
}
