// What a device states of a document that it keeps, as a closed schema. Nothing in it is believed but what signatures prove.

import { z } from 'zod';
import type { DeviceStatement } from '../index.ts';

const count = z.int().min(0);
const base64 = (most: number): z.ZodString =>
  z
    .string()
    .max(Math.ceil(most / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/);
const line = z.string().max(2000);

// As the verifier reads them of a document: verify/ and pdf/ say where each comes from.
const MOST_SIGNATURES = 100;
const MOST_STORED = 1000;
const CMS_BYTES = 2 * 1024 * 1024;
const ITEM_BYTES = 4 * 1024 * 1024;
const MOST = 10_000;

const DIGESTS = [
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'shake256',
] as const;

const finding = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,80}$/),
  effect: z.enum(['structure', 'hash', 'value', 'change', 'constraint', 'weak', 'info']),
  where: line,
});
const findings = z.array(finding).max(MOST).readonly();
const rectangle = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly().nullable();

const change = z.strictObject({
  revision: z.int().min(1),
  kind: z.enum([
    'signature-added',
    'timestamp-added',
    'validation-data-added',
    'field-filled',
    'field-appearance-changed',
    'annotation-added',
    'annotation-changed',
    'annotation-removed',
    'content-covered',
    'page-added',
    'page-removed',
    'page-changed',
    'document-changed',
    'bytes-uncovered',
  ]),
  permitted: z.boolean(),
  page: z.int().min(1).nullable(),
  rect: rectangle,
  field: line.nullable(),
  before: z.null().meta({ description: 'What was written into a form stays on the device.' }),
  after: z.null(),
  rule: line,
});

const step = { changes: z.array(change).max(MOST).readonly(), findings };

const byteRange = z.strictObject({ start: count, cut: count, resume: count, end: count });
const entry = base64(64 * 1024)
  .nullable()
  .optional();

const signature = z.strictObject({
  fieldName: line.nullable(),
  objectNumber: count.nullable(),
  origin: z.enum(['field', 'hidden']),
  dictionary: z
    .strictObject({
      type: line.nullable(),
      subFilter: line.nullable(),
      time: entry,
      reason: entry,
      location: entry,
      certificates: z.array(base64(CMS_BYTES)).max(50).readonly().optional(),
    })
    .nullable(),
  coverage: z.strictObject({
    byteRange: byteRange.nullable(),
    contents: base64(CMS_BYTES).nullable().meta({ description: 'The CMS signature.' }),
    revision: count.nullable(),
    coversWholeFile: z.boolean(),
    findings,
  }),
  rules: z.strictObject({
    certification: z.enum(['no-changes', 'form-filling', 'annotations']).nullable(),
    lock: z
      .strictObject({
        action: z.enum(['All', 'Include', 'Exclude']),
        fields: z.array(line).max(MOST).readonly(),
      })
      .nullable(),
  }),
  findings,
  overlap: finding.nullable(),
  place: z.strictObject({ page: z.int().min(1).nullable(), rect: rectangle }),
});

/** The body of `POST /v1/verify-digest`. */
export const statementBody = z
  .strictObject({
    version: z.literal(1),
    size: count.meta({ description: 'Of the file, in bytes.' }),
    revisions: count,
    storeRevision: count.nullable(),
    documentFindings: findings,
    modifications: z
      .array(
        z.strictObject({
          revision: count,
          ...step,
          commented: z.strictObject(step).nullable().default(null).meta({
            description:
              'The same where the policy lets people comment; null where that makes no difference.',
          }),
        }),
      )
      .max(MOST)
      .readonly(),
    strayBytes: z
      .array(z.strictObject({ revision: count, finding }))
      .max(MOST)
      .readonly(),
    signatures: z.array(signature).max(MOST_SIGNATURES).readonly(),
    stored: z
      .array(
        z.strictObject({
          kind: z.enum(['certificate', 'ocsp', 'crl']),
          revision: count,
          data: base64(ITEM_BYTES),
        }),
      )
      .max(MOST_STORED)
      .readonly()
      .meta({ description: 'The document security stores.' }),
    digests: z
      .array(
        z.strictObject({
          cut: count,
          resume: count,
          end: count,
          algorithm: z.enum(DIGESTS),
          value: z.string().regex(/^(?:[0-9a-f]{2}){16,64}$/),
        }),
      )
      .max(MOST_STORED)
      .readonly()
      .meta({ description: 'Of the bytes [0, cut) and [resume, end) of the file.' }),
  })
  .meta({
    id: 'DeviceStatement',
    description:
      'Made by the program that the page runs in privacy mode, and meant to be made by it: the structure of a document in the words of its own rules.',
  }) satisfies z.ZodType<DeviceStatement>;
