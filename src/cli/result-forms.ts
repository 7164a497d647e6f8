// Every form that results can take.

import { csvHeader, csvRows } from '../report/csv.ts';
import { etsiReport } from '../report/etsi-xml.ts';
import { htmlBeginning, htmlEnd, htmlRow } from '../report/html-table.ts';
import { type JUnitCase, junitCase, junitDocument } from '../report/junit.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { SARIF_END, sarifBeginning, sarifResults } from '../report/sarif.ts';
import { fillText } from '../report/template.ts';
import { reportLine, reportText, type TextContext } from '../report/text.ts';
import type { VerificationReport } from '../verify/report.ts';
import { fileAnswer } from './file-answer.ts';
import type { Examined } from './results.ts';
import { startSummary } from './run-summary.ts';
import { plain, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import type { Tool } from './version.ts';

export const FORMATS = ['text', 'json', 'ndjson', 'csv', 'junit', 'sarif', 'html', 'etsi'] as const;

export type Format = (typeof FORMATS)[number];

export interface FormSettings {
  readonly format: Format;
  /** Null for standard output. */
  readonly output: string | null;
  readonly quiet: boolean;
  /** The numbers of the run alone. */
  readonly summaryOnly: boolean;
  readonly colour: boolean;
  readonly language: Language;
  readonly timeZone: string;
  readonly tool: Tool;
  /** Whether the run accepts issuers that are for development only. */
  readonly development: boolean;
}

export interface Form {
  /** What stands before all results. */
  begin?(): string;
  /** `index` counts from 0. */
  one(examined: Examined, index: number): string;
  end(count: number): string;
}

/** What stands above results that accept a development issuer, so that nobody takes them for real. */
export const DEVELOPMENT_BANNER: Text = {
  id: 'PENGEMBANGAN: penerbit uji coba diterima. Bukan untuk dokumen resmi.',
  en: 'DEVELOPMENT: test issuers are accepted. Not for official documents.',
};

export function formOf(settings: FormSettings, terminal: Terminal): Form {
  switch (settings.format) {
    case 'text':
      if (settings.summaryOnly) return summaryForm(settings);
      return settings.quiet ? lineForm(settings, terminal) : textForm(settings, terminal);
    case 'json':
      return {
        one: (examined, index) =>
          `${index === 0 ? '[\n' : ',\n'}${JSON.stringify(fileAnswer(examined, settings), null, 2)}`,
        end: (count) => (count === 0 ? '[]\n' : '\n]\n'),
      };
    case 'ndjson':
      return { one: (examined) => `${JSON.stringify(fileAnswer(examined, settings))}\n`, end: () => '' };
    case 'csv':
      return { begin: csvHeader, one: csvRows, end: () => '' };
    case 'junit':
      return junitForm(settings);
    case 'sarif':
      return {
        begin: () => sarifBeginning(settings.tool, settings.language),
        one: (examined, index) =>
          `${index === 0 ? '' : ','}\n${sarifResults(examined, settings).join(',\n')}`,
        end: () => SARIF_END,
      };
    case 'html':
      return htmlForm(settings);
    case 'etsi':
      return { one: ({ report }, index) => etsiText(report, index, terminal, settings), end: () => '' };
  }
}

function junitForm(settings: FormSettings): Form {
  const cases: JUnitCase[] = [];
  return {
    one: (examined) => {
      cases.push(junitCase(examined, settings));
      return '';
    },
    end: () => junitDocument(cases, settings.tool),
  };
}

function htmlForm(settings: FormSettings): Form {
  const { language, development } = settings;
  const summary = startSummary();
  let checkedAt: number | null = null;
  return {
    begin: () => htmlBeginning(settings, development ? DEVELOPMENT_BANNER[language] : null),
    one: (examined) => {
      summary.add(examined.outcome);
      checkedAt = examined.report.checkedAt;
      return htmlRow(examined, settings);
    },
    end: () => htmlEnd(summary.text(language), checkedAt, settings.tool, settings),
  };
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
  { language }: FormSettings,
): string {
  if (index > 0) throw new UsageError('too-many-files');
  const text = etsiReport(report);
  if (text === null) terminal.warn(NOTHING_TO_REPORT[language]);
  return text ?? '';
}

const FILE_WIDTH = 80;

function textContext(examined: Examined, settings: FormSettings, terminal: Terminal): TextContext {
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

const UNMET: Text = {
  id: '  Syarat tidak terpenuhi: {names} [REQUIREMENT_NOT_MET]',
  en: '  Not met: {names} [REQUIREMENT_NOT_MET]',
};

function unmetLine({ unmet }: Examined, { language, paint }: TextContext): string {
  if (unmet.length === 0) return '';
  return `${paint('bad', fillText(UNMET[language], { names: printable(unmet.join(', ')) }))}\n`;
}

function lineForm(settings: FormSettings, terminal: Terminal): Form {
  return {
    one: (examined) => {
      const context = textContext(examined, settings, terminal);
      return `${reportLine(examined.report, context)}${unmetLine(examined, context)}`;
    },
    end: () => '',
  };
}

function textForm(settings: FormSettings, terminal: Terminal): Form {
  const summary = startSummary();
  const { development, language } = settings;
  return {
    one: (examined, index) => {
      summary.add(examined.outcome);
      const context = textContext(examined, settings, terminal);
      const banner = development ? `${context.paint('warn', DEVELOPMENT_BANNER[language])}\n\n` : '';
      return `${index === 0 ? banner : '\n'}${reportText(examined.report, context)}${unmetLine(examined, context)}`;
    },
    end: (count) => (count > 1 ? `\n${summary.text(language)}\n` : ''),
  };
}

function summaryForm({ language, development }: FormSettings): Form {
  const summary = startSummary();
  return {
    one: ({ outcome }) => {
      summary.add(outcome);
      return '';
    },
    end: () => `${development ? `${DEVELOPMENT_BANNER[language]}\n` : ''}${summary.text(language)}\n`,
  };
}
