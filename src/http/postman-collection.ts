// A Postman collection (format 2.1) of both APIs, made from their OpenAPI documents: a request for each operation, with values that work
// against the development service, and with a test that holds the answer against its description. Made here and not by a converter:
// those know no working values, and bring a tree of packages for the loops below.

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly example?: unknown;
  readonly description?: string;
  readonly [other: string]: unknown;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content; readonly $ref?: string }>>;
}

/** As much of an OpenAPI document as is read here. */
export interface ApiDocument {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly responses?: Readonly<Record<string, { readonly content?: Content }>> };
}

/** Postman takes no variable for the name of a file. */
const LETTER = '.dev/sample/surat-contoh.pdf';

// A page with nothing on it, for requests that hold their document in base64.
const EMPTY_PAGE = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>endobj',
];

function emptyPageBase64(): string {
  const lines = EMPTY_PAGE.map((line) => `${line}\n`);
  const offsets = lines.map((_, i) => lines.slice(0, i).join('').length);
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 4\n0000000000 65535 f \n${entries.join('')}`;
  const end = `trailer<</Size 4/Root 1 0 R>>\nstartxref\n${lines.join('').length}\n%%EOF\n`;
  return Buffer.from(`${lines.join('')}${table}${end}`, 'latin1').toString('base64');
}

const VARIABLES: Readonly<Record<string, readonly [value: string, description: string]>> = {
  baseUrl: ['http://127.0.0.1:8080', 'Where the service answers'],
  apiKey: ['', 'Of the REST API: .dev/api-key'],
  user: ['aplikasi-contoh', 'Of the compatible API'],
  password: ['', 'Of the compatible API: .dev/basic-password'],
  nik: ['8999000000000101', 'Who signs'],
  passphrase: ['', 'Of the signer: .dev/signers/pejabat.pass'],
  letterBase64: [emptyPageBase64(), 'A document for requests that hold it in JSON'],
  signedBase64: ['', 'What "Sign" of version 2 answered'],
  idDokumen: ['', 'What "Sign" of version 1 answered'],
};

/** Values by the name of a parameter, for all operations. */
const VALUES: Readonly<Record<string, string>> = {
  signer: 'pejabat',
  passphrase: '{{passphrase}}',
  nik: '{{nik}}',
  id: '{{nik}}',
  idDokumen: '{{idDokumen}}',
  level: 'B-LT',
  count: '1',
  tampilan: 'visible',
  linkQR: 'https://contoh.example/surat/1',
  page: '1',
  xAxis: '305',
  yAxis: '205',
  width: '377',
  height: '277',
  chain: 'tidak-ada',
  number: '1',
};

/** Which optional parameters of a form are sent; the others are in the collection, and switched off. */
const SENT: Readonly<Record<string, readonly string[]>> = {
  sign: ['passphrase'],
  signBatch: ['passphrase'],
  raise: ['level'],
  preflight: ['signer'],
  compatSignV1: ['linkQR', 'page', 'xAxis', 'yAxis', 'width', 'height'],
};

const DEVELOPMENT_SIGNATURE = {
  signatureProperties: [{ tampilan: 'INVISIBLE', location: null, reason: 'Disetujui' }],
  file: ['{{letterBase64}}'],
};
const SUBSCRIBER = { idSubscriber: 'segel-kode', totp: '000000' };

/** Bodies of JSON. */
const BODIES: Readonly<Record<string, object>> = {
  // Of a document of 1,024 bytes that nobody has signed.
  verifyDigest: {
    version: 1,
    size: 1024,
    revisions: 1,
    storeRevision: null,
    documentFindings: [],
    modifications: [],
    strayBytes: [],
    signatures: [],
    stored: [],
    digests: [{ cut: 1024, resume: 1024, end: 1024, algorithm: 'sha256', value: '00'.repeat(32) }],
  },
  compatSignV2: { nik: '{{nik}}', passphrase: '{{passphrase}}', ...DEVELOPMENT_SIGNATURE },
  compatTotp: { email: 'pejabat-kode@contoh.example', data: 1 },
  compatSealActivation: SUBSCRIBER,
  compatSealTotp: { ...SUBSCRIBER, data: 1 },
  compatSeal: { ...SUBSCRIBER, ...DEVELOPMENT_SIGNATURE },
  compatSealRevocation: SUBSCRIBER,
  compatStatusV2: { nik: '{{nik}}' },
  compatVerifyV2: { file: '{{signedBase64}}', password: null },
};

/** What later requests need of an answer. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  compatSignV1: ["pm.collectionVariables.set('idDokumen', pm.response.headers.get('id_dokumen'));"],
  compatSignV2: ["pm.collectionVariables.set('signedBase64', pm.response.json().file[0]);"],
};

/** These need what the development service has not: a key elsewhere, a mail server, a code of this moment, a page for signing. */
const MAY_BE_REFUSED: ReadonlySet<string> = new Set([
  // Of a letter that nobody has signed.
  'raise',
  'prepareSignature',
  'completeSignature',
  'requestSignature',
  'approve',
  'sendCode',
  'auditCheckpoint',
  'compatSeal',
]);

/** @param compatible - the document of the compatible API */
export function postmanCollection(own: ApiDocument, compatible: ApiDocument): object {
  const folder = (name: string, auth: object, document: ApiDocument, tag: string | null) => ({
    name,
    auth,
    item: operationsOf(document)
      .filter(([, , { tags }]) => tag === null || tags?.includes(tag))
      .map(([path, method, operation]) => itemOf(path, method, operation, document)),
  });
  const bearer = { type: 'bearer', bearer: [{ key: 'token', value: '{{apiKey}}', type: 'string' }] };
  const basic = {
    type: 'basic',
    basic: [
      { key: 'username', value: '{{user}}', type: 'string' },
      { key: 'password', value: '{{password}}', type: 'string' },
    ],
  };
  return {
    info: {
      name: 'Teken',
      description:
        'Fill in apiKey, password and passphrase under Variables (their files are named there), with the folder of the service as working directory.',
      version: own.info.version,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: Object.entries(VARIABLES).map(([key, [value, description]]) => ({ key, value, description })),
    item: [
      folder('REST', bearer, own, null),
      folder('BSrE version 1', basic, compatible, 'v1'),
      folder('BSrE version 2', basic, compatible, 'v2'),
    ],
  };
}

function operationsOf({ paths }: ApiDocument): readonly (readonly [string, string, Operation])[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // Other addresses of the same.
      .filter(([, { operationId }]) => !/At[A-Z]\w+$/.test(operationId))
      .map(([method, operation]) => [path, method.toUpperCase(), operation] as const),
  );
}

function itemOf(path: string, method: string, operation: Operation, document: ApiDocument): object {
  const { operationId, summary = operationId, description, parameters = [] } = operation;
  const segments = path
    .slice(1)
    .replace(/\{(\w+)\}/g, ':$1')
    .split('/');
  const variables = parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name }) => ({ key: name, value: VALUES[name] ?? '' }));
  // Where a form has them too, the address need not.
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name }) => ({ key: name, value: VALUES[name] ?? '' }));
  return {
    name: summary,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testOf(operation, document) } }],
    request: {
      method,
      header: [{ key: 'Accept-Language', value: 'id' }],
      ...(description === undefined ? {} : { description }),
      url: {
        raw: `{{baseUrl}}/${segments.join('/')}${query.length === 0 ? '' : `?${query.map(({ key, value }) => `${key}=${value}`).join('&')}`}`,
        host: ['{{baseUrl}}'],
        path: segments,
        ...(query.length === 0 ? {} : { query }),
        ...(variables.length === 0 ? {} : { variable: variables }),
      },
      ...bodyOf(operation),
    },
  };
}

function bodyOf({ operationId, requestBody }: Operation): object {
  const form = requestBody?.content['multipart/form-data']?.schema;
  if (form !== undefined) return { body: { mode: 'formdata', formdata: formOf(operationId, form) } };
  const json = requestBody?.content['application/json']?.schema;
  if (json === undefined) return {};
  const raw = JSON.stringify(BODIES[operationId] ?? exampleOf(json), null, 2);
  return { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } };
}

/** The document last: what is read while it arrives is known by then. */
function formOf(operationId: string, { properties = {}, required = [] }: Schema): readonly object[] {
  const sent = new Set([...required, ...(SENT[operationId] ?? [])]);
  const parts = Object.entries(properties).map(([key, schema]) => {
    const description = schema.description ?? '';
    const off = sent.has(key) ? {} : { disabled: true };
    if (isFile(schema)) return { key, type: 'file', src: sent.has(key) ? LETTER : [], description, ...off };
    return { key, type: 'text', value: textFor(key, schema), description, ...off };
  });
  return parts.toSorted((a, b) => Number(a.type === 'file') - Number(b.type === 'file'));
}

function isFile({ format, type, items }: Schema): boolean {
  return format === 'binary' || (type === 'array' && (items as Schema | undefined)?.format === 'binary');
}

function textFor(key: string, { example }: Schema): string {
  return VALUES[key] ?? (typeof example === 'string' || typeof example === 'number' ? String(example) : '');
}

function exampleOf({ properties = {}, example }: Schema): unknown {
  if (example !== undefined) return example;
  const members = Object.entries(properties).map(([name, schema]) => [name, schema.example ?? VALUES[name]]);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Statuses and types as described; of the compatible API each member of the answer. */
function testOf(operation: Operation, { components }: ApiDocument): readonly string[] {
  const { operationId, responses } = operation;
  const described = Object.entries(responses).map(([status, { content, $ref }]) => {
    const shared = $ref === undefined ? undefined : components?.responses?.[$ref.split('/').at(-1) ?? ''];
    return [status, content ?? shared?.content ?? {}] as const;
  });
  const types = Object.fromEntries(described.map(([status, content]) => [status, Object.keys(content)]));
  const strict = operationId.startsWith('compat');
  const schemas = Object.fromEntries(
    described.flatMap(([status, content]) => {
      const schema = content['application/json']?.schema;
      return schema === undefined || !strict || !/^(?:200|400)$/.test(status)
        ? []
        : [[status, schema] as const];
    }),
  );
  return [
    `const types = ${JSON.stringify(types)};`,
    "pm.test('a described status', () => pm.expect(Object.keys(types)).to.include(String(pm.response.code)));",
    "const type = (pm.response.headers.get('Content-Type') || '').split(';')[0];",
    "if ((types[pm.response.code] || []).length > 0) pm.test('a described type', () => pm.expect(types[pm.response.code]).to.include(type));",
    ...(Object.keys(schemas).length === 0
      ? []
      : [
          // Postman's validator knows no format but those of its own.
          `const schema = ${JSON.stringify(schemas, withoutFormat)}[pm.response.code];`,
          "if (schema && type === 'application/json') pm.test('as described, member by member', () => pm.response.to.have.jsonSchema(schema));",
        ]),
    ...(MAY_BE_REFUSED.has(operationId)
      ? []
      : ["pm.test('done', () => pm.expect(pm.response.code).to.be.below(300));"]),
    ...(KEPT[operationId] ?? []).map((line) => `if (pm.response.code === 200) ${line}`),
  ];
}

function withoutFormat(name: string, value: unknown): unknown {
  return name === 'format' ? undefined : value;
}
