// The options of `teken verify`, read and checked before any file is opened.

import { availableParallelism } from 'node:os';
import type { Instant } from '../asn1/values.ts';
import type { CliEnvironment } from '../config.ts';
import { loadPolicyFile, PolicyRefused } from '../policy-file.ts';
import { AlgorithmTableRefused, loadAlgorithmTable } from '../trust-services/algorithm-table.ts';
import { readRevocationFolder } from '../trust-services/revocation-folder.ts';
import { DEFAULT_POLICY, ETSI_POLICY, type ValidationPolicy } from '../verify/policy.ts';
import type { SuppliedItem } from '../verify/ports.ts';
import { type Arguments, invalidValue, oneOf, someOf } from './arguments.ts';
import { FAILURES, type Failure } from './exit-codes.ts';
import type { InputRules } from './input-files.ts';
import { PROGRESS_MODES, type ProgressMode } from './progress.ts';
import { type ReportSettings, readReportSettings } from './report-options.ts';
import { type Requirement, readRequirements, STRICT } from './requirements.ts';
import { FORMATS, type Format } from './result-forms.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';
import { readCount, readDurationMs, readInstant, readSize, readSpanMs } from './values.ts';

export interface VerifySettings {
  readonly files: readonly string[];
  /** A list of more files; `-` for standard input. */
  readonly filesFrom: string | null;
  readonly listSeparator: '\n' | '\0';
  readonly inputs: InputRules;
  /** Files that it lists are left out, and those of this run added. */
  readonly since: string | null;
  readonly jobs: number;
  /** Bytes; null: no limit but that of what is held in memory. */
  readonly maxSize: number | null;
  /** Of the JavaScript heap of each reader. */
  readonly heapMegabytes: number;
  readonly requirements: readonly Requirement[];
  /** Milliseconds; null: of any age. */
  readonly trustListMaxAge: number | null;
  /** Folders and files, in the order of precedence. */
  readonly trust: readonly string[];
  readonly policy: ValidationPolicy;
  readonly offline: boolean;
  /** Revocation data of the operator's folders. */
  readonly supplied: readonly SuppliedItem[];
  /** A file or a folder for evidence packs. */
  readonly evidence: string | null;
  /** Its first line opens encrypted documents. */
  readonly passwordFile: string | null;
  /** Null for the present. */
  readonly at: Instant | null;
  readonly timeoutMs: number;
  readonly format: Format;
  /** Every building block in JSON too. */
  readonly detail: boolean;
  readonly output: string | null;
  readonly reports: ReportSettings | null;
  readonly summaryOnly: boolean;
  readonly reproducible: boolean;
  /** The journal of this run. */
  readonly resume: string | null;
  readonly progress: ProgressMode;
  readonly quiet: boolean;
  readonly colour: boolean;
  readonly failOn: ReadonlySet<Failure>;
}

const FAILURE_NAMES = Object.keys(FAILURES) as [Failure, ...Failure[]];

/** @throws UsageError */
export function readVerifySettings(line: Arguments, environment: CliEnvironment): VerifySettings {
  if (line.files.length === 0 && !line.has('files-from')) throw new UsageError('file-argument-missing');
  requireTogether(line);
  const at = line.value('at');
  const failOn = line.value('fail-on');
  return {
    ...readInputSettings(line),
    ...readLimits(line),
    ...readOutputSettings(line),
    requirements: requirementsOf(line),
    trust: trustPlaces(line, environment),
    policy: readPolicy(line, environment),
    offline: line.has('offline'),
    supplied: [...suppliedBy('crl', line), ...suppliedBy('ocsp', line)],
    passwordFile: line.value('password-file'),
    at: at === null ? null : readInstant('at', at),
    failOn: failOn === null ? new Set(FAILURE_NAMES) : someOf('fail-on', failOn, FAILURE_NAMES),
  };
}

/** @throws UsageError `options-conflict`, `options-exclude` */
function requireTogether(line: Arguments): void {
  const needs: readonly (readonly [string, string])[] = [
    // What was asked of a clock or of others is another thing tomorrow.
    ['reproducible', 'at'],
    ['reproducible', 'offline'],
    ['null', 'files-from'],
  ];
  for (const [option, other] of needs) {
    if (line.has(option) && !line.has(other))
      throw new UsageError('options-conflict', { option: `--${option}`, other: `--${other}` });
  }
  if (line.has('summary-only') && (line.value('format') ?? 'text') !== 'text')
    throw new UsageError('options-exclude', { option: '--summary-only', other: '--format' });
  if (line.value('files-from') === '-' && line.files.includes('-'))
    throw new UsageError('options-exclude', { option: '--files-from -', other: '-' });
}

type InputSettings = Pick<VerifySettings, 'files' | 'filesFrom' | 'listSeparator' | 'inputs' | 'since'>;

function readInputSettings(line: Arguments): InputSettings {
  return {
    files: line.files,
    filesFrom: line.value('files-from'),
    listSeparator: line.has('null') ? '\0' : '\n',
    inputs: {
      recursive: line.has('recursive'),
      followLinks: line.has('follow-symlinks'),
      include: line.value('include'),
      archives: 'enter',
    },
    since: line.value('since'),
  };
}

type Limits = Pick<VerifySettings, 'jobs' | 'maxSize' | 'heapMegabytes' | 'timeoutMs' | 'trustListMaxAge'>;

function readLimits(line: Arguments): Limits {
  const jobs = line.value('jobs');
  const maxSize = line.value('max-size');
  const maxAge = line.value('trust-list-max-age');
  return {
    jobs: jobs === null ? availableParallelism() : readCount('jobs', jobs, 1, 256),
    maxSize: maxSize === null ? null : readSize('max-size', maxSize),
    heapMegabytes: heapOf(line.value('max-memory') ?? '256M'),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '30s'),
    trustListMaxAge: maxAge === null ? null : readDurationMs('trust-list-max-age', maxAge),
  };
}

/** What Node itself needs to start. */
const LEAST_HEAP = 32;

function heapOf(value: string): number {
  const megabytes = Math.floor(readSize('max-memory', value) / 2 ** 20);
  if (megabytes < LEAST_HEAP) throw invalidValue('max-memory', value, `${LEAST_HEAP}M, 256M, 1G`);
  return megabytes;
}

type OutputSettings = Pick<
  VerifySettings,
  | 'format'
  | 'detail'
  | 'output'
  | 'evidence'
  | 'reports'
  | 'summaryOnly'
  | 'reproducible'
  | 'resume'
  | 'progress'
  | 'quiet'
  | 'colour'
>;

function readOutputSettings(line: Arguments): OutputSettings {
  return {
    format: readFormat(line),
    detail: line.has('detail'),
    output: line.value('output'),
    evidence: line.value('evidence'),
    reports: readReportSettings(line),
    summaryOnly: line.has('summary-only'),
    reproducible: line.has('reproducible'),
    resume: line.value('resume'),
    progress: oneOf('progress', line.value('progress') ?? 'auto', PROGRESS_MODES),
    quiet: line.has('quiet'),
    colour: !line.has('no-color'),
  };
}

function requirementsOf(line: Arguments): readonly Requirement[] {
  const value = line.value('require');
  return [...(line.has('strict') ? [STRICT] : []), ...(value === null ? [] : readRequirements(value))];
}

function readFormat(line: Arguments): Format {
  const format = oneOf('format', line.value('format') ?? 'text', FORMATS);
  if (format !== 'etsi') return format;
  // Its schema knows one document.
  for (const other of ['recursive', 'files-from']) {
    if (line.has(other))
      throw new UsageError('options-exclude', { option: '--format etsi', other: `--${other}` });
  }
  if (line.files.length > 1) throw new UsageError('too-many-files');
  return format;
}

/** What `--trust` names, then TEKEN_TRUST_DIR unless it is left out. @throws UsageError `options-conflict` */
export function trustPlaces(line: Arguments, environment: CliEnvironment): readonly string[] {
  const named = line.values('trust');
  if (line.has('trust-only')) {
    if (named.length === 0)
      throw new UsageError('options-conflict', { option: '--trust-only', other: '--trust' });
    return named;
  }
  return environment.trustDir === null ? named : [...named, environment.trustDir];
}

function suppliedBy(kind: 'crl' | 'ocsp', line: Arguments): readonly SuppliedItem[] {
  return line.values(kind).flatMap((place) => {
    try {
      return readRevocationFolder(place, kind);
    } catch (cause) {
      const reason = cause instanceof RangeError ? cause.message : systemReason(cause);
      throw new UsageError('revocation-data-unusable', { file: place, reason }, cause);
    }
  });
}

function readPolicy(line: Arguments, { algorithmsFile }: CliEnvironment): ValidationPolicy {
  const rules = readRules(line.value('policy') ?? 'default');
  const revocation = oneOf('revocation', line.value('revocation') ?? rules.revocation, [
    'require',
    'prefer',
    'off',
  ]);
  const file = line.value('algorithms') ?? algorithmsFile;
  return { ...rules, revocation, ...(file === null ? {} : { algorithms: readAlgorithms(file) }) };
}

/** @param name - a built-in policy, or a file with one */
function readRules(name: string): ValidationPolicy {
  if (name === 'default') return DEFAULT_POLICY;
  if (name === 'etsi') return ETSI_POLICY;
  try {
    return loadPolicyFile(name);
  } catch (cause) {
    if (!(cause instanceof PolicyRefused)) throw cause;
    throw new UsageError('policy-unusable', { file: name, reason: `${cause.code}: ${cause.where}` }, cause);
  }
}

function readAlgorithms(file: string): ValidationPolicy['algorithms'] {
  try {
    return loadAlgorithmTable(file);
  } catch (cause) {
    if (!(cause instanceof AlgorithmTableRefused)) throw cause;
    throw new UsageError('algorithms-unusable', { file, reason: `${cause.code}: ${cause.where}` }, cause);
  }
}
