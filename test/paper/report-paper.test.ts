// What the report looks like before it is drawn: nothing overlaps, nothing is lost, whatever names and numbers come.

import { PDFDocument } from 'pdf-lib';
import t from 'tap';
import type { Mark } from '../../src/drawing/flow.ts';
import { measure } from '../../src/drawing/fonts.ts';
import { drawableText } from '../../src/drawing/lines.ts';
import type { Tag } from '../../src/drawing/tags.ts';
import { FRAME, layOutReport, reportPaper } from '../../src/paper/report-paper.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { LOOK_COLOURS } from '../../src/report/look-shapes.ts';
import { type SheetContext, sheetOf } from '../../src/report/sheet.ts';
import { VERDICTS } from '../../src/verify/report.ts';
import { HOSTILE_NAMES } from '../report/hostile-names.ts';
import { madeChange, madeReport, madeSignature, typicalReport } from '../report/made-reports.ts';

const context: SheetContext = {
  language: 'id',
  timeZone: 'Asia/Makassar',
  requestId: '0198f3f2-7a01-7c22-9a53-1f1d2a8b77aa',
  fileName: 'Surat undangan.pdf',
  tool: { version: '0.1.0', commit: 'abc1234' },
  sealedBy: 'Segel Layanan Contoh',
  development: false,
  agency: { id: 'Pemerintah Kabupaten Contoh', en: 'Government of Contoh Regency' },
};

type TextMark = Extract<Mark, { kind: 'text' }>;
type Page = readonly Mark[];

const textsOf = (page: Page): readonly TextMark[] => page.filter((mark) => mark.kind === 'text');
const widthOf = ({ text, style }: TextMark): number => measure(text.text.trimEnd(), text.weight) * style.size;

/** Pairs of texts that touch one another, and texts that leave the page. */
function faultsOf(page: Page): readonly string[] {
  const boxes = textsOf(page).map((mark) => ({
    said: mark.text.text,
    left: mark.x,
    right: mark.x + widthOf(mark),
    bottom: mark.y - 0.2 * mark.style.size,
    top: mark.y + 0.75 * mark.style.size,
  }));
  const outside = boxes.filter(
    ({ left, right, bottom, top }) =>
      left < FRAME.left - 0.1 ||
      right > FRAME.width - FRAME.right + 0.1 ||
      bottom < 30 ||
      top > FRAME.height - 28,
  );
  const clashes = boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => one.left < other.right - 0.1 && other.left < one.right - 0.1)
      .filter((other) => one.bottom < other.top - 0.1 && other.bottom < one.top - 0.1)
      .map((other) => `"${one.said}" on "${other.said}"`),
  );
  return [...outside.map(({ said }) => `"${said}" leaves the page`), ...clashes];
}

/** What one element says, its lines joined as they are read. */
function saidBy(pages: readonly Page[], tag: Tag): string {
  const marks = pages.flatMap(textsOf).filter((mark) => mark.tag === tag);
  return marks.map(({ text }) => text.text).join('');
}

function tagsBelow(tag: Tag): readonly Tag[] {
  return tag.children.flatMap((child) => ('type' in child ? [child, ...tagsBelow(child)] : []));
}

function everythingSaid(pages: readonly Page[], root: Tag): readonly string[] {
  return tagsBelow(root).map((tag) => saidBy(pages, tag));
}

t.test(
  'the first page holds the verdict in symbol and words, and the four answers, of every verdict',
  (t) => {
    for (const verdict of VERDICTS) {
      for (const language of ['id', 'en'] as const) {
        const sheet = sheetOf(typicalReport(verdict), { ...context, language });
        const { pages } = layOutReport(sheet);
        const [first = []] = pages;
        const said = textsOf(first)
          .map(({ text }) => text.text.trimEnd())
          .join(' ');
        t.ok(said.includes(`${sheet.verdict.lookText} · ${verdict}`), `${verdict} ${language}`);
        t.ok(said.includes(sheet.verdict.title), sheet.verdict.title);
        for (const { answerText, text } of sheet.answers)
          t.ok(said.includes(text) && said.includes(answerText));
        t.equal(first.filter(({ kind, tag }) => kind === 'shape' && tag?.type === 'Figure').length, 1);
        for (const page of pages) t.same(faultsOf(page), []);
      }
    }
    t.end();
  },
);

t.test('40 signatures and 200 changes flow over pages, each with its row and its lines', (t) => {
  const changes = Array.from({ length: 200 }, (_, at) =>
    madeChange({
      kind: 'field-filled',
      page: at + 1,
      field: `kolom_${at}`,
      before: 'a',
      after: `nilai ${at}`,
    }),
  );
  const signatures = Array.from({ length: 40 }, (_, at) =>
    madeSignature({
      verdict: at === 0 ? 'CHANGED_AFTER_LAST_SIGNATURE' : 'VALID',
      signer: { commonName: `Pejabat ${at} ${'Nama yang Sangat Panjang '.repeat(at % 6)}` },
      ...(at === 0 ? { integrity: { status: 'ADDED', coversWholeFile: false, changesAfter: changes } } : {}),
    }),
  );
  const sheet = sheetOf(madeReport(signatures, { verdict: 'CHANGED_AFTER_LAST_SIGNATURE' }), context);
  const { pages, root } = layOutReport(sheet);
  t.ok(pages.length > 10, `${pages.length} pages`);
  const first = textsOf(pages[0] ?? []).map(({ text }) => text.text);
  for (const { text } of sheet.answers) t.ok(first.join('').includes(text), `${text} is on the first page`);
  for (const [index, page] of pages.entries()) t.same(faultsOf(page), [], `page ${index + 1}`);
  const said = everythingSaid(pages, root);
  for (const row of sheet.rows) t.ok(said.includes(row.who), row.who);
  for (const { changes: lines } of sheet.details)
    for (const line of lines)
      t.ok(
        said.some((text) => text.includes(line)),
        line,
      );
  t.equal(sheet.details[0]?.changes.length, 200);
  t.end();
});

t.test('more than is listed is said to be there, with its number', (t) => {
  const many = Array.from({ length: 130 }, () => madeSignature());
  const sheet = sheetOf(madeReport(many), context);
  t.equal(sheet.rows.length, 100);
  t.match(sheet.leftOut, /30 tanda tangan/);
  const { pages, root } = layOutReport(sheet);
  t.ok(everythingSaid(pages, root).includes(sheet.leftOut ?? ''));
  const changes = Array.from({ length: 700 }, (_, page) => madeChange({ page }));
  const integrity = { status: 'ADDED', coversWholeFile: false, changesAfter: changes } as const;
  const changed = madeReport([madeSignature({ verdict: 'CHANGED_AFTER_LAST_SIGNATURE', integrity })]);
  t.match(sheetOf(changed, context).details[0]?.changes.at(-1), /200 perubahan/);
  t.end();
});

const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Script=Arabic}\p{Script=Hebrew}]/u;

t.test(
  '200 hostile names neither overlap nor leave the page, and what cannot be drawn is spelled',
  async (t) => {
    t.equal(HOSTILE_NAMES.length, 200);
    for (const [at, commonName] of HOSTILE_NAMES.entries()) {
      const claims = { reason: commonName, location: commonName };
      const signature = madeSignature({ signer: { commonName, organization: null }, claims });
      const hostile = { ...context, fileName: commonName, requestId: commonName };
      const { pages } = layOutReport(sheetOf(madeReport([signature]), hostile));
      const texts = pages.flatMap(textsOf).map(({ text }) => text.text);
      for (const page of pages) t.same(faultsOf(page), [], `name ${at}`);
      const odd = texts.filter((text) => ODD.test(text) || drawableText(text, 'regular') !== text);
      t.same(odd, [], 'every character has its glyph and is seen');
    }
    const drawn = HOSTILE_NAMES.filter((_, at) => at % 20 === 0).map((commonName) =>
      madeSignature({ signer: { commonName } }),
    );
    const bytes = await reportPaper(madeReport(drawn), context, nodePlatform.digests);
    t.ok((await PDFDocument.load(bytes)).getPageCount() >= 2);
  },
);

t.test('the same report and context give the same bytes, another one an identifier of its own', async (t) => {
  const draw = (requestId: string): Promise<Uint8Array> =>
    reportPaper(typicalReport('MIXED'), { ...context, requestId }, nodePlatform.digests);
  const [first, again, other] = [await draw('a'), await draw('a'), await draw('b')];
  t.same(first, again);
  const identifier = (bytes: Uint8Array): string | undefined =>
    /\/ID \[ <([0-9A-F]{32})>/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  t.ok(identifier(first));
  t.not(identifier(first), identifier(other));
});

t.test('a report without a seal, or of a development service, says so on every page', (t) => {
  const report = madeReport(Array.from({ length: 9 }, () => madeSignature()));
  const marks = [
    { parts: { sealedBy: null }, mark: /TIDAK DISEGEL/ },
    { parts: { development: true }, mark: /UJI COBA/ },
  ];
  for (const { parts, mark } of marks) {
    const { pages } = layOutReport(sheetOf(report, { ...context, ...parts }));
    t.ok(pages.length > 2);
    for (const page of pages) t.ok(textsOf(page).some(({ text }) => mark.test(text.text)));
  }
  const { pages } = layOutReport(sheetOf(report, context));
  for (const page of pages) t.notOk(textsOf(page).some(({ text }) => /DISEGEL|UJI COBA/.test(text.text)));
  t.end();
});

t.test('the words of every look have the contrast that small text needs', (t) => {
  for (const [look, { text, tint }] of Object.entries(LOOK_COLOURS)) {
    t.ok(contrast(text, tint) >= 4.5, `${look}: ${contrast(text, tint).toFixed(1)} to 1`);
    t.ok(contrast(text, '#ffffff') >= 4.5);
  }
  t.end();
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (code: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(code.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
