// The operator's table of algorithms: what a newer issue of it says replaces the built-in one, row by row.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Acceptance, ALGORITHM_POLICY, type AlgorithmPolicy } from '../pki/algorithm-policy.ts';

/**
 * - `algorithm-table-missing`: the file cannot be read
 * - `algorithm-table-malformed`: it is not as its schema says; `where` holds JSON pointers
 */
export type AlgorithmTableRefusedCode = 'algorithm-table-missing' | 'algorithm-table-malformed';

/** Nothing of the file is used: half a table would accept what the whole one refuses. */
export class AlgorithmTableRefused extends Error {
  readonly code: AlgorithmTableRefusedCode;
  readonly where: string;

  constructor(code: AlgorithmTableRefusedCode, where: string, cause?: unknown) {
    super(`${code}: ${where}`, { cause });
    this.name = 'AlgorithmTableRefused';
    this.code = code;
    this.where = where;
  }
}

/** `"never"`, the first day on which it proves nothing any more, or null for no end in sight. */
const acceptance = z
  .union([z.literal('never'), z.iso.date(), z.null()])
  .transform((value): Acceptance => (value === null || value === 'never' ? value : Date.parse(value)));

/** The members of a table in JSON. */
export const algorithmTable = z.strictObject({
  /** When it was issued: an end after this warns, an earlier one refuses. */
  issued: z.iso.date().transform((date) => Date.parse(date)),
  digests: z
    .strictObject({
      md5: acceptance,
      ripemd160: acceptance,
      sha1: acceptance,
      sha224: acceptance,
      sha256: acceptance,
      sha384: acceptance,
      sha512: acceptance,
      'sha3-256': acceptance,
      'sha3-384': acceptance,
      'sha3-512': acceptance,
      shake256: acceptance,
    })
    .partial()
    .optional(),
  rsaPkcs1: acceptance.optional(),
  /** In ascending order; the last row that a key reaches counts. */
  rsaPss: z
    .array(z.strictObject({ fromBits: z.int().min(0), acceptance }))
    .min(1)
    .max(16)
    .refine((rows) => rows.every(({ fromBits }, i) => i === 0 || fromBits > (rows[i - 1]?.fromBits ?? 0)))
    .optional(),
  minimumRsaBits: z.int().min(1024).max(16_384).optional(),
  ecdsa: acceptance.optional(),
  minimumCurveBits: z.int().min(160).max(521).optional(),
  edwards: acceptance.optional(),
  mlDsa: acceptance.optional(),
  dsa: acceptance.optional(),
});

/** @throws AlgorithmTableRefused */
export function loadAlgorithmTable(file: string): AlgorithmPolicy {
  const read = algorithmTable.safeParse(readJson(file));
  if (!read.success) {
    const places = read.error.issues.map(({ path }) => `/${path.join('/')}`);
    throw new AlgorithmTableRefused('algorithm-table-malformed', [...new Set(places)].join(' '), read.error);
  }
  return withAlgorithms(ALGORITHM_POLICY, read.data);
}

/** What a table says in place of what was there, row by row. */
export function withAlgorithms(
  before: AlgorithmPolicy,
  { digests, ...rows }: z.output<typeof algorithmTable>,
): AlgorithmPolicy {
  const given = Object.fromEntries(Object.entries(rows).filter(([, value]) => value !== undefined));
  return Object.freeze({
    ...before,
    ...given,
    digests: { ...before.digests, ...digests },
  } as AlgorithmPolicy);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'algorithm-table-malformed' : 'algorithm-table-missing';
    throw new AlgorithmTableRefused(code, file, cause);
  }
}
