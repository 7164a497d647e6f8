// How often somebody may be asked, as the environment says it.

import { z } from 'zod';

const RATE = /^([1-9]\d{0,4})\/(\d{0,4})([smh])$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** One rate for each authority or one for all: `20/20m`, `100/h`, or `none`. */
export const rates = z
  .string()
  .transform((text) => text.split(',').map((rate) => rate.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine((rate) => rate === 'none' || (RATE.test(rate) && !/\/0/.test(rate)))
        .transform(readRate),
    ),
  );

/** At most `requests` within any `windowMs`; null: no limit. */
export type Rate = { readonly requests: number; readonly windowMs: number } | null;

function readRate(text: string): Rate {
  const [, requests, count, unit] = RATE.exec(text) ?? [];
  if (requests === undefined) return null;
  return { requests: Number(requests), windowMs: Number(count || 1) * UNIT_MS[unit as keyof typeof UNIT_MS] };
}
