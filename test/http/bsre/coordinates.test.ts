// Where pictures come to stand: forty rectangles of both versions on pages that are turned and cropped, compared with the widget in
// the file and with the page as pdftoppm renders it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { handmadePdf, onePage } from '../../pdf/handmade.ts';
import { stream } from '../../pdf/text-samples.ts';
import { png } from '../../sign/pictures.ts';
import { run, toolMissing } from '../../tools.ts';
import { NIK, openDesk } from './desk.ts';

const desk = await openDesk();
const folder = mkdtempSync(join(tmpdir(), 'teken-bsre-'));
t.teardown(async () => {
  await desk.service.close();
  rmSync(folder, { recursive: true });
});

const RED = Buffer.from(png(40, 30, { colourType: 2 }, () => [210, 20, 20]));
const who = { nik: NIK.active, passphrase: desk.service.passphrase };

type Box = readonly [number, number, number, number];
interface Paper {
  readonly rotate: 0 | 90 | 180 | 270;
  /** What is displayed. */
  readonly crop: Box;
}

function pdfOf({ rotate, crop }: Paper, content = 'q Q'): Buffer {
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [${crop.join(' ')}] /Rotate ${rotate} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`;
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  return Buffer.from(handmadePdf({ objects: onePage({ 3: page, 4: stream(content), 5: font }) }));
}

/** A point of the displayed page, from its upper left corner, in the page's own coordinates. */
function own({ rotate, crop: [x0, y0, x1, y1] }: Paper, u: number, v: number): readonly [number, number] {
  if (rotate === 0) return [x0 + u, y1 - v];
  if (rotate === 90) return [x0 + v, y0 + u];
  if (rotate === 180) return [x1 - u, y0 + v];
  return [x1 - v, y1 - u];
}

/** The same the other way round. */
function displayed(
  { rotate, crop: [x0, y0, x1, y1] }: Paper,
  x: number,
  y: number,
): readonly [number, number] {
  if (rotate === 0) return [x - x0, y1 - y];
  if (rotate === 90) return [y - y0, x - x0];
  if (rotate === 180) return [x1 - x, y - y0];
  return [y1 - y, x1 - x];
}

function boxOf(a: readonly [number, number], b: readonly [number, number]): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

async function rectOf(pdf: Uint8Array): Promise<Box> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(pdf)]), 'a.pdf');
  const answer = await fetch(`${desk.service.url}/v1/verify`, { method: 'POST', body: form });
  const { signatures } = (await answer.json()) as { signatures: { rect: Box }[] };
  return signatures[0]?.rect ?? [0, 0, 0, 0];
}

/** Whether the rendered page is red at a point of the displayed page, in points. */
async function rendered(pdf: Uint8Array): Promise<(u: number, v: number) => boolean> {
  const path = join(folder, 'page');
  writeFileSync(`${path}.pdf`, pdf);
  await run('pdftoppm', ['-r', '72', '-cropbox', '-singlefile', `${path}.pdf`, path]);
  const image = readFileSync(`${path}.ppm`);
  const [head = '', width = '0'] =
    /^P6\s+(\d+)\s+\d+\s+255\s/.exec(image.subarray(0, 40).toString('latin1')) ?? [];
  return (u, v) => {
    const at = head.length + 3 * (Math.floor(v) * Number(width) + Math.floor(u));
    return (image[at] ?? 0) > 180 && (image[at + 1] ?? 255) < 90;
  };
}

const same = (a: Box, b: Box): boolean => a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 0.01);

const PAPERS: readonly Paper[] = ([0, 90, 180, 270] as const).map((rotate, i) => ({
  rotate,
  crop: i % 2 === 0 ? [0, 0, 595, 842] : [20, 30, 575, 800],
}));
const CORNERS: readonly Box[] = [
  [50, 100, 200, 160],
  [250, 742, 50, 682],
  [505, 772, 100, 75],
  [60, 400, 140, 460],
  [300, 90, 380, 150],
];
const SIZES: readonly Box[] = [
  [50, 100, 200, 60],
  [10, 10, 80, 60],
  [300, 400, 120, 90],
  [33.5, 250.25, 160, 120],
  [200, 60, 55, 55],
];

const skip = toolMissing('pdftoppm');
let counted = 0;

for (const paper of PAPERS) {
  const name = `turned by ${paper.rotate}, ${paper.crop[0] === 0 ? 'whole' : 'cropped'}`;
  for (const corners of CORNERS)
    t.test(`v1 on a page ${name}: ${corners.join(' ')}`, { skip }, async (t) => {
      const [xAxis, yAxis, width, height] = corners.map(String) as [string, string, string, string];
      const answer = await desk.send({
        path: '/api/sign/pdf',
        parts: [
          ...Object.entries({ ...who, tampilan: 'visible', page: '1', xAxis, yAxis, width, height }),
          ['file', pdfOf(paper), { fileName: 'a' }],
          ['imageTTD', RED, { fileName: 'b' }],
        ],
      });
      const expected = boxOf([corners[0], corners[1]], [corners[2], corners[3]]);
      t.ok(
        same(await rectOf(answer.body), expected),
        "the widget is where the numbers say, in the page's own coordinates",
      );
      const isRed = await rendered(answer.body);
      const [u, v] = displayed(paper, (expected[0] + expected[2]) / 2, (expected[1] + expected[3]) / 2);
      t.ok(isRed(u, v), 'the picture is seen in its middle');
      const shown = boxOf(
        displayed(paper, expected[0], expected[1]),
        displayed(paper, expected[2], expected[3]),
      );
      t.notOk(
        [isRed(shown[0] - 3, v), isRed(shown[2] + 3, v), isRed(u, shown[1] - 3), isRed(u, shown[3] + 3)].some(
          Boolean,
        ),
      );
      counted += 1;
    });
  for (const [x, y, width, height] of SIZES)
    t.test(`v2 on a page ${name}: ${[x, y, width, height].join(' ')}`, { skip }, async (t) => {
      const property = {
        tampilan: 'VISIBLE',
        imageBase64: RED.toString('base64'),
        page: 1,
        originX: x,
        originY: y,
        width,
        height,
      };
      const answer = await desk.send({
        path: '/api/v2/sign/pdf',
        json: { ...who, signatureProperties: [property], file: [pdfOf(paper).toString('base64')] },
      });
      const pdf = Buffer.from(answer.json.file[0], 'base64');
      const expected = boxOf(own(paper, x, y), own(paper, x + width, y + height));
      t.ok(same(await rectOf(pdf), expected), 'the widget is what is seen at the numbers');
      const isRed = await rendered(pdf);
      const [u, v] = [x + width / 2, y + height / 2];
      t.ok(isRed(u, v));
      // As large as it fits, upright: 4 by 3.
      const seen = Math.min(width / 4, height / 3);
      t.ok(isRed(u - 2 * seen + 2, v) && isRed(u + 2 * seen - 2, v), 'as wide as it fits');
      t.ok(isRed(u, v - 1.5 * seen + 2) && !isRed(u, v - 1.5 * seen - 3), 'and as high');
      counted += 1;
    });
}

t.test('the example of the contract: the same box in both versions', async (t) => {
  const paper: Paper = { rotate: 0, crop: [0, 0, 595, 842] };
  t.strictSame(boxOf(own(paper, 50, 100), own(paper, 250, 160)), [50, 682, 250, 742]);
  t.equal(counted, skip === false ? 40 : 0);
});

const TAGGED =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of letters
  'BT /F1 12 Tf 100 500 Td (Kepala #dinas) Tj 0 -60 Td (#) Tj 0 -60 Td (${ttd_) Tj (pengirim1}) Tj 0 -60 Td ([qr_bsre]) Tj 0 -60 Td (^) Tj ET';
for (const [tag, bottom] of [
  ['#', 440],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of letters
  ['${ttd_pengirim1}', 380],
  ['[qr_bsre]', 320],
  ['^', 260],
] as const)
  t.test(`the tag ${tag}: the box stands on its left end`, async (t) => {
    const paper: Paper = { rotate: 0, crop: [0, 0, 595, 842] };
    const v1 = await desk.send({
      path: '/api/sign/pdf',
      parts: [
        ...Object.entries({
          ...who,
          tampilan: 'visible',
          tag_koordinat: tag,
          linkQR: 'https://contoh.example',
          width: '75',
          height: '75',
        }),
        ['file', pdfOf(paper, TAGGED), { fileName: 'a' }],
      ],
    });
    t.ok(same(await rectOf(v1.body), [100, bottom, 175, bottom + 75]));
  });
