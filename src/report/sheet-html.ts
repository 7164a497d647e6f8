// The verification report as one HTML page that needs nothing else: to be read on a screen, printed and filed.

import type { VerificationReport } from '../verify/report.ts';
import { LOOK_COLOURS, LOOK_SHAPES } from './look-shapes.ts';
import { LOOK_TEXTS, type Look } from './looks.ts';
import { type LabelledValue, type Sheet, type SheetContext, type SheetDetails, sheetOf } from './sheet.ts';
import { SHEET_TEXTS } from './sheet-texts.ts';
import type { TextPart } from './template.ts';
import { type Xml, xmlElement, xmlLeaf, xmlText } from './xml.ts';

/** The only style of the page; whoever serves it names its digest. */
export const SHEET_STYLE = [
  'body{font:15px/1.45 system-ui,sans-serif;color:#1a1f24;background:#fff;margin:2rem auto;max-width:50rem;padding:0 1rem;overflow-wrap:anywhere}',
  'h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:1.4rem 0 .4rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}',
  'p{margin:.3rem 0}table{border-collapse:collapse;width:100%}',
  'th,td{border-bottom:1px solid #c7ccd1;padding:.35rem .5rem;text-align:left;vertical-align:top}',
  '.rows{overflow-wrap:normal}.rows .who{overflow-wrap:anywhere;min-width:8rem}',
  '.facts th{font-weight:400;width:30%;color:#545c63}.facts th,.facts td{border:0;padding:.15rem .5rem}',
  '.faint{color:#545c63}.mark{background:#fff0e6;color:#9a3d00;font-weight:700;padding:.4rem .7rem}',
  '.verdict{border-left:5px solid;padding:.8rem 1rem;display:flex;gap:1rem}.verdict h2{margin:0;font-size:1.3rem}',
  '.verdict .said{color:#1a1f24}svg{width:1.1em;height:1.1em;vertical-align:-.15em;flex:none}.verdict svg{width:3rem;height:3rem}',
  'path.sign{fill:none;stroke:#fff;stroke-width:4.5;stroke-linecap:round}path.outline{fill:currentColor}',
  ...Object.entries(LOOK_COLOURS).map(
    ([look, { text, tint }]) => `.${look}{color:${text}}.verdict.${look}{background:${tint}}`,
  ),
  '*{-webkit-print-color-adjust:exact;print-color-adjust:exact}',
  '@page{size:A4;margin:18mm}',
  '@media print{body{margin:0;max-width:none;padding:0;font-size:10pt}tr,h3+*{break-inside:avoid}h2,h3{break-after:avoid}.details{break-before:page}}',
].join('');

/** A whole document. @throws RangeError for a zone that does not exist */
export function reportHtml(report: VerificationReport, context: SheetContext): string {
  const sheet = sheetOf(report, context);
  const { language } = sheet;
  const heading = (word: keyof typeof SHEET_TEXTS): Xml => xmlLeaf('h2', SHEET_TEXTS[word][language]);
  const body = [
    ...(sheet.mark === null ? [] : [xmlElement('p', { class: 'mark' }, xmlText(sheet.mark))]),
    ...(sheet.agency === null ? [] : [xmlElement('p', {}, xmlLeaf('strong', sheet.agency))]),
    xmlLeaf('h1', sheet.title),
    xmlElement('p', { class: 'faint' }, xmlText(sheet.subtitle)),
    verdictPanel(sheet),
    heading('answers'),
    answersTable(sheet),
    heading('action'),
    xmlElement('p', {}, xmlLeaf('strong', sheet.action)),
    heading('file'),
    factsTable(sheet.file),
    heading('signatures'),
    rowsTable(sheet),
    heading('basis'),
    factsTable(sheet.basis),
    ...sheet.closing.map((line) => xmlElement('p', { class: 'faint' }, xmlText(line))),
    detailsPart(sheet),
  ];
  return [
    `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${xmlText(sheet.title)}</title><style>${SHEET_STYLE}</style></head><body>`,
    ...body,
    '</body></html>\n',
  ].join('');
}

function symbol(look: Look, alternative: string | null): Xml {
  const { outline, signs } = LOOK_SHAPES[look];
  const said: Record<string, string> =
    alternative === null ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': alternative };
  // In HTML an element of SVG may close itself.
  return xmlElement(
    'svg',
    { viewBox: '0 0 48 48', ...said },
    xmlElement('path', { class: 'outline', d: outline }),
    ...signs.map((d) => xmlElement('path', { class: 'sign', d })),
  );
}

function said(parts: readonly TextPart[]): readonly Xml[] {
  return parts.map(({ text, strong }) => (strong ? xmlLeaf('strong', text) : xmlText(text)));
}

function verdictPanel({ verdict }: Sheet): Xml {
  const { look, lookText, code, title, sentence } = verdict;
  const words = xmlElement(
    'div',
    {},
    xmlLeaf('h2', title),
    xmlElement('p', {}, xmlLeaf('strong', `${lookText} · ${code}`)),
    xmlElement('p', { class: 'said' }, ...said(sentence)),
  );
  return xmlElement('section', { class: `verdict ${look}` }, symbol(look, lookText), words);
}

function answersTable({ answers }: Sheet): Xml {
  const rows = answers.map(({ text, detail, answerText }, index) =>
    xmlElement(
      'tr',
      {},
      xmlElement(
        'td',
        {},
        xmlText(`${index + 1}. ${text} `),
        detail === null ? null : xmlLeaf('strong', detail),
      ),
      xmlElement('td', {}, xmlLeaf('strong', answerText)),
    ),
  );
  return xmlElement('table', {}, xmlElement('tbody', {}, ...rows));
}

function factsTable(facts: readonly LabelledValue[]): Xml {
  const rows = facts.map(({ label, value }) =>
    xmlElement('tr', {}, xmlElement('th', { scope: 'row' }, xmlText(label)), leaf('td', value)),
  );
  return xmlElement('table', { class: 'facts' }, xmlElement('tbody', {}, ...rows));
}

const COLUMNS = ['number', 'who', 'when', 'integrity', 'identity', 'outcome'] as const;

function rowsTable({ rows, language }: Sheet): Xml {
  if (rows.length === 0) return xmlLeaf('p', SHEET_TEXTS.noSignatures[language]);
  const heads = COLUMNS.map((word) =>
    xmlElement('th', { scope: 'col' }, xmlText(SHEET_TEXTS[word][language])),
  );
  const body = rows.map((row) => {
    const cells = COLUMNS.map((word) =>
      word === 'outcome'
        ? xmlElement(
            'td',
            {},
            xmlElement('span', { class: row.look }, symbol(row.look, LOOK_TEXTS[row.look][language])),
            xmlText(` ${row.outcome}`),
          )
        : xmlElement('td', { class: word }, xmlText(row[word] === '' ? '–' : row[word])),
    );
    return xmlElement('tr', {}, ...cells);
  });
  const head = xmlElement('thead', {}, xmlElement('tr', {}, ...heads));
  return xmlElement('table', { class: 'rows' }, head, xmlElement('tbody', {}, ...body));
}

function detailsPart({ details, leftOut, language }: Sheet): Xml {
  if (details.length === 0) return '' as Xml;
  return xmlElement(
    'section',
    { class: 'details' },
    xmlLeaf('h2', SHEET_TEXTS.details[language]),
    ...details.flatMap((item) => itemParts(item, language)),
    leftOut === null ? null : xmlLeaf('p', leftOut),
  );
}

function itemParts(
  { heading, sentence, facts, notes, changes }: SheetDetails,
  language: SheetContext['language'],
): readonly Xml[] {
  return [
    xmlLeaf('h3', heading),
    ...(sentence.length === 0 ? [] : [xmlElement('p', {}, ...said(sentence))]),
    factsTable(facts),
    ...list(SHEET_TEXTS.notes[language], notes),
    ...list(SHEET_TEXTS.changes[language], changes),
  ];
}

function list(title: string, lines: readonly string[]): readonly Xml[] {
  if (lines.length === 0) return [];
  return [
    xmlElement('p', {}, xmlLeaf('strong', title)),
    xmlElement('ul', {}, ...lines.map((line) => leaf('li', line))),
  ];
}

// HTML knows no empty element of these that closes itself.
function leaf(name: 'td' | 'li', text: string): Xml {
  return xmlLeaf(name, text === '' ? '–' : text);
}
