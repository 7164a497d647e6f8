// A disposition on a phone: three officials sign one sheet in order, in Chromium, over the agency's own accounts.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { totpCode, totpStep } from '../../src/identity/totp.ts';
import { sha256 } from '../http/official-browser.ts';
import { OFFICIALS, type Official, type Officials, startOfficials, TOTP_SECRET } from '../http/officials.ts';
import { requestVerdict } from '../http/real-service.ts';
import { judgeByPdfsig } from '../interop/oracles.ts';
import { drawDispositionSheet, ROOMS } from '../scenarios/disposition-sheet.ts';
import { toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, fits, focusedId, type OpenPage, openPage, PHONE, pdfNamed } from './examine.ts';

const skip = toolMissing('chromium');
const MM = 25.4 / 72;
/** Of the sheet, in millimetres. */
const SHEET = { width: 595.28 * MM, height: 841.89 * MM };

t.test('three officials sign a disposition on a phone', { skip, timeout: 240_000 }, async (t) => {
  const letter = await drawDispositionSheet();
  const officials = await startOfficials(t, { letter });
  const browser = await launchBrowser();
  t.teardown(() => browser.close());

  await t.test('the first one signs where the application proposes, by keyboard alone', async (t) => {
    const { x, y, width } = ROOMS.bupati;
    const order = { page: '1', rect: `${x + 4},${y + 6},${width - 8},90`, position: 'Bupati Contoh' };
    const opened = await comeIn(t, browser, officials, 'bupati', { order });
    await signByKeyboard(opened.page, officials, 'bupati');
    await finished(t, opened, officials, 'bupati', letter);
  });

  await t.test('the second one draws the box with a finger, then moves it by keyboard', async (t) => {
    const before = officials.application.letter;
    const opened = await comeIn(t, browser, officials, 'asisten', { order: { position: 'Asisten' } });
    const { page } = opened;
    t.match(await page.textContent('.earlier'), OFFICIALS.bupati, 'the first one is named');
    await showLetter(t, page, before);
    await dragInto(page, 'asisten');
    const dragged = await placeOf(page);
    t.equal(dragged.page, 1);
    t.ok(isInRoom(dragged, 'asisten'), JSON.stringify(dragged));
    await page.focus('#place-box');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowUp', 'Shift+ArrowDown'])
      await page.keyboard.press(key);
    const moved = await placeOf(page);
    t.ok(Math.abs(moved.x - dragged.x - 2) < 0.2, 'two millimetres to the right');
    t.ok(Math.abs(moved.y - dragged.y - 1) < 0.2, 'one millimetre down');
    t.match(await page.textContent('#place-now'), /^Halaman 1: \d+ mm dari kiri, \d+ mm dari atas/);
    await page.keyboard.press('PageDown');
    t.equal((await placeOf(page)).page, 2);
    await page.keyboard.press('PageUp');
    t.equal((await placeOf(page)).page, 1);
    t.equal(await focusedId(page), 'place-box', 'the focus follows the box');
    t.same(await axeViolations(page), [], 'axe, with the letter drawn');
    await keepPicture(page, 'signing/placed');
    await page.fill('#passphrase', officials.passphraseOf('asisten'));
    await page.fill('#code', totpCode(TOTP_SECRET, totpStep(Date.now())));
    await page.click('#sign');
    await finished(t, opened, officials, 'asisten', before);
    const { signatures } = await verdictOf(officials);
    const rect = signatures[1]?.rect ?? [0, 0, 0, 0];
    const placed = { x: rect[0] * MM, y: SHEET.height - rect[3] * MM };
    t.ok(
      Math.abs(placed.x - moved.x) < 0.2 && Math.abs(placed.y - moved.y) < 0.2,
      'it stands where it was put',
    );
  });

  await t.test('the third one puts a wrong passphrase right, without a script', async (t) => {
    const before = officials.application.letter;
    const { x, y, width } = ROOMS['kepala-dinas'];
    const order = { page: '1', rect: `${x + 4},${y + 6},${width - 8},90`, position: 'Kepala Dinas' };
    const opened = await comeIn(t, browser, officials, 'kepala-dinas', { order }, false);
    const { page } = opened;
    for (const name of [OFFICIALS.bupati, OFFICIALS.asisten])
      t.match(await page.textContent('.earlier'), name, `${name} is named`);
    await page.fill('#passphrase', 'bukan passphrase-nya');
    await page.click('#sign');
    await page.waitForSelector('#error-summary');
    t.match(await page.textContent('#error-summary'), 'Passphrase atau kodenya salah');
    await keepPicture(page, 'signing/wrong-passphrase');
    t.equal(officials.application.taken.length, 2, 'nothing was delivered');
    await page.fill('#passphrase', officials.passphraseOf('kepala-dinas'));
    await page.click('#sign');
    await finished(t, opened, officials, 'kepala-dinas', before);
  });

  await t.test('all three are valid, for us and for others, and each covers what was seen', async (t) => {
    const { ok, signatures } = await verdictOf(officials);
    t.ok(ok);
    t.same(
      signatures.map(({ signer }) => signer.commonName),
      Object.values(OFFICIALS),
    );
    const missing = toolMissing('pdfsig');
    if (missing) return;
    const path = join(t.testdir({}), 'disposisi.pdf');
    await writeFile(path, officials.application.letter);
    const judged = await judgeByPdfsig(path);
    t.equal(judged.length, 3);
    t.ok(
      judged.every(({ validation }) => validation === 'Signature is Valid.'),
      'pdfsig',
    );
  });
});

t.test('a letter that changes while it is looked at is not signed', { skip, timeout: 120_000 }, async (t) => {
  const letter = await drawDispositionSheet();
  const officials = await startOfficials(t, { letter });
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const { page, context } = await comeIn(t, browser, officials, 'bupati');
  officials.application.letter = Buffer.concat([letter, Buffer.from('%\n')]);
  await page.click('#show');
  await page.waitForFunction(() =>
    document.querySelector('#paper-status')?.textContent?.includes('tidak dapat'),
  );
  await page.fill('#passphrase', officials.passphraseOf('bupati'));
  await page.click('#sign');
  await page.waitForSelector('#verdict');
  t.match(await page.textContent('.sentence'), 'bukan lagi surat yang dimintakan');
  t.same(await axeViolations(page), []);
  await keepPicture(page, 'signing/changed');
  t.equal(officials.application.taken.length, 0);
  await context.close();
});

t.test(
  'what the application does not take can be downloaded and sent again',
  { skip, timeout: 120_000 },
  async (t) => {
    const letter = await drawDispositionSheet();
    const officials = await startOfficials(t, { letter });
    const { application } = officials;
    const browser = await launchBrowser();
    t.teardown(() => browser.close());
    const { page, context, violations } = await comeIn(t, browser, officials, 'bupati', {
      order: { page: '1', rect: `${ROOMS.bupati.x + 4},${ROOMS.bupati.y + 6},150,90` },
    });
    application.misbehave((request, response) => {
      if (request.method === 'POST') response.writeHead(503).end();
      else response.writeHead(200, { 'content-type': 'application/pdf' }).end(letter);
    });
    await page.fill('#passphrase', officials.passphraseOf('bupati'));
    await page.click('#sign');
    await page.waitForSelector('#verdict');
    t.match(await page.textContent('.sentence'), 'belum menerima suratnya');
    t.same(await axeViolations(page), []);
    t.ok(await fits(page));
    await keepPicture(page, 'signing/undelivered');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const signed = Buffer.concat(chunks);
    t.ok(signed.subarray(0, letter.length).equals(letter), 'the download holds the letter');
    const { ok } = (await (await requestVerdict(officials.service, signed)).json()) as { ok: boolean };
    t.ok(ok, 'and is signed');
    application.misbehave(null);
    await page.click('text=Kirim lagi ke aplikasi');
    await page.waitForSelector('.look-ok');
    t.ok(application.taken[0]?.pdf.equals(signed), 'the same file has arrived');
    t.same(violations, []);
    await context.close();
  },
);

t.test('an official signs a letter of the phone', { skip, timeout: 120_000 }, async (t) => {
  const letter = await drawDispositionSheet();
  const officials = await startOfficials(t, { letter });
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const { page, context, violations } = await openPage(browser, { viewport: PHONE });
  await page.goto(`${officials.service.url}/tanda-tangan`);
  await page.click('text=Masuk dengan akun instansi');
  await page.fill('input[name=name]', 'bupati');
  await page.click('button');
  await page.waitForSelector('#desk');
  t.same(await axeViolations(page), []);
  t.ok(await fits(page));
  await page.setInputFiles('#file', pdfNamed('disposisi.pdf', letter));
  await page.click('#show');
  await page.waitForSelector('.sheet[data-drawn=true]');
  t.equal(await page.getAttribute('#desk', 'data-seen'), sha256(letter));
  await dragInto(page, 'bupati');
  await keepPicture(page, 'signing/own-letter');
  t.same(await axeViolations(page), []);
  await page.fill('#passphrase', officials.passphraseOf('bupati'));
  await page.click('#sign');
  await page.waitForSelector('#verdict');
  t.equal(await page.textContent('#verdict'), 'Surat sudah ditandatangani');
  t.same(await axeViolations(page), []);
  const data = (await page.getAttribute('a[download]', 'href')) ?? '';
  const signed = Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
  t.ok(signed.subarray(0, letter.length).equals(letter), 'what was seen is what was signed');
  t.ok(((await (await requestVerdict(officials.service, signed)).json()) as { ok: boolean }).ok);
  t.equal(
    officials.application.fetched() + officials.application.taken.length,
    0,
    'no application took part',
  );
  t.same(violations, []);
  await context.close();
});

/** Opens a link on a phone and signs in. */
async function comeIn(
  t: Test,
  browser: Browser,
  { ask }: Officials,
  official: Official,
  more: Readonly<Record<string, unknown>> = {},
  javaScriptEnabled = true,
): Promise<OpenPage> {
  const opened = await openPage(browser, { viewport: PHONE, javaScriptEnabled });
  const { page } = opened;
  await page.goto(await ask(official, more));
  t.ok(await fits(page), 'the first page fits');
  if (javaScriptEnabled) t.same(await axeViolations(page), [], 'axe, before signing in');
  await keepPicture(page, `signing/in-${official}`);
  await page.click('text=Masuk dengan akun instansi');
  await page.fill('input[name=name]', official);
  await page.click('button');
  await page.waitForSelector('#desk');
  t.equal(await page.textContent('h1'), 'Lembar disposisi 005/123/2026');
  t.ok(await fits(page), 'the letter fits');
  if (javaScriptEnabled) t.same(await axeViolations(page), [], 'axe, before the letter is drawn');
  await keepPicture(page, `signing/desk-${official}`);
  return opened;
}

/** Tab, Enter and letters: nothing else. */
async function signByKeyboard(page: Page, { passphraseOf }: Officials, official: Official): Promise<void> {
  await page.focus('h1, body');
  const tabTo = async (id: string): Promise<void> => {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await focusedId(page)) === id) return;
    }
    throw new Error(`#${id} cannot be reached by Tab`);
  };
  await tabTo('show');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#place-box');
  await tabTo('place-box');
  await page.keyboard.press('ArrowRight');
  await tabTo('passphrase');
  await page.keyboard.type(passphraseOf(official));
  await tabTo('sign');
  await page.keyboard.press('Enter');
}

async function showLetter(t: Test, page: Page, letter: Buffer): Promise<void> {
  await page.click('#show');
  await page.waitForSelector('#place-box');
  t.equal(await page.getAttribute('#desk', 'data-seen'), sha256(letter), 'the bytes that are drawn');
  await page.waitForSelector('.sheet[data-drawn=true]');
}

async function dragInto(page: Page, official: Official): Promise<void> {
  await page.evaluate(() => {
    const field = document.querySelector<HTMLInputElement>('#page');
    if (field === null) return;
    field.value = '1';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.locator('#place-box').scrollIntoViewIfNeeded();
  const box = await page.locator('#place-box').boundingBox();
  const paper = await page.locator('.sheet[data-page="1"] .paper').boundingBox();
  if (box === null || paper === null) throw new Error('no box');
  const { x, y, height } = ROOMS[official];
  const scale = paper.width / 595.28;
  const target = { x: paper.x + (x + 4) * scale, y: paper.y + (841.89 - y - height + 24) * scale };
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(target.x + 5, target.y + 5, { steps: 8 });
  await page.mouse.up();
  // The box of the usual size is wider than the room.
  for (let press = 0; press < 6; press += 1) await page.locator('#place-box').press('-');
}

interface PlaceNow {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function placeOf(page: Page): Promise<PlaceNow> {
  return page.evaluate(() => {
    const value = (name: string): number =>
      Number(document.querySelector<HTMLInputElement>(`#${name}`)?.value.replace(',', '.'));
    return {
      page: value('page'),
      x: value('x'),
      y: value('y'),
      width: value('width'),
      height: value('height'),
    };
  });
}

function isInRoom({ x, y, width, height }: PlaceNow, official: Official): boolean {
  const room = ROOMS[official];
  const top = SHEET.height - (room.y + room.height) * MM;
  return (
    x > room.x * MM &&
    x + width < (room.x + room.width) * MM &&
    y > top &&
    y + height < top + room.height * MM
  );
}

/** It is signed and delivered, and what was seen is what was signed. */
async function finished(
  t: Test,
  { page, context, violations }: OpenPage,
  { application }: Officials,
  official: Official,
  before: Buffer,
): Promise<void> {
  await page.waitForSelector('#verdict');
  t.equal(
    await page.textContent('#verdict'),
    'Surat sudah ditandatangani',
    (await page.textContent('.sentence')) ?? '',
  );
  t.ok(await fits(page));
  // axe itself is a script.
  if (official !== 'kepala-dinas') t.same(await axeViolations(page), [], 'axe, signed');
  await keepPicture(page, `signing/done-${official}`);
  const delivered = application.taken.at(-1);
  t.equal(delivered?.headers['teken-signed-from'], sha256(before));
  t.ok(delivered?.pdf.subarray(0, before.length).equals(before), 'what was seen is what was signed');
  t.same(violations, [], 'no violation of the policy');
  await context.close();
}

interface Verdict {
  readonly ok: boolean;
  readonly signatures: readonly {
    readonly rect: readonly [number, number, number, number];
    readonly signer: { readonly commonName: string };
  }[];
}

async function verdictOf({ service, application }: Officials): Promise<Verdict> {
  return (await (await requestVerdict(service, application.letter)).json()) as Verdict;
}
