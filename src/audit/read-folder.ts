// The files of an audit, read back: which chains there are, and their lines.

import { closeSync, openSync, readSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChainHead, readRecord } from './record.ts';
import type { PlacedLine } from './verify-chain.ts';

const CHAIN_FILE = /^(.+)\.(\d{4,})\.jsonl$/;

/** The files of each chain in a folder, in order, by the name of the chain. */
export async function chainsIn(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const parts = (await readdir(folder)).flatMap((name) => {
    const [, chainId, part] = CHAIN_FILE.exec(name) ?? [];
    return chainId === undefined ? [] : [{ chainId, part: Number(part), file: join(folder, name) }];
  });
  const inOrder = parts.sort((a, b) =>
    a.chainId === b.chainId ? a.part - b.part : a.chainId < b.chainId ? -1 : 1,
  );
  const chains = Map.groupBy(inOrder, ({ chainId }) => chainId);
  return new Map([...chains].map(([chainId, files]) => [chainId, files.map(({ file }) => file)]));
}

/** Name of the chain of a file; null for a file of another name. */
export function chainOfFile(name: string): string | null {
  return CHAIN_FILE.exec(name)?.[1] ?? null;
}

const PIECE = 1024 * 1024;

/** Every line of files, one after the other. @throws the system's error for a file that cannot be read */
export function* linesOf(files: readonly string[]): Generator<PlacedLine> {
  for (const file of files) yield* linesOfFile(file);
}

function* linesOfFile(file: string): Generator<PlacedLine> {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(PIECE);
    let rest = Buffer.alloc(0);
    let line = 0;
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      let bytes = Buffer.concat([rest, buffer.subarray(0, read)]);
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
        line += 1;
        yield { file, line, text: bytes.toString('latin1', 0, end), ended: true };
        bytes = bytes.subarray(end + 1);
      }
      rest = bytes;
    }
    if (rest.length > 0) yield { file, line: line + 1, text: rest.toString('latin1'), ended: false };
  } finally {
    closeSync(descriptor);
  }
}

const LINE_FEED = 10;

// Chains further back are named by those that came between.
const MOST_HEADS = 16;

/** Where the latest chains of a folder stand, so that a new one can say that they were there. */
export async function latestHeads(folder: string): Promise<readonly ChainHead[]> {
  const files = [...(await chainsIn(folder)).values()].flatMap((parts) => parts.slice(-1));
  const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  const latest = dated.sort((a, b) => b.at - a.at).slice(0, MOST_HEADS);
  const heads = await Promise.all(latest.map(({ file }) => headOf(file)));
  return heads.filter((head) => head !== null);
}

// Several times a record with everything in it.
const TAIL_BYTES = 64 * 1024;

/** The last whole record of a file, null where there is none in its last part. */
async function headOf(file: string): Promise<ChainHead | null> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('latin1').split('\n').slice(0, -1);
    for (const text of lines.reverse()) {
      const record = readRecord(text);
      if (record?.intact === true) return { chainId: record.chainId, seq: record.seq, hash: record.hash };
    }
    return null;
  } finally {
    await handle.close();
  }
}
