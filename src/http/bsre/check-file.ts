// A document judged for the compatible API; what is no PDF is a refusal there, and everything else an answer.

import type { FastifyRequest } from 'fastify';
import type { VerificationReport } from '../../index.ts';
import { judgeInTime } from '../check-document.ts';
import type { AppServices } from '../ports.ts';
import { problemOfReport } from '../problem-of-error.ts';
import { HttpProblem } from '../problems.ts';
import { looksLikePdf } from './leniency.ts';

/** @param password - opens the document; zeroed @throws HttpProblem */
export async function checkFile(
  file: Uint8Array,
  request: FastifyRequest,
  services: AppServices,
  password: Uint8Array | null,
): Promise<VerificationReport> {
  if (!looksLikePdf(file)) throw new HttpProblem('not-pdf');
  const judged = judgeInTime(file, request, services, { password, detail: true });
  const report = await judged.finally(() => password?.fill(0));
  if (report.problem !== null) throw problemOfReport(report.problem.code);
  request.log.info({ verdict: report.verdict, size: file.length }, 'verified');
  return report;
}
