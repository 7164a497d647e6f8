// The API described: an OpenAPI 3.1 document made from the schemas that validate, and a page that shows it.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyPluginAsync,
  FastifySchema,
  RouteOptions,
} from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** A header that holds a secret when the body is raw, and what secret that is. */
interface SecretHeader {
  readonly name: string;
  readonly holds: string;
}

interface OtherHeader {
  readonly name: string;
  /** Regular expression (ECMA-262) of its value. */
  readonly pattern: string;
  readonly description: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The parameters that a form has beside its part `file`; such a route also takes the document as a raw body. */
    uploadForm?: z.ZodObject;
    /** `form`: the document does not come as a raw body. */
    bodies?: 'form';
    /** `many`: the part `file` comes more than once. */
    files?: 'many';
    /** Further parts of the form that are files, each with its description. */
    fileParts?: Readonly<Record<string, string>>;
    secretHeaders?: readonly SecretHeader[];
    /** Further headers of the request. */
    headers?: readonly OtherHeader[];
  }
}

const DESCRIPTION = `Electronic signatures for government offices: sign PDF documents (PAdES) and verify them.

Tanda tangan elektronik untuk instansi pemerintah: menandatangani dokumen PDF (PAdES) dan memeriksanya.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`; \`detail\` is in Indonesian or English by \`Accept-Language\`.`;

type JsonObject = Record<string, unknown>;

/** Collects the routes that are registered from here on. */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Teken',
        description: DESCRIPTION,
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'verify', description: 'Who signed, and is it unchanged? / Siapa penanda tangannya?' },
        { name: 'sign', description: 'Put a signature / Membubuhkan tanda tangan' },
        { name: 'audit', description: 'What the service has committed itself to / Catatan audit layanan' },
        { name: 'operation', description: 'For operators / Untuk pengelola' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'The API key of the application.' },
        },
      },
    },
    transform: (document) => {
      const described = jsonSchemaTransform(document);
      return { ...described, schema: withUpload(described.schema, document.route) };
    },
    transformObject: (document) => withPlainTuples(withoutUnused(jsonSchemaTransformObject(document))),
  });
}

/** Without the components that nothing refers to: each schema is offered as input and as output, and used as one of them. */
function withoutUnused<T extends object>(document: T): T {
  const { components } = document as { components?: { schemas?: JsonObject } };
  const schemas = Object.entries(components?.schemas ?? {});
  const text = JSON.stringify(document);
  const used = schemas.filter(([name]) => text.includes(`"#/components/schemas/${name}"`));
  const smaller = { ...document, components: { ...components, schemas: Object.fromEntries(used) } };
  return used.length === schemas.length ? document : withoutUnused(smaller);
}

/** Tuples of one type as arrays of a fixed length: the same values, in words that generators of clients know too. */
function withPlainTuples<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withPlainTuples) as T;
  const { prefixItems, ...rest } = value as JsonObject;
  const [first, ...others] = Array.isArray(prefixItems) ? prefixItems : [];
  const same = first !== undefined && others.every((one) => isDeepStrictEqual(one, first));
  const plain = same ? { ...rest, items: first } : (value as JsonObject);
  return Object.fromEntries(Object.entries(plain).map(([name, part]) => [name, withPlainTuples(part)])) as T;
}

/** The two forms of a body, where a route takes an upload. */
function withUpload(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const form = route.config?.uploadForm;
  if (form === undefined || schema.hide === true) return schema;
  const { secretHeaders = [], headers = [] } = route.config ?? {};
  const raw = { schema: { type: 'string', format: 'binary', description: 'The document.' } };
  return {
    ...schema,
    body: {
      content: {
        'multipart/form-data': { schema: formWithFiles(form, route.config ?? {}) },
        ...(route.config?.bodies === 'form' ? {} : { 'application/pdf': raw }),
      },
    },
    ...(secretHeaders.length + headers.length === 0 ? {} : { headers: headerSchema(secretHeaders, headers) }),
  };
}

function formWithFiles(
  form: z.ZodObject,
  { fileParts = {}, files: times }: Pick<FastifyContextConfig, 'fileParts' | 'files'>,
): JsonObject {
  const { $schema: _, properties, required, ...rest } = z.toJSONSchema(form, { io: 'input' }) as JsonObject;
  const file = {
    type: 'string',
    format: 'binary',
    contentMediaType: 'application/pdf',
    description: 'The document.',
  };
  const files = Object.entries(fileParts).map(([name, description]) => [
    name,
    { type: 'string', format: 'binary', description },
  ]);
  return {
    ...rest,
    properties: {
      file: times === 'many' ? { type: 'array', items: file } : file,
      ...Object.fromEntries(files),
      ...(properties as JsonObject),
    },
    required: ['file', ...((required as string[] | undefined) ?? [])],
  };
}

function headerSchema(secrets: readonly SecretHeader[], others: readonly OtherHeader[]): JsonObject {
  const properties = [
    ...secrets.map(({ name, holds }) => {
      const description = `Of a raw body only: the ${holds}, as the octets of its UTF-8 form.`;
      return [name, { type: 'string', format: 'password', description }];
    }),
    ...others.map(({ name, ...schema }) => [name, { type: 'string', ...schema }]),
  ];
  return { type: 'object', properties: Object.fromEntries(properties) };
}

// Swagger UI draws its own icons from data URLs; nothing else is let in.
const DOCUMENTATION_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** `/openapi.json` and `/openapi-bsre.json` with an ETag, and `/docs` and `/docs/bsre`. */
export async function documentationRoutes(server: FastifyInstance): Promise<void> {
  documentRoute(server, '/openapi.json', () => server.swagger());
  documentRoute(server, '/openapi-bsre.json', () => server.compatibleDescription());
  await documentationPage(server, '/docs', 'Teken API');
  // In a scope of its own: the plugin puts its policy on the scope where it is registered.
  const ofCompatible: FastifyPluginAsync = (scope) =>
    documentationPage(scope, '/docs/bsre', 'Teken, compatible API', () => server.compatibleDescription());
  await server.register(ofCompatible);
}

function documentRoute(server: FastifyInstance, address: string, document: () => object): void {
  server.get(address, { schema: { hide: true } }, (request, reply) => {
    const text = JSON.stringify(document());
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    reply.header('ETag', etag).header('Cache-Control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('application/json').serializer(String).send(text);
  });
}

/** @param document - another one than the service's own */
async function documentationPage(
  server: FastifyInstance,
  routePrefix: string,
  title: string,
  document?: () => object,
): Promise<void> {
  await server.register(swaggerUi, {
    routePrefix,
    staticCSP: DOCUMENTATION_CSP,
    theme: { title },
    ...(document === undefined ? {} : { transformSpecification: () => ({ ...document() }) }),
    // The base layout: its top bar would bring inline styles and a field for other people's documents.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, deepLinking: true },
  });
}
