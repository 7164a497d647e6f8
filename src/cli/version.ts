// Which program this is.

import { readFileSync } from 'node:fs';

export interface Tool {
  readonly version: string;
  readonly commit: string;
}

/** The package's version; the package description lies two folders up, in a clone as in a packed Teken. */
export function toolOf(commit: string): Tool {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { version, commit };
}
