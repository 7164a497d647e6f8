import fc from 'fast-check';
import t from 'tap';
import { MalformedAsn1 } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodeSequence,
  encodeTime,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { concatBytes } from '../../src/asn1/values.ts';
import { encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import type { Extension } from '../../src/pki/certificate.ts';
import { type Crl, findCrlEntry, parseCrl } from '../../src/pki/crl.ts';
import { type CrlEntry, findEntries } from '../../src/pki/crl-entries.ts';
import { run, toolMissing } from '../tools.ts';
import {
  caExtensions,
  day,
  encodeCrl,
  encodeEntry,
  encodeExtensions,
  extension,
  invalidityDate,
  issue,
  type ListEntry,
  nameDer,
  noon,
  pem,
  reasonCode,
  signatureAlgorithm,
  signed,
  unknownExtension,
} from './authority.ts';

const issuer = issue({ subject: 'CA', extensions: caExtensions });
const serial = (n: number): Uint8Array => Uint8Array.of(0x40, n >> 16, (n >> 8) & 0xff, n & 0xff);
const listOf = (entries: readonly ListEntry[], extensions: readonly Extension[] = []): Crl =>
  parseCrl(encodeCrl({ issuer, entries, extensions }));
const find = (crl: Crl, n: number): CrlEntry | null =>
  findCrlEntry(crl, issuer.certificate.subject, serial(n));

t.test('entries are found by serial number, with reason and dates', async (t) => {
  const crl = listOf([
    { serial: serial(1), at: noon - day },
    { serial: serial(2), at: noon - 2 * day, extensions: [reasonCode(1), invalidityDate(noon - 9 * day)] },
  ]);
  t.equal(crl.entryCount, 2);
  t.same(find(crl, 1), { revocationDate: noon - day, reason: null, invalidityDate: null });
  t.same(find(crl, 2), { revocationDate: noon - 2 * day, reason: 1, invalidityDate: noon - 9 * day });
  t.equal(find(crl, 3), null);
  t.equal(
    findCrlEntry(crl, issuer.certificate.subject, serial(1).subarray(0, 3)),
    null,
    'a part of a serial number',
  );
});

t.test('of several entries about one certificate the earliest counts', async (t) => {
  const crl = listOf([
    { serial: serial(1), at: noon - day },
    { serial: serial(1), at: noon - 5 * day },
  ]);
  t.equal(find(crl, 1)?.revocationDate, noon - 5 * day);
});

t.test('a list of 100 000 entries is read and searched where it stands', async (t) => {
  const plain = encodeEntry({ serial: serial(0), at: noon - day });
  const reasoned = encodeEntry({ serial: serial(0), at: noon - day, extensions: [reasonCode(4)] });
  const entries = Array.from({ length: 100_000 }, (_, n) => {
    const entry = Uint8Array.from(n % 2 === 0 ? reasoned : plain);
    // The serial number stands behind two headers of two octets.
    entry.set(serial(n), 4);
    return entry;
  });
  const tbs = encodeSequence(
    encodeInteger(1),
    signatureAlgorithm,
    issuer.certificate.subject.raw,
    encodeTime(noon),
    encodeSequence(concatBytes(entries)),
  );
  const crl = parseCrl(signed(tbs, issuer.key));
  t.equal(crl.entryCount, 100_000);
  t.equal(find(crl, 0)?.reason, 4);
  t.equal(find(crl, 99_999)?.reason, null);
  t.equal(find(crl, 100_000), null);
});

t.test('an entry of an indirect list is about the last certificate issuer named', async (t) => {
  const named = (name: string): Extension =>
    extension(Oid.certificateIssuer, encodeSequence(encodeExplicit(4, nameDer(name))), true);
  const entries: readonly ListEntry[] = [
    { serial: serial(1), at: noon },
    { serial: serial(2), at: noon, extensions: [named('Other CA')] },
    { serial: serial(3), at: noon },
  ];
  const indirect = extension(
    Oid.issuingDistributionPoint,
    encodeSequence(encodeElement(0x84, Uint8Array.of(0xff))),
    true,
  );
  const crl = listOf(entries, [indirect]);
  const other = issue({ subject: 'Other CA' }).certificate.subject;
  const about = (name: typeof other): readonly number[] =>
    [1, 2, 3].filter((n) => findCrlEntry(crl, name, serial(n)) !== null);
  t.same(about(issuer.certificate.subject), [1]);
  t.same(about(other), [2, 3]);
});

t.test('a critical extension that is not known, of the list or of any entry, is noted', async (t) => {
  const entry = { serial: serial(1), at: noon };
  t.notOk(
    listOf([{ ...entry, extensions: [unknownExtension(false)] }], [unknownExtension(false)]).unknownCritical,
  );
  t.ok(listOf([entry], [unknownExtension(true)]).unknownCritical);
  t.ok(listOf([entry, { ...entry, extensions: [unknownExtension(true)] }, entry]).unknownCritical);
});

t.test('number, base, scope and retention are read', async (t) => {
  const crl = listOf(
    [],
    [
      extension(Oid.crlNumber, encodeInteger(9)),
      extension(Oid.deltaCrlIndicator, encodeInteger(7), true),
      extension(Oid.expiredCertsOnCrl, encodeElement(0x18, new TextEncoder().encode('20200101000000Z'))),
      extension(Oid.issuingDistributionPoint, encodeSequence(encodeElement(0x81, Uint8Array.of(0xff))), true),
    ],
  );
  t.equal(crl.crlNumber, 9n);
  t.equal(crl.baseCrlNumber, 7n);
  t.equal(crl.expiredCertsSince, Date.UTC(2020, 0, 1));
  t.match(crl.issuingDistributionPoint, { onlyContainsUserCerts: true, indirectCrl: false, name: null });
  t.equal(crl.entryCount, 0);
});

t.test('lists that may be read in two ways are malformed', async (t) => {
  const parse = (der: Uint8Array) => (): Crl => parseCrl(der);
  const number = extension(Oid.crlNumber, encodeInteger(9));
  t.throws(parse(encodeCrl({ issuer, extensions: [number, number] })), { code: 'value-malformed' });
  const tbs = (algorithm: Uint8Array, ...version: readonly Uint8Array[]): Uint8Array =>
    encodeSequence(
      ...version,
      algorithm,
      issuer.certificate.subject.raw,
      encodeTime(noon),
      encodeExplicit(0, encodeExtensions([number])),
    );
  const sha384 = encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'sha384' });
  t.throws(parse(signed(tbs(sha384, encodeInteger(1)), issuer.key)), {
    code: 'value-malformed',
    where: 'signatureAlgorithm',
  });
  t.throws(
    parse(signed(tbs(signatureAlgorithm), issuer.key)),
    { code: 'value-malformed', where: 'crlExtensions' },
    'version 1 with extensions',
  );
  t.throws(parse(signed(tbs(signatureAlgorithm, encodeInteger(2)), issuer.key)), {
    code: 'value-malformed',
    where: 'version',
  });
  t.throws(parse(encodeSequence(encodeOid('1.2.3'))), MalformedAsn1);
});

t.test('entries have the form that RFC 5280 gives them', async (t) => {
  const broken: readonly Uint8Array[] = [
    encodeSequence(encodeInteger(1)),
    encodeSequence(encodeElement(0x02), encodeTime(noon)),
    encodeSequence(encodeInteger(1), encodeElement(0x17, new TextEncoder().encode('260615120000+'))),
    encodeSequence(encodeInteger(1), encodeElement(0x16, new TextEncoder().encode('260615120000Z'))),
    encodeSequence(encodeInteger(1), encodeTime(noon), encodeInteger(1)),
    encodeSequence(encodeInteger(1), encodeTime(noon), encodeSequence(), encodeInteger(1)),
    Uint8Array.of(0x30, 0x81, 0x05, 2, 1, 1, 5, 0),
    Uint8Array.of(0x30, 0x80),
    Uint8Array.of(0x30),
  ];
  for (const [i, entry] of broken.entries())
    t.throws(() => findEntries(entry, serial(1)), MalformedAsn1, `entry ${i}`);
});

t.test('no byte changed in a list does more than make it malformed', async () => {
  const der = encodeCrl({
    issuer,
    entries: [{ serial: serial(1), at: noon, extensions: [reasonCode(1), invalidityDate(noon)] }],
    extensions: [extension(Oid.crlNumber, encodeInteger(9))],
  });
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (offset, difference) => {
      const mutant = Uint8Array.from(der);
      mutant[offset] = (mutant[offset] ?? 0) ^ difference;
      try {
        const crl = parseCrl(mutant);
        return findEntries(crl.entries, serial(1)).length <= 1;
      } catch (error) {
        return error instanceof MalformedAsn1;
      }
    }),
    { numRuns: 3000 },
  );
});

t.test('openssl reads the same entries', { skip: toolMissing('openssl') }, async (t) => {
  const entries = [7, 8, 9].map((n) => ({ serial: serial(n), at: noon - day, extensions: [reasonCode(4)] }));
  const der = encodeCrl({ issuer, entries });
  const { code, stdout } = await run('openssl', ['crl', '-noout', '-text'], { input: pem('X509 CRL', der) });
  t.equal(code, 0);
  const theirs = [...stdout.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, text]) => text);
  t.same(theirs, ['40000007', '40000008', '40000009']);
  t.equal(parseCrl(der).entryCount, theirs.length);
});
