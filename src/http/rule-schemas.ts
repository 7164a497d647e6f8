// What a request may say about what the signature holds the document to.

import { z } from 'zod';
import type { SigningOrder } from './ports.ts';
import { HttpProblem } from './problems.ts';

const MOST_FIELDS = 256;
const MOST_CHARACTERS = 16_384;
const names = z.array(z.string().min(1).max(500)).min(1).max(MOST_FIELDS);

const fieldNames = z
  .string()
  .max(MOST_CHARACTERS)
  .transform((text, context) => {
    const read = names.safeParse(arrayOf(text));
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: 'must be a JSON array of field names' });
    return z.NEVER;
  })
  .meta({
    description: 'Full names of form fields, a JSON array; a name stands for everything below it.',
    contentMediaType: 'application/json',
    contentSchema: z.toJSONSchema(names, { target: 'draft-2020-12' }),
    example: '["Anggaran","Rincian.Jumlah"]',
  });

function arrayOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON: what comes out is refused as no array.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const ruleParameters = {
  certification: z.enum(['no-changes', 'form-filling', 'annotations']).optional().meta({
    description:
      'Certifies the document: what may still change afterwards. Only for the first signature of a document.',
  }),
  lock: z.enum(['all', 'include', 'exclude']).optional().meta({
    description: 'Which form fields may not change any more: all, those in "lockFields", or all but those.',
  }),
  lockFields: fieldNames.optional(),
};

type RuleParameters = { readonly [K in keyof typeof ruleParameters]?: z.output<(typeof ruleParameters)[K]> };

const ACTIONS = { all: 'All', include: 'Include', exclude: 'Exclude' } as const;

/** @throws HttpProblem `invalid-request` for parameters that make no sense together */
export function ruleOrder(parameters: RuleParameters): Pick<SigningOrder, 'certification' | 'lock'> {
  const { certification, lock, lockFields } = parameters;
  const needed = lock === 'include' || lock === 'exclude';
  if (needed !== (lockFields !== undefined)) {
    const message = needed
      ? 'names the fields for "lock"'
      : 'has a meaning only beside "lock": include or exclude';
    throw new HttpProblem('invalid-request', {}, [{ pointer: '/lockFields', message }]);
  }
  return {
    certification: certification ?? null,
    lock: lock === undefined ? null : { action: ACTIONS[lock], fields: lockFields ?? [] },
  };
}
