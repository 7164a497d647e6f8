// The trust list in force: exchanged as a whole when the operator's folder changes, and never for one that must not be used.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustList } from '../pki/trust-list.ts';
import { loadTrustDirectory, type TrustDirectoryOptions } from './trust-directory.ts';

export interface TrustStore {
  /** Who takes it keeps it for as long as one piece of work lasts: then all of that rests on one list. */
  current(): TrustList;
  /** Reads the folder now, whether or not it looks changed. @returns whether the list in force is the folder's */
  reload(): boolean;
  /** Folders that were refused since the start; the list before them stayed. */
  readonly refusals: number;
  close(): void;
}

export interface TrustStoreOptions extends TrustDirectoryOptions {
  /** Between two looks at the folder; 0 leaves it to `reload`. */
  readonly everyMs: number;
  readonly onSwap: (list: TrustList) => void;
  /** Told of each refusal once, not at every look. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Loads the folder and watches it. It is looked at again and again, since what mounts folders (a ConfigMap, a network) does
 * not reliably tell of changes. Every file is pinned by the list, so a folder that is half written is refused, not half used.
 * @throws TrustDirectoryRefused, TrustListRefused when the first list cannot be used
 */
export function openTrustStore(directory: string, options: TrustStoreOptions): TrustStore {
  let seen = appearanceOf(directory);
  let list = loadTrustDirectory(directory, options);
  let refusals = 0;
  const reload = (): boolean => {
    // Taken before reading: a change during the reading is seen at the next look.
    seen = appearanceOf(directory);
    try {
      const next = loadTrustDirectory(directory, options);
      const same = next.sha256 === list.sha256 && next.version === list.version && next.asOf === list.asOf;
      // Intermediates are not part of the digest.
      list = next;
      if (!same) options.onSwap(next);
      return true;
    } catch (error) {
      refusals += 1;
      options.onRefused(error);
      return false;
    }
  };
  const look = (): void => {
    if (appearanceOf(directory) !== seen) reload();
  };
  const timer = options.everyMs === 0 ? null : setInterval(look, options.everyMs);
  timer?.unref();
  return {
    current: () => list,
    reload,
    get refusals() {
      return refusals;
    },
    close: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
}

/** Names, sizes and times of the files: what differs after any honest change. */
function appearanceOf(directory: string): string {
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => {
        const facts = statSync(join(directory, name), { throwIfNoEntry: false });
        return `${name} ${facts?.ino} ${facts?.size} ${facts?.mtimeMs} ${facts?.ctimeMs}`;
      })
      .join('\n');
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}
