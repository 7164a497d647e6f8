// A file that appears complete or not at all, whatever happens in between.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  fsync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

export interface FileInProgress {
  /** Where the bytes stand until then, for reading them back. */
  readonly part: string;
  write(bytes: Uint8Array): void;
  /** Copies a file to the beginning, while other work goes on. Nothing is written before it is done. @throws as `beginFile` */
  copyFrom(path: string): Promise<void>;
  /** Begins to bring what was written to the disk, while other work goes on; `commit` still makes sure. */
  flush(): void;
  /** Puts the file in its place, on the disk. @throws UsageError `output-exists`, `output-unwritable` */
  commit(): void;
  /** Takes away what was not committed; after `commit` it does nothing. */
  discard(): void;
}

/**
 * Begins a file beside the place where it will stand.
 *
 * @param existing - what becomes of a file that stands there when this one is committed
 * @throws UsageError `output-unwritable`
 */
export function beginFile(path: string, existing: 'replace' | 'keep'): FileInProgress {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const descriptor = writing(path, () => openSync(part, 'wx'));
  let open = true;
  const end = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    part,
    write: (bytes) => {
      writing(path, () => writeAll(descriptor, bytes, fstatSync(descriptor).size));
    },
    copyFrom: async (from) => {
      try {
        await copyFile(from, part, constants.COPYFILE_FICLONE);
      } catch (cause) {
        throw new UsageError('output-unwritable', { file: path, reason: systemReason(cause) }, cause);
      }
    },
    flush: () => {
      // What fails here fails again in `commit`, which says so.
      fsync(descriptor, () => undefined);
    },
    commit: () => {
      writing(path, () => {
        fsyncSync(descriptor);
        end();
        place(part, path, existing);
        syncFolder(dirname(path));
      });
    },
    discard: () => {
      end();
      rmSync(part, { force: true });
    },
  };
}

/** Puts a whole file in the place of another, with its owner and permissions. @throws UsageError `output-unwritable` */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const file = beginFile(path, 'replace');
  try {
    file.write(bytes);
    writing(path, () => takeOver(path, file.part));
    file.commit();
  } finally {
    file.discard();
  }
}

/** A service that could read the old file can read the new one. */
function takeOver(path: string, part: string): void {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return;
  chmodSync(part, facts.mode & 0o777);
  // Only root can give a file away; everybody else writes over files of their own.
  if (process.getuid?.() === 0) chownSync(part, facts.uid, facts.gid);
}

function writing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('output-unwritable', { file: path, reason: systemReason(cause) }, cause);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}

function place(part: string, path: string, existing: 'replace' | 'keep'): void {
  if (existing === 'replace') {
    renameSync(part, path);
    return;
  }
  // A link, unlike a rename, fails when something stands there: no moment in between for anybody to slip in.
  try {
    linkSync(part, path);
  } catch (cause) {
    if (systemReason(cause) === 'EEXIST') throw new UsageError('output-exists', { file: path }, cause);
    // File systems without hard links: an empty file of our own holds the place until the rename.
    closeSync(openExclusively(path));
    renameSync(part, path);
    return;
  }
  rmSync(part);
}

function openExclusively(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    if (systemReason(cause) === 'EEXIST') throw new UsageError('output-exists', { file: path }, cause);
    throw cause;
  }
}

/** So that the name survives a power cut too. Windows cannot open folders and needs no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
