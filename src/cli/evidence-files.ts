// Where `teken verify --evidence` puts its packs: one file for one document, a folder for several.

import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beginFile } from './atomic-file.ts';
import { STANDARD_INPUT } from './input-files.ts';
import { UsageError } from './usage-error.ts';

/** Takes the pack of each document. */
export interface EvidencePlaces {
  /**
   * @param sha256 - of the document
   * @throws UsageError `output-unwritable`
   */
  write(path: string, sha256: string, pack: Uint8Array): void;
}

/**
 * @param place - a file, or a folder that exists, in which each pack is named after its document and the content of that
 * @param count - how many documents there are
 * @throws UsageError `evidence-needs-folder`
 */
export function evidencePlaces(place: string, count: number): EvidencePlaces {
  const folder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!folder && count > 1) throw new UsageError('evidence-needs-folder', { file: place });
  return {
    write: (path, sha256, pack) => {
      const file = beginFile(folder ? join(place, nameOf(path, sha256)) : place, 'replace');
      try {
        file.write(pack);
        file.commit();
      } finally {
        file.discard();
      }
    },
  };
}

/** Two documents of one name in different folders have two packs. */
function nameOf(path: string, sha256: string): string {
  const name = path === STANDARD_INPUT ? 'stdin' : basename(path);
  return `${name}.${sha256.slice(0, 12)}.tkev`;
}
