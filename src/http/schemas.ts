// What requests must and answers will look like: the schemas that validate, and from which openapi.yaml is generated.

import { z } from 'zod';
import { MAX_APPROVAL_CHARACTERS } from '../identity/approval-token.ts';
import { MAX_SEALED_BYTES, type SignatureAlgorithm } from '../index.ts';
import { PROBLEM_EXAMPLE } from './examples.ts';
import { identityAnswer } from './identity-answer.ts';
import { keySecretFields } from './key-secrets.ts';
import { letterFields } from './letter-fields.ts';
import { PROBLEM_DETAILS } from './problem-texts.ts';
import { ruleParameters } from './rule-schemas.ts';
import { visibleParameters } from './visible-schemas.ts';

const name = z.string().regex(/^[\w.-]{1,64}$/);
const line = (most: number): z.ZodString => z.string().min(1).max(most);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const signer = name.meta({ description: 'Identifier of the signer in the registry.', example: 'pejabat' });

/** What is asked for, of whatever signer. */
const order = {
  level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']).optional().meta({
    description:
      "PAdES baseline level. B-T adds a time-stamp, B-LT the evidence that nobody's certificate was revoked, B-LTA a time-stamp over that evidence. Without it the level that the service is configured with (TEKEN_DEFAULT_LEVEL, B-T where nothing is set). A level that cannot be reached is refused, never lowered.",
  }),
  ...visibleParameters,
  reason: line(500).optional().meta({ description: 'Reason, as the signer states it.' }),
  location: line(500).optional().meta({ description: 'Place, as the signer states it.' }),
  fieldName: line(200)
    .optional()
    .meta({ description: 'An existing empty signature field, or the name of the new one.' }),
  ...ruleParameters,
};

const parameters = {
  signer,
  ...order,
  expectedSha256: sha256.optional().meta({
    description:
      'SHA-256 of the document that the signer saw, lower-case hexadecimal. Another document is refused with 412.',
  }),
};

const code = z
  .string()
  .regex(/^\d{6}$/)
  .optional()
  .meta({
    description:
      'One-time code, where the signer has one: of the authenticator, or as it came by mail. It is good once.',
    format: 'password',
  });

const approvals = z
  .string()
  .max(20 * MAX_APPROVAL_CHARACTERS)
  .optional()
  .meta({
    description:
      'Approvals of this document, as /v1/approvals answered them, separated by spaces; for signers whose signatures others approve.',
  });

// Address and headers together are at most 16 kB (Node's own limit).
const approvalsOfAddress = z.string().max(8000).optional().meta({
  description:
    'Approvals of this document, as /v1/approvals answered them, separated by spaces; more than fit here go into a form.',
});

const password = z
  .string()
  .max(1024)
  .optional()
  .meta({ description: 'Password of an encrypted document, of its user or its owner.', format: 'password' });

/** Parameters beside the part `file` of a form. */
export const signForm = z
  .strictObject({ ...parameters, ...letterFields, approvals, ...keySecretFields, code, password })
  .meta({
    description: 'The document and how to sign it.',
  });

/** Parameters of a raw body, in the query: never a secret. */
export const signQuery = z.strictObject({ ...parameters, ...letterFields, approvals: approvalsOfAddress });

/** The same query where a form is sent: everything is in the form. */
export const signQueryOfAnyForm = signQuery.partial();

export type SignParameters = z.output<typeof signForm>;

/** Parameters of a batch, which stand before its first document. */
export const batchForm = z
  .strictObject({
    signer,
    ...order,
    ...letterFields,
    ...keySecretFields,
    code,
    password: password.describe('Password of encrypted documents, the same for all of them.'),
    count: z
      .string()
      // At most a hundred thousand.
      .regex(/^(?:100000|[1-9]\d{0,4})$/)
      .transform(Number)
      .meta({ description: 'How many documents follow: so many are authorised.', example: '12' }),
    onFailure: z.enum(['continue', 'stop', 'all-or-nothing']).optional().meta({
      description:
        'After a document that cannot be signed: go on with the others (continue, the default), hand out nothing that comes after it (stop), or nothing at all (all-or-nothing; all documents together must then be smaller than one may be alone).',
    }),
  })
  .meta({ description: 'How to sign, then the documents: parts "file", as many as announced.' });

export type BatchParameters = z.output<typeof batchForm>;

/** Of whatever signer and document. */
export const orderParameters = z.strictObject(order);

export type OrderParameters = z.output<typeof orderParameters>;

const algorithms = [
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'ed25519',
] as const satisfies readonly SignatureAlgorithm[];

const preparing = {
  ...parameters,
  signer: signer.optional().meta({
    description: 'Identifier of the signer in the registry; or the part "certificates" says who signs.',
    example: 'pejabat',
  }),
  algorithm: z.enum(algorithms).optional().meta({
    description: 'What the key will sign with. Default: the usual one of the key in the certificate.',
  }),
};

/** Where a person's browser may be sent: to a place that nobody else reads. */
const redirectUri = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine((text) => /^(?:https:|http:\/\/(?:localhost|127\.0\.0\.1)[:/])/.test(text), 'not https')
  .optional()
  .meta({
    description:
      'For a key at a CSC service that its holder authorises in a browser (OAuth 2 code with PKCE): the address, registered there, to which the browser comes back with "code" and "state".',
    example: 'https://aplikasi.example.go.id/kembali',
  });

export const prepareForm = z
  .strictObject({ ...preparing, ...letterFields, redirectUri, approvals, code, password })
  .meta({ description: 'The document, how to sign it, and whose signature it will be.' });

/** Parameters of a raw body, in the query. */
export const prepareQuery = z.strictObject({
  ...preparing,
  ...letterFields,
  redirectUri,
  approvals: approvalsOfAddress,
});

export const prepareQueryOfAnyForm = prepareQuery.partial();

export type PrepareParameters = z.output<typeof prepareForm>;

const forecasting = {
  ...preparing,
  signer: signer.optional().meta({
    description:
      'Identifier of the signer in the registry; without it the document and the place alone are looked at.',
    example: 'pejabat',
  }),
  probe: z.enum(['services', 'nothing']).optional().meta({
    description:
      '"services": ask for one time-stamp and for the revocation data, as a signature would. Default: nothing.',
  }),
};

export const preflightForm = z
  .strictObject({ ...forecasting, password })
  .meta({ description: 'The document, and how it would be signed.' });

/** Parameters of a raw body, in the query. */
export const preflightQuery = z.strictObject(forecasting);

export const preflightQueryOfAnyForm = preflightQuery.partial();

export type PreflightParameters = z.output<typeof preflightForm>;

const MAX_TOKEN_CHARACTERS = 4 * Math.ceil(MAX_SEALED_BYTES / 3);

/** Base64, with the line ends that tools put into it: of this many characters in lines of 64 with CR and LF. */
const base64 = (most: number) =>
  z
    .string()
    .max(Math.ceil((most * 66) / 64))
    .regex(/^[A-Za-z0-9+/][A-Za-z0-9+/ \r\n]*(?:=[ \r\n]*){0,2}$/, 'not base64')
    .transform((text) => text.replace(/[ \r\n]+/g, ''));

export const completeForm = z
  .strictObject({
    token: base64(MAX_TOKEN_CHARACTERS).meta({
      description: 'The token of /v1/sign/prepare, as it was answered.',
    }),
    // The longest value is that of RSA with 4096 bits.
    signature: base64(1024).optional().meta({
      description:
        'The signature value over "toBeSigned", base64: RSA as long as the modulus, ECDSA as DER or as r and s side by side, Ed25519 64 octets.',
    }),
    authorizationCode: z.string().min(1).max(2048).optional().meta({
      description: 'Instead of "signature": the "code" with which the browser came back.',
      format: 'password',
    }),
    state: z.string().min(1).max(200).optional().meta({
      description: 'The "state" with which the browser came back; beside "authorizationCode".',
    }),
    password,
  })
  .meta({ description: 'The same document again, and what its key has signed.' });

export type CompleteParameters = z.output<typeof completeForm>;

export const approvalForm = z
  .strictObject({
    signer: name.meta({ description: 'Who is to sign.', example: 'bupati' }),
    approver: name.meta({ description: 'Who approves.', example: 'sekda' }),
    code: z
      .string()
      .regex(/^\d{6}$/)
      .meta({ description: "The approver's one-time code.", format: 'password' }),
    expectedSha256: parameters.expectedSha256,
  })
  .meta({ description: 'The document, and who approves whose signature.' });

export const approvalAnswer = z
  .strictObject({
    approval: z.string(),
    expiresAt: z.iso.datetime(),
    sha256: z.string().meta({ description: 'Of the document that was approved.' }),
    identity: identityAnswer,
  })
  .meta({ id: 'Approval' });

export const codeQuery = z.strictObject({
  signer,
  count: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .transform(Number)
    .optional()
    .meta({ description: 'How many documents the code is to cover; 1 unless given.', example: '12' }),
});

export const codeAnswer = z.strictObject({ status: z.literal('accepted') }).meta({ id: 'CodeRequest' });

export const verifyForm = z
  .strictObject({ password })
  .meta({ description: 'The document, and what opens it.' });

/** Of a raw body, and where a form is sent: never a secret. */
export const verifyQuery = z.strictObject({
  detail: z
    .enum(['full'])
    .optional()
    .meta({ description: 'With every building block of EN 319 102-1 in "details".' }),
});

const problemCodes = Object.keys(PROBLEM_DETAILS) as (keyof typeof PROBLEM_DETAILS)[];

/** RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'Where the code is explained.', example: '/docs/problems#not-pdf' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z
      .string()
      .meta({ description: 'What happened and what to do, in Indonesian or English by Accept-Language.' }),
    code: z.enum(problemCodes).meta({ description: 'Stable: decide on this.' }),
    requestId: z.string(),
    errors: z
      .array(
        z.strictObject({ pointer: z.string().meta({ description: 'JSON Pointer.' }), message: z.string() }),
      )
      .optional(),
    ok: z.literal(false).optional().meta({ description: 'In answers of verification.' }),
    verdict: z
      .enum(['UNREADABLE', 'SERVICE_ERROR'])
      .optional()
      .meta({ description: 'In answers of verification.' }),
  })
  .meta({ id: 'Problem', examples: [PROBLEM_EXAMPLE] });

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });

/** An answer without a body. */
export const nothing = z.null();

export const healthAnswer = z.strictObject({ status: z.literal('alive') }).meta({ id: 'Health' });

const check = z.strictObject({ name: z.string(), ok: z.boolean(), reason: z.string().nullable() });

export const readyAnswer = z
  .strictObject({
    ready: z.boolean(),
    checks: z.array(check),
    degraded: z.array(check).meta({
      description:
        'Time-stamp authorities that are left alone at the moment, by their place in TEKEN_TSA_URLS; they keep no request away.',
    }),
  })
  .meta({ id: 'Readiness' });

export const trustListAnswer = z
  .strictObject({
    version: z.string(),
    sha256,
    asOf: instant,
    anchors: z.array(
      z.strictObject({
        subject: z.string().meta({ description: 'RFC 4514.' }),
        sha256,
        role: z.enum(['active', 'historical', 'test']),
        purposes: z.array(z.enum(['signature', 'seal', 'timestamp'])),
        psreInduk: z.boolean(),
        notBefore: instant,
        notAfter: instant,
      }),
    ),
  })
  .meta({ id: 'TrustList' });
