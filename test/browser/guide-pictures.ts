// Takes the pictures of the guide from the real page: `npm run guide-pictures`.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Language } from '../../src/report/language.ts';
import { signedLetter, startRealService } from '../http/real-service.ts';
import { launchBrowser } from './browser.ts';
import { pdfNamed } from './examine.ts';

/** Where the page has them. */
export const GUIDE_FOLDER = fileURLToPath(new URL('../../src/web/static/guide/', import.meta.url));

export interface TakenPicture {
  /** With its language, as the file is called. */
  readonly name: string;
  readonly webp: Buffer;
  readonly width: number;
  readonly height: number;
  /** What can be read on it, without times and numbers. */
  readonly words: string;
}

const LANGUAGES: readonly Language[] = ['id', 'en'];
// A phone's sharpness would cost three times as many bytes.
const SHARPNESS = 1.5;
const SCREEN = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: SHARPNESS,
  javaScriptEnabled: true,
};

/** Takes them all. @param browser - stays open */
export async function takePictures(browser: Browser): Promise<readonly TakenPicture[]> {
  const service = await startRealService();
  try {
    const good = await signedLetter(service, { level: 'B-LT' });
    const changed = Buffer.from(good);
    const at = changed.indexOf('stream') + 20;
    changed[at] = (changed[at] ?? 0) ^ 1;
    const context = await browser.newContext(SCREEN);
    const page = await context.newPage();
    const taken: TakenPicture[] = [];
    for (const language of LANGUAGES) {
      await page.goto(`${service.url}/?lang=${language}`);
      await page.setInputFiles('#file', pdfNamed('surat.pdf', good));
      taken.push(await take(page, `form-${language}`, page.locator('#upload')));
      taken.push(await result(page, `valid-${language}`));
      await page.goto(`${service.url}/?lang=${language}`);
      await page.setInputFiles('#file', pdfNamed('surat.pdf', changed));
      taken.push(await result(page, `changed-${language}`));
    }
    await context.close();
    return taken;
  } finally {
    await service.close();
  }
}

async function result(page: Page, name: string): Promise<TakenPicture> {
  await page.click('#upload button.primary');
  await page.waitForSelector('.verdict');
  return take(page, name, page.locator('section.verdict'));
}

async function take(page: Page, name: string, part: Locator): Promise<TakenPicture> {
  const png = await part.screenshot({ animations: 'disabled' });
  const words = (await part.innerText())
    .replace(/\d+/g, '0')
    .replace(/0 \p{L}+ 0 0[.:]0/gu, '(waktu)')
    .replace(/\s+/g, ' ')
    .trim();
  const { data, width, height } = await asWebp(page, png);
  const shown = (pixels: number): number => Math.round(pixels / SHARPNESS);
  return { name, webp: Buffer.from(data, 'base64'), width: shown(width), height: shown(height), words };
}

/** The browser that took it writes it small; on a page of its own, for ours allows no such thing. */
async function asWebp(page: Page, png: Buffer): Promise<{ data: string; width: number; height: number }> {
  const blank = await page.context().newPage();
  try {
    return await blank.evaluate(async (source) => {
      const image = new Image();
      image.src = `data:image/png;base64,${source}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      const [, data = ''] = canvas.toDataURL('image/webp', 0.5).split(',');
      return { data, width: image.naturalWidth, height: image.naturalHeight };
    }, png.toString('base64'));
  } finally {
    await blank.close();
  }
}

export type PictureList = Readonly<
  Record<string, { readonly width: number; readonly height: number; readonly words: string }>
>;

/** What the pictures that are there show. */
export function knownPictures(): PictureList {
  return JSON.parse(readFileSync(join(GUIDE_FOLDER, 'pictures.json'), 'utf8')) as PictureList;
}

if (import.meta.main) {
  const browser = await launchBrowser();
  const taken = await takePictures(browser);
  await browser.close();
  mkdirSync(GUIDE_FOLDER, { recursive: true });
  for (const { name, webp } of taken) writeFileSync(join(GUIDE_FOLDER, `${name}.webp`), webp);
  const list = Object.fromEntries(
    taken.map(({ name, width, height, words }) => [name, { width, height, words }]),
  );
  writeFileSync(join(GUIDE_FOLDER, 'pictures.json'), `${JSON.stringify(list, null, 2)}\n`);
}
