// Results as SARIF 2.1.0 (OASIS), for tools that gather findings: one result for each file, and one for each unmet condition.

import { VERDICTS } from '../verify/report.ts';
import { VERDICT_TEXTS } from './catalogue.ts';
import {
  type FileResult,
  messageText,
  type ResultWriting,
  type Standing,
  standingOf,
} from './file-result.ts';
import type { Language } from './language.ts';

const UNMET = 'REQUIREMENT_NOT_MET';
const UNMET_TEXT = {
  id: 'Berkas tidak memenuhi syarat yang diminta.',
  en: 'The file does not meet a condition that was asked for.',
} as const;
const RULE_IDS: readonly string[] = [...VERDICTS, UNMET];

/** SARIF's `kind` and `level` (3.27.9, 3.27.10): a level other than `none` only where something failed. */
const KINDS: Readonly<Record<Standing, { readonly kind: string; readonly level: string }>> = {
  passed: { kind: 'pass', level: 'none' },
  failed: { kind: 'fail', level: 'error' },
  undecided: { kind: 'review', level: 'none' },
  unsigned: { kind: 'notApplicable', level: 'none' },
  unreadable: { kind: 'fail', level: 'warning' },
  'not-judged': { kind: 'open', level: 'none' },
};

/** What stands before the first result. */
export function sarifBeginning(tool: { readonly version: string }, language: Language): string {
  const rules = RULE_IDS.map((id) => ({ id, shortDescription: { text: ruleText(id, language) } }));
  const driver = { name: 'teken', version: tool.version, rules };
  return [
    '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[',
    `{"tool":{"driver":${JSON.stringify(driver)}},"language":${JSON.stringify(language)},`,
    '"results":[',
  ].join('');
}

/** What stands after the last. */
export const SARIF_END = '\n]}]}\n';

/** The results of one file, without what separates them from those before. */
export function sarifResults(result: FileResult, writing: ResultWriting): readonly string[] {
  const { report, unmet } = result;
  const isUnmetAlone = unmet.length > 0 && (report.ok || report.verdict === 'NO_SIGNATURE');
  const standing = isUnmetAlone ? standingOf({ ...result, unmet: [] }) : standingOf(result);
  const common = { locations: [locationOf(result.path)], partialFingerprints: fingerprintOf(result) };
  return [
    {
      ...named(report.verdict),
      ...KINDS[standing],
      message: { text: messageText(result, writing) },
      ...common,
    },
    ...unmet.map((name) => ({
      ...named(UNMET),
      ...KINDS.failed,
      message: { text: `${UNMET_TEXT[writing.language]} ${name}` },
      ...common,
    })),
  ].map((each) => JSON.stringify(each));
}

function named(ruleId: string) {
  return { ruleId, ruleIndex: RULE_IDS.indexOf(ruleId) };
}

function ruleText(id: string, language: Language): string {
  const verdict = VERDICTS.find((known) => known === id);
  return verdict === undefined ? UNMET_TEXT[language] : VERDICT_TEXTS[verdict].title[language];
}

function fingerprintOf({ report }: FileResult): Readonly<Record<string, string>> {
  return report.file.sha256 === '' ? {} : { 'sha256/v1': report.file.sha256 };
}

function locationOf(path: string) {
  const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: { artifactLocation: { uri: path.startsWith('/') ? `file://${encoded}` : encoded } },
  };
}
