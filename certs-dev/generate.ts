// The development folder: made where there is none, made anew where the old one can no longer serve. `npm run certs-dev`.

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Instant } from '../src/asn1/values.ts';
import { nodePlatform } from '../src/platform/node.ts';
import type { Platform } from '../src/platform/platform.ts';
import { createDevelopmentPki, type DevelopmentAuthorities } from './certificate-authority.ts';
import { readDevelopmentFolder, writeDevelopmentFolder } from './folder.ts';
import { createInstallationLock } from './installation-lock.ts';

/** `.dev` in the project. */
export const DEVELOPMENT_FOLDER = fileURLToPath(new URL('../.dev', import.meta.url));

/** The port of the services, where nobody chose another; certificates name it. */
export const SERVICES_PORT = 8081;

export interface FolderWish {
  /** The port that the certificates must name; any, when null. */
  readonly servicesPort: number | null;
  /** Makes a new PKI in any case. */
  readonly renew?: boolean;
  readonly now: Instant;
  readonly platform: Platform;
  /** `fast`: small keys and few iterations, for tests. */
  readonly keys?: 'fast' | 'full';
}

export interface ReadyFolder {
  readonly authorities: DevelopmentAuthorities;
  /** `kept`: as it was. `made`: there was none. `replaced`: the old one ends soon, names another port, or was to be renewed. */
  readonly outcome: 'kept' | 'made' | 'replaced';
}

// Long enough to finish what somebody is working on.
const LEAST_REST_MS = 30 * 86_400_000;

/** Brings the folder into a state in which the services and the service can start. */
export async function ensureDevelopmentFolder(folder: string, wish: FolderWish): Promise<ReadyFolder> {
  return (await beginDevelopmentFolder(folder, wish)).ready;
}

/** The same for who has something to do meanwhile: keys that have to be made are being found, in threads of their own, when this resolves. */
export async function beginDevelopmentFolder(
  folder: string,
  wish: FolderWish,
): Promise<{ readonly ready: Promise<ReadyFolder> }> {
  const { servicesPort, now, platform, renew = false, keys = 'full' } = wish;
  const found = await readDevelopmentFolder(folder);
  const named = servicesPort === null ? null : baseUrlOf(servicesPort);
  const fits = found !== null && (named ?? found.authorities.baseUrl) === found.authorities.baseUrl;
  if (fits && !renew && found.endsAt - now > LEAST_REST_MS)
    return { ready: Promise.resolve({ authorities: found.authorities, outcome: 'kept' }) };
  const baseUrl = named ?? found?.authorities.baseUrl ?? baseUrlOf(SERVICES_PORT);
  const making = createDevelopmentPki({ now, baseUrl, keys, platform });
  const lock = createInstallationLock(keys === 'fast' ? 2_048 : undefined);
  const outcome = found === null ? 'made' : 'replaced';
  const written = writeDevelopmentFolder(folder, making, { lock, platform, now });
  return { ready: written.then(async () => ({ authorities: await making, outcome })) };
}

function baseUrlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

if (import.meta.main) {
  const { outcome } = await ensureDevelopmentFolder(DEVELOPMENT_FOLDER, {
    servicesPort: null,
    renew: process.argv.includes('--renew'),
    now: Date.now(),
    platform: nodePlatform,
  });
  const place = relative('.', DEVELOPMENT_FOLDER);
  const text = {
    made: `A development PKI was made in ${place}.`,
    replaced: `The development PKI in ${place} was replaced by a new one; letters signed with the old one are unknown now.`,
    kept: `The development PKI in ${place} is in order; --renew makes a new one.`,
  };
  process.stdout.write(`${text[outcome]}\n`);
}
