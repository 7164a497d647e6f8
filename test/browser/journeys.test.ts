// Journeys through the page: with the keyboard alone, several files at once, by dropping, stopped half-way, and onto paper.

import type { Page } from 'playwright-core';
import t from 'tap';
import { toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, DESK, fits, focusedId, openPage, PHONE, pdfNamed } from './examine.ts';
import { fileThatIs, type StatedVerdict, startStatedService } from './stated-verdicts.ts';

const SEVERAL: readonly StatedVerdict[] = ['VALID', 'MODIFIED', 'UNREADABLE', 'UNKNOWN_ISSUER'];
const several = SEVERAL.map((verdict) => pdfNamed(`surat ${verdict}.pdf`, fileThatIs(verdict)));

t.test('journeys', { skip: toolMissing('chromium'), timeout: 240_000 }, async (t) => {
  const service = await startStatedService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });

  await t.test('with the keyboard alone: choose, check, read, check again, another', async (t) => {
    const { page, context, violations } = await openPage(browser, { viewport: PHONE });
    await page.goto(`${service.url}/`);
    await tabTo(t, page, '#choose');
    const choosing = page.waitForEvent('filechooser');
    // Chromium learns of that waiting by itself; whoever presses at once may be before it.
    await page.evaluate(() => undefined);
    await page.keyboard.press('Enter');
    const chooser = await choosing;
    t.ok(chooser.isMultiple());
    await chooser.setFiles(pdfNamed('surat.pdf', fileThatIs('VALID')));
    await tabTo(t, page, 'button.primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#verdict');
    t.equal(await focusedId(page), 'verdict', 'reading begins at the verdict');
    await tabTo(t, page, '.item summary');
    await page.keyboard.press('Enter');
    t.ok(await page.isVisible('.item dl'), 'details open');
    await tabTo(t, page, '.preview button');
    await page.evaluate(() => document.querySelector('#verdict')?.setAttribute('data-old', ''));
    await page.getByRole('button', { name: 'Periksa lagi' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('#verdict:not([data-old])');
    t.equal(await focusedId(page), 'verdict');
    await tabTo(t, page, '#result-actions a');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#upload');
    t.same(violations, []);
    await context.close();
  });

  await t.test('an error is reached, understood and put right with the keyboard alone', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE });
    await page.goto(`${service.url}/?lang=en`);
    await tabTo(t, page, 'button.primary');
    await page.keyboard.press('Enter');
    t.equal(await focusedId(page), 'error-summary');
    t.equal(await page.getAttribute('#error-summary', 'role'), 'alert');
    await tabTo(t, page, '#error-summary a');
    await page.keyboard.press('Enter');
    t.equal(await focusedId(page), 'choose', 'the summary leads to the field');
    t.match(await page.getAttribute('#choose', 'aria-describedby'), /file-error/);
    await context.close();
  });

  await t.test('an upload tells how far it is, not too often, and can be stopped', async (t) => {
    const { page, context } = await openPage(browser, { viewport: PHONE });
    await page.goto(`${service.url}/`);
    await listenToStatus(page);
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 300_000 };
    await session.send('Network.emulateNetworkConditions', slow);
    const large = pdfNamed('besar.pdf', Buffer.concat([fileThatIs('VALID'), Buffer.alloc(1_500_000)]));
    await page.setInputFiles('#file', large);
    await page.click('button.primary');
    await page.waitForSelector('#cancel', { state: 'visible' });
    await page.waitForFunction(() =>
      /[1-9]\d? %/.test(document.querySelector('#progress-text')?.textContent ?? ''),
    );
    await page.click('#cancel');
    t.ok(await page.isHidden('#progress'));
    t.equal(await page.textContent('#chosen'), 'Dibatalkan.');
    t.equal(await page.getAttribute('#chosen', 'role'), 'status');
    t.equal(await focusedId(page), 'choose');
    t.notOk(await page.isDisabled('button.primary'), 'another try is possible');
    await page.click('button.primary');
    await page.waitForSelector('#verdict', { timeout: 60_000 });
    const spoken = await heardStatus(page);
    t.ok(spoken.includes('Memeriksa…'), JSON.stringify(spoken));
    const percents = spoken.filter((text) => /^Mengunggah/.test(text));
    t.ok(percents.length >= 2 && percents.length <= 10, `two uploads, at most every 25 %: ${percents}`);
    await context.close();
  });

  for (const javaScriptEnabled of [true, false]) {
    await t.test(`several files at once, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async (t) => {
      const { page, context, violations } = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
      await page.goto(`${service.url}/`);
      await page.setInputFiles('#file', several);
      await page.click('button.primary');
      await page.waitForSelector('.files');
      t.equal(await page.textContent('h1'), '1 dari 4 berkas dapat diterima');
      t.equal(await page.locator('.file').count(), SEVERAL.length);
      t.match(
        await page.locator('.file > details > summary').nth(1).textContent(),
        /surat MODIFIED\.pdf.*telah diubah/s,
      );
      if (javaScriptEnabled) t.same(await axeViolations(page), []);
      await keepPicture(page, `journeys/several-${javaScriptEnabled ? 'script' : 'no-script'}`);
      for (const summary of await page.locator('.file > details > summary').all()) await summary.click();
      t.equal(await page.locator('.answers').count(), SEVERAL.length, 'each with its four answers');
      t.ok(await fits(page));
      const ids = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id));
      t.equal(new Set(ids).size, ids.length, 'every id once');
      if (javaScriptEnabled) {
        t.same(await axeViolations(page), [], 'everything opened');
      }
      t.same(violations, []);
      await context.close();
    });
  }

  await t.test('more files than are taken at once are told as that', async (t) => {
    const many = Array.from({ length: 21 }, (_, i) => pdfNamed(`${i}.pdf`, fileThatIs('VALID')));
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await openPage(browser, { viewport: DESK, javaScriptEnabled });
      await page.goto(`${service.url}/`);
      await page.setInputFiles('#file', many);
      await page.click('button.primary');
      await page.waitForSelector('#error-summary');
      if (javaScriptEnabled) t.match(await page.textContent('#error-summary'), /paling banyak 20 berkas/);
      await context.close();
    }
  });

  await t.test('files dropped onto the form are chosen', async (t) => {
    const { page, context } = await openPage(browser, { viewport: DESK });
    await page.goto(`${service.url}/`);
    const dropped = await page.evaluateHandle(
      (texts) => {
        const transfer = new DataTransfer();
        for (const [name, text] of texts) transfer.items.add(new File([text ?? ''], name ?? ''));
        return transfer;
      },
      several.slice(0, 2).map(({ name, buffer }) => [name, buffer.toString()]),
    );
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: dropped });
    t.match(await page.textContent('#chosen'), /surat VALID\.pdf.*surat MODIFIED\.pdf/s);
    await page.click('button.primary');
    await page.waitForSelector('.files');
    t.equal(await page.locator('.file').count(), 2);
    await context.close();
  });

  await t.test(
    'on paper there are the verdict, the answers and what was checked, and no buttons',
    async (t) => {
      const { page, context } = await openPage(browser, { viewport: DESK });
      await page.goto(`${service.url}/`);
      await page.setInputFiles('#file', pdfNamed('surat.pdf', fileThatIs('CHANGED_AFTER_LAST_SIGNATURE')));
      await page.click('button.primary');
      await page.waitForSelector('#verdict');
      await page.emulateMedia({ media: 'print' });
      for (const shown of ['#verdict', '.answers', '.action', '.changes', '.item', '.scope'])
        t.ok(await page.isVisible(shown), shown);
      for (const hidden of [
        '.top nav',
        '#result-actions',
        '.versions',
        '.preview',
        '.report',
        '.help',
        '.bottom',
      ])
        t.notOk(await page.locator(hidden).first().isVisible(), hidden);
      await keepPicture(page, 'journeys/print');
      const paper = await page.pdf({ format: 'A4', printBackground: false });
      t.equal(/\/Count (\d+)/.exec(paper.toString('latin1'))?.[1], '1', 'one sheet');
      await context.close();
    },
  );
});

/** Presses Tab until the element has focus; on the way every stop must be seen. */
async function tabTo(t: Tap, page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 25; i += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((wanted) => {
      const element = document.activeElement;
      if (element === null) return { arrived: false, seen: false };
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const inView = box.bottom > 0 && box.top < window.innerHeight;
      return {
        arrived: element.matches(wanted),
        seen: inView && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      };
    }, selector);
    if (stop.arrived) {
      t.ok(stop.seen, `${selector}: focus is visible`);
      return;
    }
  }
  t.fail(`${selector} is not reached with Tab`);
}

type Tap = Pick<typeof t, 'ok' | 'fail'>;

/** Notes every text of the status for screen readers from now on. */
async function listenToStatus(page: Page): Promise<void> {
  await page.evaluate(() => {
    const status = document.querySelector('#progress-status');
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(status?.textContent ?? '')).observe(status ?? document, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
}

function heardStatus(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}
