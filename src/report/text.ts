// A report as text for a terminal or a file.

import type { SignatureReport, VerificationReport } from '../verify/report.ts';
import { FOOTER } from './label-texts.ts';
import type { Language, Text } from './language.ts';
import { LOOK_SYMBOLS, type Look, lookOf } from './looks.ts';
import { printable } from './printable.ts';
import { type Description, describe, type SignatureDescription } from './sentences.ts';
import { fillText } from './template.ts';
import { timeText } from './time-text.ts';
import { wrapText } from './wrap.ts';

/** Colours a piece of text, or returns it as it is. */
export type Paint = (role: Look | 'strong' | 'faint', text: string) => string;

export interface TextContext {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  /** As the person named it. */
  readonly fileName: string;
  readonly requestId: string;
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
}

const WORDS = {
  problem: { id: 'Kode: {code}', en: 'Code: {code}' },
  version: { id: 'versi {revision}', en: 'version {revision}' },
  page: { id: 'halaman {page}', en: 'page {page}' },
  later: { id: 'Setelah itu: {changes}', en: 'Afterwards: {changes}' },
  trustList: { id: 'Daftar PSrE {version}, per {time}.', en: 'Trust list {version} as of {time}.' },
  bytes: { id: '{size} bita', en: '{size} bytes' },
} as const satisfies Readonly<Record<string, Text>>;

/** The whole report of one file; ends with a line feed. */
export function reportText(report: VerificationReport, context: TextContext): string {
  const { paint, width } = context;
  const said = describe(report, context.language, context);
  const strong = (line: string): string => paint('strong', line);
  const lines = [
    strong(printable(context.fileName)),
    ...headline(report.verdict, said.title, said.look, context),
    ...wrapText(said.sentence, '  ', width),
    ...problemLines(report, context),
    ...wrapText(said.action, '  → ', width).map(strong),
    ...said.signatures.flatMap((item, index) => itemLines(report, item, index, context)),
    '',
    ...footerLines(report, context),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for one file: verdict and name; ends with a line feed. */
export function reportLine(report: VerificationReport, context: TextContext): string {
  const look = lookOf(report.verdict, report.class);
  const verdict = context.paint(look, `${LOOK_SYMBOLS[look]} ${report.verdict.padEnd(28)}`);
  return `${verdict} ${printable(context.fileName)}\n`;
}

function headline(
  verdict: string,
  title: Description['title'],
  look: Look,
  { paint, width }: TextContext,
): readonly string[] {
  const text = `${LOOK_SYMBOLS[look]} ${verdict}: ${title}`;
  return wrapText(text, '', width).map((line) => paint(look, line));
}

function problemLines(report: VerificationReport, { language }: TextContext): readonly string[] {
  const { problem } = report;
  return problem === null ? [] : [`  ${fillText(WORDS.problem[language], { code: problem.code })}`];
}

function itemLines(
  report: VerificationReport,
  item: SignatureDescription,
  index: number,
  context: TextContext,
): readonly string[] {
  const signature = report.signatures[index];
  if (signature === undefined) return [];
  const { language, paint, width } = context;
  const lead = `  ${index + 1}. `;
  const indent = ' '.repeat(lead.length);
  const symbol = LOOK_SYMBOLS[item.look];
  // With one item the document's own sentence has said it all.
  const alone = report.signatures.length === 1 && item.kindLine === null;
  return [
    '',
    ...wrapText(`${symbol} ${item.name}, ${item.time}`, lead, width).map((line) => paint(item.look, line)),
    ...wrapText(factsText(signature, language), indent, width),
    ...(alone ? [] : wrapText(sentenceOf(item, signature), indent, width)),
    ...(item.certifiedLine === null ? [] : wrapText(item.certifiedLine, indent, width)),
    ...item.rules.flatMap((rule) => wrapText(rule, indent, width)),
    ...item.reasons.flatMap((reason) => wrapText(reason, `${indent}- `, width)),
    ...laterLines(item, indent, context),
  ];
}

function sentenceOf(item: SignatureDescription, signature: SignatureReport): string {
  const { kindLine, title } = item;
  if (kindLine === null) return `${title}${title.endsWith('.') ? '' : '.'}`;
  return signature.verdict === 'VALID' ? kindLine : `${kindLine} ${title}${title.endsWith('.') ? '' : '.'}`;
}

function factsText(signature: SignatureReport, language: Language): string {
  const { level, revision, page, fieldName } = signature;
  const facts: string[] = [level];
  if (revision !== null) facts.push(fillText(WORDS.version[language], { revision: String(revision) }));
  if (page !== null) facts.push(fillText(WORDS.page[language], { page: String(page) }));
  if (fieldName !== null) facts.push(`"${printable(fieldName)}"`);
  return facts.join(', ');
}

function laterLines(item: SignatureDescription, indent: string, context: TextContext): readonly string[] {
  if (item.changes === '') return [];
  const text = fillText(WORDS.later[context.language], { changes: item.changes });
  return wrapText(text, indent, context.width);
}

function footerLines(report: VerificationReport, context: TextContext): readonly string[] {
  const { language, timeZone, width, paint } = context;
  const { size, sha256 } = report.file;
  const text = [
    fillText(FOOTER.checked[language], {
      file: printable(context.fileName),
      size: fillText(WORDS.bytes[language], {
        size: size.toLocaleString(language === 'id' ? 'id-ID' : 'en-GB'),
      }),
      sha256: sha256 === '' ? '–' : `${sha256.slice(0, 8)}…${sha256.slice(-8)}`,
      time: timeText(report.checkedAt, { language, timeZone }),
    }),
    FOOTER.scope[language],
    fillText(WORDS.trustList[language], {
      version: printable(report.trustList.version),
      time: timeText(report.trustList.asOf, { language, timeZone }),
    }),
  ];
  return wrapText(text.join(' '), '  ', width).map((line) => paint('faint', line));
}
