// The verify answer of schema version 1 as a closed schema; it is the type of report/json.ts and nothing else.

import { z } from 'zod';
import { REASON_CODES, SIGNATURE_VERDICTS_WORST_FIRST, type SignatureVerdict, VERDICTS } from '../index.ts';
import type { ChangeAnswer, SignatureAnswer } from '../report/json.ts';
import { detailsAnswer } from './details-answer.ts';
import { VERIFY_EXAMPLE } from './examples.ts';
import { identityAnswer } from './identity-answer.ts';
import { problemSchema } from './schemas.ts';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });
const both = z.strictObject({ id: z.string(), en: z.string() });
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const pageNumber = z.int().min(1).nullable();
const rectangle = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .nullable()
  .meta({ description: 'left, bottom, right, top in points of user space.' });

/** All members of a union as a list that the compiler knows to be complete. */
function every<T extends string>() {
  return <const L extends readonly [T, ...T[]]>(
    ...list: L & ([T] extends [L[number]] ? unknown : never)
  ): L => list;
}

const changeKinds = every<ChangeAnswer['kind']>()(
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
);

const subIndications = every<NonNullable<SignatureAnswer['subIndication']>>()(
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
  'SIG_CONSTRAINTS_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'TIMESTAMP_ORDER_FAILURE',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'NO_POE',
  'TRY_LATER',
  'SIGNED_DATA_NOT_FOUND',
);

const levels = every<SignatureAnswer['level']>()(
  'PAdES-BES',
  'PAdES-B-B',
  'PAdES-B-T',
  'PAdES-B-LT',
  'PAdES-B-LTA',
  'PKCS7-B',
  'PKCS7-T',
  'PKCS7-LT',
  'PKCS7-LTA',
  'PDF-NOT-ETSI',
  'DOC-TIMESTAMP',
);

const identities = every<SignatureAnswer['identity']['status']>()(
  'TRUSTED',
  'UNKNOWN',
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
  'TEST',
  'UNDETERMINED',
);

const changeAnswer = z.strictObject({
  revision: z.int().min(1),
  kind: z.enum(changeKinds),
  permitted: z.boolean(),
  page: pageNumber,
  rect: rectangle,
  field: z.string().nullable(),
  before: z.string().nullable().meta({ description: 'Form value before the change.' }),
  after: z.string().nullable().meta({ description: 'Form value after the change.' }),
  rule: z.string(),
});

const PERMITTED_CHANGES = every<NonNullable<SignatureAnswer['rules']['certification']>>()(
  'no-changes',
  'form-filling',
  'annotations',
);

const LOCK_ACTIONS = every<NonNullable<SignatureAnswer['rules']['lock']>['action']>()(
  'All',
  'Include',
  'Exclude',
);

const signerAnswer = z.strictObject({
  commonName: z.string().nullable(),
  issuer: z.string(),
  certifiedByPsre: z.boolean(),
  serial: z.string(),
});

const timeAnswer = z.strictObject({
  value: instant,
  source: z.enum(['timestamp', 'claimed']),
  tsa: z.string().nullable(),
  claimed: instant.nullable(),
  skewSeconds: z.number().nullable(),
});

const revocationAnswer = z.strictObject({
  status: z.enum(['GOOD', 'REVOKED', 'UNKNOWN', 'NOT_CHECKED']),
  source: z.enum(['embedded-ocsp', 'embedded-crl', 'fetched-ocsp', 'fetched-crl']).nullable(),
  producedAt: instant.nullable(),
});

const signatureAnswer = z
  .strictObject({
    verdict: z.enum(SIGNATURE_VERDICTS_WORST_FIRST as readonly [SignatureVerdict, ...SignatureVerdict[]]),
    indication: z.enum(['TOTAL_PASSED', 'TOTAL_FAILED', 'INDETERMINATE']),
    subIndication: z.enum(subIndications).nullable(),
    kind: z.enum(['signature', 'seal', 'doc-timestamp', 'e-meterai']),
    level: z.enum(levels),
    revision: z.int().min(1).nullable(),
    integrity: z.strictObject({
      status: z.enum(['INTACT', 'CHANGED', 'ADDED', 'UNREADABLE']),
      coversWholeFile: z.boolean(),
      changesAfter: z.array(changeAnswer),
    }),
    identity: z.strictObject({ status: z.enum(identities) }),
    signer: signerAnswer.nullable(),
    time: timeAnswer.nullable(),
    revocation: revocationAnswer.nullable(),
    page: pageNumber,
    rect: rectangle,
    rules: z
      .strictObject({
        certification: z.enum(PERMITTED_CHANGES).nullable().meta({
          description:
            'What a certification (DocMDP) still allows; null where the signature certifies nothing.',
        }),
        lock: z
          .strictObject({ action: z.enum(LOCK_ACTIONS), fields: z.array(z.string()) })
          .nullable()
          .meta({
            description:
              'Form fields that may not change any more (FieldMDP): all, the listed ones, or all but these.',
          }),
      })
      .meta({ description: 'What the signature holds the document to from then on.' }),
    forecast: z
      .strictObject({ belowPolicyFrom: instant, because: both, action: both })
      .nullable()
      .meta({ description: 'From when on it will not be accepted any more unless somebody acts.' }),
    reasons: z.array(z.strictObject({ code: z.enum(REASON_CODES), id: z.string(), en: z.string() })),
    details: detailsAnswer(z.enum(subIndications)).nullable().meta({
      description: 'Every building block of EN 319 102-1; null unless asked for with detail=full.',
    }),
  })
  .meta({ id: 'SignatureAnswer' });

export const verifyAnswer = z
  .strictObject({
    schemaVersion: z.literal(1),
    verdict: z.enum(VERDICTS),
    ok: z.boolean().meta({
      description:
        'True exactly for VALID, VALID_WITH_NOTES and REVOKED_LATER. Decide on this, or on "verdict".',
    }),
    message: both.meta({ description: 'Title and explanation, ready to show.' }),
    action: both.meta({ description: 'What the reader should do.' }),
    counts: z
      .strictObject({ signatures: z.int().min(0), ok: z.int().min(0), notOk: z.int().min(0) })
      .meta({ description: 'For display only. Time-stamps and e-Meterai are listed, not counted.' }),
    file: z.strictObject({ name: z.string().nullable(), size: z.int().min(0), sha256: hexDigest }),
    signatures: z.array(signatureAnswer),
    policy: z.strictObject({
      id: z.string(),
      url: z.string(),
      revocation: z.enum(['require', 'prefer', 'off']),
    }),
    trustList: z.strictObject({ version: z.string(), sha256: hexDigest, asOf: instant }),
    tool: z.strictObject({ version: z.string(), commit: z.string() }),
    checkedAt: instant,
    requestId: z.string(),
  })
  .meta({ id: 'VerifyAnswer', examples: [VERIFY_EXAMPLE] });

/** Bytes of a document. */
export const pdfAnswer = z.string().meta({ contentMediaType: 'application/pdf', format: 'binary' });

const receipt = z.string().meta({
  description:
    'A signed word of the service (JWS, ES256) that a record of this signature stands in its audit. Anyone can check it later against a published checkpoint (/v1/audit/checkpoints). Only where the service has a seal.',
});

/** What `POST /v1/sign` answers where JSON is asked for. */
export const signAnswer = z
  .strictObject({
    signatureId: z.string(),
    receipt: receipt.optional(),
    level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']),
    algorithm: z.string(),
    fieldName: z.string(),
    identity: identityAnswer,
    repaired: z.literal(true).optional().meta({
      description:
        'The document was damaged and nobody had signed it; what was appended makes it whole for every reader.',
    }),
    anchor: z
      .strictObject({
        page: z.int().min(1),
        occurrence: z.int().min(1).meta({ description: 'Counted from 1 among the matches.' }),
        matches: z.int().min(1).meta({ description: 'On the pages that were searched.' }),
      })
      .optional()
      .meta({ description: 'Which occurrence of "anchor" was taken.' }),
    collisions: z
      .array(
        z.strictObject({
          kind: z.enum(['text', 'image', 'annotation', 'widget']),
          box: z.array(z.number()).length(4).meta({ description: 'In points, from the lower left corner.' }),
        }),
      )
      .optional()
      .meta({ description: 'What the signature covers, where "collision" is "warn".' }),
    sha256: hexDigest.meta({ description: 'Of the signed document.' }),
    pdf: z.base64().meta({ description: 'The signed document.' }),
    report: verifyAnswer,
  })
  .meta({ id: 'SignAnswer' });

/** What `POST /v1/sign/prepare` answers. */
export const prepareAnswer = z
  .strictObject({
    token: z.base64().meta({ description: 'Sealed; goes back as it is with the second request.' }),
    expiresAt: instant.meta({ description: 'Until when the second request must have come.' }),
    algorithm: z.string().meta({ description: 'What the key has to sign with.' }),
    toBeSigned: z.base64().meta({
      description: 'The octets to sign (the signed attributes, DER), for a key that hashes itself.',
    }),
    digestAlgorithm: z.enum(['sha256', 'sha384', 'sha512']),
    digest: z.base64().meta({
      description: 'The digest of "toBeSigned", for a key that wants it. Ed25519 signs the octets.',
    }),
    certificateSha256: hexDigest.meta({ description: 'Of the certificate whose key has to sign.' }),
    level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']),
    fieldName: z.string(),
    sha256: hexDigest.meta({ description: 'Of the document as it came.' }),
    authorization: z
      .strictObject({
        url: z.url().meta({ description: 'Where the browser of who signs has to go.' }),
        state: z.string().meta({ description: 'Comes back with the code; keep it with the session.' }),
      })
      .optional()
      .meta({ description: 'Where "redirectUri" was given.' }),
  })
  .meta({ id: 'PrepareAnswer' });

const place = {
  index: z.int().min(0).meta({ description: 'Which document of the form, counted from 0.' }),
  fileName: z.string().nullable(),
};

/** What `POST /v1/sign/batch` answers for each document, as a line of NDJSON. */
export const batchOutcomeAnswer = z
  .discriminatedUnion('status', [
    z.strictObject({
      ...place,
      status: z.literal('signed'),
      signatureId: z.string(),
      receipt: receipt.optional(),
      level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']),
      algorithm: z.string(),
      fieldName: z.string(),
      sha256: hexDigest.meta({ description: 'Of the signed document.' }),
      pdf: z.base64().meta({ description: 'The signed document.' }),
    }),
    z.strictObject({ ...place, status: z.literal('failed'), problem: problemSchema }),
    z.strictObject({ ...place, status: z.literal('skipped') }),
  ])
  .meta({ id: 'BatchOutcome' });

/** Its last line. */
export const batchEndAnswer = z
  .strictObject({
    summary: z.strictObject({
      announced: z.int().min(1),
      signed: z.int().min(0),
      failed: z.int().min(0),
      skipped: z
        .int()
        .min(0)
        .meta({ description: 'Neither signed nor failed: left because of others, or never come.' }),
    }),
    problem: problemSchema.optional().meta({ description: 'Why the rest of the request could not be read.' }),
  })
  .meta({ id: 'BatchEnd' });

/** The same as parts. */
export const batchPartsAnswer = z.string().meta({
  description:
    'Parts with Document-Index: application/pdf (with Signature-Id and Content-Digest) where signed, application/problem+json where failed; the last part is application/json with the summary.',
});
