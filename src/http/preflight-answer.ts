// The answer of a preflight as a closed schema, and the same for the command line.

import { z } from 'zod';
import type { Preflight } from '../index.ts';
import { rfc3339 } from '../report/time-text.ts';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });
const box = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .meta({ description: 'left, bottom, right, top in points.' });
const page = z.int().min(1);
const bytes = z.int().min(0);
const values = z.record(z.string(), z.unknown()).meta({ description: 'What the code is about; by code.' });
const level = z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']);
const lock = z.strictObject({
  action: z.enum(['All', 'Include', 'Exclude']),
  fields: z.array(z.string()),
  by: z.string(),
});

const file = z.strictObject({
  version: z.string(),
  size: bytes,
  pages: z.int().min(0),
  revisions: z.int().min(1),
  crossReferences: z.enum(['table', 'stream', 'hybrid']),
  linearized: z.boolean(),
  reading: z
    .enum(['strict', 'prefix', 'repairable'])
    .meta({ description: 'repairable: damaged; signing writes new cross-references.' }),
  trailingBytes: z.boolean(),
  encryption: z
    .strictObject({
      revision: z.int(),
      openedAs: z.enum(['user', 'owner', 'attachments-locked']),
      permissions: z.array(z.string()),
    })
    .nullable(),
  pdfA: z.string().nullable().meta({ description: 'What the metadata claims, such as 2B; not checked.' }),
  pdfUa: z.string().nullable(),
  tagged: z.boolean(),
  activeContent: z.strictObject({
    found: z.array(z.strictObject({ kind: z.string(), page: page.nullable() })),
    complete: z.boolean().meta({ description: 'False where something could not be searched.' }),
  }),
  rules: z.strictObject({
    certified: z.boolean(),
    permission: z
      .union([z.literal(1), z.literal(2), z.literal(3)])
      .nullable()
      .meta({ description: 'What earlier signatures leave: 1 nothing, 2 forms, 3 also annotations.' }),
    permissionBy: z.string().nullable(),
    locks: z.array(lock),
  }),
  emptyFields: z.array(z.strictObject({ name: z.string(), page: page.nullable(), rect: box.nullable() })),
});

const placement = z.strictObject({
  spot: z
    .strictObject({
      page,
      rect: box.meta({ description: 'In default user space, as it stands in the field.' }),
      rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
      width: z.number(),
      height: z.number(),
      anchor: z.strictObject({ page, occurrence: z.int().min(1), matches: z.int().min(1) }).nullable(),
      collisions: z.array(z.strictObject({ kind: z.string(), box })),
    })
    .nullable(),
  refusal: z.strictObject({ code: z.string(), values }).nullable(),
  matches: z.array(z.strictObject({ page, box })),
});

const chain = z.strictObject({
  chain: z.enum(['signer', 'timestamp']),
  complete: z.boolean(),
  tried: z.array(
    z.strictObject({
      subject: z.string(),
      source: z.enum(['ocsp', 'crl']),
      result: z.enum(['answered', 'failed']),
      reason: z.string().nullable(),
    }),
  ),
  missing: z.array(
    z.strictObject({ subject: z.string(), source: z.enum(['ocsp', 'crl']).nullable(), reason: z.string() }),
  ),
});

const finding = z.strictObject({ code: z.string(), values });

export const preflightAnswer = z
  .strictObject({
    ok: z.boolean().meta({ description: 'Whether the document can be signed as asked.' }),
    blockers: z.array(finding).meta({ description: 'Why it cannot; the codes that signing would give.' }),
    notes: z.array(finding).meta({ description: 'What is worth knowing, and keeps nobody from signing.' }),
    file: file.nullable().meta({ description: 'Null for a document that cannot be read.' }),
    signatures: z.array(
      z.strictObject({
        fieldName: z.string().nullable(),
        kind: z.string(),
        verdict: z.string(),
        level: z.string().nullable(),
      }),
    ),
    placement: placement.nullable(),
    signer: z
      .strictObject({
        subject: z.string(),
        issuer: z.string(),
        notBefore: instant,
        notAfter: instant,
        development: z.boolean(),
        algorithm: z.string().nullable(),
        maxBatch: z.int().nullable(),
        activation: z
          .enum(['none', 'passphrase', 'otp', 'token'])
          .nullable()
          .meta({ description: 'What a person has to give; it is never tried.' }),
      })
      .nullable(),
    level: z.strictObject({
      asked: level,
      highest: level.nullable(),
      probed: z.boolean().meta({ description: 'Whether time-stamp and revocation services were asked.' }),
    }),
    evidence: z.array(chain),
    size: z
      .strictObject({
        certificates: bytes,
        signatureValue: bytes,
        signedAttributes: bytes,
        timestampToken: bytes,
        margin: bytes,
        reserved: bytes.meta({ description: 'The sum: room in /Contents.' }),
        output: bytes.meta({ description: 'Of the signed document, without the evidence of B-LT.' }),
      })
      .nullable(),
  })
  .meta({ id: 'PreflightAnswer' });

type DeepReadonly<T> = T extends readonly unknown[] | object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

export type PreflightAnswer = DeepReadonly<z.input<typeof preflightAnswer>>;

/** The report as JSON: the same on every face. */
export function preflightJson({ signer, ...seen }: Preflight): PreflightAnswer {
  if (signer === null) return { ...seen, signer };
  const { notBefore, notAfter } = signer;
  return { ...seen, signer: { ...signer, notBefore: rfc3339(notBefore), notAfter: rfc3339(notAfter) } };
}
