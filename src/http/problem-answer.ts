// What a problem looks like on the wire (RFC 9457).

import type { Language } from '../report/language.ts';
import { fillText, placesOf } from '../report/template.ts';
import { type HttpProblemCode, PROBLEM_DETAILS } from './problem-texts.ts';
import { type HttpProblem, PROBLEM_STATUS, RETRY_AFTER_SECONDS, type RequestFault } from './problems.ts';

/** RFC 9457, with the members of our own that openapi.yaml lists. */
export interface ProblemAnswer {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: HttpProblemCode;
  requestId: string;
  errors?: RequestFault[];
  ok?: false;
  verdict?: 'UNREADABLE' | 'SERVICE_ERROR';
}

export interface ProblemContext {
  readonly language: Language;
  readonly requestId: string;
  /** For the text of `file-too-large`. */
  readonly maxUploadMegabytes: number;
  /** Set for answers of verification, so that a client that overlooks the status still reads no acceptance. */
  readonly verification: boolean;
}

/** The body of the answer. */
export function problemAnswer(problem: HttpProblem, context: ProblemContext): ProblemAnswer {
  const { title } = PROBLEM_DETAILS[problem.code];
  return {
    type: `/docs/problems#${problem.code}`,
    title,
    status: PROBLEM_STATUS[problem.code],
    detail: problemDetail(problem, context),
    code: problem.code,
    requestId: context.requestId,
    ...(problem.faults.length === 0 ? {} : { errors: [...problem.faults] }),
    ...(context.verification ? ({ ok: false, verdict: verdictOf(problem.code) } as const) : {}),
  };
}

/** The text with the remedy, its places filled. */
export function problemDetail(
  problem: HttpProblem,
  context: Pick<ProblemContext, 'language' | 'maxUploadMegabytes'>,
): string {
  const template = PROBLEM_DETAILS[problem.code].detail[context.language];
  const known = {
    limit: String(context.maxUploadMegabytes),
    seconds: String(RETRY_AFTER_SECONDS),
    ...problem.values,
  };
  return placesOf(template).length === 0 ? template : fillText(template, known);
}

function verdictOf(code: HttpProblemCode): 'UNREADABLE' | 'SERVICE_ERROR' {
  return PROBLEM_STATUS[code] >= 500 ? 'SERVICE_ERROR' : 'UNREADABLE';
}
