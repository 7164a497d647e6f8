// Every verdict as a reader meets it: in both languages, with and without a script, from the smallest phone to a desk.

import type { Page } from 'playwright-core';
import t from 'tap';
import { VERDICTS } from '../../src/index.ts';
import type { Language } from '../../src/report/language.ts';
import { answerQuestions } from '../../src/report/questions.ts';
import { describe } from '../../src/report/sentences.ts';
import { toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, DESK, fits, openPage, PHONE, pdfNamed, SMALLEST, TABLET } from './examine.ts';
import { fileThatIs, type StatedVerdict, startStatedService, statedReport } from './stated-verdicts.ts';

const STATES: readonly StatedVerdict[] = [...VERDICTS, 'VALID_SEVERAL', 'MANY_SIGNERS'];
const LANGUAGES = ['id', 'en'] as const;
const EXAMINED = { id: PHONE, en: DESK } as const;
// As the service's settings say in these tests.
const TIME_ZONE = 'Asia/Makassar';

t.test('every verdict on the page', { skip: toolMissing('chromium'), timeout: 600_000 }, async (t) => {
  t.equal(VERDICTS.length, 18, 'the enum is closed');
  const service = await startStatedService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });

  for (const viewport of [SMALLEST, PHONE, TABLET, DESK]) {
    for (const javaScriptEnabled of [true, false]) {
      const script = javaScriptEnabled ? 'script' : 'no-script';
      await t.test(`at ${viewport.width} px, ${script}`, async (t) => {
        const { page, context, violations, hosts } = await openPage(browser, { viewport, javaScriptEnabled });
        for (const language of LANGUAGES) {
          for (const state of STATES) {
            const name = `${state} ${language}`;
            await check(page, service.url, language, state);
            t.same(await shown(page), expected(state, language), `${name}: the words and the four answers`);
            t.equal(await page.getAttribute('html', 'lang'), language);
            const { bottom } = await answersBox(page);
            if (viewport === PHONE) t.ok(bottom <= PHONE.height, `${name}: answers end at ${bottom}`);
            await keepPicture(page, `verdicts/${state}-${language}-${viewport.width}-${script}`);
            // Where something is cut or too wide it is mostly what was folded away.
            for (const summary of await page.locator('main summary').all()) await summary.click();
            t.ok(await fits(page), `${name}: nothing to scroll sideways`);
            // Both languages share their markup: each is examined at one width.
            if (javaScriptEnabled && viewport === EXAMINED[language])
              t.same(await axeViolations(page), [], `${name}: axe`);
          }
        }
        t.same(violations, [], 'no error of a script, no violation of the policy');
        t.same([...hosts], [new URL(service.url).host], 'nobody else was asked for anything');
        await context.close();
      });
    }
  }
});

async function check(page: Page, url: string, language: Language, state: StatedVerdict): Promise<void> {
  await page.goto(`${url}/?lang=${language}`);
  await page.setInputFiles('#file', pdfNamed('surat keluar.pdf', fileThatIs(state)));
  await page.click('button.primary');
  await page.waitForSelector('.answers');
}

/** Title and answers as they can be read, in order. */
function shown(page: Page): Promise<{ title: string; answers: string[] }> {
  return page.evaluate(() => {
    const line = (element: Element | null): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    return {
      title: line(document.querySelector('#verdict, #error-title')),
      answers: [...document.querySelectorAll('.answers li')].map(line),
    };
  });
}

function expected(state: StatedVerdict, language: Language): { title: string; answers: string[] } {
  const report = statedReport(state);
  const { title } = describe(report, language, { timeZone: TIME_ZONE });
  const answers = answerQuestions(report, language).map(({ text, detail, answerText }) =>
    [text, detail, answerText].filter((part) => part !== null).join(' '),
  );
  return { title, answers };
}

async function answersBox(page: Page): Promise<{ bottom: number }> {
  const box = await page.locator('.answers').boundingBox();
  return { bottom: box === null ? Number.POSITIVE_INFINITY : box.y + box.height };
}
