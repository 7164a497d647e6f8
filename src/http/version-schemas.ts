// What a request for a version of a document may say, and the list of versions as it is answered.

import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const choice = {
  revision: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .optional()
    .meta({
      description: 'The version to hand out, 1 for the oldest. Without one they are listed.',
      example: '2',
    }),
  signature: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Instead of its number: the field of the signature that signed it.' }),
  expectedSha256: sha256.optional().meta({
    description:
      'SHA-256 of the file that is meant, lower-case hexadecimal. Another file is refused with 412.',
  }),
};

const password = z
  .string()
  .max(1024)
  .optional()
  .meta({ description: 'Password of an encrypted document, of its user or its owner.', format: 'password' });

export const revisionsForm = z
  .strictObject({ ...choice, password })
  .meta({ description: 'The document, and which of its versions is wanted.' });

/** Of a raw body: never a secret. */
export const revisionsQuery = z.strictObject(choice);

export type RevisionsParameters = z.output<typeof revisionsForm>;

export const pdfVersion = z.string().meta({ format: 'binary', description: 'The version, byte for byte.' });

export const revisionsAnswer = z
  .strictObject({
    file: z.strictObject({ size: z.int().min(0), sha256 }),
    revisions: z.array(
      z.strictObject({
        revision: z.int().min(1).meta({ description: '1 for the oldest.' }),
        size: z.int().min(0).meta({ description: 'The version is the first bytes of the file, so many.' }),
        sha256,
        signatures: z
          .array(
            z.strictObject({
              field: z.string().nullable().meta({ description: 'Full name of the field.' }),
              timestamp: z.boolean().meta({ description: 'A document time-stamp, not a signature.' }),
            }),
          )
          .meta({ description: 'What signed this version. Nothing is verified here.' }),
      }),
    ),
    requestId: z.string(),
  })
  .meta({
    id: 'Revisions',
    examples: [
      {
        file: { size: 204_800, sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        revisions: [
          {
            revision: 1,
            size: 180_224,
            sha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
            signatures: [{ field: 'Tanda tangan 1', timestamp: false }],
          },
          {
            revision: 2,
            size: 204_800,
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
            signatures: [],
          },
        ],
        requestId: '0195930c-3b1f-7c4e-8a52-6f1d2b9e7c10',
      },
    ],
  });
