// The pages with numbered boxes, drawn in the browser when somebody asks for them, under the policy and from our own origin alone.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { type RealService, requestVerdict, signedLetter, startRealService } from '../http/real-service.ts';
import { corpus, corpusMissing, toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, DESK, fits, openPage, PHONE, pdfNamed } from './examine.ts';

t.test('the preview', { skip: toolMissing('chromium'), timeout: 180_000 }, async (t) => {
  const service = await startRealService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });
  const letter = await signedLetter(service, { rect: '305,205,215,72', page: '1' });

  for (const viewport of [PHONE, DESK]) {
    await t.test(`stands where the signature stands at ${viewport.width} px`, async (t) => {
      const { page, context, violations, hosts } = await openPage(browser, { viewport });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await check(page, service, letter);
      t.notOk(
        asked.some((path) => path.includes('pdfjs')),
        'the library is loaded on request only',
      );
      await page.click('.preview button');
      await page.waitForSelector('.sheet[data-drawn]');
      t.ok(await drawn(page), 'something is on the page');
      t.same(await place(page), expectedPlace(await verdictOf(service, letter)), 'to the per mille');
      t.equal(await page.textContent('.mark span'), '1');
      t.match(await page.textContent('.item .name'), /^1\. /, 'the number of the list');
      t.match(await page.textContent('.preview [role=status]'), /dibuat di perangkat Anda/);
      t.ok(await fits(page));
      t.same(await axeViolations(page), []);
      await keepPicture(page, `preview/${viewport.width}`);
      t.same(violations, [], 'nothing was stopped by the policy');
      t.same([...hosts], [new URL(service.url).host]);
      await context.close();
    });
  }

  await t.test(
    'an image that needs a decoder is drawn without WebAssembly',
    { skip: corpusMissing() },
    async (t) => {
      const file = join(corpus() ?? '', 'pdf', 'parser', 'JBIG2Image.pdf');
      const { page, context, violations } = await openPage(browser, { viewport: DESK });
      await check(page, service, readFileSync(file));
      await page.click('.preview button');
      await page.waitForSelector('.sheet[data-drawn]');
      t.ok(await drawn(page));
      t.same(violations, []);
      await context.close();
    },
  );

  await t.test('a file that cannot be drawn leaves its verdict alone', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE });
    await check(page, service, letter);
    await page.route('**/pdf.worker.min.mjs', (route) => route.abort());
    await page.click('.preview button');
    await page.waitForFunction(() =>
      /tidak dapat digambar/.test(document.querySelector('.preview')?.textContent ?? ''),
    );
    t.match(await page.textContent('#verdict'), /valid/);
    await context.close();
  });

  await t.test('without a script the list names the page, and no button promises more', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE, javaScriptEnabled: false });
    await check(page, service, letter);
    t.notOk(await page.isVisible('.preview'));
    t.match(await page.textContent('.item .facts'), /Tampak di halaman 1/);
    await context.close();
  });
});

async function check(page: Page, { url }: RealService, file: Buffer): Promise<void> {
  await page.goto(`${url}/?lang=id`);
  await page.setInputFiles('#file', pdfNamed('surat.pdf', file));
  await page.click('button.primary');
  await page.waitForSelector('#verdict');
}

function drawn(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.sheet canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return [...pixels].some((value, at) => at % 4 < 3 && value < 128);
  });
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Of the box, in per mille of the page. */
function place(page: Page): Promise<Place> {
  return page.evaluate(() => {
    const paper = document.querySelector('.paper canvas')?.getBoundingClientRect() ?? new DOMRect();
    const mark = document.querySelector('.mark')?.getBoundingClientRect() ?? new DOMRect();
    const share = (part: number, whole: number): number => Math.round((1000 * part) / whole);
    return {
      left: share(mark.left - paper.left, paper.width),
      top: share(mark.top - paper.top, paper.height),
      width: share(mark.width, paper.width),
      height: share(mark.height, paper.height),
    };
  });
}

/** A4, whose origin is below. */
function expectedPlace([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): Place {
  const [width, height] = [595.28, 841.89];
  const share = (part: number, whole: number): number => Math.round((1000 * part) / whole);
  return {
    left: share(x1, width),
    top: share(height - y2, height),
    width: share(x2 - x1, width),
    height: share(y2 - y1, height),
  };
}

async function verdictOf(service: RealService, file: Buffer): Promise<readonly number[]> {
  const answer = (await (await requestVerdict(service, file)).json()) as { signatures: { rect: number[] }[] };
  return answer.signatures[0]?.rect ?? [];
}
