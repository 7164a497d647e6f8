// `npm run check:api -- --examples 2000`: the long run of what CI runs in short.

import { parseArgs } from 'node:util';
import { checkApi } from './run-schemathesis.ts';

const { values } = parseArgs({
  options: { examples: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? null : Number(values.seed);
const outcome = await checkApi({ examples: Number(values.examples), seed, timeoutMs: 24 * 3600 * 1000 });
process.stdout.write(outcome.stdout);
process.stderr.write(outcome.stderr);
process.exitCode = outcome.code ?? 1;
