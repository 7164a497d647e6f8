// A registry file in force: exchanged as a whole when the operator changes it, and never for one that must not be used.

import { readFileSync, statSync } from 'node:fs';

export interface WatchedRegistry<T> {
  /** Who takes it keeps it for as long as one piece of work lasts. */
  current(): T;
  /** Reads the file now, whether or not it looks changed. @returns whether what is in force is the file's */
  reload(): boolean;
  close(): void;
}

export interface WatchOptions<T> {
  /** @throws InvalidRegistry for a text that must not be used */
  readonly parse: (text: string) => T;
  /** Between two looks at the file; 0 leaves it to `reload`. */
  readonly everyMs: number;
  readonly onSwap: () => void;
  /** Told of each refusal once, not at every look; what was in force stays. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Reads the file and watches it: looked at again and again, since what mounts files (a ConfigMap, a network) does not reliably
 * tell of changes. A file that is half written is no JSON and changes nothing.
 * @throws InvalidRegistry, and the system's error, when the first text cannot be used
 */
export function watchRegistry<T>(path: string, options: WatchOptions<T>): WatchedRegistry<T> {
  let seen = appearanceOf(path);
  let text = readFileSync(path, 'utf8');
  let value = options.parse(text);
  const reload = (): boolean => {
    // Taken before reading: a change during the reading is seen at the next look.
    seen = appearanceOf(path);
    try {
      const next = readFileSync(path, 'utf8');
      if (next === text) return true;
      value = options.parse(next);
      text = next;
    } catch (error) {
      options.onRefused(error);
      return false;
    }
    options.onSwap();
    return true;
  };
  const look = (): void => {
    if (appearanceOf(path) !== seen) reload();
  };
  const timer = options.everyMs === 0 ? null : setInterval(look, options.everyMs);
  timer?.unref();
  return {
    current: () => value,
    reload,
    close: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
}

/** What differs after any honest change; of a link, what it leads to. */
export function appearanceOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? 'missing' : `${facts.ino} ${facts.size} ${facts.mtimeMs} ${facts.ctimeMs}`;
}
