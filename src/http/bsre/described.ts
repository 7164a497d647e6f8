// The operations of the compatible API in words and schemas, for its OpenAPI document alone: what is read is far more lenient. Answers
// are described strictly, member by member, and tests hold real ones against them.

import { z } from 'zod';

export interface DescribedOperation {
  readonly id: string;
  /** The address that applications should use; others are its aliases. */
  readonly path: string;
  readonly tag: 'v1' | 'v2';
  readonly summary: string;
  readonly parameters?: z.ZodObject;
  /** At most one of the two. */
  readonly form?: z.ZodObject;
  readonly json?: z.ZodObject;
  /** Null: a PDF document. */
  readonly answer: z.ZodType | null;
}

const SIGNER = '8999000000000101';

const text = (description: string, example?: unknown): z.ZodString =>
  z.string().meta({ description, ...(example === undefined ? {} : { example }) });
const file = (description: string): z.ZodString =>
  z.string().meta({ description, format: 'binary', contentMediaType: 'application/pdf' });
const base64 = (description: string): z.ZodString =>
  z.string().meta({ description, contentEncoding: 'base64' });
const number = (description: string, example: number): z.ZodNumber =>
  z.number().meta({ description, example });

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
const jakartaTime = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);

const nik = text('16 digits, or the identifier or e-mail address of the signer.', SIGNER);
const passphrase = z.string().meta({ description: 'Taken as it is, blanks included.', format: 'password' });

const signFormV1 = z.object({
  file: file('The document.'),
  nik,
  passphrase,
  tampilan: z.enum(['visible', 'invisible']).meta({ description: 'In any case of letters.' }),
  image: z
    .boolean()
    .optional()
    .meta({ description: 'true: `imageTTD` is shown; false: a QR code of `linkQR`.' }),
  imageTTD: z.string().optional().meta({ description: 'PNG or JPEG.', format: 'binary' }),
  linkQR: text('What the QR code says.', 'https://contoh.example/surat/1').optional(),
  page: z.int().optional().meta({ description: 'Counted from 1.', example: 1 }),
  halaman: z.enum(['pertama', 'terakhir']).optional().meta({ description: 'Instead of `page`.' }),
  xAxis: number('Lower left corner, in points from the lower left of the page.', 305).optional(),
  yAxis: number('Lower left corner.', 205).optional(),
  width: number(
    'With a tag the width; else the opposite corner, unless `v1RectMode` is `size`.',
    377,
  ).optional(),
  height: number('With a tag the height; else the opposite corner.', 277).optional(),
  tag_koordinat: text('A text of the page at which the signature stands, such as `#`.').optional(),
  reason: text('Why.').optional(),
  location: text('Where.').optional(),
  text: text('A line below the picture.').optional(),
  jenis_response: z
    .enum(['BASE64', 'BYTE'])
    .optional()
    .meta({ description: 'BASE64: the document in JSON.' }),
});

const property = z.object({
  tampilan: z.enum(['VISIBLE', 'INVISIBLE']),
  imageBase64: base64('PNG or JPEG.').optional(),
  page: z.int().optional(),
  originX: number(
    'Upper left corner, in points from the upper left of the page as it is displayed.',
    305,
  ).optional(),
  originY: number('Upper left corner.', 565).optional(),
  width: number('Width in points.', 72).optional(),
  height: number('Height in points.', 72).optional(),
  tag_koordinat: text('A text of the page at which the signature stands.').optional(),
  location: z.string().nullish(),
  reason: z.string().nullish(),
  contactInfo: z.string().nullish(),
  pdfPassword: z
    .string()
    .optional()
    .meta({ description: 'Opens an encrypted document.', format: 'password' }),
});

const files = z.array(base64('A PDF document.')).min(1);
const properties = z.array(property).meta({
  description: 'One for all files, or one for each; several for one file: one signature in several places.',
  example: [{ tampilan: 'INVISIBLE', location: null, reason: 'Disetujui' }],
});
const signedFiles = z.strictObject({
  time: z.int().min(0).meta({ description: 'Milliseconds.' }),
  file: z.array(base64('The signed document, in the order of the request.')),
});

const told = <T extends z.ZodType>(data: T) =>
  z.strictObject({ success: z.boolean(), message: z.string().nullable(), data });
const issuedCode = z.strictObject({
  message: z.string(),
  totp: z.string().nullable(),
  expires: z.string().nullable().meta({ description: 'With `+0000`, without a colon.' }),
  result: z.boolean(),
});
const subscriber = text('Identifier of the seal among the signers.', 'SUB001');
const activationCode = text('The activation code.', '000000');

const statusV1 = z.strictObject({
  status_code: z.int(),
  status: z.string().meta({ description: 'Whoever is `ISSUE` may sign.', example: 'ISSUE' }),
  message: z.string(),
});

const verificationV1 = z.strictObject({
  nama_dokumen: z.string(),
  jumlah_signature: z.int(),
  notes: z.string().nullable(),
  details: z.array(
    z.strictObject({
      info_tsa: z.strictObject({ name: z.string().nullable(), tsa_cert_validity: z.string().nullable() }),
      signature_field: z.string().nullable(),
      info_signer: z.strictObject({
        issuer_dn: z.string().nullable(),
        signer_name: z.string().nullable(),
        signer_cert_validity: z.string().nullable(),
        signer_dn: z.string().nullable(),
        cert_user_certified: z.boolean(),
      }),
      signature_document: z.strictObject({
        signed_using_tsa: z.boolean(),
        reason: z.string().nullable(),
        document_integrity: z.boolean(),
        signature_value: z.string().nullable(),
        signed_in: jakartaTime.nullable().meta({ description: 'Western Indonesian Time.' }),
        location: z.string().nullable(),
        hash_value: z.string().nullable(),
      }),
    }),
  ),
  summary: z.string().nullable().meta({
    description: 'Decides: `VALID`, `INVALID` or `NO_SIGNATURE`; no other member does.',
    example: 'VALID',
  }),
});

const verificationV2 = z.strictObject({
  conclusion: z.enum(['VALID', 'INVALID', 'INDETERMINATE', 'NO_SIGNATURE']).meta({
    description: 'Decides; no other member does.',
  }),
  description: z.string().min(1),
  signatureCount: z.int(),
  signatureInformations: z.array(
    z.strictObject({
      id: z.string().regex(/^S-[0-9A-F]+$/),
      signatureFormat: z.string(),
      signerName: z.string().nullable(),
      signatureDate: instant.nullable(),
      fieldName: z.string().nullable(),
      reason: z.string().nullable(),
      location: z.string().nullable(),
      certLevelCode: z.literal(0),
      signatureAlgorithm: z.string().nullable(),
      digestAlgorithm: z.string().nullable(),
      timestampInfomation: z
        .strictObject({
          id: z.string().regex(/^T-[0-9A-F]+$/),
          signerName: z.string().nullable(),
          timestampDate: instant.nullable(),
        })
        .nullable(),
      certificateDetails: z.array(
        z.strictObject({
          id: z.string().regex(/^C-[0-9A-F]{64}$/),
          commonName: z.string(),
          issuerName: z.string(),
          serialNumber: z.string(),
          notBeforeDate: instant,
          notAfterDate: instant,
          signatureAlgoritm: z.string(),
          keyUsages: z.array(z.string()),
        }),
      ),
      integrityValid: z.boolean(),
      certificateTrusted: z.boolean(),
      lastSignature: z.boolean(),
      ltv: z.boolean(),
      modified: z.boolean(),
    }),
  ),
  warning: z.array(z.string()).min(1).optional(),
});

/** A refusal with a code that applications compare. */
export const businessRefusal = z.strictObject({ error: z.string(), status_code: z.int() });

/** A refusal as the original's web server makes it. */
export const frameworkRefusal = z.strictObject({
  timestamp: instant,
  status: z.int(),
  error: z.string(),
  path: z.string(),
});

const whoever = { nik: nik.optional(), email: text('Instead of `nik`.').optional() };

export const DESCRIBED = {
  signV1: {
    id: 'compatSignV1',
    path: '/sign/pdf',
    tag: 'v1',
    summary: 'Sign one document. Scalars may stand in the query instead.',
    form: signFormV1,
    answer: null,
  },
  downloadV1: {
    id: 'compatDownload',
    path: '/sign/download/:idDokumen',
    tag: 'v1',
    summary: 'The signed document once more, once.',
    parameters: z.object({ idDokumen: text('Header `id_dokumen` of the signed document.') }),
    answer: null,
  },
  verifyV1: {
    id: 'compatVerifyV1',
    path: '/sign/verify',
    tag: 'v1',
    summary: 'Verify a document.',
    form: z.object({ signed_file: file('The document.') }),
    answer: verificationV1,
  },
  statusV1: {
    id: 'compatStatusV1',
    path: '/user/status/:nik',
    tag: 'v1',
    summary: 'Whether somebody may sign. 200 for everybody, known or not.',
    parameters: z.object({ nik }),
    answer: statusV1,
  },
  signV2: {
    id: 'compatSignV2',
    path: '/v2/sign/pdf',
    tag: 'v2',
    summary: 'Sign one document or several, all or none.',
    json: z.object({
      ...whoever,
      passphrase: passphrase.optional(),
      totp: text('One-time code, instead of the passphrase.').optional(),
      signatureProperties: properties,
      file: files,
    }),
    answer: signedFiles,
  },
  totp: {
    id: 'compatTotp',
    path: '/v2/sign/get/totp',
    tag: 'v2',
    summary: 'A one-time code for a signer.',
    json: z.object({ ...whoever, data: z.int().optional().meta({ description: 'Files.', example: 1 }) }),
    answer: told(z.null()),
  },
  sealActivation: {
    id: 'compatSealActivation',
    path: '/v2/seal/get/activation',
    tag: 'v2',
    summary: 'Activate a seal, or extend its activation.',
    json: z.object({ idSubscriber: subscriber, totp: activationCode.optional() }),
    answer: told(issuedCode.nullable()),
  },
  sealTotp: {
    id: 'compatSealTotp',
    path: '/v2/seal/get/totp',
    tag: 'v2',
    summary: 'A one-time code for an activated seal.',
    json: z.object({ idSubscriber: subscriber, totp: activationCode, data: z.int().optional() }),
    answer: issuedCode,
  },
  seal: {
    id: 'compatSeal',
    path: '/v2/seal/pdf',
    tag: 'v2',
    summary: 'Seal documents with an agency’s certificate.',
    json: z.object({
      idSubscriber: subscriber,
      totp: text('Of the call before.', '000000'),
      signatureProperties: properties,
      file: files,
    }),
    answer: signedFiles,
  },
  sealRevocation: {
    id: 'compatSealRevocation',
    path: '/v2/seal/revoke/activation',
    tag: 'v2',
    summary: 'End the activation of a seal.',
    json: z.object({ idSubscriber: subscriber, totp: activationCode }),
    answer: told(z.null()),
  },
  statusV2: {
    id: 'compatStatusV2',
    path: '/v2/user/check/status',
    tag: 'v2',
    summary: 'Whether somebody may sign. 200 for everybody, known or not.',
    json: z.object(whoever),
    answer: z.strictObject({ status_code: z.int(), message: z.string(), status: z.string() }),
  },
  registration: {
    id: 'compatRegistration',
    path: '/v2/user/registration',
    tag: 'v2',
    summary:
      'Apply for an account. It is noted for the operator and waits; 404 where none are given this way.',
    json: z.object({
      nama: text('Full name.', 'Pegawai Contoh'),
      email: text('E-mail address.', 'pegawai@contoh.example'),
    }),
    answer: told(z.null()),
  },
  chain: {
    id: 'compatCertificateChain',
    path: '/v2/user/certificate/chain/:id',
    tag: 'v2',
    summary: 'Certificates of a signer: leaf, authority, root.',
    parameters: z.object({ id: nik }),
    answer: told(z.array(base64('DER.'))),
  },
  verifyV2: {
    id: 'compatVerifyV2',
    path: '/v2/verify/pdf',
    tag: 'v2',
    summary: 'Verify a document.',
    json: z.object({
      file: base64('The document.'),
      password: z
        .string()
        .nullish()
        .meta({ description: 'Opens an encrypted document.', format: 'password' }),
    }),
    answer: verificationV2,
  },
} as const satisfies Readonly<Record<string, DescribedOperation>>;
