// A text on a page names a place: found through every kind of font and operator, or refused with a reason.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fontkit from '@pdf-lib/fontkit';
import { degrees, PDFDocument } from 'pdf-lib';
import t from 'tap';
import { type Anchor, locateAnchor } from '../../src/pdf/anchor.ts';
import { UpdateRefused } from '../../src/pdf/errors.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { requireSpot } from '../../src/pdf/page-spot.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { run, toolMissing } from '../tools.ts';
import { stream, type TextSample, textPdf } from './text-samples.ts';

const anchor: Anchor = {
  text: '#ttd',
  page: null,
  occurrence: 'only',
  width: 90,
  height: 40,
  align: 'lower-left',
  offset: { x: 0, y: 0 },
  tag: 'keep',
};

function open(bytes: Uint8Array) {
  return openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
}

interface Placed {
  readonly name: string;
  readonly sample: TextSample;
  readonly anchor?: Partial<Anchor>;
  /** Where the lower left corner comes to stand, in points of the displayed page. */
  readonly at: readonly [x: number, y: number];
  readonly chosen?: readonly [page: number, occurrence: number, matches: number];
  /** The word as poppler names it where it reads the page otherwise than people do; null: it cannot tell. */
  readonly word?: string | null;
}

interface Refused {
  readonly name: string;
  readonly sample: TextSample;
  readonly anchor?: Partial<Anchor>;
  readonly code: string;
  readonly values?: object;
}

const text = (operators: string): TextSample => ({ content: `BT /Courier 10 Tf ${operators} ET` });
const at = (x: number, y: number, string = '#ttd'): string =>
  `BT /Courier 10 Tf ${x} ${y} Td (${string}) Tj ET `;

const PLACED: readonly Placed[] = [
  { name: 'shown at once', sample: text('50 100 Td (#ttd) Tj'), at: [50, 100] },
  { name: 'shown in three pieces', sample: text('50 100 Td (#) Tj (tt) Tj (d) Tj'), at: [50, 100] },
  { name: 'kerned', sample: text('50 100 Td [(#t) 40 (t) -60 (d)] TJ'), at: [50, 100] },
  {
    name: 'each piece moved to by itself',
    sample: text('50 100 Td (#t) Tj 12 0 Td (td) Tj'),
    at: [50, 100],
  },
  {
    name: 'in two text objects',
    sample: { content: `${at(50, 100, '#t')}${at(62, 100, 'td')}` },
    at: [50, 100],
  },
  {
    name: 'its end shown before its beginning',
    sample: { content: `${at(62, 100, 'td')}${at(50, 100, '#t')}` },
    at: [50, 100],
    word: '#t',
  },
  {
    name: 'letter by letter, each with a matrix',
    sample: text(
      '1 0 0 1 50 100 Tm (#) Tj 1 0 0 1 56 100 Tm (t) Tj 1 0 0 1 62 100 Tm (t) Tj 1 0 0 1 68 100 Tm (d) Tj',
    ),
    at: [50, 100],
  },
  {
    name: 'spaced out by character spacing',
    sample: text('3 Tc 50 100 Td (#ttd) Tj'),
    at: [50, 100],
    word: null,
  },
  {
    name: 'scaled horizontally',
    sample: text('60 Tz 50 100 Td (xx#ttd) Tj'),
    at: [50 + 7.2, 100],
    word: 'xx#ttd',
  },
  {
    name: 'sized by its matrix',
    sample: { content: 'BT /Courier 1 Tf 10 0 0 10 50 100 Tm (#ttd) Tj ET' },
    at: [50, 100],
  },
  {
    name: 'in a scaled and moved coordinate system',
    sample: { content: `q 2 0 0 2 30 20 cm BT /Courier 5 Tf 10 40 Td (#ttd) Tj ET Q` },
    at: [50, 100],
  },
  { name: 'raised', sample: text('4 Ts 50 100 Td (#ttd) Tj'), at: [50, 104] },
  { name: "on the next line by '", sample: text("14 TL 50 114 Td (#ttd) '"), at: [50, 100] },
  { name: 'on the next line by "', sample: text('14 TL 50 114 Td 0 0 (#ttd) "'), at: [50, 100] },
  { name: 'on the next line by T*', sample: text('50 128 Td 0 -14 TD (a) Tj T* (#ttd) Tj'), at: [50, 100] },
  { name: 'hexadecimal', sample: text('50 100 Td <23747464> Tj'), at: [50, 100] },
  {
    name: 'with word spacing before it',
    sample: text('20 Tw 50 100 Td (a #ttd) Tj'),
    at: [50 + 12 + 20, 100],
  },
  {
    name: 'in a standard font without widths',
    sample: { content: 'BT /Plain 10 Tf 50 100 Td (Wi#ttd) Tj ET' },
    at: [50 + 9.44 + 2.22, 100],
    word: 'Wi#ttd',
  },
  {
    name: 'with letters of WinAnsi',
    sample: { content: 'BT /Plain 10 Tf 50 100 Td (caf\\351\\226) Tj ET' },
    anchor: { text: 'café–' },
    at: [50, 100],
    word: 'café–',
  },
  {
    name: 'with letters of MacRoman',
    sample: { content: 'BT /Mac 10 Tf 50 100 Td (caf\\216\\320) Tj ET' },
    anchor: { text: 'café–' },
    at: [50, 100],
    word: 'café–',
  },
  {
    name: 'with the quotes of the standard encoding',
    sample: text("50 100 Td (d'accord\\252) Tj"),
    anchor: { text: 'd’accord“' },
    at: [50, 100],
    word: null,
  },
  {
    name: 'by names of characters',
    sample: { content: 'BT /Differences 10 Tf 50 100 Td <01020203> Tj ET' },
    at: [50, 100],
  },
  {
    name: 'by names with code points, accents and variants',
    sample: { content: 'BT /Differences 10 Tf 50 100 Td <4142> Tj ET' },
    anchor: { text: 'Aé' },
    at: [50, 100],
    word: 'Aé',
  },
  {
    name: 'in a subset whose codes say nothing',
    sample: { content: 'BT /Shuffled 10 Tf 50 100 Td <1001020203> Tj ET' },
    at: [55, 100],
    word: 'A#ttd',
  },
  {
    name: 'with ranges and lists of Unicode values',
    sample: { content: 'BT /Shuffled 10 Tf 50 100 Td <1011202122> Tj ET' },
    anchor: { text: 'ABxyz' },
    at: [50, 100],
    word: 'ABxyz',
  },
  {
    name: 'with a ligature',
    sample: { content: 'BT /Shuffled 10 Tf 50 100 Td <0401> Tj ET' },
    anchor: { text: 'fi#' },
    at: [50, 100],
    word: 'fi#',
  },
  {
    name: 'in a composite font',
    sample: { content: 'BT /Identity 10 Tf 50 100 Td <0002000100020002> Tj <0003> Tj ET' },
    at: [55, 100],
    word: 't#ttd',
  },
  {
    name: 'in a composite font with codes of one byte',
    sample: { content: 'BT /OneByte 10 Tf 50 100 Td <1001020203> Tj ET' },
    at: [57, 100],
    word: 'A#ttd',
  },
  {
    name: 'in a composite font with codes of one and two bytes',
    sample: { content: 'BT /Mixed 10 Tf 50 100 Td <02018001800102> Tj ET' },
    at: [56, 100],
    word: 'd#ttd',
  },
  {
    name: 'in a font whose codes are Unicode',
    sample: { content: 'BT /Unicode 10 Tf 50 100 Td <0023007400740064> Tj ET' },
    at: [50, 100],
    word: null,
  },
  {
    name: 'in a font that draws its characters',
    sample: { content: 'BT /Drawn 10 Tf 50 100 Td ($#$$) Tj ET' },
    anchor: { text: '#tt' },
    at: [56, 100],
    word: 't#tt',
  },
  {
    name: 'written downwards',
    sample: { content: 'BT /Vertical 10 Tf 50 100 Td <0001000200020003> Tj ET' },
    at: [50, 100],
    word: null,
  },
  {
    name: 'in a form',
    sample: {
      content: 'q 1 0 0 1 20 30 cm /Kop Do Q',
      resources: '/XObject << /Kop 40 0 R >>',
      objects: {
        40: stream(
          'BT /F 10 Tf 5 10 Td (#ttd) Tj ET',
          '/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Matrix [2 0 0 2 20 50] /Resources << /Font << /F 11 0 R >> >>',
        ),
      },
    },
    at: [50, 100],
  },
  {
    name: 'in a form within a form, with the resources of the page',
    sample: {
      content: '/Luar Do',
      resources: '/XObject << /Luar 40 0 R /Dalam 41 0 R >>',
      objects: {
        40: stream('q 1 0 0 1 20 60 cm /Dalam Do Q', '/Type /XObject /Subtype /Form /BBox [0 0 400 300]'),
        41: stream(at(30, 40), '/Type /XObject /Subtype /Form /BBox [0 0 400 300]'),
      },
    },
    at: [50, 100],
  },
  {
    name: 'beside a form that draws itself',
    sample: {
      content: '/Luar Do',
      resources: '/XObject << /Luar 40 0 R >>',
      objects: { 40: stream(`${at(50, 100)} /Luar Do`, '/Type /XObject /Subtype /Form /BBox [0 0 400 300]') },
    },
    at: [50, 100],
  },
  {
    name: 'in the second of two content streams',
    sample: {
      content: '',
      page: '/Contents [40 0 R 41 0 R]',
      objects: { 40: stream('BT /Courier 10 Tf 50 100'), 41: stream('Td (#ttd) Tj ET') },
    },
    at: [50, 100],
  },
  {
    name: 'by a font of the graphics state',
    sample: {
      content: '/Huruf gs BT 50 100 Td (#ttd) Tj ET',
      resources: '/ExtGState << /Huruf << /Font [11 0 R 10] >> >>',
    },
    at: [50, 100],
  },
  {
    name: 'behind an inline image',
    sample: { content: `q 20 0 0 20 200 200 cm BI /W 2 /H 2 /BPC 8 /CS /G ID (EI)EI\nEI Q ${at(50, 100)}` },
    at: [50, 100],
  },
  { name: 'behind bytes that are no token', sample: { content: `) > } ${at(50, 100)}` }, at: [50, 100] },
  { name: 'left for searching, not painted', sample: text('3 Tr 50 100 Td (#ttd) Tj'), at: [50, 100] },
  {
    name: 'painted twice to look bold',
    sample: { content: `${at(50, 100)}${at(50.3, 100)}` },
    at: [50, 100],
    chosen: [1, 1, 1],
  },
  {
    name: 'with a blank that only a gap shows',
    sample: text('50 100 Td [(Kepala) -600 (Dinas)] TJ'),
    anchor: { text: 'Kepala  Dinas' },
    at: [50, 100],
    word: 'Kepala',
  },
  {
    name: 'in one of two columns',
    sample: { content: `${at(50, 100, 'kiri #ttd')}${at(200, 100, 'kanan')}` },
    at: [50 + 30, 100],
  },
  ...[90, 180, 270].map(
    (rotate): Placed => ({
      name: `on a page turned by ${rotate}`,
      sample: { ...text('50 100 Td (#ttd) Tj'), page: `/Rotate ${rotate}` },
      at: { 90: [100, 350] as const, 180: [350, 200] as const, 270: [200, 50] as const }[rotate] ?? [0, 0],
      word: null,
      anchor: { width: 20, height: 20 },
    }),
  ),
  {
    name: 'upright on a page that is turned',
    sample: { content: 'BT /Courier 10 Tf 0 1 -1 0 100 50 Tm (#ttd) Tj ET', page: '/Rotate 90' },
    at: [50, 300],
    anchor: { width: 50, height: 50 },
  },
  {
    name: 'on a page that is cropped',
    sample: { ...text('50 100 Td (#ttd) Tj'), page: '/MediaBox [-10 -10 400 300] /CropBox [20 30 380 280]' },
    at: [30, 70],
  },
  {
    name: 'on a page with a larger unit',
    sample: { ...text('50 100 Td (#ttd) Tj'), page: '/UserUnit 1.5' },
    at: [75, 150],
    word: null,
  },
  {
    name: 'running upwards',
    sample: text('0 1 -1 0 50 100 Tm (a#ttd) Tj'),
    at: [50, 106],
    word: null,
  },
  { name: 'upside down', sample: text('-1 0 0 -1 150 100 Tm (#ttd) Tj'), at: [150, 100], word: null },
  {
    name: 'slanting',
    sample: text('0.866 0.5 -0.5 0.866 50 100 Tm (#ttd) Tj'),
    at: [50, 100],
    word: null,
  },
  {
    name: 'the first of three',
    sample: { content: [`${at(200, 50)}${at(50, 200)}`, at(60, 60)] },
    anchor: { occurrence: 'first' },
    at: [50, 200],
    chosen: [1, 1, 2],
  },
  {
    name: 'the last of three',
    sample: { content: [`${at(50, 200)}${at(200, 50)}`, at(60, 60)] },
    anchor: { occurrence: 'last' },
    at: [60, 60],
    chosen: [2, 3, 3],
  },
  {
    name: 'the second of three, two of them in one line',
    sample: { content: [`${at(200, 50)}${at(50, 50)}`, at(60, 60)] },
    anchor: { occurrence: 2 },
    at: [200, 50],
    chosen: [1, 2, 2],
  },
  {
    name: 'the only one of the page that was named',
    sample: { content: [at(50, 200), at(60, 60), at(70, 70)] },
    anchor: { page: 2 },
    at: [60, 60],
    chosen: [2, 1, 1],
  },
  {
    name: 'twice in one word',
    sample: text('50 100 Td (#ttd#ttd) Tj'),
    anchor: { occurrence: 2 },
    at: [74, 100],
    chosen: [1, 2, 2],
    word: '#ttd#ttd',
  },
  {
    name: 'a single character that stands alone, before one in a word',
    sample: { content: [at(50, 200, 'No#1'), at(60, 60, 'a # b')] },
    anchor: { text: '#' },
    at: [72, 60],
    chosen: [2, 1, 1],
    word: '#',
  },
  {
    name: 'a single character in a word where none stands alone',
    sample: { content: at(50, 200, 'No#1') },
    anchor: { text: '#' },
    at: [62, 200],
    word: 'No#1',
  },
  {
    name: 'centre on centre',
    sample: text('150 100 Td (#ttd) Tj'),
    anchor: { align: 'center', width: 60, height: 40 },
    // The letters reach from 2.2 below the baseline to 8 above it.
    at: [150 + 12 - 30, 100 + 2.9 - 20],
    word: null,
  },
  {
    name: 'moved away from it',
    sample: text('50 100 Td (#ttd) Tj'),
    anchor: { offset: { x: 30, y: -15.5 } },
    at: [80, 84.5],
    word: null,
  },
];

const REFUSED: readonly Refused[] = [
  {
    name: 'twice, where one was expected',
    sample: { content: [at(50, 200), at(60, 60)] },
    code: 'anchor-ambiguous',
    values: { matches: 2, pages: [1, 2] },
  },
  { name: 'nowhere', sample: text('50 100 Td (ttd) Tj'), code: 'anchor-not-found', values: { matches: 0 } },
  { name: 'in other letters', sample: text('50 100 Td (#TTD) Tj'), code: 'anchor-not-found' },
  {
    name: 'on two lines',
    sample: text('50 100 Td (#t) Tj 0 -14 Td (td) Tj'),
    code: 'anchor-not-found',
  },
  {
    name: 'with a wide gap in it',
    sample: text('50 100 Td [(#t) -3000 (td)] TJ'),
    code: 'anchor-not-found',
  },
  { name: 'beside the page', sample: text('-60 100 Td (#ttd) Tj'), code: 'anchor-not-found' },
  {
    name: 'where the page is cut off',
    sample: { ...text('50 100 Td (#ttd) Tj'), page: '/CropBox [100 0 400 300]' },
    code: 'anchor-not-found',
  },
  {
    name: 'fewer times than asked for',
    sample: { content: at(50, 200) },
    anchor: { occurrence: 4 },
    code: 'anchor-not-found',
    values: { matches: 1 },
  },
  {
    name: 'on another page than the one that was named',
    sample: { content: [at(50, 200), 'q Q'] },
    anchor: { page: 'last' },
    code: 'anchor-not-found',
  },
  {
    name: 'on a page that does not exist',
    sample: { content: at(50, 200) },
    anchor: { page: 9 },
    code: 'page-not-found',
  },
  {
    name: 'in a font that keeps to itself what it means',
    sample: { content: 'BT /Nameless 10 Tf 50 100 Td <0023007400740064> Tj ET' },
    code: 'anchor-not-found',
  },
  {
    name: 'too near to the edge for the signature',
    sample: text('350 100 Td (#ttd) Tj'),
    code: 'placement-out-of-page',
    values: { box: [0, 0, 400, 300] },
  },
  {
    name: 'only in an annotation',
    sample: {
      content: 'q Q',
      page: '/Annots [40 0 R]',
      objects: {
        40: '<< /Type /Annot /Subtype /FreeText /Rect [50 100 150 120] /Contents (#ttd) /AP << /N 41 0 R >> >>',
        41: stream(at(0, 0), '/Type /XObject /Subtype /Form /BBox [0 0 100 20]'),
      },
    },
    code: 'anchor-not-found',
  },
  {
    name: 'beside other text that the signature would cover',
    sample: { content: `${at(50, 100)}${at(60, 120, 'Tembusan')}` },
    code: 'placement-collides',
    values: { with: 'text' },
  },
];

for (const { name, sample, at: expected, ...more } of PLACED) {
  t.test(`placed: ${name}`, async (t) => {
    const document = open(textPdf(sample));
    const wish = { ...anchor, ...more.anchor };
    const { placement, chosen } = locateAnchor(document, wish);
    const { x, y, width, height } = placement.rect;
    t.ok(Math.abs(x - expected[0]) < 0.02 && Math.abs(y - expected[1]) < 0.02, `${x}, ${y}`);
    t.same([width, height], [wish.width, wish.height]);
    const [page, occurrence, matches] = more.chosen ?? [1, 1, 1];
    t.same(chosen, { page, occurrence, matches });
  });
}

for (const { name, sample, code, values = {}, ...more } of REFUSED) {
  t.test(`refused: ${name}`, async (t) => {
    const refusal = t.throws(() =>
      requireSpot(open(textPdf(sample)), { anchor: { ...anchor, ...more.anchor } }, 'refuse'),
    );
    t.ok(refusal instanceof UpdateRefused, String(refusal));
    t.match(refusal, { code, values });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'teken-anchor-'));
t.teardown(() => rmSync(folder, { recursive: true }));

interface Word {
  readonly text: string;
  readonly page: number;
  readonly xMin: number;
  readonly yMin: number;
  readonly yMax: number;
}

/** The words of a file as poppler sees them, from the upper left corner of the page. */
async function popplerWords(bytes: Uint8Array): Promise<readonly Word[]> {
  const path = join(folder, 'sample.pdf');
  writeFileSync(path, bytes);
  const { stdout } = await run('pdftotext', ['-bbox', '-cropbox', path, '-']);
  const pages = stdout.split('<page ').slice(1);
  const WORD = /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="[-\d.]+" yMax="([-\d.]+)">(.*?)<\/word>/g;
  return pages.flatMap((page, i) =>
    [...page.matchAll(WORD)].map(([, xMin, yMin, yMax, text = '']) => ({
      text: text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').normalize('NFKC'),
      page: i + 1,
      xMin: Number(xMin),
      yMin: Number(yMin),
      yMax: Number(yMax),
    })),
  );
}

t.test('poppler sees the words in the same places', { skip: toolMissing('pdftotext') }, async (t) => {
  let compared = 0;
  for (const { name, sample, word, ...more } of PLACED) {
    if (word === null) continue;
    const bytes = textPdf(sample);
    const wish = { ...anchor, ...more.anchor };
    const { match, page } = locateAnchor(open(bytes), wish);
    const height = 300;
    const wanted = word ?? wish.text;
    const words = (await popplerWords(bytes)).filter(
      (seen) => seen.page === page.number && seen.text === wanted,
    );
    // Of a word that only contains the text the beginning of the word is compared.
    const within =
      wanted.indexOf(wish.text.split(' ')[0] ?? '') > 0 ||
      (wanted.length > wish.text.length && wanted.startsWith(wish.text));
    const crop = /\/CropBox \[\S+ (\S+) \S+ (\S+)\]/.exec(sample.page ?? '');
    const displayed =
      crop === null
        ? /\/Rotate (90|270)/.test(sample.page ?? '')
          ? 400
          : height
        : Number(crop[2]) - Number(crop[1]);
    const found = words.some(({ xMin, yMin, yMax }) => {
      const baseline = displayed - match.start[1];
      const across = baseline >= yMin - 0.5 && baseline <= yMax + 0.5;
      return across && (within ? xMin <= match.start[0] + 0.6 : Math.abs(xMin - match.start[0]) < 0.6);
    });
    t.ok(found, `${name}: ${JSON.stringify(words)} against ${match.start}`);
    compared += 1;
  }
  t.ok(compared >= 40, `${compared} compared`);
});

t.test('in a letter as a word processor writes it', { skip: toolMissing('pdftotext') }, async (t) => {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const path = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSerif.ttf');
  const font = await document.embedFont(readFileSync(path), { subset: true });
  const page = document.addPage([595, 842]);
  page.drawText('Kepala Dinas Komunikasi dan Informatika,', { x: 305, y: 300, size: 11, font });
  page.drawText('$' + '{ttd_pengirim1}', { x: 311.5, y: 240.25, size: 11, font });
  page.drawText('Tembusan $' + '{ttd_pengirim2}', { x: 80, y: 100, size: 9, font, rotate: degrees(0) });
  const bytes = await document.save();
  for (const [name, occurrence] of [
    ['{ttd_pengirim1}', 'only'],
    ['{ttd_pengirim2}', 'only'],
    ['{ttd_pengirim', 2],
  ] as const) {
    const { match, chosen } = locateAnchor(open(bytes), { ...anchor, text: `$${name}`, occurrence });
    const words = await popplerWords(bytes);
    const word = words.find(
      ({ text, yMin, yMax }) =>
        text.startsWith(`$${name}`) && 842 - match.start[1] > yMin && 842 - match.start[1] < yMax,
    );
    t.ok(
      word !== undefined && Math.abs(word.xMin - match.start[0]) < 0.3,
      `${JSON.stringify(word)} ${match.start}`,
    );
    t.equal(chosen.page, 1);
  }
});

t.test('a page may not cost more than its limits', async (t) => {
  const bytes = textPdf({
    content: '/A Do',
    resources: `/XObject << ${[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((name, i) => `/${name} ${40 + i} 0 R`).join(' ')} >>`,
    objects: Object.fromEntries(
      [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((_, i) => {
        const next = 'BCDEFGHIJKLMNOPQRSTUVWXYZA'[i];
        return [40 + i, stream(`/${next} Do `.repeat(10), '/Type /XObject /Subtype /Form /BBox [0 0 9 9]')];
      }),
    ),
  });
  const refusal = t.throws(() => locateAnchor(open(bytes), anchor));
  t.match(refusal, { code: 'limits-exceeded', values: { limit: 'contentOperations' } });
});
