// `npm run sbom`: what is shipped, as CycloneDX; the same text for the same lock file. `npm run licences`: the same as a table.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Component {
  readonly scope?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

interface Bill {
  readonly bomFormat: 'CycloneDX';
  readonly version: unknown;
  readonly specVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly components: readonly Component[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
}

/** What is not for development alone, by name and version. */
function shippedPackages(): ReadonlyMap<string, Locked> {
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const shipped = Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  return new Map(
    shipped.map(([place, locked]) => [`${place.replace(/^.*node_modules\//, '')}@${locked.version}`, locked]),
  );
}

/** As npm knows it from the lock file, without what differs from run to run. */
export function billOfMaterials(): Bill {
  // Not --omit=dev: npm then leaves out what development needs as well.
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio, maxBuffer: 64 * 1024 * 1024 });
  const { specVersion, metadata, components, ...rest } = JSON.parse(text) as Bill & Record<string, unknown>;
  const { timestamp: _, tools: __, ...lasting } = metadata;
  // npm names it after the folder that the checkout stands in.
  const component = { ...(lasting.component as object), name: 'teken' };
  const shipped = shippedPackages();
  return {
    bomFormat: 'CycloneDX',
    specVersion,
    version: rest.version,
    metadata: { ...lasting, component },
    components: components
      .flatMap((one) => {
        const locked = shipped.get(`${one.name}@${one.version}`);
        return locked === undefined ? [] : [withLicence({ ...one, scope: 'required' }, locked)];
      })
      .toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

function withLicence(component: Component, { license }: Locked): Component {
  return licenceOf(component) !== '' || license === undefined
    ? component
    : { ...component, licenses: [{ license: { name: license } }] };
}

/** The licence of a component, as its package says it. */
export function licenceOf({ licenses = [] }: Component): string {
  return licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '')
    .join(', ');
}

if (import.meta.main) {
  const bill = billOfMaterials();
  const lines = bill.components.map((one) => `| ${one.name} | ${one.version} | ${licenceOf(one)} |`);
  const table = ['| package | version | licence |', '|---|---|---|', ...lines].join('\n');
  process.stdout.write(`${process.argv[2] === 'licences' ? table : JSON.stringify(bill, null, 2)}\n`);
}
