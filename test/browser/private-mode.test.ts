// Privacy mode in Chromium: the verdicts are the service's own, and what leaves the browser is small and no document.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page, Request } from 'playwright-core';
import t from 'tap';
import { VERDICT_TEXTS } from '../../src/report/catalogue.ts';
import { FOOTER } from '../../src/report/label-texts.ts';
import { PROBLEM_TEXTS } from '../../src/report/problem-texts.ts';
import { REASON_TEXTS } from '../../src/report/reason-texts.ts';
import { PAGE_TEXTS } from '../../src/web/page-texts.ts';
import { ENCRYPTED_PDF } from '../http/bad-files.ts';
import { signedLetter, startRealService } from '../http/real-service.ts';
import { corpusFiles, corpusMissing, toolMissing } from '../tools.ts';
import { launchBrowser } from './browser.ts';

const skip = toolMissing('chromium');

/** What the page's program made of a file and the service of that. */
type Answered =
  | { readonly problem: string }
  | { readonly sent: number; readonly status: number; readonly answer: VerifyAnswer };

interface VerifyAnswer {
  readonly verdict: string;
  readonly file: { readonly sha256: string };
  readonly signatures: readonly {
    readonly verdict: string;
    readonly level: string;
    readonly reasons: readonly { readonly code: string }[];
  }[];
}

t.test('privacy mode in Chromium', { skip, timeout: 400_000 }, async (t) => {
  const service = await startRealService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });
  const letter = await signedLetter(service, { rect: '305,205,215,72', page: '1' });
  const changed = Buffer.from(letter);
  changed[7] = '6'.charCodeAt(0);

  await t.test('a person gets the verdict, and no byte of the document leaves the browser', async (t) => {
    for (const [file, verdict] of [
      [letter, 'VALID'],
      [changed, 'MODIFIED'],
      [Buffer.from(service.letter), 'NO_SIGNATURE'],
    ] as const) {
      for (const language of ['id', 'en'] as const) {
        const { page, context, requests, complaints } = await openPage(await browser.newContext());
        await page.goto(`${service.url}/?lang=${language}`);
        await checkPrivately(page, file);
        await page.waitForSelector('#verdict');
        t.equal(await page.textContent('#verdict'), VERDICT_TEXTS[verdict].title[language]);
        const shown = (await page.textContent('main')) ?? '';
        t.match(shown, FOOTER.notSent[language]);
        t.equal(shown.includes(REASON_TEXTS.PARTLY_CHECKED_ON_DEVICE[language]), verdict !== 'NO_SIGNATURE');
        const bodies = requests.flatMap((request) => request.postDataBuffer() ?? []);
        t.equal(bodies.length, 1, 'one request has a body');
        const [body = Buffer.alloc(0)] = bodies;
        t.ok(body.length <= 100_000, `${body.length} bytes`);
        const stated = gunzipSync(body).toString('utf8');
        t.match(stated, /"digests":\[\{"cut"/);
        for (const part of contentOf(file)) t.notOk(stated.includes(part), 'nothing of its streams');
        t.same(
          requests.filter((request) => new URL(request.url()).origin !== service.url).map((r) => r.url()),
          [],
        );
        t.equal(
          await page.locator('#outcome form, article form, form[data-same-file]').count(),
          0,
          'nothing offers to send it',
        );
        t.same(
          (await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id),
          [],
          'axe',
        );
        t.same(complaints, []);
        await context.close();
      }
    }
  });

  await t.test('what cannot be read or stated is said before anything is sent', async (t) => {
    const { page, context, requests } = await openPage(await browser.newContext());
    for (const [file, text] of [
      [Buffer.from('bukan PDF'), PROBLEM_TEXTS['not-pdf'].id],
      [Buffer.from(ENCRYPTED_PDF), PROBLEM_TEXTS['pdf-encrypted'].id],
      [Buffer.alloc(0), PROBLEM_TEXTS['file-empty'].id],
    ] as const) {
      await page.goto(`${service.url}/`);
      await checkPrivately(page, file);
      await page.waitForSelector('#error-summary');
      t.match(await page.textContent('#error-summary a'), text);
    }
    await page.goto(`${service.url}/`);
    t.equal(await page.isVisible('[data-download]'), true);
    await page.check('#private');
    t.equal(await page.isVisible('[data-download]'), false, 'what would send it is not offered');
    await page.setInputFiles('#file', [fileOf(letter), fileOf(changed)]);
    await page.click('button[type=submit]');
    await page.waitForSelector('#error-summary');
    t.equal(await page.textContent('#error-summary a'), PAGE_TEXTS.oneFile.id);
    t.same(
      requests.map((request) => request.method()).filter((method) => method === 'POST'),
      [],
    );
    await context.close();
  });

  await t.test('without JavaScript it is not offered', async (t) => {
    const { page, context } = await openPage(await browser.newContext({ javaScriptEnabled: false }));
    await page.goto(`${service.url}/`);
    t.equal(await page.isVisible('#private'), false);
    await context.close();
  });

  await t.test(
    'the corpus gets the verdicts that it gets when it is sent',
    { skip: corpusMissing() },
    async (t) => {
      const { page, context } = await openPage(await browser.newContext());
      await page.goto(`${service.url}/`);
      const needed: string[] = [];
      let same = 0;
      let most = 0;
      for (const { name, path } of corpusFiles()) {
        const file = readFileSync(path);
        const sent = await verdictOfSent(service.url, file);
        if (sent === null || sent.signatures.length === 0) continue;
        const stated = await verdictOfStated(page, file);
        if ('problem' in stated) {
          t.equal(stated.problem, PROBLEM_TEXTS['document-needed'].id, name);
          needed.push(name);
          continue;
        }
        t.equal(stated.status, 200, name);
        const { answer } = stated;
        t.equal(answer.verdict, sent.verdict, name);
        t.same(answer.signatures.map(summary), sent.signatures.map(summary), name);
        t.equal(answer.file.sha256, sent.file.sha256, name);
        t.ok(
          answer.signatures.every(({ reasons }) =>
            reasons.some(({ code }) => code === 'PARTLY_CHECKED_ON_DEVICE'),
          ),
          `${name}: says so`,
        );
        t.ok(stated.sent <= 100_000, `${name}: ${stated.sent} bytes`);
        most = Math.max(most, stated.sent);
        same += 1;
      }
      t.ok(same >= 300, `${same} files`);
      t.ok(needed.length <= same * 0.05, needed.join(', '));
      t.comment(
        `${same} the same, at most ${most} bytes sent; the document is needed for ${needed.join(', ')}`,
      );
      await context.close();
    },
  );
});

const summary = ({ verdict, level }: VerifyAnswer['signatures'][number]): string => `${verdict} ${level}`;

async function openPage(context: BrowserContext): Promise<{
  page: Page;
  context: BrowserContext;
  requests: Request[];
  complaints: string[];
}> {
  const requests: Request[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(request));
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, context, requests, complaints };
}

/** The beginnings of the document's streams as they would stand in JSON. */
function contentOf(file: Buffer): readonly string[] {
  const begins = [...file.toString('latin1').matchAll(/[^d]stream\r?\n/g)].map(
    ({ index, 0: token }) => index + token.length,
  );
  return begins.flatMap((at) => {
    const bytes = file.subarray(at, at + 24);
    return [bytes.toString('base64'), bytes.toString('hex')];
  });
}

async function checkPrivately(page: Page, file: Buffer): Promise<void> {
  await page.check('#private');
  await page.setInputFiles('#file', fileOf(file));
  await page.click('button[type=submit]');
}

function fileOf(buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } {
  return { name: 'surat.pdf', mimeType: 'application/pdf', buffer };
}

/** Null for a file that is refused as a whole. */
async function verdictOfSent(url: string, file: Buffer): Promise<VerifyAnswer | null> {
  const answer = await fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: new Uint8Array(file),
  });
  return answer.status === 200 ? ((await answer.json()) as VerifyAnswer) : null;
}

/** By the program that the page loads, as the page does it. */
function verdictOfStated(page: Page, file: Buffer): Promise<Answered> {
  return page.evaluate(async (base64) => {
    const path = '/assets/private-mode.js';
    const { stateForService } = (await import(path)) as typeof import('../../src/browser/private-mode.ts');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stated = await stateForService(new Blob([bytes]), 'id');
    if ('problem' in stated) return stated;
    const answer = await fetch('/v1/verify-digest', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: stated.body,
    });
    return { sent: stated.body.length, status: answer.status, answer: await answer.json() };
  }, file.toString('base64'));
}
