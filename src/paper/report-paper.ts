// The verification report on paper: A4 pages of PDF/A-2a, the verdict and its answers on the first one.

import { drawPages } from '../drawing/draw-pages.ts';
import { Flow, type Frame, type Mark, type TextStyle } from '../drawing/flow.ts';
import { measure, type WeightedText } from '../drawing/fonts.ts';
import { drawableText } from '../drawing/lines.ts';
import type { Tag } from '../drawing/tags.ts';
import type { Digests } from '../platform/platform.ts';
import { type Sheet, type SheetContext, sheetOf } from '../report/sheet.ts';
import { SHEET_TEXTS } from '../report/sheet-texts.ts';
import { fillText } from '../report/template.ts';
import type { VerificationReport } from '../verify/report.ts';
import { detailPages, firstPage } from './report-parts.ts';
import { FAINT, SMALL, WARNING } from './styles.ts';

/** A4 in points. */
export const FRAME: Frame = { width: 595.28, height: 841.89, left: 54, right: 54, top: 58, bottom: 62 };

/**
 * Draws the report; the same report and context give the same bytes.
 * @returns a PDF/A-2a document that carries no signature yet
 */
export async function reportPaper(
  report: VerificationReport,
  context: SheetContext,
  digests: Digests,
): Promise<Uint8Array> {
  const sheet = sheetOf(report, context);
  const { pages, root } = layOutReport(sheet);
  const identity = new TextEncoder().encode(JSON.stringify([sheet, report.checkedAt]));
  const facts = {
    title: `${sheet.title}: ${sheet.file[0]?.value ?? ''}`,
    language: sheet.language,
    producer: `Teken ${context.tool.version}`,
    madeAt: report.checkedAt,
    identifier: hexOf(digests.of('sha256', identity).subarray(0, 16)),
  };
  return drawPages(pages, root, FRAME, facts, digests);
}

/** Where everything stands, before anything is drawn. */
export function layOutReport(sheet: Sheet): {
  readonly pages: readonly (readonly Mark[])[];
  readonly root: Tag;
} {
  const root: Tag = { type: 'Document', children: [] };
  const flow = new Flow(FRAME);
  firstPage(flow, root, sheet);
  detailPages(flow, root, sheet);
  for (const [index, marks] of flow.pages.entries())
    marks.push(...pageEdges(sheet, index + 1, flow.pages.length));
  return { pages: flow.pages, root };
}

/** What stands in the margins: nothing of it is read aloud, for it is all said elsewhere. */
function pageEdges(sheet: Sheet, page: number, pages: number): readonly Mark[] {
  const { language, mark, requestId } = sheet;
  const values = { page: String(page), pages: String(pages) };
  const low = FRAME.bottom - 24;
  const number = fillText(SHEET_TEXTS.page[language], values);
  const right = FRAME.width - FRAME.right;
  const foot = fitted(`${SHEET_TEXTS.request[language]}: ${requestId}`, 'regular', INNER - 90);
  return [
    ...(page === 1
      ? []
      : [
          ...edge({ text: sheet.title, weight: 'regular' }, FRAME.left, FRAME.height - 40, FAINT_SMALL),
          ...(mark === null
            ? []
            : edgeRight({ text: mark, weight: 'bold' }, right, FRAME.height - 40, WARNING_SMALL)),
        ]),
    ...edge(foot, FRAME.left, low, FAINT_SMALL),
    ...edgeRight({ text: number, weight: 'regular' }, right, low, FAINT_SMALL),
  ];
}

const INNER = FRAME.width - FRAME.left - FRAME.right;
const FAINT_SMALL: TextStyle = { ...SMALL, colour: FAINT };
const WARNING_SMALL: TextStyle = { ...SMALL, colour: WARNING };

function edge(text: WeightedText, x: number, y: number, style: TextStyle): readonly Mark[] {
  return [{ kind: 'text', tag: null, x, y, text, style }];
}

function edgeRight(text: WeightedText, right: number, y: number, style: TextStyle): readonly Mark[] {
  return edge(text, right - measure(text.text, text.weight) * style.size, y, style);
}

/** As much of it as fits; the whole of it stands on the first page. */
function fitted(text: string, weight: WeightedText['weight'], width: number): WeightedText {
  let shown = drawableText(text, weight);
  const fits = (candidate: string): boolean => measure(candidate, weight) * SMALL.size <= width;
  if (fits(shown)) return { text: shown, weight };
  while (shown !== '' && !fits(`${shown}…`)) shown = [...shown].slice(0, -1).join('');
  return { text: `${shown}…`, weight };
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
