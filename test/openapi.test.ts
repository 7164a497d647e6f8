// openapi.yaml is what the routes and their schemas say, whole and with right examples.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { PROBLEM_EXAMPLE, VERIFY_EXAMPLE } from '../src/http/examples.ts';
import { openApiTexts } from '../src/http/openapi.ts';
import { problemSchema } from '../src/http/schemas.ts';
import { verifyAnswer } from '../src/http/verify-answer.ts';
import { standInApp } from './http/stand-in.ts';
import { projectRoot } from './tools.ts';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  components: { schemas: Record<string, { examples?: unknown[] } | undefined> };
}

const DOCUMENTS = ['openapi', 'openapi-bsre'] as const;

async function servedDocument(name: (typeof DOCUMENTS)[number] = 'openapi'): Promise<Document> {
  const app = await standInApp();
  return (await app.server.inject(`/${name}.json`)).json();
}

t.test('the files are the generated texts; `npm run openapi` writes it', async (t) => {
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const texts = await openApiTexts(version);
  t.strictSame(Object.keys(texts), [
    ...DOCUMENTS.map((name) => `${name}.yaml`),
    'examples/teken.postman_collection.json',
  ]);
  for (const [name, text] of Object.entries(texts))
    t.equal(await readFile(join(projectRoot, name), 'utf8'), text, name);
});

t.test('every route of the API is in one of them, and nothing else', async (t) => {
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
  const forPeople = /^\/($|assets|docs|versi|laporan|pribadi$|panduan|qr$|openapi(?:-bsre)?\.json|\*)/;
  const served = routes.flatMap(({ path, methods }) =>
    methods
      .filter((method) => method !== 'HEAD' && method !== 'OPTIONS' && !forPeople.test(path))
      .map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
  );
  t.ok(served.includes('POST /v1/sign'), 'the routes were found');
  const described = async (name: (typeof DOCUMENTS)[number]): Promise<readonly string[]> =>
    Object.entries((await servedDocument(name)).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  const isCompatible = (route: string): boolean => route.includes(' /api/');
  t.same(new Set(await described('openapi')), new Set(served.filter((route) => !isCompatible(route))));
  // Under /api somebody else's contract is answered; it has a document of its own.
  t.same(new Set(await described('openapi-bsre')), new Set(served.filter(isCompatible)));
});

for (const name of DOCUMENTS)
  t.test(
    `${name} is OpenAPI 3.1 with unique operation ids, and each refers only to what exists`,
    async (t) => {
      const document = await servedDocument(name);
      t.equal(document.openapi, '3.1.0');
      const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
      t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
      const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
      const names = new Set(references.map((match) => match[1] ?? ''));
      t.same(names, new Set(Object.keys(document.components.schemas ?? {})));
    },
  );

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

t.test('the documents have an ETag, and /docs shows it from our own files alone', async (t) => {
  const app = await standInApp();
  for (const name of DOCUMENTS) {
    const { headers } = await app.server.inject(`/${name}.json`);
    const again = await app.server.inject({
      url: `/${name}.json`,
      headers: { 'if-none-match': String(headers.etag) },
    });
    t.equal(again.statusCode, 304);
  }
  for (const address of ['/docs', '/docs/bsre']) {
    const docs = await app.server.inject(address);
    t.equal(docs.statusCode, 200);
    t.notMatch(docs.body, /https?:\/\/|<style|<script(?! src="\/docs)/);
    t.match(docs.headers['content-security-policy'], /^default-src 'none'; script-src 'self'/);
    const shown = (await app.server.inject(`${address}/json`)).json() as { info: { title: string } };
    t.equal(shown.info.title, address === '/docs' ? 'Teken' : 'Teken, compatible API');
  }
});
