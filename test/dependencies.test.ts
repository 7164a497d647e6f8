// What is installed: little, exactly, and nothing that runs by itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from './tools.ts';

interface Package {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));
const { dependencies, devDependencies, optionalDependencies } = read('package.json') as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Readonly<Record<string, string>>
>;
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Package>> };
const installed = Object.entries(packages).filter(([place]) => place !== '');

t.test('every package is pinned, and locked with a digest of what is installed', (t) => {
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  }))
    t.match(version, /^\d+\.\d+\.\d+$/, name);
  for (const [place, { integrity }] of installed) t.match(integrity, /^sha512-/, place);
  t.end();
});

t.test('what runs in production needs no install script', (t) => {
  const scripts = installed.filter(
    ([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true,
  );
  // A key on a token needs a library of its machine; an image without one is built without it.
  t.same(
    scripts
      .map(([place]) => place.replace('node_modules/', ''))
      .filter((name) => optionalDependencies[name] === undefined),
    [],
  );
  t.end();
});

// DejaVu: Bitstream Vera's terms, free to embed and to pass on (NOTICE).
const OWN_WORDS: Readonly<Record<string, string>> = {
  'node_modules/dejavu-fonts-ttf': 'SEE LICENSE IN README.md AND LICENSE',
};

t.test('every licence of what is shipped allows it', (t) => {
  const allowed =
    /^(?:MIT|MIT-0|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|\(BSD-3-Clause OR GPL-2\.0\)|\(MIT AND Zlib\)|MIT AND ISC|\(MIT OR Apache-2\.0\)|Zlib|Python-2\.0)$/;
  for (const [place, { dev, license }] of installed) {
    if (dev === true) continue;
    if (OWN_WORDS[place] === license) continue;
    t.match(license ?? 'none', allowed, `${place}: ${license}`);
  }
  t.end();
});
