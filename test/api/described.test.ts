// The service does what openapi.yaml says, asked by a program of others with data made from that document.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { projectRoot, toolMissing } from '../tools.ts';
import { checkApi } from './run-schemathesis.ts';

/** How many operations openapi.yaml describes. */
function describedOperations(): number {
  const methods = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);
  const { paths } = parse(readFileSync(join(projectRoot, 'openapi.yaml'), 'utf8')) as {
    readonly paths: Readonly<Record<string, object>>;
  };
  return Object.values(paths)
    .flatMap((path) => Object.keys(path))
    .filter((key) => methods.has(key)).length;
}

t.test(
  'schemathesis finds no answer that the description does not know, and no request that it wrongly allows or refuses',
  { skip: toolMissing('schemathesis') },
  async (t) => {
    const { code, stdout, stderr } = await checkApi({ examples: 25, seed: 20_261_122, timeoutMs: 280_000 });
    if (code !== 0) t.comment(`${stdout}\n${stderr}`);
    t.equal(code, 0);
    t.match(stdout, new RegExp(`Tested:\\D*${describedOperations()}\\b`), 'no operation is left out');
  },
);
