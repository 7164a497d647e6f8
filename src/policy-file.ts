// A policy of an office's own: one of the built-in ones under another name, with what the office holds otherwise.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { algorithmTable, withAlgorithms } from './trust-services/algorithm-table.ts';
import { DEFAULT_POLICY, ETSI_POLICY, type ValidationPolicy } from './verify/policy.ts';

/**
 * - `policy-missing`: the file cannot be read
 * - `policy-malformed`: it is not as its schema says; `where` holds JSON pointers
 */
export type PolicyRefusedCode = 'policy-missing' | 'policy-malformed';

/** Nothing of the file is used. */
export class PolicyRefused extends Error {
  readonly code: PolicyRefusedCode;
  readonly where: string;

  constructor(code: PolicyRefusedCode, where: string, cause?: unknown) {
    super(`${code}: ${where}`, { cause });
    this.name = 'PolicyRefused';
    this.code = code;
    this.where = where;
  }
}

const BASES = { default: DEFAULT_POLICY, etsi: ETSI_POLICY } as const;

const policyFile = z.strictObject({
  /** How reports name it; `teken-…` are the built-in ones. */
  id: z.string().regex(/^(?!teken-)[a-z0-9][a-z0-9.-]{0,63}$/),
  /** Where people can read it. */
  url: z.url({ protocol: /^https?$/ }),
  base: z.enum(['default', 'etsi']).default('default'),
  revocation: z.enum(['require', 'prefer', 'off']).optional(),
  expiredTimestampAuthority: z.enum(['accept', 'needs-proof']).optional(),
  pastValidation: z.enum(['proven-time', 'sliding']).optional(),
  addedAnnotations: z.enum(['refuse', 'note']).optional(),
  algorithms: algorithmTable.optional(),
});

/**
 * Reads a policy: JSON with `id`, `url`, and what differs from its `base` (`default` or `etsi`).
 * @throws PolicyRefused
 */
export function loadPolicyFile(file: string): ValidationPolicy {
  const read = policyFile.safeParse(readJson(file));
  if (!read.success) {
    const places = read.error.issues.map(({ path }) => `/${path.join('/')}`);
    throw new PolicyRefused('policy-malformed', [...new Set(places)].join(' '), read.error);
  }
  const { base, id, url, algorithms, ...rules } = read.data;
  const given = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  const before = BASES[base];
  return {
    ...before,
    ...given,
    id,
    url,
    algorithms: algorithms === undefined ? before.algorithms : withAlgorithms(before.algorithms, algorithms),
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'policy-malformed' : 'policy-missing';
    throw new PolicyRefused(code, file, cause);
  }
}
