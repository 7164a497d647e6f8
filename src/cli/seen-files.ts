// `--since`: which files earlier runs have judged, by path and content. A run adds its own when all its results are out.

import { readFileSync } from 'node:fs';
import { rfc3339 } from '../report/time-text.ts';
import { beginFile } from './atomic-file.ts';
import type { Examined } from './results.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

interface Seen {
  readonly path: string;
  readonly sha256: string;
  readonly verdict: string;
  readonly checkedAt: string;
}

export interface SeenFiles {
  /** Whether a file was judged with this content; the digest is asked for only where the path is known. */
  has(path: string, sha256: () => string): boolean;
  add(examined: Examined): void;
  /** Puts the new ones on the disk, all or none. @throws UsageError `output-unwritable` */
  commit(): void;
}

/** @throws UsageError `state-unusable` for a file that is no such list */
export function openSeenFiles(file: string): SeenFiles {
  const seen = new Map(read(file).map((each) => [each.path, each]));
  return {
    has: (path, sha256) => {
      const known = seen.get(path);
      return known !== undefined && known.sha256 === sha256();
    },
    add: ({ path, outcome, report }) => {
      // A failure of ours, and what nobody came to the end of, is tried again.
      if (outcome === 'internal' || report.file.sha256 === '') return;
      const { verdict, checkedAt } = report;
      seen.set(path, { path, sha256: report.file.sha256, verdict, checkedAt: rfc3339(checkedAt) });
    },
    commit: () => {
      const written = beginFile(file, 'replace');
      try {
        const lines = [...seen.values()].map((each) => `${JSON.stringify(each)}\n`);
        written.write(new TextEncoder().encode(lines.join('')));
        written.commit();
      } finally {
        written.discard();
      }
    },
  };
}

function read(file: string): readonly Seen[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(seenOf);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'not-a-list' : systemReason(cause);
    if (reason === 'ENOENT') return [];
    throw new UsageError('state-unusable', { file, reason }, cause);
  }
}

/** @throws SyntaxError */
function seenOf(line: string): Seen {
  const { path, sha256, verdict, checkedAt } = JSON.parse(line) as Partial<Seen>;
  const texts = [path, sha256, verdict, checkedAt];
  if (texts.some((text) => typeof text !== 'string')) throw new SyntaxError('not an entry');
  return { path, sha256, verdict, checkedAt } as Seen;
}
