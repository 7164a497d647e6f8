// One file of a run over many, as tables and reports of other tools take it.

import type { VerificationReport } from '../verify/report.ts';
import { describe } from './sentences.ts';

export interface FileResult {
  /** As the person named it. */
  readonly path: string;
  readonly requestId: string;
  readonly report: VerificationReport;
  /** Conditions of the run that the file is proven not to meet. */
  readonly unmet: readonly string[];
  /** Whole milliseconds; null where runs must be comparable byte for byte. */
  readonly durationMs: number | null;
}

/** How a result is put into words. */
export interface ResultWriting {
  readonly language: 'id' | 'en';
  /** IANA name. */
  readonly timeZone: string;
}

/** What becomes of a file in reports that know passed, failed and skipped. */
export type Standing = 'passed' | 'failed' | 'undecided' | 'unsigned' | 'unreadable' | 'not-judged';

export function standingOf({ report, unmet }: FileResult): Standing {
  switch (report.verdict) {
    case 'NO_SIGNATURE':
      return unmet.length > 0 ? 'failed' : 'unsigned';
    case 'UNREADABLE':
      return 'unreadable';
    case 'SERVICE_ERROR':
      return 'not-judged';
    default:
      if (unmet.length > 0 || report.class === 'reject') return 'failed';
      return report.class === 'unsure' ? 'undecided' : 'passed';
  }
}

/** Title and sentence, without markup. */
export function messageText(
  { report, requestId }: FileResult,
  { language, timeZone }: ResultWriting,
): string {
  const { title, sentence } = describe(report, language, { timeZone, requestId });
  return `${title}${title.endsWith('.') ? '' : '.'} ${sentence}`;
}
