// Run where the service is packed: writes the program for Node as few files, since a command that opens hundreds of modules waits for
// them. What a command does not use stays in a file of its own, and other people's packages stay outside, but for one.

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** What is started or imported by its name: the library among them, so that all speak of the same classes of errors. */
const ENTRIES = ['index', 'cli/main', 'document-worker', 'signers/pkcs12-worker'];
const INSIDE = 'zod';
const SOURCES = fileURLToPath(new URL('./', import.meta.url));

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: write-node-bundle.ts FOLDER');

const { metafile } = await build({
  entryPoints: ENTRIES.map((entry) => ({ in: join(SOURCES, `${entry}.ts`), out: entry })),
  outdir: folder,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: packagesOutside(),
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
  plugins: [ownPlaces()],
});
for (const output of Object.keys(metafile.outputs)) requireOwnPlace(output, folder);
mkdirSync(join(folder, 'licences'), { recursive: true });
copyFileSync(join(SOURCES, '../node_modules', INSIDE, 'LICENSE'), join(folder, 'licences', `${INSIDE}.txt`));

/** Each command that reads a setting would open the hundred files of this package, and wait for them as long as for the rest. */
function packagesOutside(): string[] {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(SOURCES, '../package.json'), 'utf8'),
  ) as Record<'dependencies' | 'optionalDependencies', Record<string, string> | undefined>;
  const names = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => name !== INSIDE);
  return names.flatMap((name) => [name, `${name}/*`]);
}

/** A module that looks for files beside itself finds them from `chunks/` too: it is told where it would be by itself. */
function ownPlaces(): Plugin {
  return {
    name: 'own-places',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const place = `../${relative(SOURCES, path).replaceAll('\\', '/').replace(/ts$/, 'js')}`;
        const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
        return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url), loader: 'ts' };
      });
    },
  };
}

/** @throws Error for a file that looks beside itself and does not stand where `ownPlaces` takes it to stand */
function requireOwnPlace(output: string, outputs: string): void {
  const path = relative(outputs, output).replaceAll('\\', '/');
  const looks = readFileSync(output, 'utf8').includes('import.meta.url');
  if (looks && path.split('/').length !== 2) throw new Error(`${path} would look beside itself`);
}
