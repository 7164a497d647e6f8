// One case in a process of its own: `node case.ts NAME SIZE FOLDER` prints what was measured as JSON.

import { CASES, type CaseName } from './cases.ts';
import { type SizeName, workplacePaths } from './workplace.ts';

const [name, size, folder] = process.argv.slice(2) as [CaseName, SizeName, string];
const measured = await CASES[name](workplacePaths(folder), size);
process.stdout.write(JSON.stringify(measured));
