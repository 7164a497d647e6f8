// `--report-dir`: the report on each document in a file of its own, in each form that is asked for.

import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SheetContext } from '../report/sheet.ts';
import { reportHtml } from '../report/sheet-html.ts';
import { beginFile } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { fileAnswer } from './file-answer.ts';
import { STANDARD_INPUT } from './input-files.ts';
import type { ReportForm, ReportSettings } from './report-options.ts';
import type { Examined } from './results.ts';
import type { SealedPapers } from './sealed-papers.ts';
import { UsageError } from './usage-error.ts';
import type { VerifyRun } from './verify-context.ts';
import type { VerifySettings } from './verify-settings.ts';

export interface ReportFiles {
  /** @throws UsageError `output-unwritable`; SignerFailed, TrustServiceFailed for a report that cannot be sealed */
  add(examined: Examined): Promise<void>;
  close(): Promise<void>;
}

/** With the trust list by which time-stamps of the seals are known. */
export type ReportPlace = ReportSettings & Pick<VerifySettings, 'trust'>;

/** @throws UsageError `output-unwritable` for what is no folder; SignerFailed */
export async function openReportFiles(
  settings: ReportPlace,
  run: VerifyRun,
  { language, environment }: Pick<Calling, 'language' | 'environment'>,
): Promise<ReportFiles> {
  const { folder, forms } = settings;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError('output-unwritable', { file: folder, reason: 'ENOTDIR' });
  const papers = await openPapers(settings, run, environment());
  const { tool, timeZone, development } = run.shown;
  const contextOf = ({ path, requestId }: Examined): SheetContext => ({
    ...{ language, timeZone, tool, development, requestId },
    fileName: path === STANDARD_INPUT ? null : basename(path),
    sealedBy: null,
    agency: null,
  });
  const writers: Readonly<Record<ReportForm, Writer>> = {
    json: (examined) => encode(`${JSON.stringify(fileAnswer(examined, { tool, timeZone }), null, 2)}\n`),
    html: (examined) => encode(reportHtml(examined.report, contextOf(examined))),
    pdf: (examined) => papers.make(examined.report, contextOf(examined)),
  };
  return {
    add: async (examined) => {
      for (const form of forms)
        writeFile(join(folder, nameOf(examined, form)), await writers[form](examined));
    },
    close: async () => papers.close(),
  };
}

type Writer = (examined: Examined) => Promise<Uint8Array> | Uint8Array;

/** What draws and seals is loaded where it is asked for, and nowhere else. */
async function openPapers(
  settings: ReportPlace,
  run: VerifyRun,
  environment: ReturnType<Calling['environment']>,
): Promise<SealedPapers> {
  if (!settings.forms.has('pdf')) return NO_PAPERS;
  const { openSealedPapers } = await import('./sealed-papers.ts');
  return openSealedPapers(settings, run, environment);
}

const NO_PAPERS: SealedPapers = {
  make: async () => {
    throw new Error('no PDF reports in this run');
  },
  close: async () => undefined,
};

function writeFile(path: string, bytes: Uint8Array): void {
  const file = beginFile(path, 'replace');
  try {
    file.write(bytes);
    file.commit();
  } finally {
    file.discard();
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The id differs for two files of one name and content in different folders. */
function nameOf({ path, requestId }: Examined, form: ReportForm): string {
  return `${path === STANDARD_INPUT ? 'stdin' : basename(path)}.${requestId}.${form}`;
}
