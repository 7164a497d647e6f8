// One result of `-f json` and `-f ndjson`: the answer of the service, and what only a command knows.

import { basename } from 'node:path';
import type { FileResult } from '../report/file-result.ts';
import { reportJson, type VerifyAnswer } from '../report/json.ts';
import type { ProblemCode } from '../verify/report.ts';
import { STANDARD_INPUT } from './input-files.ts';
import type { Tool } from './version.ts';

export interface FileAnswer extends VerifyAnswer {
  readonly path: string;
  readonly sha256: string;
  /** Set exactly for `UNREADABLE` and `SERVICE_ERROR`. */
  readonly problem: ProblemCode | null;
  /** Conditions of `--require` and `--strict` that the file is proven not to meet. */
  readonly unmet: readonly string[];
  /** Null with `--reproducible`. */
  readonly durationMs: number | null;
}

export function fileAnswer(
  { path, report, requestId, unmet, durationMs }: FileResult,
  { tool, timeZone }: { readonly tool: Tool; readonly timeZone: string },
): FileAnswer {
  const fileName = path === STANDARD_INPUT ? null : basename(path);
  return {
    ...reportJson(report, { requestId, fileName, tool, timeZone }),
    path,
    sha256: report.file.sha256,
    problem: report.problem?.code ?? null,
    unmet,
    durationMs,
  };
}
