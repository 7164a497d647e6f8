// Parameters of a request against their schema; everything that is wrong with them is told at once.

import type { z } from 'zod';
import { HttpProblem, type RequestFault } from './problems.ts';
import { pointerTo, pointerToUnknown } from './upload.ts';

/**
 * Reads parameters by their schema.
 *
 * @throws HttpProblem `invalid-request` with a pointer for each fault; values are never repeated
 */
export function readParameters<T>(schema: z.ZodType<T>, given: Readonly<Record<string, unknown>>): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new HttpProblem('invalid-request', {}, faultsOf(read.error, given));
}

/** The faults of a schema's refusal of what was given, each with its place. */
export function faultsOf(
  error: z.core.$ZodError,
  given: Readonly<Record<string, unknown>> = {},
): RequestFault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: pointerToUnknown(key), message: 'no such field' }));
    const [name] = issue.path;
    if (issue.path.length === 1 && typeof name === 'string' && given[name] === undefined)
      return [{ pointer: pointerTo(name), message: 'required' }];
    return [{ pointer: issue.path.map((step) => pointerTo(String(step))).join(''), message: issue.message }];
  });
}
