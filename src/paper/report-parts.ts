// The parts of the report, one after the other.

import { type Cell, cell, type Flow, type Shape, stack, type TextStyle } from '../drawing/flow.ts';
import type { WeightedText } from '../drawing/fonts.ts';
import { type Tag, type TagType, tagBelow } from '../drawing/tags.ts';
import { LOOK_COLOURS, LOOK_SHAPES } from '../report/look-shapes.ts';
import type { Look } from '../report/looks.ts';
import type { AnsweredQuestion } from '../report/questions.ts';
import type { LabelledValue, Sheet, SheetDetails, SheetRow } from '../report/sheet.ts';
import { SHEET_TEXTS } from '../report/sheet-texts.ts';
import type { TextPart } from '../report/template.ts';
import {
  BODY,
  colourOf,
  FAINT,
  HEAD_FILL,
  HEADING,
  LINE,
  SMALL,
  TABLE,
  TITLE,
  WARNING,
  WARNING_FILL,
} from './styles.ts';

/** Between the margins, in points. */
const WIDTH = 487.28;

type Word = keyof typeof SHEET_TEXTS;

/** Verdict, answers, what to do, the file, its signatures, what the check rests upon. */
export function firstPage(flow: Flow, root: Tag, sheet: Sheet): void {
  const { language } = sheet;
  const heading = (word: Word): void => putHeading(flow, root, SHEET_TEXTS[word][language]);
  if (sheet.mark !== null) putMark(flow, root, sheet.mark);
  if (sheet.agency !== null) putAgency(flow, root, sheet.agency);
  putText(flow, tagBelow(root, 'H1'), [{ text: sheet.title, weight: 'bold' }], TITLE, 2);
  putText(flow, tagBelow(root, 'P'), plain(sheet.subtitle), { ...BODY, colour: FAINT }, 8);
  putVerdict(flow, root, sheet);
  heading('answers');
  putAnswers(flow, root, sheet.answers);
  heading('action');
  putText(flow, tagBelow(root, 'P'), [{ text: sheet.action, weight: 'bold' }], BODY);
  heading('file');
  putFacts(flow, root, sheet.file);
  heading('signatures');
  if (sheet.rows.length === 0)
    putText(flow, tagBelow(root, 'P'), plain(SHEET_TEXTS.noSignatures[language]), BODY);
  else putTable(flow, root, sheet);
  heading('basis');
  putFacts(flow, root, sheet.basis);
  flow.space(8);
  for (const line of sheet.closing)
    putText(flow, tagBelow(root, 'P'), plain(line), { ...SMALL, colour: FAINT }, 1);
}

/** All that is known of each item. */
export function detailPages(flow: Flow, root: Tag, sheet: Sheet): void {
  if (sheet.details.length === 0) return;
  flow.newPage();
  const { language } = sheet;
  const title = tagBelow(root, 'H2');
  putText(flow, title, [{ text: SHEET_TEXTS.details[language], weight: 'bold' }], TITLE, 4);
  for (const details of sheet.details) putDetails(flow, tagBelow(root, 'Sect'), details, sheet);
  if (sheet.leftOut !== null) putText(flow, tagBelow(root, 'P'), plain(sheet.leftOut), BODY);
}

function plain(text: string): readonly WeightedText[] {
  return [{ text, weight: 'regular' }];
}

function weighted(parts: readonly TextPart[]): readonly WeightedText[] {
  return parts.map(({ text, strong }) => ({ text, weight: strong ? 'bold' : 'regular' }));
}

function putText(flow: Flow, tag: Tag, texts: readonly WeightedText[], style: TextStyle, below = 3): void {
  flow.put({ cells: [cell(0, WIDTH, texts, style, tag)], below });
}

// A heading, and what must at least follow it on the same page.
const HEADING_ROOM = 60;

function putHeading(flow: Flow, parent: Tag, text: string, type: TagType = 'H2'): void {
  flow.space(9);
  flow.reserve(HEADING_ROOM);
  putText(flow, tagBelow(parent, type), [{ text, weight: 'bold' }], HEADING, 2);
}

/** As a letterhead has it: the name, and a line below. */
function putAgency(flow: Flow, root: Tag, agency: string): void {
  const texts = [{ text: agency, weight: 'bold' }] as const;
  flow.put({ cells: [cell(0, WIDTH, texts, HEADING, tagBelow(root, 'P'))], below: 4, rule: LINE });
  flow.space(12);
}

function putMark(flow: Flow, root: Tag, mark: string): void {
  const style = { ...BODY, colour: WARNING };
  const tag = tagBelow(root, 'P');
  const cells = [cell(PADDING, WIDTH - 2 * PADDING, [{ text: mark, weight: 'bold' }], style, tag)];
  flow.put({ cells, above: 4, below: 4, fill: WARNING_FILL });
  flow.space(8);
}

const PADDING = 10;
const SYMBOL = 40;
const BESIDE_SYMBOL = 2 * PADDING + SYMBOL + 4;

function putVerdict(flow: Flow, root: Tag, { verdict }: Sheet): void {
  const { look, lookText, code, title, sentence } = verdict;
  const colour = colourOf(LOOK_COLOURS[look].text);
  const section = tagBelow(root, 'Sect');
  const figure = tagBelow(section, 'Figure', { alternative: lookText });
  const said = (type: TagType, texts: readonly WeightedText[], style: TextStyle): Cell =>
    cell(BESIDE_SYMBOL, WIDTH - BESIDE_SYMBOL - PADDING, texts, style, tagBelow(section, type));
  const cells = [
    stack([
      said('H2', [{ text: title, weight: 'bold' }], { size: 14, leading: 18, colour }),
      said('P', [{ text: `${lookText} · ${code}`, weight: 'bold' }], { ...SMALL, leading: 14, colour }),
      said('P', weighted(sentence), { ...BODY, size: 10, leading: 14 }),
    ]),
  ];
  flow.put({
    cells,
    above: 11,
    below: 11,
    fill: colourOf(LOOK_COLOURS[look].tint),
    bar: colour,
    shape: { shape: shapeOf(look), x: PADDING + 4, size: SYMBOL, tag: figure },
  });
}

function shapeOf(look: Look): Shape {
  return { ...LOOK_SHAPES[look], colour: colourOf(LOOK_COLOURS[look].text) };
}

/** A letter without time-stamp or long-term data is no worse a letter: that "no" is told, not shouted. */
function answerLook({ question, answer }: AnsweredQuestion): Look {
  if (answer === 'yes') return 'ok';
  if (answer === 'uncertain') return 'unsure';
  return question === 'who' || question === 'unchanged' ? 'bad' : 'none';
}

const ANSWER_WIDTH = 92;

function putAnswers(flow: Flow, root: Tag, answers: readonly AnsweredQuestion[]): void {
  const table = tagBelow(root, 'Table');
  for (const [index, answered] of answers.entries()) {
    const { text, answerText, detail } = answered;
    const row = tagBelow(table, 'TR');
    const question: readonly WeightedText[] = [
      { text: `${index + 1}.  ${text}`, weight: 'regular' },
      ...(detail === null ? [] : [{ text: ` ${detail}`, weight: 'bold' } as const]),
    ];
    const look = answerLook(answered);
    const colour = colourOf(LOOK_COLOURS[look].text);
    const x = WIDTH - ANSWER_WIDTH;
    flow.put({
      cells: [
        cell(4, x - 12, question, BODY, tagBelow(row, 'TD')),
        cell(
          x + 18,
          ANSWER_WIDTH - 20,
          [{ text: answerText, weight: 'bold' }],
          { ...BODY, colour },
          tagBelow(row, 'TD'),
        ),
      ],
      above: 3,
      below: 3,
      rule: LINE,
      shape: { shape: shapeOf(look), x, size: 12, tag: null },
    });
  }
}

const LABEL_WIDTH = 142;

function putFacts(flow: Flow, parent: Tag, facts: readonly LabelledValue[], style: TextStyle = TABLE): void {
  const table = tagBelow(parent, 'Table');
  for (const { label, value } of facts) {
    const row = tagBelow(table, 'TR');
    const labelStyle = { ...style, colour: FAINT };
    flow.put({
      cells: [
        cell(4, LABEL_WIDTH - 12, plain(label), labelStyle, tagBelow(row, 'TD')),
        cell(LABEL_WIDTH, WIDTH - LABEL_WIDTH - 4, plain(value), style, tagBelow(row, 'TD')),
      ],
      above: 1.5,
      below: 1.5,
    });
  }
}

const COLUMNS = [
  { word: 'number', x: 4, width: 20, of: ({ number }: SheetRow) => number },
  { word: 'who', x: 26, width: 106, of: ({ who }: SheetRow) => who },
  { word: 'when', x: 140, width: 88, of: ({ when }: SheetRow) => when },
  { word: 'integrity', x: 236, width: 54, of: ({ integrity }: SheetRow) => integrity },
  { word: 'identity', x: 298, width: 56, of: ({ identity }: SheetRow) => identity },
  { word: 'outcome', x: 378, width: WIDTH - 382, of: ({ outcome }: SheetRow) => outcome },
] as const satisfies readonly { readonly word: Word; readonly [rest: string]: unknown }[];

const ROW_SYMBOL = { x: 362, size: 12 };

function putTable(flow: Flow, root: Tag, { rows, language }: Sheet): void {
  const table = tagBelow(root, 'Table');
  const head = tagBelow(table, 'TR');
  const headCells = COLUMNS.map(({ word, x, width }) =>
    cell(x, width, [{ text: SHEET_TEXTS[word][language], weight: 'bold' }], TABLE, tagBelow(head, 'TH')),
  );
  const header = { cells: headCells, above: 3, below: 3, fill: HEAD_FILL };
  flow.put(header);
  flow.repeated = header;
  for (const item of rows) {
    const row = tagBelow(table, 'TR');
    const cells = COLUMNS.map(({ word, x, width, of }) => {
      const texts: WeightedText = { text: of(item), weight: word === 'who' ? 'bold' : 'regular' };
      return cell(x, width, [texts], TABLE, tagBelow(row, 'TD'));
    });
    const shape = { shape: shapeOf(item.look), ...ROW_SYMBOL, tag: null };
    flow.put({ cells, above: 3, below: 3, rule: LINE, shape });
  }
  flow.repeated = null;
}

function putDetails(flow: Flow, section: Tag, details: SheetDetails, { language }: Sheet): void {
  putHeading(flow, section, details.heading, 'H3');
  if (details.sentence.length > 0) putText(flow, tagBelow(section, 'P'), weighted(details.sentence), BODY);
  putFacts(flow, section, details.facts);
  putList(flow, section, SHEET_TEXTS.notes[language], details.notes);
  putList(flow, section, SHEET_TEXTS.changes[language], details.changes);
}

function putList(flow: Flow, section: Tag, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  flow.space(4);
  flow.reserve(3 * BODY.leading);
  putText(flow, tagBelow(section, 'P'), [{ text: title, weight: 'bold' }], TABLE, 1);
  for (const line of lines) {
    const tag = tagBelow(section, 'P');
    const dot = cell(4, 10, plain('•'), TABLE, tag);
    flow.put({ cells: [dot, cell(14, WIDTH - 18, plain(line), TABLE, tag)], below: 1.5 });
  }
}
