// Where applications written for BSrE's own service disagree about it: what each of them is answered.

import { z } from 'zod';

/** `24h`, `10m`, `30s`; `0`: not at all. */
const duration = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,5}[smh])$/, 'not a time such as 24h, 10m, 30s or 0')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.slice(-1)] ?? 0));

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

const switches = {
  /** Whether `width` and `height` of v1 are the opposite corner, as in the original, or sizes, as many believe. */
  v1RectMode: z.enum(['corners', 'size']),
  /** What of a box stands at a tag. */
  tagAnchor: z.enum(['lower-left', 'center']),
  /** `legacy`: the code at the end of the text. */
  errorGeneration: z.enum(['current', 'legacy']),
  verifyGeneration: z.enum(['B', 'A']),
  /** Whether files that are no PDF are answered with the original's 500. */
  faithful500: z.boolean(),
  /** Whether fields that the original leaves empty or wrong are filled. */
  truthfulFlags: z.boolean(),
  indeterminateAs: z.enum(['INVALID', 'VALID', 'INDETERMINATE']),
  downloadRetention: duration,
  rejectSecretsInQuery: z.boolean(),
  sealAcceptActivationTotp: z.boolean(),
  /** How long the same request without a key of its own is the same operation. */
  dedupeWindow: duration,
  /** `safe`: no signatures are counted in a document that is not accepted, as some readers take a count for a verdict. */
  signatureCount: z.enum(['literal', 'safe']),
} as const;

const all = z.strictObject(switches);

export type CompatSwitches = z.output<typeof all>;

/** Some of them; the others are as for everybody, or as here. */
export const compatSwitches = all.partial();

/** As the original behaves, as far as that is known. */
export const USUAL_SWITCHES: CompatSwitches = {
  v1RectMode: 'corners',
  tagAnchor: 'lower-left',
  errorGeneration: 'current',
  verifyGeneration: 'B',
  faithful500: false,
  truthfulFlags: false,
  indeterminateAs: 'INVALID',
  downloadRetention: 24 * 3_600_000,
  rejectSecretsInQuery: false,
  sealAcceptActivationTotp: false,
  dedupeWindow: 10 * 60_000,
  signatureCount: 'literal',
};

/** @param some - as a file has them: JSON knows no member without a value */
export function withSwitches(usual: CompatSwitches, some: z.output<typeof compatSwitches>): CompatSwitches {
  return { ...usual, ...some } as CompatSwitches;
}
