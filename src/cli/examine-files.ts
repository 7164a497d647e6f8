// The files of a run, several at once, each with its result in its turn. One that cannot be opened, or fails, stops no other.

import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import type { Warn } from './calling.ts';
import { evidencePlaces } from './evidence-files.ts';
import {
  type Examination,
  type Examiner,
  examinerHere,
  examinerInPool,
  type OpenedDocument,
  openDocumentInput,
} from './examiner.ts';
import { type Outcome, outcomeOf } from './exit-codes.ts';
import { inOrder } from './in-order.ts';
import type { InputFile, InputFiles } from './input-files.ts';
import { openProgress } from './progress.ts';
import { unmetBy } from './requirements.ts';
import type { Examined } from './results.ts';
import { runIdOf } from './run-id.ts';
import type { RunJournal } from './run-journal.ts';
import type { SeenFiles } from './seen-files.ts';
import { systemReason } from './system-reason.ts';
import type { Terminal } from './terminal.ts';
import type { VerifyRun } from './verify-context.ts';
import type { VerifySettings } from './verify-settings.ts';

export interface FilesRun {
  readonly settings: VerifySettings;
  readonly run: VerifyRun;
  readonly journal: RunJournal | null;
  readonly seen: SeenFiles | null;
  readonly language: Language;
  readonly terminal: Terminal;
  readonly warn: Warn;
  deliver(examined: Examined): Promise<void>;
}

export interface FilesOutcome {
  /** Of every file that was looked at, or could not be. */
  readonly outcomes: readonly Outcome[];
  /** Files that were left out because an earlier run has judged them. */
  readonly known: number;
}

const WARNINGS = {
  missing: {
    id: 'Berkas {path} tidak dapat dibuka ({reason}).',
    en: 'The file {path} cannot be opened ({reason}).',
  },
  none: { id: 'Tidak ada berkas PDF yang ditemukan.', en: 'No PDF file was found.' },
  failure: { id: 'Gangguan internal pada {path}: {reason}', en: 'Internal error at {path}: {reason}' },
} as const satisfies Readonly<Record<string, Text>>;

/** Results that may wait for an earlier one, for each file that is examined at once. */
const WAITING_PER_PLACE = 64;

/** What became of one file; `known`: an earlier run has judged it. */
type Worked = Examined | { readonly path: string; readonly unopened: string } | 'known';

/** Examines the files. @throws UsageError where a result cannot be written */
export async function examineFiles(files: InputFiles, filesRun: FilesRun): Promise<FilesOutcome> {
  const { settings, terminal, warn, deliver } = filesRun;
  const { inputs, missing } = files;
  const outcomes: Outcome[] = [];
  let known = 0;
  const unopened = (path: string, reason: string): void => {
    outcomes.push('unreadable');
    warn(WARNINGS.missing, { path: printable(path), reason });
  };
  for (const { path, reason } of missing) unopened(path, reason);
  const examiner = examinerOf(inputs.length, filesRun);
  const progress = openProgress(
    {
      mode: settings.quiet ? 'never' : settings.progress,
      total: inputs.length,
      language: filesRun.language,
      clock: () => performance.now(),
    },
    terminal,
  );
  const pace = {
    atOnce: examiner.atOnce,
    mostWaiting: examiner.atOnce * WAITING_PER_PLACE,
    stop: terminal.interrupted,
  };
  try {
    const work = workOn(examiner, inputs.length, filesRun);
    await inOrder(inputs, pace, work, async (worked) => {
      // What was cut short is no result.
      if (terminal.interrupted.aborted) return;
      progress.step();
      if (worked === 'known') known += 1;
      else if ('unopened' in worked) unopened(worked.path, worked.unopened);
      else {
        outcomes.push(worked.outcome);
        await deliver(worked);
      }
    });
  } finally {
    progress.end();
    await examiner.close();
  }
  if (outcomes.length + known === 0) warn(WARNINGS.none);
  return { outcomes, known };
}

function examinerOf(count: number, { settings, run, terminal, warn }: FilesRun): Examiner {
  const { timeoutMs, maxSize, evidence, jobs, heapMegabytes, format } = settings;
  const examinerSettings = {
    context: run.context,
    timeoutMs,
    maxSize,
    recordedBy: evidence === null ? null : run.shown.tool,
    terminal,
    onFailure: (path: string, error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      warn(WARNINGS.failure, { path: printable(path), reason: printable(reason) });
    },
  };
  if (count < 2 || format === 'etsi') return examinerHere(examinerSettings);
  return examinerInPool(examinerSettings, { jobs: Math.min(jobs, count), heapMegabytes });
}

function workOn(
  examiner: Examiner,
  count: number,
  { settings, run, journal, seen, terminal }: FilesRun,
): (input: InputFile) => Promise<Worked> {
  const packs = settings.evidence === null ? null : evidencePlaces(settings.evidence, count);
  const keep = (path: string, { report, pack, durationMs }: Examination): Examined => {
    if (pack !== null) packs?.write(path, report.file.sha256, pack);
    const requestId = runIdOf(path, report, run.now);
    const examined = { path, requestId, report, durationMs: Math.round(durationMs) };
    const complete = { ...examined, unmet: [], outcome: outcomeOf(report) } as const;
    return journal?.add(complete) ?? complete;
  };
  return async (input) => {
    const { path } = input;
    let document: OpenedDocument;
    try {
      document = await openDocumentInput(input, { maxSize: settings.maxSize, terminal });
    } catch (error) {
      return { path, unopened: systemReason(error) };
    }
    const { sha256 } = document;
    if (seen?.has(path, sha256) === true) return 'known';
    const recalled = journal?.recall(path, sha256) ?? null;
    if (recalled !== null) return concluded(recalled, settings);
    const examination = await examiner.examine(path, document);
    if (terminal.interrupted.aborted) return 'known';
    return concluded(keep(path, examination), settings);
  };
}

/** What this run asks for beyond the verdict; the journal knows nothing of it. */
function concluded(examined: Examined, { requirements, reproducible }: VerifySettings): Examined {
  const unmet = unmetBy(examined.report, requirements);
  return {
    ...examined,
    unmet,
    outcome: unmet.length > 0 ? 'invalid' : examined.outcome,
    durationMs: reproducible ? null : examined.durationMs,
  };
}
