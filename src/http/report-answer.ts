// A verdict as a report to be filed: sealed PDF, or a page to be printed.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import type { Language } from '../report/language.ts';
import { reportHtml, SHEET_STYLE } from '../report/sheet-html.ts';
import { recordReport } from './audit-trail.ts';
import { callerGone } from './caller-gone.ts';
import { contentDigest } from './content-digest.ts';
import { withinDeadline } from './deadline.ts';
import type { AppServices } from './ports.ts';

/** Says whether the report that comes carries the service's seal. */
export const SEAL_HEADER = 'Teken-Report-Seal';

export interface ReportOf {
  readonly report: VerificationReport;
  /** As the sender named the file. */
  readonly fileName: string | null;
  readonly language: Language;
}

/** @throws HttpProblem `report-unavailable`, `audit-unavailable`, `overloaded`, `deadline-exceeded` */
export async function sendPaper(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
  { report, ...named }: ReportOf,
): Promise<FastifyReply> {
  const { signDeadlineMs } = services.settings;
  const { file, sealed } = await withinDeadline(signDeadlineMs, callerGone(request), (signal) =>
    services.paper(report, { ...named, requestId: request.id, signal }),
  );
  const digest = createHash('sha256').update(file).digest();
  if (sealed) await recordReport(request, services, digest.toString('hex'));
  request.log.info({ verdict: report.verdict, sealed, size: file.length }, 'report made');
  return reply
    .type('application/pdf')
    .header('Content-Language', named.language)
    .header('Content-Disposition', `attachment; filename="${nameOfReport(report)}"`)
    .header('Content-Digest', contentDigest(digest))
    .header(SEAL_HEADER, sealed ? 'sealed' : 'none')
    .send(Buffer.from(file.buffer, file.byteOffset, file.length));
}

/** Of the document's digest, not its name: two letters of one name get two files. */
function nameOfReport({ file }: VerificationReport): string {
  return `laporan-verifikasi-${file.sha256.slice(0, 12)}.pdf`;
}

const STYLE_DIGEST = createHash('sha256').update(SHEET_STYLE).digest('base64');

/** The page that is printed; nobody can seal one. */
export function sendSheet(
  request: FastifyRequest,
  reply: FastifyReply,
  { settings }: Pick<AppServices, 'settings'>,
  { report, fileName, language }: ReportOf,
): FastifyReply {
  const { timeZone, tool, production, agency } = settings;
  const context = { language, timeZone, tool, requestId: request.id, fileName };
  return reply
    .type('text/html; charset=utf-8')
    .header('Content-Language', language)
    .header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; frame-ancestors 'none'; base-uri 'none'`,
    )
    .send(reportHtml(report, { ...context, sealedBy: null, development: !production, agency }));
}
