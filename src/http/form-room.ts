// How much room the fields of a form need, from the schema that describes them: what is described must fit.

import { z } from 'zod';
import type { FormRoom } from './upload.ts';

// Where a field has no length of its own: choices, numbers, digests.
const USUAL_CHARACTERS = 1024;
// UTF-8 needs at most three octets for what counts as one character here, and four for what counts as two.
const OCTETS = 3;
// So that a field too many is named, instead of the form being unreadable.
const UNKNOWN_FIELDS = 8;

/** Room for the fields of this form, each as long as it may be. */
export function roomOf(form: z.ZodObject, fileParts: readonly string[] = []): Required<FormRoom> {
  const { properties = {} } = z.toJSONSchema(form, { io: 'input' }) as {
    properties?: Readonly<Record<string, { readonly maxLength?: number }>>;
  };
  const lengths = Object.values(properties).map(({ maxLength = USUAL_CHARACTERS }) => maxLength * OCTETS);
  return {
    fileParts,
    fields: {
      most: lengths.length + UNKNOWN_FIELDS,
      bytes: Math.max(...lengths),
      together: lengths.reduce((sum, length) => sum + length, 0),
    },
  };
}
