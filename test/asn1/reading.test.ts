import t, { type Test } from 'tap';
import {
  childrenOf,
  type Encoding,
  MalformedAsn1,
  parseElement,
  parseLeadingElement,
  Tag,
} from '../../src/asn1/element.ts';
import { sequenceFields } from '../../src/asn1/fields.ts';
import {
  bitStringOf,
  integerOf,
  oidOf,
  readBoolean,
  readOctetString,
  readText,
  readTime,
} from '../../src/asn1/values.ts';

function bytes(hexadecimal: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hexadecimal.replaceAll(' ', ''), 'hex'));
}

function refuses(t: Test, hexadecimal: string, code: string, encoding: Encoding = 'der'): void {
  t.throws(() => parseElement(bytes(hexadecimal), 'field', encoding), {
    name: 'MalformedAsn1',
    code,
    where: 'field',
  });
}

t.test('strict DER refuses every other way to write a length', async (t) => {
  refuses(t, '30 81 01 00', 'length-not-minimal');
  refuses(t, '30 82 00 80', 'length-not-minimal');
  refuses(t, '30 80 00 00', 'length-indefinite');
  refuses(t, '30 85 01 00 00 00 00', 'truncated');
  refuses(t, '30 03 01', 'truncated');
  refuses(t, '30 00 00', 'trailing-bytes');
  refuses(t, '1f 01 00', 'tag-unsupported');
  refuses(t, '', 'truncated');
});

t.test('BER takes indefinite lengths and joins constructed strings', async (t) => {
  const element = parseElement(bytes('24 80 04 02 aa bb 04 01 cc 00 00'), 'field', 'ber');
  t.equal(Buffer.from(readOctetString(element, 'field')).toString('hex'), 'aabbcc');
  refuses(t, '04 80 00 00', 'length-indefinite', 'ber');
  refuses(t, '30 80 04 01', 'truncated', 'ber');
});

t.test('nesting without end is refused before the stack is', async (t) => {
  const deep = new Uint8Array(200_000).fill(0x30);
  for (let i = 1; i < deep.length; i += 2) deep[i] = 0x80;
  t.throws(() => parseElement(deep, 'field', 'ber'), { code: 'too-deep' });
});

t.test('what follows a leading element is left to the caller', async (t) => {
  t.equal(parseLeadingElement(bytes('05 00 00 00'), 'field').raw.length, 2);
});

t.test('a count of children beyond the limit is refused', async (t) => {
  const element = parseElement(bytes('30 06 05 00 05 00 05 00'), 'field');
  t.throws(() => childrenOf(element, 'field', 2), { code: 'too-many-elements' });
});

t.test('fields are taken in order and nothing may be left', async (t) => {
  const fields = sequenceFields(parseElement(bytes('30 05 02 01 07 05 00'), 'Some'), 'Some');
  t.equal(fields.takeIf(Tag.boolean), undefined);
  t.equal(fields.take(Tag.integer).content[0], 7);
  t.throws(() => fields.end(), { code: 'trailing-bytes' });
  t.throws(() => fields.take(Tag.integer), { code: 'tag-unexpected' });
});

t.test('integers, booleans, bits and identifiers are read in their one DER form', async (t) => {
  t.equal(integerOf(bytes('ff'), 'n'), -1n);
  t.equal(integerOf(bytes('00 80'), 'n'), 128n);
  for (const wrong of ['', '00 7f', 'ff 80'])
    t.throws(() => integerOf(bytes(wrong), 'n'), { code: 'value-malformed' });
  t.equal(readBoolean(parseElement(bytes('01 01 ff'), 'b'), 'b'), true);
  t.throws(() => readBoolean(parseElement(bytes('01 01 01'), 'b'), 'b'), { code: 'value-malformed' });
  t.same(bitStringOf(bytes('04 b0'), 'bits'), { octets: bytes('b0'), unusedBits: 4 });
  t.throws(() => bitStringOf(bytes('04 b8'), 'bits'), { code: 'value-malformed' });
  t.equal(oidOf(bytes('2a 86 48 86 f7 0d 01 07 02'), 'oid'), '1.2.840.113549.1.7.2');
  t.equal(oidOf(bytes('88 37'), 'oid'), '2.999');
  t.equal(oidOf(new Uint8Array(128).fill(1), 'oid').split('.').length, 129);
  t.throws(() => oidOf(new Uint8Array(257).fill(1), 'oid'), { code: 'value-malformed' });
  t.throws(() => oidOf(bytes('2a 80 01'), 'oid'), { code: 'value-malformed' });
  t.throws(() => oidOf(Uint8Array.from([0x2a, ...Array(40).fill(0xff), 1]), 'oid'), {
    code: 'value-malformed',
  });
});

t.test('times need seconds and the zone Z, and must exist', async (t) => {
  const time = (tag: number, text: string): number =>
    readTime(parseElement(Uint8Array.from([tag, text.length, ...Buffer.from(text)]), 'time'), 'time');
  t.equal(time(Tag.utcTime, '491231235959Z'), Date.UTC(2049, 11, 31, 23, 59, 59));
  t.equal(time(Tag.utcTime, '500101000000Z'), Date.UTC(1950, 0, 1));
  t.equal(time(Tag.generalizedTime, '20261121193015.25Z'), Date.UTC(2026, 10, 21, 19, 30, 15, 250));
  for (const wrong of ['2611211930Z', '261121193000+0800', '260231000000Z', '261121250000Z']) {
    t.throws(() => time(Tag.utcTime, wrong), MalformedAsn1, wrong);
  }
});

t.test('text of every string type is read', async (t) => {
  const text = (hexadecimal: string): string => readText(parseElement(bytes(hexadecimal), 'text'), 'text');
  t.equal(text('0c 03 e2 82 ac'), '€');
  t.equal(text('1e 04 00 41 20 ac'), 'A€');
  t.equal(text('1c 04 00 00 00 41'), 'A');
  t.equal(text('14 02 41 e9'), 'Aé');
});
