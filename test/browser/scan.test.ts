// A letter's QR code in front of the camera: read on the device, checked, and never taken for a verdict.

import { join } from 'node:path';
import { toBuffer } from 'qrcode';
import t from 'tap';
import { toolMissing } from '../tools.ts';
import { keepPicture } from './artefacts.ts';
import { launchBrowser } from './browser.ts';
import { axeViolations, fits, openPage, PHONE } from './examine.ts';
import { cameraSeeing } from './fake-camera.ts';
import { startStatedService } from './stated-verdicts.ts';

const skip = toolMissing('chromium');
// As long as the code of a letter with long names.
const CODE = `TKN1:${'6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE%8R7FOJRN'.repeat(6)}`;
const LINK = 'https://sidacontohprov.id/surat/000.1-123';

t.test('the camera reads a code', { skip, timeout: 120_000 }, async (t) => {
  const folder = t.testdir();
  const service = await startStatedService();
  t.teardown(() => service.close());
  for (const [seen, said] of [
    [CODE, /tidak terbukti/],
    [LINK, /Alamat ini tidak dibuka/],
  ] as const) {
    const browser = await launchBrowser(cameraSeeing(seen, join(folder, 'kamera.y4m')));
    const { page, context, violations, hosts } = await openPage(browser, { viewport: PHONE });
    await page.goto(`${service.url}/qr`);
    t.same(await axeViolations(page), []);
    await page.getByRole('button', { name: 'Pindai dengan kamera' }).click();
    await page.waitForURL(/code=/);
    t.equal(new URL(page.url()).searchParams.get('code'), seen, 'every character');
    t.match(await page.textContent('h1'), said);
    if (seen === LINK) t.equal(await page.textContent('.host'), 'sidacontohprov.id', 'the host in full');
    t.ok(await fits(page));
    t.same(await axeViolations(page), []);
    t.same(violations, []);
    t.same([...hosts], [new URL(service.url).host], 'no picture leaves, nobody else is asked');
    await keepPicture(page, `scan/${seen === LINK ? 'link' : 'code'}`);
    await context.close();
    await browser.close();
  }
});

t.test('without a camera there are a photo and the field', { skip, timeout: 120_000 }, async (t) => {
  const service = await startStatedService();
  const browser = await launchBrowser();
  t.teardown(async () => {
    await browser.close();
    await service.close();
  });
  const photo = (buffer: Buffer) => ({ name: 'foto.png', mimeType: 'image/png', buffer });
  const { page, violations } = await openPage(browser, { viewport: PHONE });
  await page.goto(`${service.url}/qr?lang=en`);
  await page.click('#camera');
  await page.waitForFunction(() =>
    /cannot be opened/.test(document.querySelector('#scan-status')?.textContent ?? ''),
  );
  await page.setInputFiles('#photo-file', photo(Buffer.from('no picture')));
  await page.waitForFunction(() =>
    /No QR code/.test(document.querySelector('#scan-status')?.textContent ?? ''),
  );
  await page.setInputFiles('#photo-file', photo(await toBuffer(CODE, { scale: 4 })));
  await page.waitForURL(/code=/);
  t.equal(new URL(page.url()).searchParams.get('code'), CODE);
  t.same(violations, []);
  const plain = await openPage(browser, { viewport: PHONE, javaScriptEnabled: false });
  await plain.page.goto(`${service.url}/qr`);
  t.notOk(await plain.page.isVisible('#scan'), 'no button that does nothing');
  await plain.page.fill('#code', LINK);
  await plain.page.click('button.primary');
  t.match(await plain.page.textContent('main'), /bukan domain resmi/);
});
