// The options of `teken sign`, read and checked before anything is opened.

import { realpathSync, statSync } from 'node:fs';
import type { CliEnvironment } from '../config.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { type Arguments, invalidValue, oneOf } from './arguments.ts';
import { readRuleSettings } from './rule-options.ts';
import { UsageError } from './usage-error.ts';
import { readSpanMs } from './values.ts';
import { trustPlaces } from './verify-settings.ts';
import { readVisibleSettings } from './visible-settings.ts';

export interface SignSettings {
  readonly input: string;
  readonly output: string;
  /** What becomes of a file that stands at `output`. */
  readonly existing: 'replace' | 'keep';
  readonly signerUri: string;
  readonly tsaUrls: readonly string[];
  readonly trust: readonly string[];
  readonly passwordFile: string | null;
  readonly request: SignRequest;
  readonly timeoutMs: number;
  readonly quiet: boolean;
  readonly colour: boolean;
}

/** @throws UsageError */
export function readSignSettings(line: Arguments, environment: CliEnvironment): SignSettings {
  const input = onlyFile(line);
  const output = required(line, 'output');
  const settings: SignSettings = {
    input,
    output,
    existing: line.has('force') ? 'replace' : 'keep',
    signerUri: required(line, 'signer'),
    tsaUrls: line.values('tsa').map(requireHttpUrl),
    trust: trustPlaces(line, environment),
    passwordFile: line.value('password-file'),
    request: readRequest(line),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '60s'),
    quiet: line.has('quiet'),
    colour: !line.has('no-color'),
  };
  if (settings.request.level !== 'B-B' && settings.tsaUrls.length === 0) {
    throw new UsageError('options-conflict', { option: `--level ${settings.request.level}`, other: '--tsa' });
  }
  // The evidence must lead to somebody who is trusted; without a list nobody is.
  if (/^B-LTA?$/.test(settings.request.level) && settings.trust.length === 0) {
    throw new UsageError('options-conflict', {
      option: `--level ${settings.request.level}`,
      other: '--trust',
    });
  }
  requireFreeOutput(settings);
  return settings;
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
    tsaUrls: line.values('tsa').map(requireHttpUrl),
    trust: trustPlaces(line, environment),
    passwordFile: line.value('password-file'),
    request: readRequest(line),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '60s'),
    colour: !line.has('no-color'),
    probe: oneOf('probe', line.value('probe') ?? 'nothing', ['services', 'nothing']),
  };
}

function onlyFile({ files }: Arguments): string {
  const [input, ...others] = files;
  if (input === undefined) throw new UsageError('file-argument-missing');
  if (others.length > 0) throw new UsageError('too-many-files');
  return input;
}

function required(line: Arguments, option: string): string {
  const value = line.value(option);
  if (value === null) throw new UsageError('option-missing', { option: `--${option}` });
  return value;
}

function requireHttpUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    // The URL is not repeated: it may hold a credential.
    throw invalidValue('tsa', '…', 'https://tsa.example.go.id');
  }
  return url;
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
function requireFreeOutput({ input, output, existing }: SignSettings): void {
  if (statSync(output, { throwIfNoEntry: false }) === undefined) return;
  const standing = statSync(input, { throwIfNoEntry: false });
  if (standing !== undefined && realpathSync(input) === realpathSync(output)) {
    throw new UsageError('output-is-input');
  }
  if (existing === 'keep') throw new UsageError('output-exists', { file: output });
}
