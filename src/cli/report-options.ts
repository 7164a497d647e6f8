// What `--report-dir` takes beside the answers as JSON: reports as PDF, sealed with a key of the operator's, and as HTML.

import { type Arguments, type Option, someOf } from './arguments.ts';
import { TSA } from './shared-options.ts';
import { readTsaUrls } from './tsa-urls.ts';
import { UsageError } from './usage-error.ts';

export const REPORT_FORMS = ['json', 'pdf', 'html'] as const;

export type ReportForm = (typeof REPORT_FORMS)[number];

export interface ReportSettings {
  readonly folder: string;
  readonly forms: ReadonlySet<ReportForm>;
  /** URI of the key; null: PDF reports say that they carry no seal. */
  readonly sealUri: string | null;
  readonly tsaUrls: readonly string[];
}

export const REPORT_OPTIONS: readonly Option[] = [
  {
    name: 'report-dir',
    value: 'DIR',
    about: {
      id: 'tulis juga laporan tiap berkas ke folder ini',
      en: 'write a report on each file into this folder too',
    },
  },
  {
    name: 'report-format',
    value: 'LIST',
    about: {
      id: 'bentuk laporan di --report-dir: json (bawaan), pdf, html',
      en: 'forms of the reports in --report-dir: json (default), pdf, html',
    },
  },
  {
    name: 'seal',
    value: 'URI',
    about: {
      id: 'kunci penyegel laporan PDF; tanpa ini laporan bertanda "tidak disegel"',
      en: 'the key that seals PDF reports; without it they are marked "not sealed"',
    },
  },
  { ...TSA, about: { id: 'stempel waktu untuk segel laporan', en: 'time-stamps for the seals of reports' } },
];

/** Null without `--report-dir`. @throws UsageError `options-conflict`, `options-exclude`, `value-invalid` */
export function readReportSettings(line: Arguments): ReportSettings | null {
  const folder = line.value('report-dir');
  const listed = line.value('report-format');
  const sealUri = line.value('seal');
  for (const option of ['report-format', 'seal'] as const)
    if (folder === null && line.has(option))
      throw new UsageError('options-conflict', { option: `--${option}`, other: '--report-dir' });
  if (sealUri === null && line.has('tsa'))
    throw new UsageError('options-conflict', { option: '--tsa', other: '--seal' });
  requireSealable(line);
  if (folder === null) return null;
  const forms = listed === null ? new Set(['json'] as const) : someOf('report-format', listed, REPORT_FORMS);
  if (sealUri !== null && !forms.has('pdf'))
    throw new UsageError('options-conflict', { option: '--seal', other: '--report-format pdf' });
  return { folder, forms, sealUri, tsaUrls: readTsaUrls(line) };
}

/** A seal is another one each time; and a time-stamp comes from the network. */
function requireSealable(line: Arguments): void {
  if (line.has('seal') && line.has('reproducible'))
    throw new UsageError('options-exclude', { option: '--seal', other: '--reproducible' });
  if (line.has('tsa') && line.has('offline'))
    throw new UsageError('options-exclude', { option: '--tsa', other: '--offline' });
}
