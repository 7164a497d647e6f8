// `teken verify --explain CODE`: what a verdict or reason means and what to do.

import { VERDICT_TEXTS } from '../report/catalogue.ts';
import type { Language } from '../report/language.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import { REASON_TEXTS } from '../report/reason-texts.ts';
import { wrapText } from '../report/wrap.ts';
import { REASON_CODES, VERDICTS } from '../verify/report.ts';
import { UsageError } from './usage-error.ts';

const WIDTH = 80;

/**
 * Explains a verdict, a reason or note, or the problem of a file; capitals do not matter. Places such as `{name}` stay.
 * @throws UsageError `code-unknown`
 */
export function explainCode(code: string, language: Language): string {
  const lines = verdictLines(code, language) ?? reasonLines(code, language) ?? problemLines(code, language);
  if (lines === null) throw new UsageError('code-unknown', { code });
  return `${lines.join('\n')}\n`;
}

function verdictLines(code: string, language: Language): readonly string[] | null {
  const verdict = VERDICTS.find((known) => known === code.toUpperCase());
  if (verdict === undefined) return null;
  const { title, sentence, action } = VERDICT_TEXTS[verdict];
  return [
    ...wrapText(`${verdict}: ${title[language]}`, '', WIDTH),
    ...wrapText(sentence[language].replaceAll('**', ''), '  ', WIDTH),
    ...wrapText(action[language], '  → ', WIDTH),
  ];
}

function reasonLines(code: string, language: Language): readonly string[] | null {
  const reason = REASON_CODES.find((known) => known === code.toUpperCase());
  return reason === undefined ? null : wrapText(`${reason}: ${REASON_TEXTS[reason][language]}.`, '', WIDTH);
}

function problemLines(code: string, language: Language): readonly string[] | null {
  const problem = (Object.keys(PROBLEM_TEXTS) as (keyof typeof PROBLEM_TEXTS)[]).find(
    (known) => known === code.toLowerCase(),
  );
  return problem === undefined
    ? null
    : wrapText(`${problem}: ${PROBLEM_TEXTS[problem][language]}`, '', WIDTH);
}
