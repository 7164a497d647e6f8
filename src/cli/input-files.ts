// Which files a command line means: files as named, the PDFs of folders, standard input.

import { type Dirent, globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSource, openFileSource } from '../platform/node.ts';
import { systemReason } from './failure.ts';
import { UsageError } from './usage-error.ts';

/** Standard input; a file that is called so is written `./-`. */
export const STANDARD_INPUT = '-';

export interface InputFiles {
  /** In the order of their code units, each once. */
  readonly paths: readonly string[];
  /** What was named, or found in a folder, and cannot be looked at; `reason` is the system's word. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Finds the files. In folders only `*.pdf` counts, in any case, and links to folders are not followed; a pattern is
 * resolved here only when the shell left it as it was.
 */
export function findInputFiles(named: readonly string[], recursive: boolean): InputFiles {
  const paths = new Set<string>();
  const missing: { path: string; reason: string }[] = [];
  const lookAt = (path: string, look: () => void): void => {
    try {
      look();
    } catch (error) {
      missing.push({ path, reason: systemReason(error) });
    }
  };
  const addPdf = (entry: Dirent, path: string): void => {
    if (entry.isFile() || (entry.isSymbolicLink() && statSync(path).isFile())) paths.add(path);
  };
  const addFolder = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/\.pdf$/i.test(entry.name)) lookAt(path, () => addPdf(entry, path));
      if (entry.isDirectory() && recursive) lookAt(path, () => addFolder(path));
    }
  };
  const addNamed = (path: string): void => {
    if (path !== STANDARD_INPUT && statSync(path).isDirectory()) addFolder(path);
    else paths.add(path);
  };
  for (const path of named.flatMap(matchesOf)) lookAt(path, () => addNamed(path));
  return { paths: [...paths].sort((a, b) => (a < b ? -1 : 1)), missing };
}

function matchesOf(path: string): readonly string[] {
  if (!/[*?[]/.test(path) || statSync(path, { throwIfNoEntry: false }) !== undefined) return [path];
  const matches = globSync(path);
  return matches.length > 0 ? matches : [path];
}

/** @throws UsageError `input-unreadable` */
export function openInput(path: string): FileSource {
  try {
    return openFileSource(path);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file: path, reason: systemReason(cause) }, cause);
  }
}
