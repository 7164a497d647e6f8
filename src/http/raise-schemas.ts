// What a request to raise the level of a document must look like, and its answer.

import { z } from 'zod';
import { verifyAnswer } from './verify-answer.ts';

const parameters = {
  level: z.enum(['B-T', 'B-LT', 'B-LTA']).meta({
    description:
      'The PAdES baseline level that every signature in the document is to reach. B-LTA always adds a time-stamp: asked again, it renews the one before.',
  }),
  expectedSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .meta({
      description:
        'SHA-256 of the document that is meant, lower-case hexadecimal. Another one is refused with 412.',
    }),
};

const password = z
  .string()
  .max(1024)
  .optional()
  .meta({ description: 'Password of an encrypted document, of its user or its owner.', format: 'password' });

/** Parameters beside the part `file` of a form. */
export const raiseForm = z
  .strictObject({ ...parameters, password })
  .meta({ description: 'The signed document, and the level to reach.' });

/** Parameters of a raw body, in the query: never a secret. */
export const raiseQuery = z.strictObject(parameters);

/** The same query where a form is sent: everything is in the form. */
export const raiseQueryOfAnyForm = raiseQuery.partial();

export type RaiseParameters = z.output<typeof raiseForm>;

/** What `POST /v1/raise` answers where JSON is asked for. */
export const raiseAnswer = z
  .strictObject({
    level: parameters.level.meta({
      description: 'What every signature has now, those left as they were excepted.',
    }),
    documentTimestamps: z
      .array(z.string())
      .meta({ description: 'Fields of the time-stamps that were added, in their order.' }),
    renewBefore: z.iso.datetime().nullable().meta({
      description: 'Before this the level has to be raised again; null below B-LTA.',
    }),
    leftAsTheyWere: z.array(z.string()).meta({
      description: 'Fields of signatures that are broken or cannot be read: nothing was done about them.',
    }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({ description: 'Of the raised document.' }),
    pdf: z.base64().meta({ description: 'The raised document.' }),
    report: verifyAnswer,
  })
  .meta({ id: 'RaiseAnswer' });
