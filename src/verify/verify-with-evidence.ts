// Verification that also hands out what it rests on: the report is judged from the complete evidence and from nothing else.

import type { Source } from '../platform/platform.ts';
import { type EvidencePack, type RecordedTool, recordEvidence } from './evidence-pack.ts';
import { judgeGathered } from './judge-gathered.ts';
import type { VerificationReport } from './report.ts';
import { examineDocument, reportOf, serviceError, type VerifyContext } from './verify-document.ts';

export interface VerifyWithEvidenceContext extends VerifyContext {
  /** Stands in the record. */
  readonly tool: RecordedTool;
}

export interface VerifiedWithEvidence {
  readonly report: VerificationReport;
  /** Null where nothing was judged (`SERVICE_ERROR`). */
  readonly pack: EvidencePack | null;
}

/** `verifyDocument`, and the record from which `replayEvidence` reaches the same report. As it, it never throws. */
export async function verifyWithEvidence(
  source: Source,
  context: VerifyWithEvidenceContext,
): Promise<VerifiedWithEvidence> {
  const { report, examined } = await examineDocument(source, context);
  if (report.verdict === 'SERVICE_ERROR') return { report, pack: null };
  if (examined === null) return { report, pack: recordEvidence(context, report, null) };
  try {
    const { facts, gathered } = examined;
    // A record is of the judgement; its details can be had from a replay.
    const judging = { ...gathered.judging, detail: false };
    const judged = judgeGathered(facts, { ...gathered, judging });
    const final = reportOf(source, judged.judged.reports, gathered, context);
    return {
      report: context.detail === true ? report : final,
      pack: recordEvidence(context, final, { ...judged, gathered }),
    };
  } catch (error) {
    context.onFailure?.(error);
    return { report: serviceError(source, context, 'internal'), pack: null };
  }
}
