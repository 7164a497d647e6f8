// What an office makes of the page: its name, logo and colours, and whose letters are fetched. Read once, refused whole.

import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { z } from 'zod';
import type { Text } from '../report/language.ts';
import { type ColourName, type Colours, contrastFaults, DEFAULT_COLOURS } from './tokens.ts';

export interface Logo {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export interface PageSettings {
  /** Whose page it is; null: nobody's in particular. */
  readonly agency: Text | null;
  readonly logo: Logo | null;
  readonly colours: Colours;
  /** Host names, lower case: letters are fetched from these alone. */
  readonly letterHosts: readonly string[];
}

export const DEFAULT_PAGE: PageSettings = {
  agency: null,
  logo: null,
  colours: DEFAULT_COLOURS,
  letterHosts: [],
};

/** `page-settings-refused`: everything that is wrong with the file, a line for each fault. */
export class PageSettingsRefused extends Error {
  readonly code = 'page-settings-refused';
  readonly faults: readonly string[];

  constructor(faults: readonly string[], cause?: unknown) {
    super(faults.join('\n'), { cause });
    this.name = 'PageSettingsRefused';
    this.faults = faults;
  }
}

// Form and result together weigh at most 100 kB; a logo must leave room for them.
const LARGEST_LOGO = 32 * 1024;
const LOGO_TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

const name = z.string().trim().min(1).max(120);
const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as "#154c79"')
  .toLowerCase();
const colourNames = Object.keys(DEFAULT_COLOURS) as [ColourName, ...ColourName[]];
// A label of a name has no dot at its end and no port: what is compared is the host alone.
const host = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/,
    'a host name such as "surat.contohkab.go.id", in lower case',
  );

const pageFile = z.strictObject({
  agency: name
    .transform((text): Text => ({ id: text, en: text }))
    .or(z.strictObject({ id: name, en: name }))
    .optional(),
  logo: z.string().min(1).optional(),
  colours: z.partialRecord(z.enum(colourNames), colour).optional(),
  letterHosts: z.array(host).max(100).optional(),
});

/**
 * Reads the file; a logo is looked for beside it.
 *
 * @throws PageSettingsRefused `page-settings-refused`: unreadable, not as it must be, a logo too large, a contrast too low
 */
export function readPageSettings(path: string): PageSettings {
  const read = pageFile.safeParse(jsonOf(path));
  if (!read.success)
    throw new PageSettingsRefused(
      read.error.issues.map(({ path: at, message }) => `${path}: ${at.join('.') || 'the file'}: ${message}`),
    );
  const { agency = null, logo, colours: chosen = {}, letterHosts = [] } = read.data;
  const colours: Colours = { ...DEFAULT_COLOURS, ...chosen };
  requireContrast(path, colours);
  return {
    agency,
    logo: logo === undefined ? null : readLogo(path, resolve(dirname(path), logo)),
    colours,
    letterHosts,
  };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'not JSON' : (error as NodeJS.ErrnoException).code;
    throw new PageSettingsRefused([`${path}: cannot be read: ${reason}`], error);
  }
}

function requireContrast(path: string, colours: Colours): void {
  const faults = contrastFaults(colours).map(
    ({ front, back, found, least }) =>
      `${path}: colours: "${front}" ${colours[front]} on "${back}" ${colours[back]} has a contrast of ${found.toFixed(2)}:1; at least ${least}:1 is needed to be read (WCAG 2.2)`,
  );
  if (faults.length > 0) throw new PageSettingsRefused(faults);
}

function readLogo(path: string, logo: string): Logo {
  const refuse = (why: string, cause?: unknown): PageSettingsRefused =>
    new PageSettingsRefused([`${path}: logo: ${logo} ${why}`], cause);
  const mediaType = LOGO_TYPES[extname(logo).toLowerCase()];
  if (mediaType === undefined) throw refuse(`must end in ${Object.keys(LOGO_TYPES).join(', ')}`);
  try {
    const { size } = statSync(logo);
    if (size > LARGEST_LOGO) throw refuse(`has ${size} bytes; at most ${LARGEST_LOGO} leave the page light`);
    return { bytes: readFileSync(logo), mediaType };
  } catch (error) {
    if (error instanceof PageSettingsRefused) throw error;
    throw refuse(`cannot be read: ${(error as NodeJS.ErrnoException).code}`, error);
  }
}
