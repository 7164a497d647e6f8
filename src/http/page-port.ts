// What a page on the same server is given: the check and the problems that REST answers are made of.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode, VerificationReport } from '../index.ts';
import type { LetterLink } from '../letters/letter-link.ts';
import type { Text } from '../report/language.ts';
import { type CheckedFile, checkFiles, MOST_FILES } from './check-files.ts';
import { judgeLetter, linkOf, readLink } from './check-link.ts';
import { logProblem, problemHeaders } from './error-handler.ts';
import type { AppServices } from './ports.ts';
import { problemDetail } from './problem-answer.ts';
import { problemOf, problemOfReport } from './problem-of-error.ts';
import { type HttpProblemCode, PROBLEM_DETAILS } from './problem-texts.ts';
import { HttpProblem, PROBLEM_STATUS } from './problems.ts';
import { type ReportOf, sendPaper } from './report-answer.ts';
import { acceptStatements, checkStatement } from './statement-body.ts';
import { readVersions, sendVersion } from './versions.ts';

interface ShownProblem {
  readonly code: HttpProblemCode;
  readonly status: number;
  readonly detail: Text;
}

interface PagePort {
  check(request: FastifyRequest): Promise<readonly CheckedFile[]>;
  sendVersion(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  sendReport(request: FastifyRequest, reply: FastifyReply, checked: ReportOf): Promise<FastifyReply>;
  acceptStatements(scope: FastifyInstance): void;
  checkStatement(request: FastifyRequest): Promise<VerificationReport>;
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): ShownProblem;
  problemOfReport(problem: { readonly code: ProblemCode }): HttpProblem;
  readLink(text: string): LetterLink | null;
  linkOf(request: FastifyRequest): Promise<LetterLink>;
  judgeLetter(link: LetterLink, request: FastifyRequest): Promise<VerificationReport>;
  readonly checkLetterCode: AppServices['checkLetterCode'];
  readonly problems: readonly ShownProblem[];
  readonly development: boolean;
  readonly limits: { readonly maxUploadMegabytes: number; readonly mostFiles: number };
  readonly timeZone: string;
}

/** The services of the upload page, made from those of the app. */
export function pagePort(services: AppServices): PagePort {
  const { production, maxUploadMegabytes, timeZone } = services.settings;
  const shown = (problem: HttpProblem): ShownProblem => ({
    code: problem.code,
    status: PROBLEM_STATUS[problem.code],
    detail: {
      id: problemDetail(problem, { language: 'id', maxUploadMegabytes }),
      en: problemDetail(problem, { language: 'en', maxUploadMegabytes }),
    },
  });
  const codes = Object.keys(PROBLEM_DETAILS) as HttpProblemCode[];
  return {
    check: (request) => checkFiles(request, services),
    acceptStatements,
    checkStatement: (request) => checkStatement(request, services),
    sendVersion: async (request, reply) => {
      const { file, wanted } = await readVersions(request, services, {});
      if (wanted === null) throw new HttpProblem('invalid-request');
      return sendVersion(reply, file, wanted);
    },
    sendReport: (request, reply, checked) => sendPaper(request, reply, services, checked),
    refuse: (error, request, reply) => {
      const problem = problemOf(error);
      logProblem(request, problem);
      problemHeaders(problem, reply);
      return shown(problem);
    },
    problemOfReport: ({ code }) => problemOfReport(code),
    readLink: (text) => readLink(services, text),
    linkOf: (request) => linkOf(request, services),
    judgeLetter: (link, request) => judgeLetter(link, request, services),
    checkLetterCode: services.checkLetterCode,
    problems: codes.map((code) => shown(new HttpProblem(code))),
    development: !production,
    limits: { maxUploadMegabytes, mostFiles: MOST_FILES },
    timeZone,
  };
}
