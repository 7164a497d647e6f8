// The visible block: what it says, that it is seen where it was put, and that nothing is drawn that could not be read.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { drawAppearance } from '../../src/sign/appearance.ts';
import { layOut } from '../../src/sign/appearance-layout.ts';
import { appearanceLines, readableText } from '../../src/sign/appearance-text.ts';
import { SigningRefused } from '../../src/sign/errors.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { indonesianTime } from '../../src/sign/zoned-time.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { run, toolMissing } from '../tools.ts';
import { now, pki, plainRequest, signingContext } from './development-signer.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-appearance-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'signed.pdf');
const rules = { digests: nodePlatform.digests, archival: false };

async function signVisibly(page: string, request: Partial<SignRequest>, objects = {}): Promise<Uint8Array> {
  const blank = { 3: page, 4: '<< /Length 0 >>\nstream\n\nendstream', ...objects };
  const file = handmadePdf({ objects: onePage(blank) });
  const signed = await signDocument(
    bytesSource(file),
    { ...plainRequest, ...request },
    await signingContext(),
  );
  const bytes = signedBytes(signed);
  writeFileSync(path, bytes);
  return bytes;
}

t.test('the lines of the block', async (t) => {
  const certificate = parseCertificate(pki.signers.pejabat.certificate);
  t.same(appearanceLines(certificate, { position: 'Kepala Dinas' }, now, 'Asia/Makassar'), [
    { part: 'lead', text: 'Ditandatangani secara elektronik oleh:', weight: 'regular' },
    { part: 'position', text: 'Kepala Dinas', weight: 'regular' },
    { part: 'name', text: 'Pejabat Contoh (UJI COBA)', weight: 'bold' },
    { part: 'time', text: '21 November 2026 19.38.05 WITA', weight: 'regular' },
    { part: 'test', text: 'DOKUMEN UJI COBA – TIDAK SAH', weight: 'bold' },
  ]);
  t.equal(appearanceLines(certificate, {}, now, 'UTC').length, 4, 'no position, no line');
  const real = {
    ...certificate,
    extensions: certificate.extensions.filter(({ oid }) => !oid.startsWith('2.25.')),
  };
  t.notMatch(
    JSON.stringify(appearanceLines(real, {}, now, 'UTC')),
    'UJI COBA –',
    'only development keys say so',
  );
});

t.test('the time for people', async (t) => {
  t.equal(indonesianTime(now, 'Asia/Jakarta'), '21 November 2026 18.38.05 WIB');
  t.equal(indonesianTime(now, 'Asia/Jayapura'), '21 November 2026 20.38.05 WIT');
  t.equal(indonesianTime(now, 'Europe/Berlin'), '21 November 2026 12.38.05 UTC+01:00');
  t.equal(indonesianTime(Date.UTC(2027, 0, 1), 'UTC'), '1 Januari 2027 00.00.00 UTC');
});

t.test('nothing invisible stays in a text, nothing turns its direction', async (t) => {
  t.equal(readableText('Budi\u202e nimda\u2066\u200b\u0000\tSantoso\n'), 'Budi nimda Santoso');
  t.equal(readableText('H\u0323amzah'), 'Ḥamzah', 'composed where Unicode has the letter');
});

t.test('a character without a glyph is refused, never replaced', async (t) => {
  const draw = (text: string) =>
    drawAppearance(
      { lines: [{ part: 'name', text, weight: 'bold' }], picture: null, cover: null },
      200,
      80,
      rules,
    );
  const refused = (codePoints: number[]) => new SigningRefused('text-unencodable', { codePoints });
  await t.rejects(draw('Budi 漢字'), refused([0x6f22, 0x5b57]));
  await t.rejects(draw('محمد'), { code: 'text-unencodable' }, 'letters that would have to be joined');
  await t.rejects(draw('q\u0323'), refused([0x323]), 'a mark that no letter takes up');
  await t.resolves(draw('Ḥamzah Đặng Łukasz Øystein Αθηνά Дмитрий d’Arc – 1/2 (NIP. 19700101)'));
});

t.test('a place in which nobody could read the text is refused', async (t) => {
  const lines = [
    { part: 'lead', text: 'Ditandatangani secara elektronik oleh:', weight: 'regular' },
  ] as const;
  await t.rejects(
    drawAppearance({ lines, picture: null, cover: null }, 20, 10, rules),
    new SigningRefused('placement-too-small', { rect: { width: 20, height: 10 } }),
  );
});

t.test('lines are broken at spaces, and as large as the place allows', async (t) => {
  const measure = (text: string) => text.length / 2;
  const lines = [{ part: 'lead', text: 'satu dua tiga', weight: 'regular' }] as const;
  const wide = layOut(lines, 200, 80, measure);
  t.equal(wide?.size, 10);
  t.same(
    wide?.lines.map(({ text }) => text),
    ['satu dua tiga'],
  );
  const narrow = layOut(lines, 50, 80, measure);
  t.same(
    narrow?.lines.map(({ text }) => text),
    ['satu dua', 'tiga'],
  );
  const [first, second] = narrow?.lines ?? [];
  t.ok((first?.y ?? 0) > (second?.y ?? 0), 'the first line is the upper one');
  for (const { x, y, text } of narrow?.lines ?? []) {
    t.ok(x >= 0 && x + measure(text) * (narrow?.size ?? 0) <= 50 && y >= 0 && y <= 80, text);
  }
  t.equal(layOut(lines, 12, 10, measure), null);
});

t.test(
  'the block can be copied out as text, from embedded subsets',
  { skip: toolMissing('pdftotext') },
  async (t) => {
    const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>';
    const placement = {
      page: 1,
      rect: { x: 60, y: 60, width: 220, height: 80 },
      origin: 'bottom-left',
    } as const;
    await signVisibly(page, { placement, appearance: { position: 'Kepala Dinas Ḥ dan H' } });
    const { stdout } = await run('pdftotext', ['-raw', path, '-']);
    t.same(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      [
        'Ditandatangani secara elektronik oleh:',
        'Kepala Dinas Ḥ dan H',
        'Pejabat Contoh (UJI COBA)',
        '21 November 2026 19.38.05 WITA',
        'DOKUMEN UJI COBA – TIDAK SAH',
      ],
    );
    const fonts = (await run('pdffonts', [path])).stdout;
    t.equal(
      fonts.match(/\+DejaVuSansCondensed\S*\s+CID TrueType\s+Identity-H\s+yes yes yes/g)?.length,
      2,
      fonts,
    );
  },
);

/** The page as poppler draws it, 72 dots to the inch: where its ink is, in displayed points from the upper left. */
async function inkOf(): Promise<{
  left: number;
  top: number;
  right: number;
  bottom: number;
  ink: (x: number, y: number) => boolean;
}> {
  const { code, stderr } = await run('pdftoppm', [
    '-r',
    '72',
    '-cropbox',
    '-gray',
    '-singlefile',
    path,
    join(folder, 'page'),
  ]);
  if (code !== 0) throw new Error(stderr);
  const image = readFileSync(join(folder, 'page.pgm'));
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(image.subarray(0, 32).toString('latin1'));
  const width = Number(header?.[1]);
  const height = Number(header?.[2]);
  const pixels = image.subarray(header?.[0].length ?? 0);
  const ink = (x: number, y: number) => (pixels[y * width + x] ?? 255) < 160;
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!ink(x, y)) continue;
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x + 1);
      box.bottom = Math.max(box.bottom, y + 1);
    }
  }
  return { ...box, ink };
}

t.test(
  'the block is seen upright where it was put, however the page is turned',
  { skip: toolMissing('pdftoppm') },
  async (t) => {
    const rect = { x: 70, y: 90, width: 200, height: 70 };
    for (const rotate of [0, 90, 180, 270]) {
      for (const inherited of [false, true]) {
        for (const origin of ['top-left', 'bottom-left', 'top-right', 'bottom-right'] as const) {
          const boxes = `/MediaBox [-20 -30 600 800] /CropBox [10 25 510 625] /Rotate ${rotate}`;
          const page = `<< /Type /Page /Parent 2 0 R /Contents 4 0 R ${inherited ? '' : boxes} >>`;
          const tree = `<< /Type /Pages /Kids [3 0 R] /Count 1 ${inherited ? boxes : ''} >>`;
          await signVisibly(page, { placement: { page: 1, rect, origin } }, { 2: tree });
          const height = rotate % 180 === 0 ? 600 : 500;
          const top = origin.startsWith('top') ? rect.y : height - rect.y - rect.height;
          const start = origin.endsWith('left') ? rect.x : 1100 - height - rect.x - rect.width;
          const { left, top: inkTop, right, bottom, ink } = await inkOf();
          const label = `/Rotate ${rotate}, ${origin}, ${inherited ? 'inherited' : 'own'} boxes`;
          t.ok(left >= start && left <= start + 8, `${label}: the text begins at the left, ${left}`);
          t.ok(
            right > start + 120 && right <= start + rect.width,
            `${label}: and runs to the right, ${right}`,
          );
          t.ok(
            inkTop >= top && bottom <= top + rect.height,
            `${label}: within its height, ${inkTop} to ${bottom}`,
          );
          // The first line is the longest but one; upside down, the short time would stand there.
          let firstLineEnd = 0;
          for (let y = inkTop; y < inkTop + 9; y += 1)
            for (let x = left; x < right; x += 1) if (ink(x, y)) firstLineEnd = Math.max(firstLineEnd, x);
          t.ok(firstLineEnd > right - 6, `${label}: the long first line is on top`);
        }
      }
    }
  },
);

t.test(
  'an existing field shows the block in its own place and turn',
  { skip: toolMissing('pdftoppm') },
  async (t) => {
    const field =
      '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Pejabat) /Rect [100 100 170 300] /MK << /R 90 >> /F 4 /P 3 0 R >>';
    const page =
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 400] /Rotate 90 /Contents 4 0 R /Annots [6 0 R] >>';
    const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>';
    await signVisibly(page, { fieldName: 'Pejabat' }, { 1: catalog, 6: field });
    const { left, top, right, bottom } = await inkOf();
    // Turned clockwise, user x runs down the page and user y to the right.
    t.ok(left >= 100 && right <= 300 && right - left > 120, `${left} to ${right}`);
    t.ok(top >= 100 && bottom <= 170, `${top} to ${bottom}`);
  },
);

t.test('a larger unit changes the numbers, not what is seen', { skip: toolMissing('mutool') }, async (t) => {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /UserUnit 2 /Contents 4 0 R >>';
  const rect = { x: 100, y: 100, width: 200, height: 70 };
  await signVisibly(page, { placement: { page: 1, rect, origin: 'top-left' } });
  const { stdout } = await run('mutool', ['draw', '-q', '-F', 'stext', path]);
  const boxes = [...stdout.matchAll(/<line bbox="([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"/g)].map((match) =>
    match.slice(1, 5).map(Number),
  );
  t.equal(boxes.length, 4);
  for (const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] of boxes) {
    t.ok(x0 >= 100 && x1 <= 300 && y0 >= 98 && y1 <= 172, `${x0} ${y0} ${x1} ${y1}`);
  }
});
