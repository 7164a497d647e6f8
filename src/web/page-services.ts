// What the page is given: the same check and the same table of problems that REST answers come from.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import type { CheckedCode } from '../letters/check-letter-code.ts';
import type { LetterLink } from '../letters/letter-link.ts';
import type { Text } from '../report/language.ts';
import type { ListedFile } from './file-list.ts';
import type { StatementServices } from './private-mode.ts';
import type { DocumentedProblem } from './reference.ts';
import type { ReportServices } from './report-download.ts';
import type { FormLimits } from './upload-form.ts';

/** A refusal as the page shows it. */
export interface PageProblem {
  readonly code: string;
  readonly status: number;
  readonly detail: Text;
}

export interface PageServices extends ReportServices, StatementServices {
  /** Reads the form and judges its files, at least one. @throws what `refuse` understands */
  check(request: FastifyRequest): Promise<readonly ListedFile[]>;
  /** Reads the form and answers with the version that it asks for. @throws what `refuse` understands */
  sendVersion(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Null where the text is no web address. */
  readLink(text: string): LetterLink | null;
  /** Reads the form that asks for a letter. @throws what `refuse` understands, where the host is not listed */
  linkOf(request: FastifyRequest): Promise<LetterLink>;
  /** Fetches the letter and judges it. @throws what `refuse` understands */
  judgeLetter(link: LetterLink, request: FastifyRequest): Promise<VerificationReport>;
  checkLetterCode(code: string): Promise<CheckedCode>;
  /** Logs the error and puts its status and headers on the reply. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): PageProblem;
  /** What a report's own problem amounts to. */
  problemOfReport(problem: NonNullable<VerificationReport['problem']>): unknown;
  readonly problems: readonly DocumentedProblem[];
  readonly development: boolean;
  readonly limits: FormLimits;
  readonly timeZone: string;
}
