// The options of `teken sign`, read and checked before anything is opened.

import { realpathSync, statSync } from 'node:fs';
import type { CliEnvironment } from '../config.ts';
import type { Level } from '../sign/ports.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import type { ActivationFiles } from './activation.ts';
import { type Arguments, oneOf } from './arguments.ts';
import { STANDARD_INPUT } from './input-files.ts';
import { type LetterSettings, readLetterSettings } from './letter-settings.ts';
import { readRuleSettings } from './rule-options.ts';
import { readTsaUrls } from './tsa-urls.ts';
import { UsageError } from './usage-error.ts';
import { readSpanMs } from './values.ts';
import { trustPlaces } from './verify-settings.ts';
import { readVisibleSettings } from './visible-settings.ts';

/** How to sign, whichever files. */
export interface SigningSettings extends ActivationFiles {
  /** What becomes of a file that stands where a result comes. */
  readonly existing: 'replace' | 'keep';
  readonly signerUri: string;
  /** The holder of the key authorises each signature in a browser. */
  readonly browser: boolean;
  readonly tsaUrls: readonly string[];
  readonly trust: readonly string[];
  readonly passwordFile: string | null;
  readonly request: SignRequest;
  /** Whose code the QR of `request` holds in the end; null: of no letter. */
  readonly letter: LetterSettings | null;
  readonly timeoutMs: number;
  readonly quiet: boolean;
  readonly colour: boolean;
}

export interface SignSettings extends SigningSettings {
  readonly input: string;
  readonly output: string;
}

/** @throws UsageError */
export function readSignSettings(line: Arguments, environment: CliEnvironment): SignSettings {
  for (const option of ['recursive', 'format'])
    if (line.has(option))
      throw new UsageError('options-conflict', { option: `--${option}`, other: '--out-dir' });
  const [input, output] = [onlyFile(line), requiredOption(line, 'output')];
  const settings: SignSettings = { input, output, ...readSigning(line, environment) };
  requireFreeOutput(settings);
  return settings;
}

export interface SignManySettings extends SigningSettings {
  readonly files: readonly string[];
  readonly recursive: boolean;
  readonly folder: string;
  readonly format: 'text' | 'json' | 'ndjson';
}

/** @throws UsageError */
export function readSignManySettings(line: Arguments, environment: CliEnvironment): SignManySettings {
  if (line.has('output')) throw new UsageError('options-exclude', { option: '--output', other: '--out-dir' });
  // A code is good for one signature.
  if (line.has('otp-file'))
    throw new UsageError('options-exclude', { option: '--otp-file', other: '--out-dir' });
  if (line.files.length === 0) throw new UsageError('file-argument-missing');
  if (line.files.includes(STANDARD_INPUT))
    throw new UsageError('argument-unexpected', { argument: STANDARD_INPUT });
  return {
    files: line.files,
    recursive: line.has('recursive'),
    folder: requiredOption(line, 'out-dir'),
    format: oneOf('format', line.value('format') ?? 'text', ['text', 'json', 'ndjson']),
    ...readSigning(line, environment),
  };
}

function readSigning(line: Arguments, environment: CliEnvironment): SigningSettings {
  const letter = readLetterSettings(line);
  const settings: SigningSettings = {
    existing: line.has('force') ? 'replace' : 'keep',
    signerUri: requiredOption(line, 'signer'),
    browser: readBrowser(line),
    passphraseFile: line.value('passphrase-file'),
    otpFile: line.value('otp-file'),
    tsaUrls: readTsaUrls(line),
    trust: trustPlaces(line, environment),
    passwordFile: line.value('password-file'),
    request: readRequest(line),
    letter,
    // A person reads and decides in between.
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? (line.has('browser') ? '5m' : '60s')),
    quiet: line.has('quiet'),
    colour: !line.has('no-color'),
  };
  const { level } = settings.request;
  if (level !== 'B-B' && settings.tsaUrls.length === 0)
    throw new UsageError('options-conflict', { option: `--level ${level}`, other: '--tsa' });
  requireTrustFor(level, settings.trust);
  return settings;
}

/** What a person authorises in a browser needs no secret beside it. @throws UsageError `options-exclude` */
function readBrowser(line: Arguments): boolean {
  if (!line.has('browser')) return false;
  for (const other of ['passphrase-file', 'otp-file', 'out-dir'])
    if (line.has(other))
      throw new UsageError('options-exclude', { option: '--browser', other: `--${other}` });
  return true;
}

/** The evidence must lead to somebody who is trusted; without a list nobody is. @throws UsageError `options-conflict` */
export function requireTrustFor(level: Level, trust: readonly string[]): void {
  if (/^B-LTA?$/.test(level) && trust.length === 0)
    throw new UsageError('options-conflict', { option: `--level ${level}`, other: '--trust' });
}

export interface PreflightSettings
  extends Pick<
    SignSettings,
    'input' | 'tsaUrls' | 'trust' | 'passwordFile' | 'request' | 'timeoutMs' | 'colour'
  > {
  /** Null: the document and the place alone. */
  readonly signerUri: string | null;
  readonly probe: 'services' | 'nothing';
}

/** The same options where nothing is signed: what is missing for a level is an answer, not a mistake. @throws UsageError */
export function readPreflightSettings(line: Arguments, environment: CliEnvironment): PreflightSettings {
  return {
    input: onlyFile(line),
    signerUri: line.value('signer'),
    tsaUrls: readTsaUrls(line),
    trust: trustPlaces(line, environment),
    passwordFile: line.value('password-file'),
    request: readRequest(line),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '60s'),
    colour: !line.has('no-color'),
    probe: oneOf('probe', line.value('probe') ?? 'nothing', ['services', 'nothing']),
  };
}

/** @throws UsageError `file-argument-missing`, `too-many-files` */
export function onlyFile({ files }: Arguments): string {
  const [input, ...others] = files;
  if (input === undefined) throw new UsageError('file-argument-missing');
  if (others.length > 0) throw new UsageError('too-many-files');
  return input;
}

/** @throws UsageError `option-missing` */
export function requiredOption(line: Arguments, option: string): string {
  const value = line.value(option);
  if (value === null) throw new UsageError('option-missing', { option: `--${option}` });
  return value;
}

function readRequest(line: Arguments): SignRequest {
  return {
    level: oneOf('level', line.value('level') ?? 'B-T', ['B-B', 'B-T', 'B-LT', 'B-LTA']),
    fieldName: line.value('field'),
    ...readVisibleSettings(line),
    reason: line.value('reason'),
    location: line.value('location'),
    contactInfo: line.value('contact'),
    algorithm: null,
    ...readRuleSettings(line),
  };
}

/** Said before the key is asked; that nothing came there in the meantime is seen again when the file is put in its place. */
export function requireFreeOutput({
  input,
  output,
  existing,
}: Pick<SignSettings, 'input' | 'output' | 'existing'>): void {
  if (statSync(output, { throwIfNoEntry: false }) === undefined) return;
  const standing = statSync(input, { throwIfNoEntry: false });
  if (standing !== undefined && realpathSync(input) === realpathSync(output)) {
    throw new UsageError('output-is-input');
  }
  if (existing === 'keep') throw new UsageError('output-exists', { file: output });
}
