// `--report-dir`: the answer for each document in a file of its own.

import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beginFile } from './atomic-file.ts';
import { fileAnswer } from './file-answer.ts';
import { STANDARD_INPUT } from './input-files.ts';
import type { Examined } from './results.ts';
import { UsageError } from './usage-error.ts';
import type { Tool } from './version.ts';

export interface ReportFiles {
  /** @throws UsageError `output-unwritable` */
  add(examined: Examined): void;
}

/** @throws UsageError `output-unwritable` for what is no folder */
export function openReportFiles(
  folder: string,
  settings: { readonly tool: Tool; readonly timeZone: string },
): ReportFiles {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError('output-unwritable', { file: folder, reason: 'ENOTDIR' });
  return {
    add: (examined) => {
      const file = beginFile(join(folder, nameOf(examined)), 'replace');
      try {
        file.write(new TextEncoder().encode(`${JSON.stringify(fileAnswer(examined, settings), null, 2)}\n`));
        file.commit();
      } finally {
        file.discard();
      }
    },
  };
}

/** The id differs for two files of one name and content in different folders. */
function nameOf({ path, requestId }: Examined): string {
  return `${path === STANDARD_INPUT ? 'stdin' : basename(path)}.${requestId}.json`;
}
