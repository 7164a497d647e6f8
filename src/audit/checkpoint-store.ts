// Where published checkpoints are kept: in memory for those who ask, and in a file so that they outlive the process.

import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, readStatement } from './checkpoint.ts';

export interface CheckpointStore {
  /** Adds a checkpoint, or replaces the same one by its time-stamped form. */
  put(checkpoint: Checkpoint): Promise<void>;
  /** Oldest first. */
  all(): readonly Checkpoint[];
  close?(): Promise<void>;
}

/** About 7 MB of leaves; older ones are in the files. */
const MOST_PUBLISHED = 100;

/** In memory alone: they end with the process. @param known - of earlier processes */
export function memoryCheckpoints(known: readonly Checkpoint[] = []): CheckpointStore {
  const kept = new Map(known.slice(-MOST_PUBLISHED).map((checkpoint) => [checkpoint.statement, checkpoint]));
  return {
    put: async (checkpoint) => {
      kept.set(checkpoint.statement, checkpoint);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_PUBLISHED) break;
        kept.delete(oldest);
      }
    },
    all: () => [...kept.values()],
  };
}

const SUFFIX = '.checkpoints.jsonl';

/** Also as lines of `<chainId>.checkpoints.jsonl`; those of earlier chains in the folder are published with ours. */
export async function fileCheckpoints(folder: string, chainId: string): Promise<CheckpointStore> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const memory = memoryCheckpoints(await checkpointsIn(folder));
  let file: FileHandle | null = null;
  return {
    put: async (checkpoint) => {
      await memory.put(checkpoint);
      file ??= await open(join(folder, `${chainId}${SUFFIX}`), 'a', 0o640);
      await file.write(`${JSON.stringify(checkpoint)}\n`);
      await file.datasync();
    },
    all: memory.all,
    close: async () => file?.close(),
  };
}

/** Every checkpoint that the files of a folder hold, oldest first. */
export async function checkpointsIn(folder: string): Promise<readonly Checkpoint[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return readCheckpoints(texts.join('\n'));
}

/** Reads lines of checkpoints, or one as the service answers it; what is none is left out. */
export function readCheckpoints(text: string): readonly Checkpoint[] {
  const whole = parse(text);
  const found = whole === null ? text.split('\n').map(parse) : [whole];
  const latest = new Map<string, Checkpoint>();
  for (const checkpoint of found.filter(isCheckpoint)) {
    const known = latest.get(checkpoint.statement);
    if (known?.timestamp == null) latest.set(checkpoint.statement, checkpoint);
  }
  return [...latest.values()].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

function timeOf({ statement }: Checkpoint): string {
  return readStatement(statement)?.ts ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A line that a crash tore, or several lines at once; neither is one checkpoint.
    return null;
  }
}

function isCheckpoint(value: unknown): value is Checkpoint {
  const { statement, jws, timestamp, leaves } = (value ?? {}) as Partial<Record<keyof Checkpoint, unknown>>;
  return (
    typeof statement === 'string' &&
    readStatement(statement) !== null &&
    (jws === null || typeof jws === 'string') &&
    (timestamp === null || typeof timestamp === 'string') &&
    Array.isArray(leaves) &&
    leaves.every((leaf) => typeof leaf === 'string' && /^[0-9a-f]{64}$/.test(leaf))
  );
}
