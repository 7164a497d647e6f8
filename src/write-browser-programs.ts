// Run where the service is packed: writes the programs for browsers into the folder that is named, so that an installation
// needs no bundler.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BROWSER_PROGRAMS, buildBrowserProgram } from './browser-bundles.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: write-browser-programs.ts FOLDER');
mkdirSync(folder, { recursive: true });
for (const program of BROWSER_PROGRAMS)
  writeFileSync(join(folder, `${program}.js`), await buildBrowserProgram(program));
