// The page as people use it: real letters, both languages, with and without JavaScript, on a phone and on a desk.

import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import t from 'tap';
import { VERDICT_TEXTS } from '../../src/report/catalogue.ts';
import type { Language } from '../../src/report/language.ts';
import { append } from '../attacks/append.ts';
import { letter } from '../attacks/carrier.ts';
import { ENCRYPTED_PDF } from '../http/bad-files.ts';
import { type RealService, requestSignature, signedLetter, startRealService } from '../http/real-service.ts';
import { toolMissing } from '../tools.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, DESK, fits, focusedId, openPage, PHONE, SMALLEST } from './examine.ts';

const skip = toolMissing('chromium');

t.test('the upload page in Chromium', { skip, timeout: 240_000 }, async (t) => {
  const service = await startRealService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });
  const letters = await lettersOf(service);
  const examiner = await examinerOf(browser);

  for (const javaScriptEnabled of [true, false]) {
    for (const viewport of [PHONE, DESK]) {
      const where = `${viewport.width} px, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;
      await t.test(`says the right verdict at ${where}`, async (t) => {
        const { page, violations, context } = await openPage(browser, { viewport, javaScriptEnabled });
        for (const language of ['id', 'en'] as const) {
          for (const { file, verdict } of letters) {
            await uploadFile(page, service.url, language, file);
            await page.waitForSelector('#verdict');
            const title = await page.textContent('h1');
            t.equal(title, VERDICT_TEXTS[verdict].title[language], `${verdict} ${language}`);
            t.equal(await page.getAttribute('html', 'lang'), language);
            t.same(await axeOf(page, javaScriptEnabled ? null : examiner), [], `${verdict} ${language}: axe`);
            t.ok(await fits(page), `${verdict} ${language}: no horizontal scrolling`);
          }
        }
        t.same(violations, [], 'no violation of the content security policy, no script error');
        await context.close();
      });
    }
  }

  await t.test('the four answers are above the fold of a phone', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE });
    for (const { file, verdict } of letters) {
      await uploadFile(page, service.url, 'id', file);
      await page.waitForSelector('.answers');
      const box = await page.locator('.answers').boundingBox();
      t.ok(
        box !== null && box.y + box.height <= PHONE.height,
        `${verdict} ends at ${box?.y} + ${box?.height}`,
      );
    }
    await context.close();
  });

  await t.test('nothing scrolls sideways at 320 px, form, result or error', async (t) => {
    const { page, context } = await openPage(browser, { viewport: SMALLEST });
    await page.goto(`${service.url}/`);
    t.ok(await fits(page), 'form');
    for (const { file, verdict } of letters) {
      await uploadFile(page, service.url, 'id', file);
      await page.waitForSelector('#verdict');
      for (const summary of await page.locator('summary').all()) await summary.click();
      t.ok(await fits(page), `${verdict}, everything opened`);
    }
    await uploadFile(page, service.url, 'id', Buffer.from('bukan PDF'));
    await page.waitForSelector('#error-summary');
    t.ok(await fits(page), 'error');
    await page.goto(`${service.url}/docs/problems`);
    t.ok(await fits(page), 'problem codes');
    await context.close();
  });

  await t.test('after a check focus is on the result, after an error on its summary', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE });
    await uploadFile(page, service.url, 'id', letters[0]?.file ?? Buffer.alloc(0));
    await page.waitForSelector('#verdict');
    t.equal(await focusedId(page), 'verdict');
    await uploadFile(page, service.url, 'id', Buffer.from('bukan PDF'));
    await page.waitForSelector('#error-summary');
    t.equal(await focusedId(page), 'error-summary');
    t.match(await page.title(), /^Galat:/);
    t.equal(await page.textContent('#error-summary a'), 'Berkas harus berupa PDF.');
    t.match(await page.textContent('#chosen'), /surat\.pdf/, 'the chosen file is kept');
    await context.close();
  });

  await t.test('errors of a file are told in place, and the next file is checked', async (t) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await openPage(browser, { viewport: DESK, javaScriptEnabled });
      for (const [file, message] of [
        [Buffer.from('bukan PDF'), 'The selected file must be a PDF.'],
        [Buffer.from(ENCRYPTED_PDF), /password protected.*Safer/],
        [Buffer.alloc(0), 'The selected file is empty.'],
      ] as const) {
        await uploadFile(page, service.url, 'en', file);
        await page.waitForSelector('#error-summary');
        t.match(await page.textContent('#error-summary a'), message);
        t.same(await axeOf(page, javaScriptEnabled ? null : examiner), []);
      }
      await uploadFile(page, service.url, 'en', letters[0]?.file ?? Buffer.alloc(0));
      await page.waitForSelector('#verdict');
      t.match(await page.textContent('#verdict'), /Electronic signature valid/);
      await context.close();
    }
  });

  await t.test('too large a file is refused with our own words, before and after it was sent', async (t) => {
    const tooLarge = Buffer.alloc(20 * 1024 * 1024);
    const small = await startRealService({ TEKEN_MAX_UPLOAD_MB: '5' });
    t.teardown(() => small.close());
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
      await uploadFile(page, small.url, 'id', tooLarge);
      await page.waitForSelector('#error-summary', { timeout: 30_000 });
      t.equal(await page.textContent('#error-summary a'), 'Ukuran berkas maksimal 5 MB.');
      await context.close();
    }
  });

  await t.test('no file chosen is told at the field, and the summary leads to it', async (t) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
      await page.goto(`${service.url}/`);
      await page.click('button[type=submit]');
      await page.waitForSelector('#error-summary');
      t.equal(await page.textContent('#error-summary a'), 'Pilih berkas PDF.');
      await page.click('#error-summary a');
      t.equal(await focusedId(page), javaScriptEnabled ? 'choose' : 'file');
      await context.close();
    }
  });

  await t.test('the kept file is checked again without choosing it', async (t) => {
    const { page, context } = await openPage(browser, { viewport: DESK });
    await uploadFile(page, service.url, 'id', letters[0]?.file ?? Buffer.alloc(0));
    await page.waitForSelector('#verdict');
    const checkedAt = await page.textContent('.document-details');
    await page.click('text=Periksa lagi');
    await page.waitForFunction(
      (before) => document.querySelector('.document-details')?.textContent !== before,
      checkedAt,
    );
    t.match(await page.textContent('#verdict'), /valid/);
    await context.close();
  });

  await t.test('the version that was signed is handed out, with a script and without', async (t) => {
    const signed = await signedVersionOf(service);
    const changed = Buffer.from(append(signed, { objects: { 4: OTHER_TEXT } }));
    for (const javaScriptEnabled of [true, false]) {
      const { page, violations, context } = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
      for (const language of ['id', 'en'] as const) {
        await uploadFile(page, service.url, language, changed);
        await page.waitForSelector('#versions');
        const name = { id: /^Lihat versi yang ditandatangani/, en: /^See the signed version/ }[language];
        const button = page.getByRole('button', { name });
        t.same(await axeOf(page, javaScriptEnabled ? null : examiner), []);
        t.ok(await fits(page));
        t.equal(await page.isVisible('#version-file'), !javaScriptEnabled, 'nobody chooses a file twice');
        if (!javaScriptEnabled) await page.setInputFiles('#version-file', fileOf(changed));
        const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
        t.equal(download.suggestedFilename(), 'versi-2.pdf');
        t.same(readFileSync(await download.path()), signed, 'byte for byte');
      }
      t.same(violations, []);
      await context.close();
    }
  });

  await t.test('another file than the one that was checked gives no version', async (t) => {
    const signed = await signedVersionOf(service);
    const changed = Buffer.from(append(signed, { objects: { 4: OTHER_TEXT } }));
    const { page, context } = await openPage(browser, { viewport: DESK, javaScriptEnabled: false });
    await uploadFile(page, service.url, 'en', changed);
    await page.setInputFiles('#version-file', fileOf(signed));
    await page.click('#versions button');
    await page.waitForSelector('#error-summary');
    t.match(await page.textContent('#error-summary a'), 'Choose the same file');
    await uploadFile(page, service.url, 'en', signed);
    await page.waitForSelector('#verdict');
    t.equal(await page.locator('#versions').count(), 0, 'where nothing was added there is nothing to choose');
    await context.close();
  });

  await t.test('the whole journey works with the keyboard alone', async (t) => {
    const { page, context } = await openPage(browser, { viewport: DESK });
    await page.goto(`${service.url}/`);
    await page.setInputFiles('#file', fileOf(letters[0]?.file ?? Buffer.alloc(0)));
    const visited: string[] = [];
    for (let i = 0; i < 12 && visited.at(-1) !== 'submit'; i += 1) {
      await page.keyboard.press('Tab');
      visited.push(await page.evaluate(() => document.activeElement?.getAttribute('type') ?? ''));
    }
    t.equal(visited.at(-1), 'submit', 'the button is reached');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#verdict');
    await context.close();
  });

  await t.test('the API page works under its policy', async (t) => {
    const { page, violations, context } = await openPage(browser, { viewport: DESK });
    await page.goto(`${service.url}/docs`);
    await page.waitForSelector('text=Menandatangani PDF');
    t.same(violations, []);
    await context.close();
  });
});

const OTHER_TEXT = '<< /Length 46 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Palsu) Tj ET     \nendstream';

async function signedVersionOf(service: RealService): Promise<Buffer> {
  const response = await requestSignature(service, { level: 'B-T' }, letter('table'));
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

interface Letter {
  readonly file: Buffer;
  readonly verdict: 'VALID' | 'MODIFIED' | 'NO_SIGNATURE';
}

async function lettersOf(service: RealService): Promise<Letter[]> {
  const valid = await signedLetter(service, { rect: '305,205,215,72', page: '1' });
  const modified = Buffer.from(valid);
  // The version in the header: covered by the signature, and no reader stumbles over it.
  modified[7] = '6'.charCodeAt(0);
  return [
    { file: valid, verdict: 'VALID' },
    { file: modified, verdict: 'MODIFIED' },
    { file: service.letter, verdict: 'NO_SIGNATURE' },
  ];
}

function fileOf(buffer: Buffer) {
  return { name: 'surat.pdf', mimeType: 'application/octet-stream', buffer };
}

async function uploadFile(page: Page, url: string, language: Language, file: Buffer): Promise<void> {
  await page.goto(`${url}/?lang=${language}`);
  await page.setInputFiles('#file', fileOf(file));
  await page.click('button[type=submit]');
}

/** axe needs JavaScript of its own; where the page runs without, its markup is examined on a page that has it. */
async function axeOf(page: Page, examiner: Page | null): Promise<string[]> {
  if (examiner === null) return axeViolations(page);
  await examiner.goto(new URL('/', page.url()).href);
  await examiner.setContent(await page.content());
  return axeViolations(examiner);
}

/** A page that runs axe, but not our script. */
async function examinerOf(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true, viewport: PHONE });
  const page = await context.newPage();
  await page.route('**/teken.js', (route) => route.abort());
  return page;
}
