// The four questions of the ministerial checklist (SE-2/MK.1/2021), answered from a report.

import { classOf, type SignatureReport, type VerificationReport } from '../verify/report.ts';
import type { Language, Text } from './language.ts';
import { consentsOf, listText, signerName } from './places.ts';
import { fillText } from './template.ts';

export type Answer = 'yes' | 'no' | 'uncertain';

export const ANSWER_TEXTS: Readonly<Record<Answer, Text>> = {
  yes: { id: 'Ya', en: 'Yes' },
  no: { id: 'Tidak', en: 'No' },
  uncertain: { id: 'Belum pasti', en: 'Not certain' },
};

export type Question = 'who' | 'unchanged' | 'timestamped' | 'longTerm';

/** In the order of the checklist. */
export const QUESTION_TEXTS: Readonly<Record<Question, Text>> = {
  who: { id: 'Siapa penanda tangannya?', en: 'Who signed?' },
  unchanged: { id: 'Belum berubah sejak ditandatangani?', en: 'Unchanged since signing?' },
  timestamped: { id: 'Ada stempel waktu?', en: 'Time-stamped?' },
  longTerm: { id: 'Mendukung verifikasi jangka panjang (LTV)?', en: 'Long-term validation (LTV)?' },
};

const COMPARE: Text = { id: '{name} (cocokkan dengan surat)', en: '{name} (compare with the letter)' };

export interface AnsweredQuestion {
  readonly question: Question;
  readonly text: string;
  readonly answer: Answer;
  readonly answerText: string;
  /** The names, for the first question; null elsewhere, and where nobody signed. */
  readonly detail: string | null;
}

/** The four questions and answers in order; of several signatures the least certain one answers. */
export function answerQuestions(report: VerificationReport, language: Language): readonly AnsweredQuestion[] {
  const signatures = consentsOf(report);
  const answers: Readonly<Record<Question, Answer>> = {
    who: worst(signatures.map(whoAnswer), unsigned(report)),
    unchanged: worst(signatures.map(unchangedAnswer), 'uncertain'),
    timestamped: worst(signatures.map(timestampedAnswer), unsigned(report)),
    longTerm: worst(signatures.map(longTermAnswer), unsigned(report)),
  };
  return answered(answers, namesText(signatures, language), language);
}

const NO_ANSWERS: Readonly<Record<Question, Answer>> = {
  who: 'uncertain',
  unchanged: 'uncertain',
  timestamped: 'uncertain',
  longTerm: 'uncertain',
};

/** The same where nothing was judged: nobody knows. */
export function unansweredQuestions(language: Language): readonly AnsweredQuestion[] {
  return answered(NO_ANSWERS, null, language);
}

function answered(
  answers: Readonly<Record<Question, Answer>>,
  names: string | null,
  language: Language,
): readonly AnsweredQuestion[] {
  return (Object.keys(QUESTION_TEXTS) as Question[]).map((question) => ({
    question,
    text: QUESTION_TEXTS[question][language],
    answer: answers[question],
    answerText: ANSWER_TEXTS[answers[question]][language],
    detail: question === 'who' ? names : null,
  }));
}

function worst(answers: readonly Answer[], none: Answer): Answer {
  if (answers.length === 0) return none;
  return (
    answers.find((answer) => answer === 'no') ?? answers.find((answer) => answer === 'uncertain') ?? 'yes'
  );
}

// A file that was read and holds no signature says no; one that was not read says nothing.
function unsigned(report: VerificationReport): Answer {
  return report.verdict === 'NO_SIGNATURE' ? 'no' : 'uncertain';
}

function whoAnswer({ verdict, identity }: SignatureReport): Answer {
  if (classOf(verdict) === 'accept') return 'yes';
  switch (identity.status) {
    case 'TRUSTED':
      // Whose certificate it is does not tell who made a signature that does not verify.
      return verdict === 'INVALID' || verdict === 'MODIFIED' ? 'uncertain' : 'yes';
    case 'UNKNOWN':
    case 'UNDETERMINED':
      return 'uncertain';
    case 'REVOKED':
    case 'EXPIRED':
    case 'NOT_YET_VALID':
    case 'TEST':
      return 'no';
  }
}

function unchangedAnswer({ verdict, integrity }: SignatureReport): Answer {
  if (verdict === 'WEAK_ALGORITHM' || verdict === 'INVALID') {
    return integrity.status === 'CHANGED' ? 'no' : 'uncertain';
  }
  switch (integrity.status) {
    case 'INTACT':
      return 'yes';
    case 'CHANGED':
      return 'no';
    case 'ADDED':
      // Permitted additions, such as a later signature, leave what was signed as it was.
      return integrity.changesAfter.every(({ permitted }) => permitted) ? 'yes' : 'no';
    case 'UNREADABLE':
      return 'uncertain';
  }
}

function timestampedAnswer({ time, reasons }: SignatureReport): Answer {
  if (time?.source === 'timestamp') return 'yes';
  return reasons.some(({ code }) => code === 'TIMESTAMP_REJECTED') ? 'uncertain' : 'no';
}

function longTermAnswer({ level, reasons }: SignatureReport): Answer {
  if (reasons.some(({ code }) => code === 'NOT_LTV')) return 'no';
  return /-LTA?$/.test(level) ? 'yes' : 'no';
}

// The four answers stand together on the first screen of a phone: what does not fit is counted, and listed below them.
const NAMES_ROOM = 130;

const OTHERS: Text = { id: '{name}, dan {count} lainnya', en: '{name}, and {count} others' };

function namesText(signatures: readonly SignatureReport[], language: Language): string | null {
  if (signatures.length === 0) return null;
  const names = [...new Set(signatures.map((signature) => signerName(signature, language)))];
  const fitting = names.filter((_, i) => i === 0 || names.slice(0, i + 1).join(', ').length <= NAMES_ROOM);
  const others = String(names.length - fitting.length);
  const listed =
    others === '0'
      ? listText(names, language)
      : fillText(OTHERS[language], { name: fitting.join(', '), count: others });
  return fillText(COMPARE[language], { name: listed });
}
