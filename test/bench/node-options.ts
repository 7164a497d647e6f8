// How Node is started wherever Teken serves: the benchmarks start everybody's Node alike.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The options for Node in `npm start`, which are those of the image too. */
export function nodeOptions(): readonly string[] {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { scripts } = JSON.parse(readFileSync(path, 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}
