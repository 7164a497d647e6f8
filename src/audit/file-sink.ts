// The audit as files: each chain in files of its own, so that no two processes ever write into the same one.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditSink } from './sink.ts';

/** After so many bytes a chain goes on in its next file. */
const LARGEST_FILE = 64 * 1024 * 1024;

const PRIVATE = 0o640;

// A write that waits until the disk has the bytes (O_DSYNC) is one call where write and fdatasync are two, each with its way to
// another thread and back; not every system has it.
const { O_APPEND, O_CREAT, O_DSYNC = 0, O_EXCL, O_WRONLY } = constants;
const NEW_LINES_ONLY = O_APPEND | O_CREAT | O_EXCL | O_WRONLY;

/** Name of a file of a chain. @param part - counted from 1 */
export function chainFile(chainId: string, part: number): string {
  return `${chainId}.${String(part).padStart(4, '0')}.jsonl`;
}

export interface FileSinkOptions {
  readonly largestFile?: number;
}

/**
 * Appends to `<chainId>.0001.jsonl` and its successors. Lines are on the disk when `write` resolves, whatever happens
 * to the machine then. Every process begins a new chain, so a line that a crash tore is the last of its file and stays there.
 * @throws the system's error for a folder that cannot be written
 */
export async function openFileSink(
  folder: string,
  chainId: string,
  { largestFile = LARGEST_FILE }: FileSinkOptions = {},
): Promise<AuditSink> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  let part = 1;
  let file = await create(folder, chainId, part);
  return {
    name: 'file',
    write: async (lines) => {
      if (file.size >= largestFile) {
        const next = await create(folder, chainId, part + 1);
        await file.handle.close();
        file = next;
        part += 1;
      }
      await append(file, Buffer.from(lines.join('')));
    },
    close: () => file.handle.close(),
  };
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Bytes that are whole lines. */
  size: number;
}

async function create(folder: string, chainId: string, part: number): Promise<OpenFile> {
  const path = join(folder, chainFile(chainId, part));
  const handle = await open(path, NEW_LINES_ONLY | O_DSYNC, PRIVATE);
  // The name as well has to survive: of a file without a name no line is left.
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
  return { handle, size: 0 };
}

async function append(file: OpenFile, bytes: Buffer): Promise<void> {
  try {
    for (let offset = 0; offset < bytes.length; ) {
      const { bytesWritten } = await file.handle.write(bytes, offset);
      offset += bytesWritten;
    }
    if (O_DSYNC === 0) await file.handle.datasync();
    file.size += bytes.length;
  } catch (error) {
    // On a full disk half a line may stand there; the whole group comes again.
    await file.handle.truncate(file.size);
    throw error;
  }
}
