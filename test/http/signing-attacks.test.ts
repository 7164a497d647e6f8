// Attacks on the page for officials, each of them performed: on links, forms, the way in, the letter, and the addresses behind.

import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startLoopbackServer } from '../doubles/loopback-server.ts';
import { CLIENT_ID } from '../doubles/openid-provider.ts';
import { drawDispositionSheet, ROOMS } from '../scenarios/disposition-sheet.ts';
import { OfficialBrowser, signInUrl, type Visit } from './official-browser.ts';
import { type Official, startOfficials } from './officials.ts';

t.test('the page for officials under attack', { timeout: 200_000 }, async (t) => {
  const letter = await drawDispositionSheet();
  let aheadMs = 0;
  const officials = await startOfficials(t, { letter, clock: () => Date.now() + aheadMs });
  const { service, application, provider, passphraseOf } = officials;
  const { x, y } = ROOMS.bupati;
  const order = { page: '1', rect: `${x + 4},${y + 6},150,90` };
  const ask = (official: Official = 'bupati') => officials.ask(official, { order });
  const come = async (official: Official = 'bupati', link?: string) => {
    const browser = new OfficialBrowser();
    const url = link ?? (await ask(official));
    const page = await browser.openAs(official, url);
    const form: Record<string, string> = { ...page.form(), passphrase: passphraseOf(official) };
    return { browser, link: url, page, form };
  };
  const completed = (): number =>
    auditLines(service.environment).filter((line) => line.includes('"sign.completed"')).length;
  const unsigned = (t: Test, visit: Visit, status: number, words: RegExp | string): void => {
    t.equal(visit.status, status, visit.said);
    t.match(visit.said, words);
    t.equal(application.taken.length, 0, 'nothing was delivered');
    t.equal(completed(), 0, 'nothing was signed');
  };

  await t.test('a link that is edited, cut, or made up opens nothing', async (t) => {
    const { browser, link, form } = await come();
    const sealed = new URL(link).searchParams.get('permintaan') ?? '';
    const middle = Math.floor(sealed.length / 2);
    const flipped = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    for (const forged of [flipped, sealed.slice(0, -4), 'development.AAAA', 'x']) {
      const url = link.replace(sealed, forged);
      unsigned(t, await browser.get(url), 400, 'tidak utuh');
      unsigned(t, await browser.post(url, { ...form, link: forged }), 400, 'tidak utuh');
      unsigned(
        t,
        await browser.get(url.replace('/tanda-tangan?', '/tanda-tangan/surat?')),
        400,
        'tidak utuh',
      );
    }
  });

  await t.test('somebody else learns nothing of the letter and signs nothing', async (t) => {
    const link = await ask('bupati');
    const browser = new OfficialBrowser();
    const page = await browser.openAs('asisten', link);
    unsigned(t, page, 403, 'menunggu tanda tangan orang lain');
    t.notOk(page.text.includes('Lembar disposisi'));
    unsigned(t, await browser.get(link.replace('tanda-tangan?', 'tanda-tangan/surat?')), 403, 'orang lain');
    // With a form key of the assistant's own session, from a letter of its own.
    const own = await come('asisten');
    const sealed = new URL(link).searchParams.get('permintaan') ?? '';
    const forged = { ...own.form, link: sealed, passphrase: passphraseOf('bupati'), code: '000000' };
    unsigned(t, await own.browser.post(link, forged), 403, 'orang lain');
    const nobody = new OfficialBrowser();
    t.match((await nobody.get(link.replace('tanda-tangan?', 'tanda-tangan/surat?'))).text, 'Masuk untuk');
  });

  await t.test('a form that another site sends, or another session made, is refused', async (t) => {
    const { browser, link, form } = await come();
    const other = await come();
    const { formKey, ...without } = form;
    for (const [fields, headers] of [
      [without, {}],
      [{ ...form, formKey: '' }, {}],
      [{ ...form, formKey: other.form.formKey ?? '' }, {}],
      [form, { 'sec-fetch-site': 'cross-site' }],
      [form, { 'sec-fetch-site': 'same-site' }],
    ] as const)
      unsigned(t, await browser.post(link, fields, headers), 403, 'tidak berasal dari sesi');
    unsigned(t, await new OfficialBrowser().post(link, form), 403, 'tidak berasal dari sesi');
    for (const path of ['keluar', 'kirim', 'kode'])
      unsigned(
        t,
        await browser.post(link.replace('tanda-tangan?', `tanda-tangan/${path}?`), without),
        403,
        'sesi',
      );
    t.ok(formKey, 'there is a key');
  });

  await t.test(
    'cookies are for this host alone, unreadable, and worth nothing when they are edited',
    async (t) => {
      const browser = new OfficialBrowser();
      const link = await ask();
      const response = await browser.once(signInUrl(link));
      const [cookie = ''] = response.headers.getSetCookie();
      t.match(cookie, /^__Host-teken-masuk=[\w.-]+; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/);
      const { browser: signedIn } = await come('bupati', link);
      const cookies = signedIn.cookies.get(service.url) ?? new Map<string, string>();
      t.same([...cookies.keys()], ['__Host-teken-sesi'], 'the way there is forgotten');
      const value = cookies.get('__Host-teken-sesi') ?? '';
      t.notOk(
        Buffer.from(value.split('.').at(-1) ?? '', 'base64url')
          .toString('latin1')
          .includes('bupati'),
      );
      cookies.set('__Host-teken-sesi', `${value.slice(0, -6)}AAAAAA`);
      t.match((await signedIn.get(link)).text, 'Masuk untuk menandatangani');
      cookies.set('__Host-teken-sesi', cookie.split(/[=;]/)[1] ?? '');
      t.match((await signedIn.get(link)).text, 'Masuk untuk menandatangani', 'a way in is no session');
    },
  );

  await t.test('nobody is brought into the session of another, and no answer counts twice', async (t) => {
    // The attacker signs in as the assistant and keeps the answer for the victim's browser.
    const attacker = new OfficialBrowser();
    const answer = await answerOf(attacker, await ask('asisten'), 'asisten');
    unsigned(t, await new OfficialBrowser().get(answer), 403, 'Proses masuk');
    const victim = new OfficialBrowser();
    await victim.once(signInUrl(await ask()));
    unsigned(t, await victim.get(answer), 403, 'Proses masuk');
    t.equal((await attacker.get(answer)).status, 200, 'it is an answer');
    unsigned(t, await attacker.get(answer), 403, 'Proses masuk');
    // Mix-up (RFC 9207): the answer names another provider.
    const mixed = new OfficialBrowser();
    const right = new URL(await answerOf(mixed, await ask(), 'bupati'));
    t.equal(right.searchParams.get('iss'), provider.issuer);
    right.searchParams.set('iss', 'https://penyedia.penyerang.example');
    unsigned(t, await mixed.get(right.href), 403, 'Proses masuk');
  });

  await t.test('an ID token that is not for this way in proves nobody', async (t) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.issuer, aud: CLIENT_ID, sub: 'akun-bupati', iat: now, exp: now + 300 };
    const named = { ...claims, preferred_username: 'bupati' };
    const unsignedToken = [{ alg: 'none' }, { ...named, nonce: 'x' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    for (const token of [
      await provider.forge({ ...named, nonce: 'milik-jalan-masuk-lain' }),
      await provider.forge(named),
      await provider.forge({ ...named, aud: 'aplikasi-lain' }),
      await provider.forge({ ...named, iss: 'https://penyedia.penyerang.example' }),
      await provider.forge({ ...named, exp: now - 3600, iat: now - 7200 }),
      `${unsignedToken}.`,
      'bukan-token',
    ]) {
      const browser = new OfficialBrowser();
      const answer = await answerOf(browser, await ask(), 'bupati');
      provider.lie(token);
      const visit = await browser.get(answer);
      provider.lie(null);
      unsigned(t, visit, 403, 'Proses masuk');
      t.notOk(browser.cookies.get(service.url)?.has('__Host-teken-sesi'), 'no session');
    }
  });

  await t.test('a provider that does not answer is said to be away', async (t) => {
    const browser = new OfficialBrowser();
    const answer = await answerOf(browser, await ask(), 'bupati');
    provider.fail(true);
    const visit = await browser.get(answer);
    provider.fail(false);
    unsigned(t, visit, 403, 'Proses masuk');
  });

  await t.test('a letter that was exchanged is neither shown nor signed', async (t) => {
    const { browser, link, form } = await come();
    application.letter = Buffer.concat([letter, Buffer.from('% satu bait lain\n')]);
    unsigned(t, await browser.get(link), 409, 'bukan lagi surat');
    unsigned(t, await browser.get(link.replace('tanda-tangan?', 'tanda-tangan/surat?')), 409, 'bukan lagi');
    unsigned(t, await browser.post(link, form), 409, 'bukan lagi surat');
    application.letter = letter;
    unsigned(t, await browser.post(link, { ...form, seen: '00'.repeat(32) }), 409, 'bukan yang Anda lihat');
  });

  await t.test('redirects of the application lead nowhere', async (t) => {
    const canary = await startLoopbackServer(t, (_request, response) => response.end(letter));
    const { browser, link, form } = await come();
    application.misbehave((_request, response) => {
      response.writeHead(302, { location: `${canary.url}/surat.pdf` }).end();
    });
    unsigned(t, await browser.get(link), 503, 'tidak dapat diambil');
    unsigned(t, await browser.post(link, form), 503, 'tidak dapat diambil');
    application.misbehave((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<script>');
    });
    unsigned(t, await browser.get(link), 503, 'tidak dapat diambil');
    application.misbehave(null);
    t.equal(canary.connections(), 0);
  });

  await t.test('what the operator takes away is taken away from links that were made before', async (t) => {
    const { browser, link, form } = await come();
    const path = service.environment.TEKEN_CLIENTS_FILE ?? '';
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.replace(application.letters, 'https://lain.example/tte/'));
    t.ok(await service.server.reload());
    unsigned(t, await browser.get(link), 403, 'tidak lagi terdaftar');
    unsigned(t, await browser.post(link, form), 403, 'tidak lagi terdaftar');
    await writeFile(path, before);
    t.ok(await service.server.reload());
    t.equal((await browser.get(link)).status, 200);
  });

  await t.test('links and sessions end', async (t) => {
    const { browser, link, form } = await come();
    const short = await officials.ask('bupati', { expiresIn: 60 });
    aheadMs = 61_000;
    unsigned(t, await browser.get(short), 410, 'kedaluwarsa');
    aheadMs = 16 * 60_000;
    unsigned(t, await browser.post(link, form), 403, 'sesi sudah berakhir');
    t.match((await browser.get(link)).text, 'Masuk untuk menandatangani');
    aheadMs = 0;
  });

  await t.test('a letter that the official brings is signed in the same way, or not', async (t) => {
    const { browser } = await come();
    const page = await browser.get(`${service.url}/tanda-tangan`);
    const url = `${service.url}/tanda-tangan/berkas`;
    const form: Record<string, string> = { ...page.form('/berkas'), passphrase: passphraseOf('bupati') };
    const { formKey: _, ...without } = form;
    unsigned(t, await browser.post(url, without, {}, letter), 403, 'tidak berasal dari sesi');
    unsigned(
      t,
      await browser.post(url, form, { 'sec-fetch-site': 'cross-site' }, letter),
      403,
      'tidak berasal',
    );
    unsigned(t, await new OfficialBrowser().post(url, form, {}, letter), 403, 'tidak berasal dari sesi');
    const other = { ...form, seen: '00'.repeat(32) };
    unsigned(t, await browser.post(url, other, {}, letter), 409, 'bukan yang Anda lihat');
    unsigned(t, await browser.post(url, form, {}, Buffer.from('bukan PDF')), 415, 'PDF');
    const outsider = new OfficialBrowser();
    await outsider.openAs('bukan-pejabat', await ask());
    t.equal((await outsider.get(`${service.url}/tanda-tangan`)).status, 403, 'an account without a signer');
  });

  await t.test('wrong passphrases are counted as everywhere', async (t) => {
    const { browser, link, form } = await come('kepala-dinas');
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess += 1)
      statuses.push((await browser.post(link, { ...form, passphrase: `tebakan ${guess}` })).status);
    t.equal(statuses.at(-1), 429, statuses.join(' '));
    t.notOk(statuses.includes(200));
    t.equal(completed(), 0);
  });

  await t.test('a form that is sent twice at once, and once more, signs once', async (t) => {
    const { browser, link, form } = await come();
    const both = await Promise.all([browser.post(link, form), browser.post(link, form)]);
    t.same(both.map(({ status }) => status).sort(), [200, 409], both.map(({ said }) => said).join(' | '));
    t.equal(application.taken.length, 1);
    application.letter = letter;
    const again = await browser.post(link, form);
    t.equal(again.status, 200);
    t.match(again.text, 'Surat sudah ditandatangani');
    t.match((await browser.get(link)).text, 'Surat sudah ditandatangani', 'the link is done');
    t.equal(application.taken.length, 1, 'delivered once');
    t.equal(completed(), 1, 'signed once');
  });
});

/** Goes to the provider and signs in; the address with which the browser would come back, not yet visited. */
async function answerOf(browser: OfficialBrowser, link: string, name: string): Promise<string> {
  const login = await browser.get(signInUrl(link));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ name }).toString();
  let response = await browser.once(login.url, { method: 'POST', body, headers });
  let at = login.url;
  for (let hop = 0; hop < 5; hop += 1) {
    at = new URL(response.headers.get('location') ?? '', at).href;
    if (at.includes('/tanda-tangan/kembali')) return at;
    response = await browser.once(at);
  }
  throw new Error('the provider never sent the browser back');
}

function auditLines(environment: Readonly<Record<string, string>>): string[] {
  const folder = (environment.TEKEN_AUDIT_SINKS ?? '').slice('file:'.length);
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return names.flatMap(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').split('\n'));
}
