// The guide for clerks: its pictures show the page as it is today, and the report that it speaks of can be had as it says.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PICTURES } from '../../src/web/guide-texts.ts';
import { requestVerdict, signedLetter, startRealService } from '../http/real-service.ts';
import { toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, DESK, fits, openPage, PHONE, pdfNamed, SMALLEST } from './examine.ts';
import { GUIDE_FOLDER, knownPictures, takePictures } from './guide-pictures.ts';

const skip = toolMissing('chromium');

t.test(
  'the pictures say what the page says; `npm run guide-pictures` takes them anew',
  { skip, timeout: 120_000 },
  async (t) => {
    const browser = await launchBrowser();
    t.teardown(() => browser.close());
    const known = knownPictures();
    const taken = await takePictures(browser);
    t.same(new Set(taken.map(({ name }) => name)), new Set(Object.keys(known)));
    t.equal(taken.length, 2 * Object.keys(PICTURES).length);
    for (const { name, words, webp } of taken) {
      t.equal(known[name]?.words, words, name);
      const there = readFileSync(join(GUIDE_FOLDER, `${name}.webp`));
      t.equal(there.toString('latin1', 8, 12), 'WEBP');
      t.ok(there.length < 40_000, `${name} is small: ${there.length}`);
      const artefacts = process.env.CI_ARTEFACTS || t.testdirName;
      mkdirSync(artefacts, { recursive: true });
      writeFileSync(join(artefacts, `panduan-${name}.webp`), webp);
    }
  },
);

t.test('the guide and the report in Chromium', { skip, timeout: 120_000 }, async (t) => {
  const [service, browser] = [await startRealService(), await launchBrowser()];
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });

  await t.test(
    'the guide reads well on every screen, in both languages, and says every picture in words',
    async (t) => {
      for (const viewport of [SMALLEST, PHONE, DESK]) {
        const { page, violations, hosts, context } = await openPage(browser, { viewport });
        for (const language of ['id', 'en']) {
          await page.goto(`${service.url}/panduan?lang=${language}`);
          t.ok(await fits(page), `${viewport.width} ${language}`);
          t.same(await axeViolations(page), []);
          for (const image of await page.locator('img.shot').all()) {
            await image.scrollIntoViewIfNeeded();
            await page.waitForFunction(
              (shot) => (shot as HTMLImageElement).naturalWidth > 0,
              await image.elementHandle(),
            );
            t.match(await image.getAttribute('alt'), /\S{3}/);
          }
          await keepPicture(page, `panduan/${viewport.width}-${language}`);
        }
        t.same(violations, []);
        t.equal(hosts.size, 1, 'no third party is asked');
        await context.close();
      }
    },
  );

  await t.test(
    'a report is downloaded from the form and from a result, with a script and without',
    async (t) => {
      const letter = await signedLetter(service);
      for (const javaScriptEnabled of [true, false]) {
        const { page, violations, context } = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
        const download = async (name: RegExp): Promise<void> => {
          const button = page.getByRole('button', { name });
          const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
          t.match(file.suggestedFilename(), /^laporan-verifikasi-[0-9a-f]{12}\.pdf$/);
          const report = readFileSync(await file.path());
          t.match(await (await requestVerdict(service, report)).json(), {
            verdict: 'VALID',
            signatures: [{ kind: 'seal' }],
          });
        };
        await page.goto(`${service.url}/`);
        await page.setInputFiles('#file', pdfNamed('surat.pdf', letter));
        await download(/^Periksa dan unduh laporan/);
        await page.click('#upload button.primary');
        await page.waitForSelector('#verdict');
        t.equal(await page.isVisible('#report-file'), !javaScriptEnabled, 'nobody chooses a file twice');
        if (!javaScriptEnabled) await page.setInputFiles('#report-file', pdfNamed('surat.pdf', letter));
        await download(/^Unduh laporan/);
        t.same(violations, []);
        await context.close();
      }
    },
  );
});

t.test('every picture that the page names is there', (t) => {
  for (const name of Object.keys(PICTURES))
    for (const language of ['id', 'en']) t.ok(existsSync(join(GUIDE_FOLDER, `${name}-${language}.webp`)));
  t.end();
});
