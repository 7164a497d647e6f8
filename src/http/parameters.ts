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
  throw new HttpProblem('invalid-request', {}, faultsOf(read.error));
}

/** The faults of a schema's refusal, each with its place. */
export function faultsOf(error: z.core.$ZodError): RequestFault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: pointerToUnknown(key), message: 'no such field' }));
    return [{ pointer: issue.path.map((step) => pointerTo(String(step))).join(''), message: issue.message }];
  });
}
