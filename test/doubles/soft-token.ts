// A SoftHSM token made for one test, and a library in front of it that fails when told to.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { TestIdentity } from '../cms/identities.ts';
import { libraryPath, projectRoot, run } from '../tools.ts';

export const TOKEN = { label: 'uji', pin: '2468-pin-uji' } as const;

/** A key and certificates under one name; DER in base64, as it travels to the process that fills the token. */
export interface TokenContent {
  readonly label: string;
  /** Hexadecimal. */
  readonly id: string;
  readonly privateKey?: string;
  readonly certificates: readonly string[];
  readonly certificateLabel?: string;
  readonly certificateId?: string;
  readonly alwaysAuthenticate?: boolean;
}

export function tokenContent(
  label: string,
  id: string,
  { privateKey, certificate }: TestIdentity,
  change: Partial<TokenContent> = {},
): TokenContent {
  return {
    label,
    id,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    certificates: [Buffer.from(certificate).toString('base64')],
    ...change,
  };
}

export interface SoftToken {
  readonly library: string;
  /** With the PIN in it. */
  readonly pinFile: string;
  readonly folder: string;
}

/** Makes and fills a token; SoftHSM of this process finds it from here on. */
export async function makeSoftToken(
  t: Pick<Test, 'teardown'>,
  content: readonly TokenContent[],
): Promise<SoftToken> {
  const library = libraryPath('libsofthsm2.so');
  if (library === null) throw new Error('SoftHSM is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'teken-token-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  const env = { SOFTHSM2_CONF: configuration };
  const { label, pin } = TOKEN;
  await succeed(
    'softhsm2-util',
    ['--init-token', '--free', '--label', label, '--so-pin', '13579', '--pin', pin],
    env,
  );
  const filler = fileURLToPath(new URL('./fill-token.ts', import.meta.url));
  await succeed(process.execPath, [filler], env, JSON.stringify({ library, label, pin, content }));
  process.env.SOFTHSM2_CONF = configuration;
  const pinFile = join(folder, 'pin');
  writeFileSync(pinFile, `${pin}\n`);
  return { library, pinFile, folder };
}

async function succeed(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<void> {
  const { code, stderr } = await run(command, args, { env, input });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}

/** What goes wrong in the next calls. */
export type TokenFault =
  /** As if it had been taken out: no slot has a token, and every session is closed. */
  | 'removed'
  /** Return value of every call of that function, such as `C_Sign=0x30`. */
  | `C_${string}=0x${string}`
  /** Every signature has one bit changed. */
  | 'corrupt'
  /** Every signature takes so many milliseconds. */
  | `slow=${number}`;

export interface FaultyToken extends SoftToken {
  fault(...faults: readonly TokenFault[]): void;
  /** How often a function was called so far. */
  calls(name: string): number;
}

/** The token behind a library of ours. Only one in a process. */
export async function faultyToken(token: SoftToken): Promise<FaultyToken> {
  const library = join(token.folder, 'faulty.so');
  const source = fileURLToPath(new URL('./faulty-token.c', import.meta.url));
  const headers = join(projectRoot, 'node_modules', 'pkcs11js', 'includes', 'pkcs11');
  await succeed('cc', ['-shared', '-fPIC', '-O1', '-I', headers, '-o', library, source, '-ldl'], {});
  const [faults, log] = [join(token.folder, 'faults'), join(token.folder, 'calls')];
  writeFileSync(faults, '');
  writeFileSync(log, '');
  process.env.FAULTY_TOKEN_LIBRARY = token.library;
  process.env.FAULTY_TOKEN_FAULTS = faults;
  process.env.FAULTY_TOKEN_CALLS = log;
  return {
    ...token,
    library,
    fault: (...wanted) => writeFileSync(faults, wanted.map((each) => `${each}\n`).join('')),
    calls: (name) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((each) => each === name).length,
  };
}
