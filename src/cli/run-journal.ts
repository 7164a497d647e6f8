// `--resume`: a journal of what a run has judged, one line for each file, written as soon as it is known. A run that was ended
// in any way goes on from it: what stands there for the same bytes under the same rules is not judged again.

import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Instant } from '../asn1/values.ts';
import type { Examined } from './results.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

const FORMAT = 'teken-verify-run';
const VERSION = 1;

interface Head {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** What the verdicts depend on beside the files, as a digest. */
  readonly rules: string;
  /** The time that the run judges as of. */
  readonly now: Instant;
}

/** What an earlier run left. */
export interface EarlierRun {
  /** Null where nothing was left. */
  readonly head: Head | null;
  readonly examined: ReadonlyMap<string, Examined>;
  /** Where the last whole line ends; what follows was cut off. */
  readonly wholeBytes: number;
}

export interface RunJournal {
  /** What the journal holds of a file with this content; the digest is asked for only where the path is known. */
  recall(path: string, sha256: () => string): Examined | null;
  /** @returns the same as `recall` will, so that a run gives one set of results however often it was ended */
  add(examined: Examined): Examined;
  close(): void;
}

const LINE_FEED = 0x0a;

/** @throws UsageError `state-unusable` for a file that is no journal */
export function readEarlierRun(file: string): EarlierRun {
  const bytes = bytesOf(file);
  const wholeBytes = bytes.lastIndexOf(LINE_FEED) + 1;
  const [first = '', ...lines] = bytes.subarray(0, wholeBytes).toString('utf8').split('\n');
  if (wholeBytes === 0) {
    // A first line that was cut off is the beginning of one of ours, or somebody else's file.
    const begun = `{"format":"${FORMAT}"`;
    const text = bytes.subarray(0, begun.length).toString('utf8');
    if (!begun.startsWith(text)) throw new UsageError('state-unusable', { file, reason: 'not-a-journal' });
    return { head: null, examined: new Map(), wholeBytes: 0 };
  }
  const head = jsonOf(first) as Head | null;
  if (head?.format !== FORMAT || head.version !== VERSION)
    throw new UsageError('state-unusable', { file, reason: 'not-a-journal' });
  const examined = new Map<string, Examined>();
  for (const line of lines) {
    // After a loss of power a line may be anything; the file is then judged again.
    const entry = jsonOf(line) as Examined | null;
    if (typeof entry?.path === 'string') examined.set(entry.path, entry);
  }
  return { head, examined, wholeBytes };
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (systemReason(cause) === 'ENOENT') return Buffer.alloc(0);
    throw new UsageError('state-unusable', { file, reason: systemReason(cause) }, cause);
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not a whole line: as if it had never been written.
    return null;
  }
}

/**
 * Goes on with a journal, or begins one.
 * @throws UsageError `state-unusable` where the journal is of a run under other rules, or cannot be written
 */
export function openRunJournal(
  file: string,
  earlier: EarlierRun,
  run: { readonly rules: string; readonly now: Instant },
): RunJournal {
  if (earlier.head !== null && earlier.head.rules !== run.rules)
    throw new UsageError('state-unusable', { file, reason: 'other-rules' });
  const descriptor = writing(file, () => {
    const opened = openSync(file, 'a', 0o600);
    truncateSync(file, earlier.wholeBytes);
    return opened;
  });
  const append = (value: unknown): string => {
    const line = JSON.stringify(value);
    writing(file, () => writeSync(descriptor, `${line}\n`));
    return line;
  };
  if (earlier.head === null) append({ format: FORMAT, version: VERSION, ...run } satisfies Head);
  return {
    recall: (path, sha256) => {
      const known = earlier.examined.get(path);
      return known !== undefined && known.report.file.sha256 === sha256() ? known : null;
    },
    add: (examined) => {
      // A failure of ours, and what nobody came to the end of, is tried again.
      const kept = examined.outcome !== 'internal' && examined.report.file.sha256 !== '';
      return kept ? (JSON.parse(append(examined)) as Examined) : examined;
    },
    close: () => closeSync(descriptor),
  };
}

function writing<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new UsageError('state-unusable', { file, reason: systemReason(cause) }, cause);
  }
}
