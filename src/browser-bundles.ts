// The programs that run in a browser, each as one file: built beforehand where the service is packed, else when first asked for.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** By the module that each begins with. */
export type BrowserProgram = 'offline' | 'private-mode';

export const BROWSER_PROGRAMS: readonly BrowserProgram[] = ['offline', 'private-mode'];

/** Of what is not ours in them. */
const LICENCES =
  '/*! Teken, Apache-2.0. With noble-hashes, noble-ciphers, noble-curves and noble-post-quantum, MIT License (c) Paul Miller (paulmillr.com), and pako, MIT License (c) Vitaly Puzrin and Andrei Tuputcyn, and Zlib License (c) Jean-loup Gailly and Mark Adler. */';

const builds = new Map<BrowserProgram, Promise<string>>();

/** The text of a program; the same promise for everybody who asks. */
export function browserProgram(program: BrowserProgram): Promise<string> {
  const known = builds.get(program);
  if (known !== undefined) return known;
  const built = builtBefore(program) ?? buildBrowserProgram(program);
  builds.set(program, built);
  // What failed once may succeed when the disk is mended; nobody is to be told of a failure of long ago.
  built.catch(() => builds.delete(program));
  return built;
}

/** An installed service has no sources that could be built from. */
function builtBefore(program: BrowserProgram): Promise<string> | null {
  const place = new URL(`./browser/built/${program}.js`, import.meta.url);
  return existsSync(place) ? Promise.resolve(readFileSync(place, 'utf8')) : null;
}

/** Builds a program from the sources. @throws the bundler's error, also where it is not installed */
export async function buildBrowserProgram(program: BrowserProgram): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./browser/${program}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    // One stands inside of a page; the other is loaded by the page's own script.
    format: program === 'offline' ? 'iife' : 'esm',
    target: ['chrome100', 'firefox115', 'safari16'],
    charset: 'utf8',
    banner: { js: LICENCES },
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
