// Results as one HTML page that needs nothing else: a row for each file, to be read, printed and filed.

import { type FileResult, messageText, type ResultWriting } from './file-result.ts';
import type { Text } from './language.ts';
import { LOOK_SYMBOLS, lookOf } from './looks.ts';
import { printable, printableClaim } from './printable.ts';
import { fillText } from './template.ts';
import { timeText } from './time-text.ts';
import { type Xml, xmlElement, xmlLeaf, xmlText } from './xml.ts';

const WORDS = {
  title: { id: 'Hasil pemeriksaan tanda tangan elektronik', en: 'Results of checking electronic signatures' },
  file: { id: 'Berkas', en: 'File' },
  result: { id: 'Hasil', en: 'Result' },
  signatures: { id: 'Penanda tangan', en: 'Signers' },
  unmet: { id: 'Syarat tidak terpenuhi: {names}', en: 'Not met: {names}' },
  checked: { id: 'Diperiksa {time} dengan teken {version}.', en: 'Checked {time} by teken {version}.' },
  scope: {
    id: 'Hasil ini tidak menilai kebenaran isi surat.',
    en: "It does not judge whether the letter's content is true.",
  },
} as const satisfies Readonly<Record<string, Text>>;

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}',
  'table{border-collapse:collapse;width:100%}',
  'th,td{border-bottom:1px solid #8888;padding:.4rem .6rem;text-align:left;vertical-align:top}',
  'td{overflow-wrap:anywhere}',
  '.v{white-space:nowrap;font-weight:600}',
  '.ok,.note{color:light-dark(#1b6e3c,#7fd29b)}.unsure{color:light-dark(#8a5300,#f0b55c)}',
  '.warn{color:light-dark(#9a3d00,#ff9d66)}.bad{color:light-dark(#b3261e,#ff8a80)}',
  'code{font-size:.85em}',
  '@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}',
].join('');

/** What stands before the first row. @param banner - a line above all, or null */
export function htmlBeginning({ language }: ResultWriting, banner: string | null): string {
  const title = WORDS.title[language];
  const heads = [WORDS.file, WORDS.result, WORDS.signatures].map((text) => xmlLeaf('th', text[language]));
  return [
    `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${xmlText(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${xmlText(title)}</h1>`,
    banner === null ? '' : xmlElement('p', { class: 'warn' }, xmlLeaf('strong', banner)),
    `<table><thead><tr>${heads.join('')}</tr></thead><tbody>\n`,
  ].join('');
}

export function htmlRow(result: FileResult, writing: ResultWriting): string {
  const { report, unmet } = result;
  const look = lookOf(report.verdict, report.class);
  const names =
    unmet.length === 0
      ? null
      : fillText(WORDS.unmet[writing.language], { names: printable(unmet.join(', ')) });
  const { sha256 } = report.file;
  const row = xmlElement(
    'tr',
    {},
    xmlElement(
      'td',
      {},
      xmlText(printable(result.path)),
      sha256 === '' ? null : xmlElement('p', {}, xmlLeaf('code', sha256)),
    ),
    xmlElement(
      'td',
      {},
      xmlElement('span', { class: `v ${look}` }, xmlText(`${LOOK_SYMBOLS[look]} ${report.verdict}`)),
      xmlLeaf('p', messageText(result, writing)),
      names === null ? null : xmlElement('p', { class: 'bad' }, xmlText(names)),
    ),
    xmlElement('td', {}, ...signersOf(result, writing)),
  );
  return `${row}\n`;
}

function signersOf({ report }: FileResult, writing: ResultWriting): readonly Xml[] {
  if (report.signatures.length === 0) return [xmlText('–')];
  return report.signatures.map(({ signer, time, verdict, level }) => {
    const name = signer?.commonName ?? null;
    const parts = [
      name === null ? '–' : printableClaim(name),
      ...(time === null ? [] : [timeText(time.value, writing)]),
      level,
      verdict,
    ];
    return xmlLeaf('p', parts.join(', '));
  });
}

/** What stands after the last row. @param summary - the numbers of the run; `checkedAt` null where nothing was judged */
export function htmlEnd(
  summary: string,
  checkedAt: number | null,
  tool: { readonly version: string },
  writing: ResultWriting,
): string {
  const { language } = writing;
  const time = checkedAt === null ? '–' : timeText(checkedAt, writing);
  const footer = `${fillText(WORDS.checked[language], { time, version: tool.version })} ${WORDS.scope[language]}`;
  return `</tbody></table>${xmlLeaf('p', summary)}${xmlLeaf('p', footer)}</body></html>\n`;
}
