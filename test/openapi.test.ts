// openapi.yaml is what the routes and their schemas say, whole and with right examples.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { PROBLEM_EXAMPLE, VERIFY_EXAMPLE } from '../src/http/examples.ts';
import { openApiText } from '../src/http/openapi.ts';
import { problemSchema } from '../src/http/schemas.ts';
import { verifyAnswer } from '../src/http/verify-answer.ts';
import { standInApp } from './http/stand-in.ts';
import { projectRoot } from './tools.ts';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  components: { schemas: Record<string, { examples?: unknown[] } | undefined> };
}

async function servedDocument(): Promise<Document> {
  const app = await standInApp();
  return (await app.server.inject('/openapi.json')).json();
}

t.test('the file is the generated text; `npm run openapi` writes it', async (t) => {
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  t.equal(await readFile(join(projectRoot, 'openapi.yaml'), 'utf8'), await openApiText(version));
});

t.test('every route of the API is in it, and nothing else', async (t) => {
  const app = await standInApp();
  const ancestors: string[] = [];
  const routes = app.server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', path = '', methods = ''] = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)/.exec(line) ?? [];
      const depth = indent.length / 4;
      ancestors.splice(depth, Infinity, `${ancestors[depth - 1] ?? ''}${path}`);
      return path === '' ? [] : [{ path: ancestors[depth] ?? '', methods: methods.split(', ') }];
    });
  const forPeople = /^\/($|assets|docs|versi|qr$|openapi\.json|\*)/;
  // Under /api somebody else's contract is answered, byte for byte; README names its addresses.
  const compatible = /^\/api\//;
  const served = routes.flatMap(({ path, methods }) =>
    methods
      .filter(
        (method) =>
          method !== 'HEAD' && method !== 'OPTIONS' && !forPeople.test(path) && !compatible.test(path),
      )
      .map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
  );
  t.ok(served.includes('POST /v1/sign'), 'the routes were found');
  const described = Object.entries((await servedDocument()).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  t.same(new Set(described), new Set(served));
});

t.test('it is OpenAPI 3.1 with unique operation ids, and each refers only to what exists', async (t) => {
  const document = await servedDocument();
  t.equal(document.openapi, '3.1.0');
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
  const names = new Set(references.map((match) => match[1] ?? ''));
  t.same(names, new Set(Object.keys(document.components.schemas)));
});

t.test('no member of an answer could be taken for acceptance', async (t) => {
  const text = JSON.stringify((await servedDocument()).components.schemas);
  for (const name of ['valid', 'isValid', 'success']) t.notMatch(text, new RegExp(`"${name}":\\s*{`));
});

t.test('the examples are what the schemas accept', async (t) => {
  const { schemas } = (await servedDocument()).components;
  t.same(schemas.VerifyAnswer?.examples, [VERIFY_EXAMPLE]);
  t.same(schemas.Problem?.examples, [PROBLEM_EXAMPLE]);
  t.ok(verifyAnswer.safeParse(VERIFY_EXAMPLE).success);
  t.ok(problemSchema.safeParse(PROBLEM_EXAMPLE).success);
});

t.test('/openapi.json has an ETag, and /docs shows it from our own files alone', async (t) => {
  const app = await standInApp();
  const { headers } = await app.server.inject('/openapi.json');
  const again = await app.server.inject({
    url: '/openapi.json',
    headers: { 'if-none-match': String(headers.etag) },
  });
  t.equal(again.statusCode, 304);
  const docs = await app.server.inject('/docs');
  t.equal(docs.statusCode, 200);
  t.notMatch(docs.body, /https?:\/\/|<style|<script(?! src="\/docs)/);
  t.match(docs.headers['content-security-policy'], /^default-src 'none'; script-src 'self'/);
});
