// The results of a verification run in the form that was asked for.

import { basename } from 'node:path';
import { etsiReport } from '../report/etsi-xml.ts';
import { reportJson, type VerifyAnswer } from '../report/json.ts';
import type { Language, Text } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import { reportLine, reportText, type TextContext } from '../report/text.ts';
import type { ProblemCode, VerificationReport } from '../verify/report.ts';
import { beginFile } from './atomic-file.ts';
import type { Outcome } from './exit-codes.ts';
import { STANDARD_INPUT } from './input-files.ts';
import { plain, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import type { Tool } from './version.ts';

export type Format = 'text' | 'json' | 'ndjson' | 'etsi';

/** One file that was looked at. */
export interface Examined {
  readonly path: string;
  readonly requestId: string;
  readonly report: VerificationReport;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** One result of `-f json` and `-f ndjson`: the answer of the service, and what only a command knows. */
export interface FileAnswer extends VerifyAnswer {
  readonly path: string;
  readonly sha256: string;
  /** Set exactly for `UNREADABLE` and `SERVICE_ERROR`. */
  readonly problem: ProblemCode | null;
  readonly durationMs: number;
}

export interface ResultSettings {
  readonly format: Format;
  /** Null for standard output. */
  readonly output: string | null;
  readonly quiet: boolean;
  readonly colour: boolean;
  readonly language: Language;
  readonly timeZone: string;
  readonly tool: Tool;
  /** Whether the run accepts issuers that are for development only. */
  readonly development: boolean;
}

export interface Results {
  add(examined: Examined): Promise<void>;
  /** All files were looked at. @throws UsageError `output-unwritable` */
  finish(): Promise<void>;
  /** Leaves no file behind that was not finished. */
  discard(): void;
}

export function openResults(settings: ResultSettings, terminal: Terminal): Results {
  const sink = openSink(settings.output, terminal);
  const form = formOf(settings, terminal);
  let count = 0;
  return {
    add: async (examined) => {
      await sink.write(form.one(examined, count));
      count += 1;
    },
    finish: async () => {
      await sink.write(form.end(count));
      sink.commit();
    },
    discard: sink.discard,
  };
}

interface Sink {
  write(text: string): Promise<void>;
  commit(): void;
  discard(): void;
}

function openSink(output: string | null, terminal: Terminal): Sink {
  if (output === null) {
    return { write: terminal.write, commit: () => undefined, discard: () => undefined };
  }
  const file = beginFile(output, 'replace');
  const encoder = new TextEncoder();
  return {
    write: async (text) => file.write(encoder.encode(text)),
    commit: file.commit,
    discard: file.discard,
  };
}

interface Form {
  /** `index` counts from 0. */
  one(examined: Examined, index: number): string;
  end(count: number): string;
}

function formOf(settings: ResultSettings, terminal: Terminal): Form {
  switch (settings.format) {
    case 'text':
      return settings.quiet ? lineForm(settings, terminal) : textForm(settings, terminal);
    case 'json':
      return {
        one: (examined, index) =>
          `${index === 0 ? '[\n' : ',\n'}${JSON.stringify(fileAnswer(examined, settings), null, 2)}`,
        end: (count) => (count === 0 ? '[]\n' : '\n]\n'),
      };
    case 'ndjson':
      return {
        one: (examined) => `${JSON.stringify(fileAnswer(examined, settings))}\n`,
        end: () => '',
      };
    case 'etsi':
      return { one: ({ report }, index) => etsiText(report, index, terminal, settings), end: () => '' };
  }
}

const NOTHING_TO_REPORT: Text = {
  id: 'teken: tanpa tanda tangan tidak ada laporan ETSI.',
  en: 'teken: without a signature there is no ETSI report.',
};

/** @throws UsageError `too-many-files`: two reports in one stream are none */
function etsiText(
  report: VerificationReport,
  index: number,
  terminal: Terminal,
  { language }: ResultSettings,
): string {
  if (index > 0) throw new UsageError('too-many-files');
  const text = etsiReport(report);
  if (text === null) terminal.warn(NOTHING_TO_REPORT[language]);
  return text ?? '';
}

function fileAnswer(examined: Examined, { tool, timeZone }: ResultSettings): FileAnswer {
  const { path, report, requestId, durationMs } = examined;
  const fileName = path === STANDARD_INPUT ? null : basename(path);
  return {
    ...reportJson(report, { requestId, fileName, tool, timeZone }),
    path,
    sha256: report.file.sha256,
    problem: report.problem?.code ?? null,
    durationMs,
  };
}

function textContext(examined: Examined, settings: ResultSettings, terminal: Terminal): TextContext {
  const { language, timeZone, colour, output } = settings;
  return {
    language,
    timeZone,
    fileName: examined.path,
    requestId: examined.requestId,
    paint: colour && output === null ? terminal.paint : plain,
    width: output === null ? terminal.width : FILE_WIDTH,
  };
}

const FILE_WIDTH = 80;

function lineForm(settings: ResultSettings, terminal: Terminal): Form {
  return {
    one: (examined) => reportLine(examined.report, textContext(examined, settings, terminal)),
    end: () => '',
  };
}

/** What stands above results that accept a development issuer, so that nobody takes them for real. */
export const DEVELOPMENT_BANNER: Text = {
  id: 'PENGEMBANGAN: penerbit uji coba diterima. Bukan untuk dokumen resmi.',
  en: 'DEVELOPMENT: test issuers are accepted. Not for official documents.',
};

function textForm(settings: ResultSettings, terminal: Terminal): Form {
  const counts = new Map<Outcome, number>();
  const { development, language } = settings;
  return {
    one: (examined, index) => {
      counts.set(examined.outcome, (counts.get(examined.outcome) ?? 0) + 1);
      const context = textContext(examined, settings, terminal);
      const banner = development ? `${context.paint('warn', DEVELOPMENT_BANNER[language])}\n\n` : '';
      return `${index === 0 ? banner : '\n'}${reportText(examined.report, context)}`;
    },
    end: (count) => (count > 1 ? `\n${summary(count, counts, language)}\n` : ''),
  };
}

const SUMMARY: Text = { id: '{count} berkas: {parts}.', en: '{count} files: {parts}.' };

const OUTCOME_TEXTS: Readonly<Record<Outcome, Text>> = {
  accepted: { id: '{count} diterima', en: '{count} accepted' },
  invalid: { id: '{count} tidak baik', en: '{count} bad' },
  indeterminate: { id: '{count} belum pasti', en: '{count} indeterminate' },
  unsigned: { id: '{count} tanpa tanda tangan', en: '{count} unsigned' },
  unreadable: { id: '{count} tidak terbaca', en: '{count} unreadable' },
  internal: { id: '{count} belum dinilai', en: '{count} not judged' },
};

function summary(count: number, counts: ReadonlyMap<Outcome, number>, language: Language): string {
  const parts = (Object.keys(OUTCOME_TEXTS) as Outcome[]).flatMap((outcome) => {
    const number = counts.get(outcome) ?? 0;
    return number === 0 ? [] : [fillText(OUTCOME_TEXTS[outcome][language], { count: String(number) })];
  });
  return fillText(SUMMARY[language], { count: String(count), parts: parts.join(', ') });
}
