// What was found out about the signer, as an answer says it.

import { z } from 'zod';

/** As `IdentityEvidence`. */
export const identityAnswer = z
  .strictObject({
    signer: z.string().nullable().meta({
      description: 'Identifier of the registry; null for a signer from outside.',
    }),
    client: z.string(),
    certificate: z
      .strictObject({
        sha256: z.string().meta({ description: 'Of the DER, hexadecimal.' }),
        serialNumber: z.string().meta({ description: 'Hexadecimal.' }),
      })
      .nullable(),
    findings: z.array(
      z.strictObject({
        step: z.enum([
          'client',
          'signer',
          'nik',
          'status',
          'certificate',
          'document',
          'approval',
          'second-factor',
          'secret',
        ]),
        outcome: z.enum(['passed', 'noted', 'not-asked']),
        values: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
          .optional(),
      }),
    ),
  })
  .meta({
    id: 'Identity',
    description:
      'What was asked about the signer before the key was used, in this order. "noted" is unusual and no reason to refuse; "not-asked": nothing requires it here. It holds no name, NIK or address.',
  });
