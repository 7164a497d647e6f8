// The report that is filed with a letter, as a download: straight from the form, or from a result. Nothing is kept between two
// requests, so the file comes along again; the script puts it there, and without a script it is chosen once more.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import type { Language, Text } from '../report/language.ts';
import type { ListedFile } from './file-list.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

export const REPORT_PATH = '/laporan';

const TEXTS = {
  checkAndDownload: { id: 'Periksa dan unduh laporan (PDF)', en: 'Check and download the report (PDF)' },
  download: { id: 'Unduh laporan (PDF)', en: 'Download the report (PDF)' },
  heading: { id: 'Laporan untuk arsip', en: 'Report to be filed' },
  oneFile: {
    id: 'Laporan dibuat untuk satu berkas. Pilih satu berkas saja.',
    en: 'A report is about one file. Choose a single file.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What the report is made with. */
export interface ReportServices {
  check(request: FastifyRequest): Promise<readonly ListedFile[]>;
  /** Answers with the report. @throws what `problemOf` understands */
  sendReport(
    request: FastifyRequest,
    reply: FastifyReply,
    checked: { report: VerificationReport; fileName: string | null; language: Language },
  ): Promise<FastifyReply>;
  problemOfReport(problem: NonNullable<VerificationReport['problem']>): unknown;
}

/** A second button of the upload form. */
export function reportButton(language: Language): Html {
  return html`<button type="submit" formaction="${REPORT_PATH}?lang=${language}" data-download>${TEXTS.checkAndDownload[language]}</button>`;
}

/** Below a result. */
export function reportSection(language: Language, idPrefix: string): Html {
  return html`<section class="report"><h2>${TEXTS.heading[language]}</h2>
<form class="again" data-same-file method="post" action="${REPORT_PATH}?lang=${language}" enctype="multipart/form-data">
<p><label for="${idPrefix}report-file">${PAGE_TEXTS.sameFile[language]}</label>
<input type="file" id="${idPrefix}report-file" name="file" accept="application/pdf,.pdf" required></p>
<div class="actions"><button type="submit">${TEXTS.download[language]}</button></div>
</form></section>`;
}

/** Registers the address that both lead to. @param refuse - answers with the form, and what is to be put right */
export function reportRoute(
  app: FastifyInstance,
  services: ReportServices,
  {
    languageOf,
    refuse,
  }: {
    languageOf(request: FastifyRequest): Language;
    refuse(reply: FastifyReply, language: Language, message: string): FastifyReply;
  },
): void {
  const options = { schema: { hide: true }, config: { verification: true } };
  app.post(REPORT_PATH, options, async (request, reply) => {
    const language = languageOf(request);
    const files = await services.check(request);
    const [only] = files;
    if (files.length > 1) return refuse(reply.code(400), language, TEXTS.oneFile[language]);
    if (only === undefined || only.report === null) throw new Error('a single file is judged or refused');
    const { fileName, report } = only;
    if (report.problem !== null) throw services.problemOfReport(report.problem);
    reply.header('Cache-Control', 'no-store');
    return services.sendReport(request, reply, { report, fileName, language });
  });
}
