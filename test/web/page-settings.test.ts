// An office's own name, logo and colours: taken where they can be read, refused with what to change where they cannot.

import { join } from 'node:path';
import t from 'tap';
import { PageSettingsRefused, readPageSettings } from '../../src/web/page-settings.ts';
import { contrast, contrastFaults, DEFAULT_COLOURS, tokenSheet } from '../../src/web/tokens.ts';
import { DEFAULT_SETTINGS, standInApp } from '../http/stand-in.ts';

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>';

function refusal(settings: unknown, more: Readonly<Record<string, string>> = {}): string {
  const folder = t.testdir({
    'page.json': typeof settings === 'string' ? settings : JSON.stringify(settings),
    ...more,
  });
  try {
    readPageSettings(join(folder, 'page.json'));
  } catch (error) {
    if (error instanceof PageSettingsRefused && error.code === 'page-settings-refused') return error.message;
    throw error;
  }
  return '';
}

t.test('contrast is that of WCAG 2.2', (t) => {
  t.equal(contrast('#000000', '#ffffff'), 21);
  t.equal(contrast('#ffffff', '#ffffff'), 1);
  t.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
  t.equal(contrast('#1b6e3c', '#eaf5ee').toFixed(1), '5.6');
  t.end();
});

t.test('our own colours can all be read', (t) => {
  t.same(contrastFaults(DEFAULT_COLOURS), []);
  t.end();
});

t.test('an office has its name, logo and colours on every page', async (t) => {
  const folder = t.testdir({
    'page.json': JSON.stringify({
      agency: { id: 'Pemerintah Kabupaten Contoh', en: 'Contoh Regency' },
      logo: 'lambang.svg',
      colours: { accent: '#7A1F3D', 'accent-dark': '#4d1226' },
      letterHosts: ['surat.contohkab.go.id'],
    }),
    'lambang.svg': LOGO,
  });
  const settings = readPageSettings(join(folder, 'page.json'));
  t.same(settings.letterHosts, ['surat.contohkab.go.id']);
  const { server } = await standInApp({ settings: { ...DEFAULT_SETTINGS, production: true } }, settings);
  for (const path of ['/', '/qr', '/docs/policy']) {
    const { body } = await server.inject(path);
    t.match(
      body,
      /<img src="\/assets\/logo" alt="" width="28" height="28"><span>Pemerintah Kabupaten Contoh</,
      path,
    );
    t.match(body, /– Pemerintah Kabupaten Contoh<\/title>/);
  }
  t.match((await server.inject('/?lang=en')).body, /<span>Contoh Regency</);
  const sheet = await server.inject('/assets/tokens.css');
  t.match(sheet.headers['content-type'], /^text\/css/);
  t.match(sheet.body, /--accent: #7a1f3d;/);
  t.match(sheet.body, new RegExp(`--ok: ${DEFAULT_COLOURS.ok};`), 'what is not chosen stays');
  const logo = await server.inject('/assets/logo');
  t.match(logo, { statusCode: 200, body: LOGO, headers: { 'content-type': /^image\/svg\+xml/ } });
  t.match(
    String(logo.headers['content-security-policy']),
    /^default-src 'none'/,
    'a script in it would not run',
  );
  const again = { url: '/assets/logo', headers: { 'if-none-match': String(logo.headers.etag) } };
  t.equal((await server.inject(again)).statusCode, 304);
});

t.test('a colour that cannot be read keeps the service from starting, with the figures', (t) => {
  const said = refusal({ colours: { accent: '#88aacc', text: '#999999' } });
  t.match(said, /"accent" #88aacc on "card" #ffffff has a contrast of 2\.\d\d:1; at least 4\.5:1/);
  t.match(said, /"on-accent" #ffffff on "accent" #88aacc/);
  t.match(said, /"text" #999999 on "page"/, 'all faults at once');
  t.end();
});

t.test('what is not as it must be is named', (t) => {
  t.match(refusal('{'), /cannot be read: not JSON/);
  t.match(refusal({ colors: {} }), /colors/);
  t.match(refusal({ colours: { accent: 'navy' } }), /colours\.accent: a colour such as/);
  t.match(refusal({ colours: { 'warna-baru': '#000000' } }), /colours/);
  t.match(
    refusal({ letterHosts: ['https://surat.contohkab.go.id/'] }),
    /letterHosts\.0: a host name such as/,
  );
  t.match(refusal({ letterHosts: ['*.go.id'] }), /letterHosts\.0/);
  t.match(refusal({ logo: 'tidak-ada.svg' }), /logo: .*tidak-ada\.svg cannot be read: ENOENT/);
  t.match(refusal({ logo: 'logo.gif' }, { 'logo.gif': 'GIF89a' }), /must end in \.svg, \.png, \.webp/);
  t.match(
    refusal({ logo: 'besar.png' }, { 'besar.png': 'x'.repeat(40_000) }),
    /has 40000 bytes; at most 32768/,
  );
  t.throws(() => readPageSettings('/tidak/ada.json'), { code: 'page-settings-refused', message: /ENOENT/ });
  t.end();
});

t.test('the sheet holds nothing but colours', (t) => {
  t.notMatch(tokenSheet(DEFAULT_COLOURS), /[^\w\s:{}#;-]/);
  t.end();
});
