// `teken verify`: every file judged by itself, one exit code for the run.

import type { Text } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import type { Arguments } from './arguments.ts';
import type { Calling, Warn } from './calling.ts';
import { examineFiles, type FilesRun } from './examine-files.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { readFileList } from './file-list.ts';
import { findInputFiles } from './input-files.ts';
import { openReportFiles, type ReportFiles } from './report-files.ts';
import { DEVELOPMENT_BANNER } from './result-forms.ts';
import { openResults } from './results.ts';
import { openRunJournal, readEarlierRun } from './run-journal.ts';
import { openSeenFiles } from './seen-files.ts';
import { openVerifyContext, type VerifyRun } from './verify-context.ts';
import { readVerifySettings, type VerifySettings } from './verify-settings.ts';

const WARNINGS = {
  trust: {
    id: 'Peringatan: tanpa --trust atau TEKEN_TRUST_DIR setiap penerbit dianggap tidak dikenal.',
    en: 'Warning: without --trust or TEKEN_TRUST_DIR every issuer counts as unknown.',
  },
  revocation: {
    id: 'Peringatan: pencabutan sertifikat tidak diwajibkan (--revocation {policy}).',
    en: 'Warning: revocation is not required to be checked (--revocation {policy}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Verifies files and writes the results.
 * @returns the exit code
 * @throws UsageError
 */
export async function verifyFiles(line: Arguments, calling: Calling): Promise<number> {
  const { language, terminal } = calling;
  const environment = calling.environment();
  const settings = readVerifySettings(line, environment);
  const warn: Warn = (text, values = {}) => {
    if (!settings.quiet) terminal.warn(`teken: ${fillText(text[language], values)}`);
  };
  const named = await namedFiles(settings, calling);
  const earlier = settings.resume === null ? null : readEarlierRun(settings.resume);
  const run = openVerifyContext(settings, environment, earlier?.head?.now ?? null);
  const results = openResults({ ...settings, ...run.shown, language }, terminal);
  const journal =
    earlier === null || settings.resume === null ? null : openRunJournal(settings.resume, earlier, run);
  let reports: ReportFiles | null = null;
  try {
    warnOfSettings(settings, run, warn);
    const seen = settings.since === null ? null : openSeenFiles(settings.since);
    reports = await openReports(settings, run, calling);
    const filesRun: FilesRun = {
      settings,
      run,
      journal,
      seen,
      language,
      terminal,
      warn,
      deliver: async (examined) => {
        await results.add(examined);
        await reports?.add(examined);
        seen?.add(examined);
      },
    };
    const { outcomes, known } = await examineFiles(findInputFiles(named, settings.inputs), filesRun);
    if (terminal.interrupted.aborted) return EXIT.interrupted;
    await results.finish();
    seen?.commit();
    // Nothing new is no failure; no file at all is one.
    return outcomes.length === 0 && known > 0 ? EXIT.accepted : exitCodeOf(outcomes, settings.failOn);
  } finally {
    results.discard();
    journal?.close();
    await reports?.close();
    run.close();
  }
}

async function openReports(
  { reports, trust }: VerifySettings,
  run: VerifyRun,
  calling: Calling,
): Promise<ReportFiles | null> {
  return reports === null ? null : openReportFiles({ ...reports, trust }, run, calling);
}

async function namedFiles(
  { files, filesFrom, listSeparator }: VerifySettings,
  { terminal }: Calling,
): Promise<readonly string[]> {
  if (filesFrom === null) return files;
  return [...files, ...(await readFileList(filesFrom, listSeparator, terminal.input))];
}

function warnOfSettings({ format, policy }: VerifySettings, { context, shown }: VerifyRun, warn: Warn): void {
  if (format !== 'text' && shown.development) warn(DEVELOPMENT_BANNER);
  if (context.trustList.anchors.length === 0) warn(WARNINGS.trust);
  if (policy.revocation !== 'require') warn(WARNINGS.revocation, { policy: policy.revocation });
}
