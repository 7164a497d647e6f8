// The verification report that travels with a letter: what stands on it, in order, whatever it is drawn or printed with.

import type { SignatureReport, Verdict, VerificationReport } from '../verify/report.ts';
import { CERTIFIED_LINE, UNSTATED } from './label-texts.ts';
import type { Language, Text } from './language.ts';
import { LOOK_TEXTS, type Look, lookOf } from './looks.ts';
import { printable, printableClaim } from './printable.ts';
import { type AnsweredQuestion, answerQuestions } from './questions.ts';
import { describe } from './sentences.ts';
import { itemDetails, itemRow } from './sheet-items.ts';
import { SHEET_TEXTS } from './sheet-texts.ts';
import { fillText, plainText, type TextPart } from './template.ts';
import { timeText } from './time-text.ts';

export interface SheetContext {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  readonly requestId: string;
  /** As the sender named it, null where it has no name. */
  readonly fileName: string | null;
  readonly tool: { readonly version: string; readonly commit: string };
  /** Name in the certificate of the seal that the report gets; null: it gets none. */
  readonly sealedBy: string | null;
  /** Whether it must say that nothing here is official. */
  readonly development: boolean;
  /** Whose service it is; null: nobody's in particular. */
  readonly agency: Text | null;
}

export interface LabelledValue {
  readonly label: string;
  readonly value: string;
}

/** One signature, seal or time-stamp in the table. */
export interface SheetRow {
  readonly number: string;
  readonly who: string;
  readonly when: string;
  readonly integrity: string;
  readonly identity: string;
  readonly look: Look;
  readonly outcome: string;
}

/** One of them with all that is known of it. */
export interface SheetDetails {
  readonly heading: string;
  /** Empty where the verdict's own sentence has said it. */
  readonly sentence: readonly TextPart[];
  readonly facts: readonly LabelledValue[];
  readonly notes: readonly string[];
  readonly changes: readonly string[];
}

/** Text alone: one line each, free of control and bidi characters, not escaped for anything. */
export interface Sheet {
  readonly language: Language;
  /** Whose report it is; null where nobody says so. */
  readonly agency: string | null;
  readonly title: string;
  /** Which file, and when. */
  readonly subtitle: string;
  /** Above everything on each page; null where nothing is to be warned of. */
  readonly mark: string | null;
  readonly verdict: {
    readonly code: Verdict;
    readonly look: Look;
    /** The look in words. */
    readonly lookText: string;
    readonly title: string;
    readonly sentence: readonly TextPart[];
  };
  readonly action: string;
  readonly answers: readonly AnsweredQuestion[];
  readonly file: readonly LabelledValue[];
  readonly rows: readonly SheetRow[];
  readonly basis: readonly LabelledValue[];
  /** What the report does and does not say. */
  readonly closing: readonly string[];
  readonly details: readonly SheetDetails[];
  /** What was left out of the details for its number, in words; null: nothing was. */
  readonly leftOut: string | null;
  readonly requestId: string;
}

// Each takes about a third of a page; whoever puts thousands into a file shall not decide how long we draw.
const MOST_ITEMS = 100;

/** Puts a report together. @throws RangeError for a zone that does not exist */
export function sheetOf(report: VerificationReport, context: SheetContext): Sheet {
  const { language } = context;
  const said = describe(report, language, context);
  const shown = report.signatures.slice(0, MOST_ITEMS);
  const left = report.signatures.length - shown.length;
  const look = lookOf(report.verdict, report.class);
  const alone = report.signatures.length === 1;
  const described = shown.flatMap((signature, index) => {
    const words = said.signatures[index];
    return words === undefined ? [] : [{ signature, said: words, number: index + 1, alone }];
  });
  return {
    language,
    agency: context.agency === null ? null : printable(context.agency[language]),
    title: SHEET_TEXTS.title[language],
    subtitle: `${fileNameOf(context)}, ${timeText(report.checkedAt, context)}`,
    mark: markOf(context),
    verdict: {
      code: report.verdict,
      look,
      lookText: LOOK_TEXTS[look][language],
      title: said.title,
      sentence: shortened(said.sentenceParts, LONGEST_SENTENCE, language),
    },
    action: said.action,
    answers: answerQuestions(report, language).map((answer) => shortAnswer(answer, language)),
    file: fileFacts(report, context),
    rows: described.map((item) => itemRow(item, context)),
    basis: basisFacts(report, context),
    closing: closingLines(report.signatures, context),
    details: described.map((item) => itemDetails(item, context)),
    leftOut: left === 0 ? null : fillText(SHEET_TEXTS.moreSignatures[language], { count: String(left) }),
    requestId: printable(context.requestId),
  };
}

// The verdict and the four answers stay on the first page, whoever signed and however many: the table below has them all.
const LONGEST_SENTENCE = 700;
const LONGEST_ANSWER = 220;

function shortened(parts: readonly TextPart[], most: number, language: Language): readonly TextPart[] {
  let room = most;
  const kept = parts.flatMap(({ text, strong }) => {
    const characters = [...text].slice(0, Math.max(0, room));
    room -= [...text].length;
    return characters.length === 0 ? [] : [{ text: characters.join(''), strong }];
  });
  return room >= 0 ? kept : [...kept, { text: SHEET_TEXTS.listedBelow[language], strong: false }];
}

function shortAnswer(answer: AnsweredQuestion, language: Language): AnsweredQuestion {
  if (answer.detail === null) return answer;
  const detail = shortened([{ text: answer.detail, strong: false }], LONGEST_ANSWER, language);
  return { ...answer, detail: plainText(detail) };
}

function markOf({ development, sealedBy, language }: SheetContext): string | null {
  const marks = [
    ...(development ? [SHEET_TEXTS.developmentMark[language]] : []),
    ...(sealedBy === null ? [SHEET_TEXTS.unsealedMark[language]] : []),
  ];
  return marks.length === 0 ? null : marks.join('   ·   ');
}

function fileFacts({ file }: VerificationReport, context: SheetContext): LabelledValue[] {
  const { language } = context;
  const size = file.size.toLocaleString(language === 'id' ? 'id-ID' : 'en-GB');
  return [
    { label: SHEET_TEXTS.fileName[language], value: fileNameOf(context) },
    { label: SHEET_TEXTS.fileSize[language], value: fillText(SHEET_TEXTS.bytes[language], { size }) },
    { label: SHEET_TEXTS.sha256[language], value: file.sha256 === '' ? '–' : file.sha256 },
  ];
}

function fileNameOf({ fileName, language }: SheetContext): string {
  const name = printableClaim(fileName ?? '');
  return name === '' ? UNSTATED.file[language] : name;
}

function basisFacts(
  { policy, trustList, checkedAt }: VerificationReport,
  { language, timeZone, tool, requestId }: SheetContext,
): LabelledValue[] {
  const trust = fillText(SHEET_TEXTS.trustListValue[language], {
    version: printable(trustList.version),
    time: timeText(trustList.asOf, { language, timeZone }),
    sha256: trustList.sha256 === '' ? '–' : trustList.sha256,
  });
  return [
    {
      label: SHEET_TEXTS.checkedAt[language],
      value: timeText(checkedAt, { language, timeZone, precision: 'second' }),
    },
    { label: SHEET_TEXTS.policy[language], value: `${policy.id} (${policy.url})` },
    { label: SHEET_TEXTS.trustList[language], value: trust },
    { label: SHEET_TEXTS.tool[language], value: `Teken ${tool.version} (${tool.commit})` },
    { label: SHEET_TEXTS.request[language], value: printable(requestId) },
  ];
}

function closingLines(
  signatures: readonly SignatureReport[],
  { language, sealedBy }: SheetContext,
): readonly string[] {
  const certified = signatures.some(({ signer }) => signer?.certifiedByPsre === true);
  const seal =
    sealedBy === null
      ? SHEET_TEXTS.unsealed[language]
      : fillText(SHEET_TEXTS.sealed[language], { holder: printableClaim(sealedBy) });
  return [...(certified ? [CERTIFIED_LINE[language]] : []), SHEET_TEXTS.scope[language], seal];
}
