// Which documents a command line means: files as named, the PDFs of folders and ZIP archives, lists, standard input.

import { type Dirent, globSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { type FileSource, openFileSource } from '../platform/node.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';
import { listZipEntries, type ZipEntry } from './zip-archive.ts';

/** Standard input; a file that is called so is written `./-`. */
export const STANDARD_INPUT = '-';

export interface InputFile {
  /** As results name it: a path, `-`, or `archive.zip!/entry.pdf`. */
  readonly path: string;
  /** Null for what is a file by itself. */
  readonly within: { readonly archive: string; readonly entry: ZipEntry } | null;
}

export interface InputFiles {
  /** In the order of the code units of their paths, each once. */
  readonly inputs: readonly InputFile[];
  /** What was named, or found in a folder, and cannot be looked at; `reason` is the system's word, or of `ZipRefused`. */
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
}

export interface InputRules {
  /** Descend into folders, and into the archives that lie there. */
  readonly recursive: boolean;
  /** Follow links to folders too; no folder is entered twice. */
  readonly followLinks: boolean;
  /** What counts in folders and archives, by its name there: a pattern; null: `*.pdf` in any case. */
  readonly include: string | null;
  /** Whether ZIP archives are read, or are files as others. */
  readonly archives: 'enter' | 'leave';
}

/**
 * Finds the documents. A pattern is resolved here only when the shell left it as it was; an archive that is named is read
 * whether or not folders are descended into.
 */
export function findInputFiles(named: readonly string[], rules: InputRules): InputFiles {
  const found = new Map<string, InputFile>();
  const missing: { path: string; reason: string }[] = [];
  const entered = new Set<string>();
  const add = (path: string, within: InputFile['within'] = null): void => {
    if (!found.has(path)) found.set(path, { path, within });
  };
  const lookAt = (path: string, look: () => void): void => {
    try {
      look();
    } catch (error) {
      missing.push({ path, reason: systemReason(error) });
    }
  };
  const addArchive = (archive: string): void => {
    const taken = new Map<string, number>();
    for (const entry of listZipEntries(archive)) {
      if (!isWanted(nameOf(entry.name), rules)) continue;
      // Two entries may have one name; whoever unpacks sees one of them, so both are looked at.
      const times = (taken.get(entry.name) ?? 0) + 1;
      taken.set(entry.name, times);
      const name = times === 1 ? entry.name : `${entry.name}#${times}`;
      add(`${archive}!/${name}`, { archive, entry });
    }
  };
  const addFolder = (folder: string): void => {
    const real = rules.followLinks ? realpathSync(folder) : folder;
    if (entered.has(real)) return;
    entered.add(real);
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      addEntry(entry, join(folder, entry.name));
  };
  const addEntry = (entry: Dirent, path: string): void => {
    const wanted = isWanted(entry.name, rules);
    const descends =
      rules.recursive && (entry.isDirectory() || (entry.isSymbolicLink() && rules.followLinks));
    const archive = rules.recursive && isArchive(entry.name, rules);
    if (!wanted && !descends && !archive) return;
    lookAt(path, () => {
      const isLink = entry.isSymbolicLink();
      const facts = isLink ? statSync(path) : entry;
      if (facts.isDirectory()) {
        if (descends) addFolder(path);
      } else if (facts.isFile()) {
        if (archive) addArchive(path);
        else if (wanted) add(path);
      }
    });
  };
  const addNamed = (path: string): void => {
    if (path === STANDARD_INPUT) add(path);
    else if (statSync(path).isDirectory()) addFolder(path);
    else if (isArchive(path, rules)) addArchive(path);
    else add(path);
  };
  for (const path of named.flatMap(matchesOf)) lookAt(path, () => addNamed(path));
  return { inputs: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), missing };
}

function isWanted(name: string, { include }: InputRules): boolean {
  return include === null ? /\.pdf$/i.test(name) : matchesGlob(name, include);
}

function isArchive(name: string, { archives }: InputRules): boolean {
  return archives === 'enter' && /\.zip$/i.test(name);
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
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
