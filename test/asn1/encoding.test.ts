import fc from 'fast-check';
import t from 'tap';
import { childrenOf, parseElement } from '../../src/asn1/element.ts';
import {
  encodeInteger,
  encodeNamedBits,
  encodeOctetString,
  encodeOid,
  encodeSetOf,
  encodeTime,
  encodeUtf8String,
} from '../../src/asn1/encode.ts';
import {
  hasBit,
  hex,
  readBitString,
  readInteger,
  readOctetString,
  readOid,
  readText,
  readTime,
} from '../../src/asn1/values.ts';

t.test('what is written is read again', async () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (value) => {
      return readInteger(parseElement(encodeInteger(value), 'n'), 'n') === value;
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70_000 }), (value) => {
      return hex(readOctetString(parseElement(encodeOctetString(value), 'o'), 'o')) === hex(value);
    }),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.nat(39),
      fc.array(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), { maxLength: 8 }),
      (a, b, rest) => {
        const dotted = [a, b, ...rest].join('.');
        return readOid(parseElement(encodeOid(dotted), 'oid'), 'oid') === dotted;
      },
    ),
  );
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2200, 0) }), (at) => {
      const whole = Math.floor(at / 1000) * 1000;
      return readTime(parseElement(encodeTime(whole), 't'), 't') === whole;
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      (text) => readText(parseElement(encodeUtf8String(text), 's'), 's') === text,
    ),
  );
});

t.test('an unsigned magnitude gets the leading zero that keeps it positive', async (t) => {
  t.equal(hex(encodeInteger(Uint8Array.of(0x80))), '02020080');
  t.equal(hex(encodeInteger(Uint8Array.of(0, 0, 1))), '020101');
});

t.test('a SET OF is sorted by the encodings of its elements', async (t) => {
  const set = encodeSetOf(encodeInteger(300), encodeInteger(5), encodeInteger(2));
  const values = childrenOf(parseElement(set, 'set'), 'set').map((element) => readInteger(element, 'n'));
  t.same(values, [2n, 5n, 300n]);
});

t.test('named bits lose their trailing zeros', async (t) => {
  t.equal(hex(encodeNamedBits([0, 1])), '030206c0');
  t.equal(hex(encodeNamedBits([])), '030100');
  const bits = readBitString(parseElement(encodeNamedBits([8]), 'bits'), 'bits');
  t.ok(hasBit(bits, 8));
  t.notOk(hasBit(bits, 7));
});
