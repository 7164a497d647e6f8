// The code that an authenticator would show now for a development signer: `npm run --silent code-dev -- pejabat-kode`.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseBase32, totpCode, totpStep } from '../src/identity/totp.ts';
import { developmentPaths } from './folder.ts';
import { DEVELOPMENT_FOLDER } from './generate.ts';

const { values, positionals } = parseArgs({
  options: { folder: { type: 'string', default: DEVELOPMENT_FOLDER } },
  allowPositionals: true,
});
const [signer = ''] = positionals;
const secret = /^[\w-]+$/.test(signer)
  ? parseBase32(readFileSync(developmentPaths(values.folder).totpSecret(signer), 'utf8'))
  : null;
if (secret === null) {
  process.stderr.write('Usage: npm run --silent code-dev -- SIGNER [--folder DIR]\n');
  process.exitCode = 2;
} else process.stdout.write(`${totpCode(secret, totpStep(Date.now()))}\n`);
