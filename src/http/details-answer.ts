// The details of a signature as a closed schema; it is the type of report/details-json.ts and nothing else.

import { z } from 'zod';
import { BUILDING_BLOCKS, type BuildingBlock } from '../index.ts';

const instant = z.iso.datetime();
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);
const findings = z.array(
  z.strictObject({
    code: z.string(),
    effect: z.enum(['structure', 'hash', 'value', 'change', 'constraint', 'weak', 'info']),
    where: z.string(),
  }),
);
const blocks = Object.keys(BUILDING_BLOCKS) as [BuildingBlock, ...BuildingBlock[]];

const revocation = z.strictObject({
  status: z.enum(['good', 'revoked', 'on-hold', 'unknown']),
  source: z.enum(['ocsp', 'crl']).nullable(),
  item: fingerprint.nullable(),
  thisUpdate: instant.nullable(),
  nextUpdate: instant.nullable(),
  revokedAt: instant.nullable(),
  reason: z.int().nullable(),
  provenSince: instant.nullable(),
  findings: z.array(z.string()),
});

const certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  fingerprint,
  notBefore: instant,
  notAfter: instant,
  anchor: z.boolean(),
  provenSince: instant,
  revocation: revocation.nullable(),
});

const sliding = z.strictObject({
  time: instant,
  lack: z.enum(['no-evidence', 'unproven', 'signer-ended']).nullable(),
  steps: z.array(
    z.strictObject({
      certificate: fingerprint,
      cause: z.enum(['revoked', 'not-fresh', 'certificate-ended', 'algorithm-ended']),
      to: instant,
    }),
  ),
});

/** @param subIndication - of the answer that the details stand in */
export function detailsAnswer<T extends z.ZodType<string>>(subIndication: T) {
  return z
    .strictObject({
      blocks: z.array(
        z.strictObject({
          block: z.enum(blocks),
          clause: z.string().meta({ description: 'Of EN 319 102-1.' }),
          indication: z.enum(['PASSED', 'FAILED', 'INDETERMINATE']).nullable(),
          subIndication: subIndication.nullable(),
          findings,
        }),
      ),
      chain: z.array(certificate),
      timestamps: z.array(
        z.strictObject({
          kind: z.enum(['content', 'signature', 'document']),
          token: fingerprint.nullable(),
          status: z.enum(['accepted', 'undetermined', 'rejected']),
          subIndication: subIndication.nullable(),
          genTime: instant.nullable(),
          accuracyMs: z.number().nullable(),
          authority: z.string().nullable(),
          chain: z.array(certificate),
          findings,
        }),
      ),
      digestAlgorithm: z.string().nullable(),
      signatureAlgorithm: z.string().nullable(),
      signatureValue: fingerprint.nullable(),
      signedDigest: z.string().nullable(),
      provenSince: instant,
      sliding: sliding.nullable(),
      standard: z.strictObject({
        indication: z.enum(['TOTAL_PASSED', 'TOTAL_FAILED', 'INDETERMINATE']),
        subIndication: subIndication.nullable(),
      }),
    })
    .meta({ id: 'SignatureDetails' });
}
