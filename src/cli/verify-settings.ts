// The options of `teken verify`, read and checked before any file is opened.

import type { Instant } from '../asn1/values.ts';
import type { CliEnvironment } from '../config.ts';
import { AlgorithmTableRefused, loadAlgorithmTable } from '../trust-services/algorithm-table.ts';
import { readRevocationFolder } from '../trust-services/revocation-folder.ts';
import { DEFAULT_POLICY, ETSI_POLICY, type ValidationPolicy } from '../verify/policy.ts';
import type { SuppliedItem } from '../verify/ports.ts';
import { type Arguments, oneOf, someOf } from './arguments.ts';
import { FAILURES, type Failure } from './exit-codes.ts';
import { systemReason } from './failure.ts';
import type { Format } from './results.ts';
import { UsageError } from './usage-error.ts';
import { readInstant, readSpanMs } from './values.ts';

export interface VerifySettings {
  readonly files: readonly string[];
  readonly recursive: boolean;
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
  readonly quiet: boolean;
  readonly colour: boolean;
  readonly failOn: ReadonlySet<Failure>;
}

const FAILURE_NAMES = Object.keys(FAILURES) as [Failure, ...Failure[]];

/** @throws UsageError */
export function readVerifySettings(line: Arguments, environment: CliEnvironment): VerifySettings {
  if (line.files.length === 0) throw new UsageError('file-argument-missing');
  const at = line.value('at');
  const failOn = line.value('fail-on');
  return {
    files: line.files,
    recursive: line.has('recursive'),
    trust: trustPlaces(line, environment),
    policy: readPolicy(line, environment),
    offline: line.has('offline'),
    supplied: [...suppliedBy('crl', line), ...suppliedBy('ocsp', line)],
    evidence: line.value('evidence'),
    passwordFile: line.value('password-file'),
    at: at === null ? null : readInstant('at', at),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '30s'),
    format: readFormat(line),
    detail: line.has('detail'),
    output: line.value('output'),
    quiet: line.has('quiet'),
    colour: !line.has('no-color'),
    failOn: failOn === null ? new Set(FAILURE_NAMES) : someOf('fail-on', failOn, FAILURE_NAMES),
  };
}

function readFormat(line: Arguments): Format {
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json', 'ndjson', 'etsi']);
  // Its schema knows one document.
  if (format === 'etsi' && line.has('recursive'))
    throw new UsageError('options-exclude', { option: '--format etsi', other: '--recursive' });
  if (format === 'etsi' && line.files.length > 1) throw new UsageError('too-many-files');
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
  const policy = oneOf('policy', line.value('policy') ?? 'default', ['default', 'etsi']);
  const revocation = oneOf('revocation', line.value('revocation') ?? 'require', ['require', 'prefer', 'off']);
  const rules = policy === 'etsi' ? ETSI_POLICY : DEFAULT_POLICY;
  const file = line.value('algorithms') ?? algorithmsFile;
  return { ...rules, revocation, ...(file === null ? {} : { algorithms: readAlgorithms(file) }) };
}

function readAlgorithms(file: string): ValidationPolicy['algorithms'] {
  try {
    return loadAlgorithmTable(file);
  } catch (cause) {
    if (!(cause instanceof AlgorithmTableRefused)) throw cause;
    throw new UsageError('algorithms-unusable', { file, reason: `${cause.code}: ${cause.where}` }, cause);
  }
}
