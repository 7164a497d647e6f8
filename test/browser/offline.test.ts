// The offline verifier in Chromium, opened from a folder: the corpus gets the verdicts that the service gives, and nothing is
// asked for by anybody.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { OFFLINE_TEXTS } from '../../src/browser/offline-texts.ts';
import { offlineVerifier, offlineVerifierName } from '../../src/offline-verifier.ts';
import { VERDICT_TEXTS } from '../../src/report/catalogue.ts';
import { fileProblemText } from '../../src/report/problem-texts.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { result } from '../../src/web/result.ts';
import { passwordOf } from '../corpus/passwords.ts';
import { issue, signerExtensions } from '../pki/authority.ts';
import { corpusFiles, corpusMissing, toolMissing } from '../tools.ts';
import { authority, signedLetter } from '../verify/own-pki.ts';
import { launchBrowser } from './browser.ts';
import { judgedCorpus } from './corpus-trust.ts';

const skip = toolMissing('chromium') || corpusMissing();
const timeZone = 'Asia/Makassar';

t.test('the offline verifier in Chromium', { skip, timeout: 400_000 }, async (t) => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const { trustList, files } = await judgedCorpus(now, isJudgedOrRefused);
  const folder = mkdtempSync(join(tmpdir(), 'teken-offline-'));
  const embedded = {
    trustList,
    policy: DEFAULT_POLICY,
    tool: { version: '0', commit: 'test' },
    timeZone,
    language: 'id',
  } as const;
  const path = join(folder, offlineVerifierName(embedded));
  writeFileSync(path, await offlineVerifier(embedded));
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  const address = pathToFileURL(path).href;
  const { page, context, requests, complaints } = await openOffline(await browser.newContext(), address, now);

  await t.test('every signed file of the corpus is told of as the service tells of it', async (t) => {
    const differing: string[] = [];
    const beyond: string[] = [];
    let same = 0;
    for (const { file, bytes, report } of files) {
      const { title, unavailable } = await outcomeOf(page, file.name, bytes);
      if (unavailable !== null) beyond.push(`${file.name} (${report.verdict}): ${title}, ${unavailable}`);
      else if (await isSaidOf(page, report, file.name)) same += 1;
      else differing.push(`${file.name}: ${report.verdict}, here ${title}`);
    }
    t.same(differing, []);
    t.ok(same >= 300, `${same} files`);
    t.same(beyond, [], 'no algorithm is beyond it');
    t.comment(`${same} of ${files.length} the same to the letter`);
  });

  await t.test('a curve that is not computed here is named, and the letter is refused', async (t) => {
    const key = generateKeyPairSync('ec', { namedCurve: 'sect283k1' }).privateKey;
    const by = issue({ subject: 'Pejabat', issuer: authority, extensions: signerExtensions, key });
    const outcome = await outcomeOf(page, 'lengkung.pdf', await signedLetter({ by }));
    t.same(outcome, { title: VERDICT_TEXTS.INVALID.title.id, unavailable: 'ecdsa' });
  });

  await t.test('an encrypted letter is opened with its password, and with no other', async (t) => {
    const locked = corpusFiles().find((file) => (passwordOf(file) ?? '') !== '');
    if (locked === undefined) throw new Error('the corpus has no encrypted file');
    await page.setInputFiles('#file', locked.path);
    await page.waitForSelector('#password');
    await page.fill('#password', 'bukan ini');
    await page.click('#unlock');
    await page.waitForFunction(
      (text) => document.body.textContent?.includes(text),
      OFFLINE_TEXTS.wrongPassword.id,
    );
    await page.fill('#password', passwordOf(locked) ?? '');
    await page.click('#unlock');
    await page.waitForSelector('#verdict');
    t.not(await page.textContent('#verdict'), '');
  });

  await t.test('it says how old its list is and what it did not ask, in both languages', async (t) => {
    for (const [language, day] of [
      ['id', /per \d+ \S+ \d{4}/],
      ['en', /as of \d+ \S+ \d{4}/],
    ] as const) {
      if ((await page.getAttribute('html', 'lang')) !== language) await page.click('#language');
      const limits = (await page.textContent('#limits')) ?? '';
      t.match(limits, day);
      t.match(limits, OFFLINE_TEXTS.revocation[language]);
      t.same(
        (await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id),
        [],
        `axe ${language}`,
      );
    }
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      t.equal(wide, false, `no horizontal scrolling at ${width} px`);
    }
  });

  t.same(complaints, [], 'no violation of the content security policy, no script error');
  t.same(requests, [address], 'nothing was asked for but the file itself');
  await context.close();

  await t.test('its policy lets nothing out, whoever would ask', async (t) => {
    const other = await openOffline(await browser.newContext(), address, now);
    const refused = await other.page.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        directives.push(event.effectiveDirective),
      );
      await fetch('https://example.com/').catch(() => undefined);
      new Image().src = 'https://example.com/a.png';
      const script = document.createElement('script');
      script.textContent = 'document.title = "berubah"';
      document.body.append(script);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { directives, title: document.title };
    });
    t.same(new Set(refused.directives), new Set(['connect-src', 'img-src', 'script-src-elem']));
    t.equal(refused.title, OFFLINE_TEXTS.title.id);
    await other.context.close();
  });
});

/** Signed files, and those that nobody can read. */
function isJudgedOrRefused({ signatures, problem }: VerificationReport): boolean {
  return signatures.length > 0 || problem !== null;
}

async function openOffline(
  context: BrowserContext,
  address: string,
  now: number,
): Promise<{ page: Page; context: BrowserContext; requests: string[]; complaints: string[] }> {
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  await page.clock.setFixedTime(now);
  await context.setOffline(true);
  await page.goto(address);
  return { page, context, requests, complaints };
}

/** The headline of what the page says, and the algorithms that it could not compute. */
async function outcomeOf(
  page: Page,
  name: string,
  bytes: Uint8Array,
): Promise<{ title: string | null; unavailable: string | null }> {
  const file = { name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) };
  await page.evaluate(() => document.querySelector('#outcome')?.replaceChildren());
  await page.setInputFiles('#file', file);
  await page.waitForSelector('#verdict, #error-summary', { timeout: 60_000 });
  const unavailable = page.locator('#unavailable');
  return {
    title: await page.textContent('#verdict, #error-summary'),
    unavailable: (await unavailable.count()) === 0 ? null : await unavailable.getAttribute('data-algorithms'),
  };
}

/** Whether the page says of a file, word for word, what the service's page says. */
function isSaidOf(page: Page, report: VerificationReport, fileName: string): Promise<boolean> {
  const text = report.problem === null ? null : fileProblemText(report.problem.code);
  if (report.problem !== null)
    return page.evaluate(
      (said) => said !== '' && document.querySelector('#error-summary')?.textContent?.includes(said) === true,
      text?.id ?? '',
    );
  const context = { language: 'id', timeZone, requestId: '', fileName, onDevice: true } as const;
  const { content } = result(report, context, { file: null, idPrefix: '', alone: true });
  return page.evaluate((markup) => {
    const expected = new DOMParser().parseFromString(markup, 'text/html').body;
    for (const away of expected.querySelectorAll('form, a[href^="/"]')) away.remove();
    return document.querySelector('#outcome')?.textContent === expected.textContent;
  }, content.markup);
}
