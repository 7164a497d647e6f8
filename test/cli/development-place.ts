// A development PKI with its services and a folder of keys, and the command line run in this process.

import { join } from 'node:path';
import { createDevelopmentPki, type DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { developmentPaths, SIGNER_IDS, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { createInstallationLock } from '../../certs-dev/installation-lock.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { runCli } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { nodePlatform } from '../../src/platform/node.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interrupted?: AbortSignal;
  readonly indonesian?: boolean;
  readonly onWrite?: (text: string) => void;
  readonly onWarn?: (text: string) => void;
  /** Given: standard error is a terminal. */
  readonly onStatus?: (text: string) => void;
}

export interface DevelopmentPlace {
  readonly pki: DevelopmentPki;
  readonly paths: ReturnType<typeof developmentPaths>;
  readonly tsaUrl: string;
  /** The URI of a signer's key file. */
  signerUri(name: keyof typeof SIGNER_IDS): string;
  /** What a development shell has set. */
  readonly environment: Readonly<Record<string, string>>;
  /** One command line, in the development environment unless told otherwise. */
  teken(line: readonly string[], options?: RunOptions): Promise<Ran>;
  close(): Promise<void>;
}

/** @param folder - is emptied and filled */
export async function startDevelopmentPlace(folder: string): Promise<DevelopmentPlace> {
  const now = Date.now();
  const services = await startDevelopmentServices({
    pki: (baseUrl) => createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform }),
    port: 0,
    clock: Date.now,
    platform: nodePlatform,
  });
  const root = join(folder, 'dev');
  await writeDevelopmentFolder(root, services.pki, {
    lock: await createInstallationLock(2_048),
    platform: nodePlatform,
    now,
  });
  const paths = developmentPaths(root);
  const environment = { TEKEN_ENV: 'development', TEKEN_TRUST_DIR: paths.trust };
  return {
    pki: services.pki,
    paths,
    tsaUrl: `${services.url}/tsa`,
    signerUri: (name) => {
      const id = SIGNER_IDS[name];
      return `pkcs12:${paths.container(id)}?passphrase-file=${encodeURIComponent(paths.passphrase(id))}`;
    },
    environment,
    teken: (line, options = {}) => runTeken(line, { environment, ...options }),
    close: services.close,
  };
}

/** One command line in this process. */
export async function runTeken(line: readonly string[], options: RunOptions = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    input: piecesOf(options.input ?? new Uint8Array()),
    write: async (text) => {
      out += text;
      options.onWrite?.(text);
    },
    warn: (text) => {
      err += `${text}\n`;
      options.onWarn?.(text);
    },
    status: options.onStatus ?? null,
    paint: (_, text) => text,
    width: 80,
    indonesian: options.indonesian ?? false,
    interrupted: options.interrupted ?? new AbortController().signal,
  };
  const exit = await runCli(line, terminal, options.environment ?? {});
  return { exit, out, err };
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 1_000) yield bytes.subarray(offset, offset + 1_000);
}
