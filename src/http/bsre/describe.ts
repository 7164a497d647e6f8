// The OpenAPI document of the compatible API: a second one, for it is somebody else's contract, with rules of its own.

import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';
import { businessRefusal, type DescribedOperation, frameworkRefusal } from './described.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route of the compatible API. */
    described?: DescribedOperation;
  }
  interface FastifyInstance {
    compatibleDescription: FastifyInstance['swagger'];
  }
}

const DESCRIPTION = `The calls of BSrE's *Esign Client Service*, version 1 (form or query string) and version 2 (JSON), as Teken answers them:
applications written for it change the base URL and nothing else. What is read is more lenient than described here: numbers as text,
names in any case of letters, base64 of any kind, unknown fields.

Panggilan *Esign Client Service* BSrE sebagaimana dijawab Teken: aplikasi cukup mengganti alamat dasar.`;

type JsonObject = Record<string, unknown>;

/** Collects the routes with a description that are registered from here on. */
export async function describeCompatibleApi(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    // The plugin's types know its usual name alone.
    decorator: 'compatibleDescription' as 'swagger',
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Teken, compatible API',
        description: DESCRIPTION,
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'v1', description: 'Forms' },
        { name: 'v2', description: 'JSON' },
      ],
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'User and password of the application.' },
        },
      },
    },
    transform: ({ route, url }) => ({ schema: schemaOf(route, url), url }),
    transformObject: (document) =>
      withRefusals('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  });
}

function schemaOf({ config }: RouteOptions, url: string): FastifySchema {
  const described = config?.described;
  if (described === undefined) return { hide: true } as FastifySchema;
  const { id, path, tag, summary, parameters, form, json, answer } = described;
  const body = form ?? json;
  const own = url === `/api${path}`;
  return {
    operationId: own
      ? id
      : `${id}At${url.replace(/^\/api/, '').replace(/[^a-z0-9]+(\w)/gi, (_, first: string) => first.toUpperCase())}`,
    tags: [tag],
    summary: own ? summary : `${summary} Another address of \`/api${path}\`.`,
    security: [{ basic: [] }],
    ...(parameters === undefined || !url.includes(':') ? {} : { params: jsonSchema(parameters, 'input') }),
    ...(body === undefined
      ? {}
      : {
          body: {
            content: {
              [form === undefined ? 'application/json' : 'multipart/form-data']: {
                schema: jsonSchema(body, 'input'),
              },
            },
          },
        }),
    response: success(answer),
  } as FastifySchema;
}

function success(answer: DescribedOperation['answer']): JsonObject {
  const pdf = { schema: { type: 'string', format: 'binary' } };
  const content =
    answer === null
      ? { 'application/pdf': pdf }
      : { 'application/json': { schema: jsonSchema(answer, 'output') } };
  return { 200: { description: 'Done', content } };
}

interface Operations {
  readonly paths?: object;
  readonly components?: object;
}

/** Every operation may be refused in the same ways; each way is written once. */
function withRefusals<T extends object>(document: T): T {
  const { paths, components } = document as Operations;
  const responses = Object.fromEntries(
    Object.entries(refusals()).map(([status, refusal]) => [`Refused${status}`, refusal]),
  );
  const references = Object.fromEntries(
    Object.keys(refusals()).map((status) => [status, { $ref: `#/components/responses/Refused${status}` }]),
  );
  const withThem = (operation: { readonly responses?: object }) => ({
    ...operation,
    responses: { ...operation.responses, ...references },
  });
  const withAll = Object.entries(paths ?? {}).map(([path, methods]) => {
    const operations = Object.entries(methods as Readonly<Record<string, object>>);
    return [path, Object.fromEntries(operations.map(([method, one]) => [method, withThem(one)]))];
  });
  return {
    ...document,
    paths: Object.fromEntries(withAll),
    components: { ...components, responses },
  };
}

function refusals(): JsonObject {
  const of = (description: string, schema: z.ZodType) => ({
    description,
    content: { 'application/json': { schema: jsonSchema(schema, 'output') } },
  });
  const either = z.union([businessRefusal, frameworkRefusal]);
  return {
    400: of('Refused, with a code; or no JSON', either),
    401: of('No credential, or a wrong one', frameworkRefusal),
    403: of('The application may not', frameworkRefusal),
    404: of('Not there', either),
    413: of('Too large', frameworkRefusal),
    429: of('Too many requests or tries; `Retry-After` says when', businessRefusal),
    500: of('Our own fault, or a service that we need is silent', frameworkRefusal),
    503: of('Our own fault, or a service that we need is silent', frameworkRefusal),
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io }) as JsonObject;
  return rest;
}
