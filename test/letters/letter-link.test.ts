// Which addresses of a QR code may be followed: the listed host itself, over https, and nothing that only looks like it.

import t from 'tap';
import { readLetterLink } from '../../src/letters/letter-link.ts';

const RULES = { hosts: ['sida.contohprov.go.id'], plainHttp: false };

function standing(text: string, rules = RULES): string | null {
  return readLetterLink(text, rules)?.standing ?? null;
}

t.test('a letter is fetched from the listed host over https', (t) => {
  for (const text of [
    'https://sida.contohprov.go.id/surat/1',
    ' HTTPS://SIDA.CONTOHPROV.GO.ID/surat/1?kode=7#hal=2\n',
    'https://sida.contohprov.go.id:443/',
  ])
    t.equal(standing(text), 'listed', text);
  t.end();
});

t.test('what only looks like it is not', (t) => {
  for (const text of [
    'https://sidacontohprov.id/surat/1',
    'https://sida.contohprov.go.id.jahat.example/surat/1',
    'https://jahat.example/sida.contohprov.go.id',
    'https://sida.contohprov.go.id@jahat.example/',
    'https://sub.sida.contohprov.go.id/',
    'https://contohprov.go.id/',
    'https://sida.contohprov.go.id./',
    // A Cyrillic letter; its punycode is what the reader sees.
    'https://sid\u0430.contohprov.go.id/',
    'https:\\\\jahat.example\\sida.contohprov.go.id',
  ])
    t.equal(standing(text), 'unlisted', text);
  t.match(readLetterLink('https://sid\u0430.contohprov.go.id/', RULES)?.host, /^xn--/);
  t.end();
});

t.test('plain http, ports and credentials are refused even for a listed host', (t) => {
  for (const text of [
    'http://sida.contohprov.go.id/',
    'https://sida.contohprov.go.id:8443/',
    'https://admin:rahasia@sida.contohprov.go.id/',
  ])
    t.equal(standing(text), 'not-https', text);
  t.equal(standing('http://sida.contohprov.go.id:8080/', { ...RULES, plainHttp: true }), 'listed');
  t.end();
});

t.test('everything else is no address', (t) => {
  for (const text of [
    '',
    'TKN1:ABC',
    'ftp://sida.contohprov.go.id/',
    'javascript:alert(1)',
    'https://',
    'sida.contohprov.go.id',
  ])
    t.equal(standing(text), null, text);
  t.end();
});
