// 200 names as an attacker would put them into certificates, requests and file names: on the page, in the report, in a table.

import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { SignatureReport, VerificationReport } from '../../src/index.ts';
import { csvHeader, csvRows } from '../../src/report/csv.ts';
import { describe } from '../../src/report/sentences.ts';
import { HOSTILE_NAMES } from '../report/hostile-names.ts';
import { madeReason, madeReport, madeSignature } from '../report/made-reports.ts';
import { run, toolMissing } from '../tools.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, fits, openPage, PHONE } from './examine.ts';
import { startStatedService } from './stated-verdicts.ts';

const AT_ONCE = 20;
/** Steers a terminal, reorders or hides text. */
const STEERING = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

function signatureNamed(name: string): SignatureReport {
  return madeSignature({
    fieldName: name,
    claims: { reason: name, location: name },
    signer: { commonName: name, organization: name, issuerCommonName: name, issuer: `CN=${name}` },
    time: { tsa: name },
    reasons: [madeReason('DIGEST_WEAK', { name })],
    findings: [{ code: 'x', effect: 'info', where: name }],
  });
}

const groups = Array.from({ length: HOSTILE_NAMES.length / AT_ONCE }, (_, i) =>
  HOSTILE_NAMES.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
);

function fileOf(group: number, name: string) {
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 group:${group} `) };
}

function reportOfGroup(file: Uint8Array): VerificationReport {
  const group = Number(/group:(\d+)/.exec(Buffer.from(file).toString('latin1'))?.[1]);
  return madeReport((groups[group] ?? []).map(signatureNamed));
}

t.test('hostile names on the page', { skip: toolMissing('chromium'), timeout: 240_000 }, async (t) => {
  t.equal(HOSTILE_NAMES.length, 200);
  const service = await startStatedService(reportOfGroup);
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });
  const { page, violations, hosts } = await openPage(browser, { viewport: PHONE });

  await t.test('of signers, issuers, authorities, reasons and fields', async (t) => {
    for (const [index, names] of groups.entries()) {
      await page.goto(`${service.url}/`);
      await page.setInputFiles('#file', fileOf(index, `${names[0] ?? ''}.pdf`));
      await page.click('button.primary');
      await page.waitForSelector('#verdict');
      for (const details of await page.locator('main details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      const said = describe(madeReport(names.map(signatureNamed)), 'id', { timeZone: 'Asia/Makassar' });
      t.same(
        await page.locator('.item .name').allTextContents(),
        said.signatures.map(({ name }, at) => `${at + 1}. ${name}`),
        `group ${index}: each is what may be shown of it`,
      );
      await clean(t, page, `group ${index}`);
    }
    t.same(await axeViolations(page), []);
  });

  await t.test('of files, twenty at once', async (t) => {
    for (const [index, names] of groups.entries()) {
      await page.goto(`${service.url}/?lang=en`);
      await page.setInputFiles(
        '#file',
        names.map((name) => fileOf(index, name.toWellFormed())),
      );
      await page.click('button.primary');
      await page.waitForSelector('.files');
      t.equal(await page.locator('.file').count(), AT_ONCE, `group ${index}: one line each`);
      await clean(t, page, `files of group ${index}`);
    }
  });

  await t.test('as the report that is printed', async (t) => {
    for (const [index, names] of groups.entries()) {
      const form = new FormData();
      form.append('file', new Blob([fileOf(index, '').buffer]), `${(names[1] ?? '').toWellFormed()}.pdf`);
      const response = await fetch(`${service.url}/v1/verify`, {
        method: 'POST',
        headers: { accept: 'text/html' },
        body: form,
      });
      t.equal(response.status, 200);
      // Without a policy: what would run is stopped by nothing but the escaping.
      await page.goto('about:blank');
      await page.setContent(await response.text());
      t.equal(await page.locator('script, img, iframe, object, [onerror], [onload]').count(), 0);
      t.notMatch(await page.evaluate(() => document.body.textContent), STEERING, `report of group ${index}`);
    }
  });

  t.same(violations, [], 'nothing ran, nothing was stopped by the policy');
  t.same([...hosts], [new URL(service.url).host], 'nobody was called');
});

async function clean(t: Test, page: Page, name: string): Promise<void> {
  t.notMatch(await page.evaluate(() => document.body.textContent), STEERING, `${name}: nothing is reordered`);
  t.equal(
    await page.locator('main script, main iframe, main img, main [onerror]').count(),
    0,
    `${name}: no markup`,
  );
  t.ok(await fits(page), `${name}: nothing to scroll sideways`);
}

// Another program's reader of tables; one line of JSON for all that it saw.
const READ_CSV = `import csv, io, json, sys
rows = list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode("utf-8"), newline="")))
print(json.dumps(rows))`;

t.test('hostile names in a table', { skip: toolMissing('python3') }, async (t) => {
  const rows = HOSTILE_NAMES.map((name) =>
    csvRows({
      path: `${name}.pdf`,
      requestId: 'uji',
      report: madeReport([signatureNamed(name)]),
      unmet: [],
      durationMs: null,
    }),
  );
  const { stdout } = await run('python3', ['-c', READ_CSV], { input: csvHeader() + rows.join('') });
  const [header = [], ...read] = JSON.parse(stdout) as string[][];
  t.equal(read.length, HOSTILE_NAMES.length, 'one row each');
  for (const [index, cells] of read.entries()) {
    t.equal(cells.length, header.length, `row ${index}: every cell in its column`);
    t.same(
      cells.filter((cell) => STEERING.test(cell) || /^[=+@\t\r\n-]/.test(cell)),
      [],
      `row ${index}: no formula, nothing that steers`,
    );
  }
});
