import t from 'tap';
import { parseElement } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeInteger,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSetOf,
  encodeUtf8String,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { attributeOf, commonNameOf, type Name, nameText, parseName, sameName } from '../../src/pki/name.ts';
import { type AttributeSpec, nameDer } from './authority.ts';

const nameOf = (...attributes: readonly AttributeSpec[]): Name =>
  parseName(parseElement(nameDer(...attributes), 'name'));

const attribute = (oid: string, value: Uint8Array): Uint8Array => encodeSequence(encodeOid(oid), value);

const nameWith = (...rdns: readonly Uint8Array[][]): Name =>
  parseName(parseElement(encodeSequence(...rdns.map((rdn) => encodeSetOf(...rdn))), 'name'));

t.test('the text of a name is RFC 4514: last RDN first, special characters escaped', async (t) => {
  t.equal(
    nameText(nameOf('Root CA', [Oid.organizationName, 'Uji, Coba + "Lokal"'], [Oid.countryName, 'ID'])),
    'C=ID,O=Uji\\, Coba \\+ \\"Lokal\\",CN=Root CA',
  );
  t.equal(nameText(nameOf(' #a ')), 'CN=\\ #a\\ ');
  t.equal(nameText(nameOf('#a')), 'CN=\\#a');
});

t.test('an attribute type without a short name is written as OID and hexadecimal DER', async (t) => {
  t.equal(nameText(nameOf(['1.2.3.4', 'x'])), '1.2.3.4=#0c0178');
});

t.test('several attributes of one RDN are joined by a plus sign and have no order', async (t) => {
  const cn = attribute(Oid.commonName, encodeUtf8String('a'));
  const o = attribute(Oid.organizationName, encodeUtf8String('b'));
  t.ok(sameName(nameWith([cn, o]), nameWith([o, cn])));
  t.equal(nameText(nameWith([cn, o])), 'CN=a+O=b');
  t.notOk(sameName(nameWith([cn, o]), nameWith([cn], [o])), 'one RDN of two is not two RDNs of one');
});

t.test('names are compared without regard to case, white space and string type', async (t) => {
  const same = (a: string, b: string): boolean => sameName(nameOf(a), nameOf(b));
  t.ok(same('Balai  Besar', ' balai besar '));
  t.ok(same('BSrE\u00a0CA', 'bsre ca'), 'no-break space');
  t.ok(same('\ufb01le', 'file'), 'compatibility characters');
  t.ok(same('te\u00adken', 'teken'), 'a soft hyphen is nothing');
  t.notOk(same('teken', 'te ken'));
  const printable = nameWith([attribute(Oid.commonName, encodePrintableString('Root'))]);
  t.ok(sameName(printable, nameOf('ROOT')));
});

t.test('an attribute of another type is another name', async (t) => {
  t.notOk(sameName(nameOf('a'), nameOf([Oid.organizationName, 'a'])));
});

t.test('a value cannot pretend to be two attributes', async (t) => {
  t.notOk(sameName(nameOf('a"],["2.5.4.10","b'), nameOf('a', [Oid.organizationName, 'b'])));
  t.notOk(sameName(nameOf('a,O=b'), nameOf([Oid.organizationName, 'b'], 'a')));
});

t.test('octets that are no characters are equal only to themselves', async (t) => {
  const invalid = (octet: number): Name =>
    nameWith([attribute(Oid.commonName, encodeElement(0x0c, Uint8Array.of(octet)))]);
  t.notOk(sameName(invalid(0xff), invalid(0xfe)));
  t.ok(sameName(invalid(0xff), invalid(0xff)));
});

t.test('a value that is no character string is shown and compared as DER', async (t) => {
  const number = nameWith([attribute(Oid.commonName, encodeInteger(5))]);
  t.equal(nameText(number), 'CN=#020105');
  t.notOk(sameName(number, nameOf('#020105')));
});

t.test('the common name is the most specific one', async (t) => {
  t.equal(commonNameOf(nameOf('Pegawai', 'Pejabat Contoh')), 'Pejabat Contoh');
  t.equal(commonNameOf(nameOf([Oid.countryName, 'ID'])), null);
  t.equal(attributeOf(nameOf([Oid.description, 'abc_Tanda Tangan']), Oid.description), 'abc_Tanda Tangan');
});

t.test('an RDN without attributes is malformed', async (t) => {
  t.throws(() => nameWith([]), { code: 'truncated' });
});
