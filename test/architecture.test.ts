// Holds the sources against the import table, and the checker against snippets that break each of its rules.

import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import t from 'tap';
import { MAY_IMPORT, violationsOf } from './architecture/rules.ts';
import { codeOf, modulesOf } from './architecture/source-text.ts';
import { projectRoot } from './tools.ts';

const src = join(projectRoot, 'src');
const files = globSync('**/*.ts', { cwd: src }).map((file) => file.split(sep).join('/'));

t.test('no source file breaks the architecture', (t) => {
  t.ok(files.length > 20, 'the sources were found');
  for (const file of files) {
    const violations = violationsOf(file, readFileSync(join(src, file), 'utf8'));
    t.same(violations, [], file);
  }
  t.end();
});

t.test('sign and verify never import each other, not even by a way round', (t) => {
  for (const [from, to] of [
    ['sign', 'verify'],
    ['verify', 'sign'],
  ] as const) {
    t.notOk(reachable(from).has(to), `${from} does not reach ${to} by the table`);
  }
  t.end();
});

/** Layers that a layer can reach through the table, ports counted as the files that they are. */
function reachable(from: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [from];
  for (let layer = queue.pop(); layer !== undefined; layer = queue.pop()) {
    const allowed = MAY_IMPORT[layer] ?? [];
    for (const next of allowed === 'everything' ? Object.keys(MAY_IMPORT) : allowed) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return seen;
}

t.test('each rule is broken by a snippet', (t) => {
  const broken: readonly (readonly [rule: string, file: string, source: string])[] = [
    ['import-table', 'sign/a.ts', `import { verifyDocument } from '../verify/verify-document.ts';`],
    ['import-table', 'verify/a.ts', `import type { RawSigner } from '../sign/ports.ts';`],
    ['import-table', 'asn1/a.ts', `import { parseName } from '../pki/name.ts';`],
    ['import-table', 'pdf/a.ts', `import { parseSignedData } from '../cms/signed-data.ts';`],
    [
      'import-table',
      'pki/a.ts',
      `export { parseSignedData } from '../cms/signed-data.ts';\nexport const a = 1;`,
    ],
    ['import-table', 'signers/a.ts', `import { signDocument } from '../sign/sign-document.ts';`],
    ['import-table', 'signers/a.ts', `const { x } = await import('../sign/sign-document.ts');`],
    ['import-table', 'signers/a.ts', `new Worker(new URL('../sign/worker.ts', import.meta.url));`],
    [
      'import-table',
      'signers/a.ts',
      `new Worker(new URL(\`../sign/worker\${import.meta.url.slice(-3)}\`, import.meta.url));`,
    ],
    ['import-table', 'trust-services/a.ts', `import { judge } from '../verify/judge.ts';`],
    ['import-table', 'report/a.ts', `import { judge } from '../verify/judge.ts';`],
    ['import-table', 'report/a.ts', `import { readTime } from '../asn1/values.ts';`],
    ['import-table', 'http/a.ts', `import { openDocument } from '../pdf/open-document.ts';`],
    ['import-table', 'audit/a.ts', `import { attempts } from '../state/attempts.ts';`],
    ['import-table', 'state/a.ts', `import '../audit/record.ts';`],
    ['platform-adapter', 'sign-and-verify.ts', `import { nodePlatform } from './platform/node.ts';`],
    ['import-table', 'verify/a.ts', `import { nodePlatform } from '../platform/node.ts';`],
    ['node-in-runtime-free', 'pki/a.ts', `import { createHash } from 'node:crypto';`],
    ['node-in-runtime-free', 'report/a.ts', `import type { Readable } from 'node:stream';`],
    ['node-in-runtime-free', 'pdf/a.ts', 'export const a = Buffer.from([1]);'],
    ['node-in-runtime-free', 'verify/a.ts', 'process.nextTick(() => undefined);'],
    ['arithmetic-elsewhere', 'sign/a.ts', `import { createHash, verify } from 'node:crypto';`],
    ['arithmetic-elsewhere', 'http/a.ts', `import * as crypto from 'node:crypto';`],
    ['network-elsewhere', 'sign/a.ts', `import { request } from 'node:https';`],
    ['network-elsewhere', 'verify/a.ts', 'const answer = await fetch(url);'],
    ['network-elsewhere', 'http/a.ts', 'const answer = globalThis.fetch(url);'],
    ['environment', 'server.ts', 'const port = process.env.TEKEN_PORT;'],
    ['environment', 'cli/main.ts', `const { env } = { env: process.env };`],
    ['environment', 'http/a.ts', 'const { env } = process;'],
    ['environment', 'http/a.ts', `import { env } from 'node:process';`],
    ['clock', 'sign/a.ts', 'const now = Date.now();'],
    ['clock', 'http/a.ts', 'const now = new Date();'],
    ['clock', 'http/a.ts', 'const clock = Date.now;'],
    ['package-elsewhere', 'sign/a.ts', `import fastify from 'fastify';`],
    ['package-elsewhere', 'identity/a.ts', `import multipart from '@fastify/multipart';`],
    ['package-elsewhere', 'verify/a.ts', `import forge from 'node-forge';`],
    ['unlisted-package', 'sign/a.ts', `import { sum } from 'left-pad';`],
    ['unlisted-package', 'signers/a.ts', `import { readFile } from 'fs';`],
    ['no-ts-suffix', 'pki/a.ts', `import { parseName } from './name.js';`],
    ['no-ts-suffix', 'pki/a.ts', `import { parseName } from './name';`],
    ['outside-src', 'server.ts', `import { start } from '../certs-dev/start.ts';`],
    ['vague-name', 'pki/utils.ts', 'export const a = 1;'],
    ['vague-name', 'sign/helpers/a.ts', 'export const a = 1;'],
    ['vague-name', 'http/types.ts', 'export interface A {}'],
    ['unknown-layer', 'core/a.ts', 'export const a = 1;'],
    ['barrel', 'pki/index.ts', 'export const a = 1;'],
    ['barrel', 'pki/all.ts', `export { parseName } from './name.ts';`],
    ['barrel', 'pki/a.ts', `export * from './name.ts';\nexport const a = 1;`],
    ['decorator', 'http/a.ts', 'class A {\n  @logged run() {}\n}'],
    ['accessor-field', 'http/a.ts', 'class A {\n  accessor x = 1;\n}'],
  ];
  for (const [rule, file, source] of broken) {
    const rules = violationsOf(file, source).map((violation) => violation.rule);
    t.same([...new Set(rules)], [rule], `${file}: ${source}`);
  }
  t.end();
});

t.test('what the architecture allows passes', (t) => {
  const fine: readonly (readonly [file: string, source: string])[] = [
    ['sign/a.ts', `import type { Platform } from '../platform/platform.ts';`],
    [
      'signers/a.ts',
      `import { SignerFailed } from '../sign/errors.ts';\nimport { sign } from 'node:crypto';`,
    ],
    ['report/a.ts', `import type { VerificationReport } from '../verify/report.ts';`],
    ['cli/a.ts', `import { nodePlatform } from '../platform/node.ts';\nconst now = Date.now();`],
    ['http/a.ts', `import { createHash, timingSafeEqual } from 'node:crypto';`],
    ['verify/a.ts', 'interface A {\n  fetch(c: Certificate): Promise<void>;\n}\nawait source.fetch(c);'],
    ['verify/a.ts', 'const at = new Date(instant).toISOString();'],
    ['asn1/a.ts', `// process.env and Buffer: import { x } from '../pki/name.ts'\nconst a = 'new Date()';`],
    ['pki/a.ts', `const a = \`Date.now() \${b.map((c) => \`\${c} fetch(x)\`).join()} process.env\`;`],
    ['pki/a.ts', `const quote = /['"\`/]/; // import { x } from '../cms/x.ts'\nconst half = a / b / c;`],
    ['config.ts', `import { z } from 'zod';\nconst environment = process.env;`],
    ['server.ts', `const page = new URL('./web/static/', import.meta.url);`],
    ['index.ts', `export { signDocument } from './sign/sign-document.ts';`],
  ];
  for (const [file, source] of fine) t.same(violationsOf(file, source), [], `${file}: ${source}`);
  t.end();
});

t.test('names in comments, strings, templates and regular expressions are not taken for code', (t) => {
  const source = [
    '/* import a from "b" */ const x = "it\\"s"; // y',
    `const y = \`a \${b + \`c \${d}\`} e\`;`,
    'const z = /[/"]+/g.test(x) ? 1 / 2 / 3 : x;',
  ].join('\n');
  t.equal(codeOf(source).length, source.length);
  t.notMatch(codeOf(source), /import|it|\ba\b|\be\b|y$/m);
  t.match(codeOf(source), /\bb \+ `\s+\$\{d\}`/);
  t.match(codeOf(source), /1 \/ 2 \/ 3/);
  t.end();
});

t.test('every way to name a module is found', (t) => {
  const source = `
    import a, { type B, c as d } from './1.ts';
    import type { E } from './2.ts';
    import * as f from "./3.ts";
    import './4.ts';
    export { g } from './5.ts';
    export * from './6.ts';
    const h = await import('./7.ts');
    new Worker(new URL('./8.ts', import.meta.url));
    import.meta.resolve('./9.ts');
  `;
  const found = modulesOf(source).map(({ specifier }) => specifier);
  t.same(
    found.toSorted(),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `./${n}.ts`),
  );
  t.match(modulesOf(source)[0], { names: ['B', 'c'], typeOnly: false });
  t.match(modulesOf(source)[1], { names: ['E'], typeOnly: true });
  t.end();
});
