import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { parseElement } from '../../src/asn1/element.ts';
import {
  encodeBitString,
  encodeBoolean,
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { concatBytes, hex } from '../../src/asn1/values.ts';
import { encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../../src/pki/certificate.ts';
import { commonNameOf } from '../../src/pki/name.ts';
import { withInheritedParameters } from '../../src/pki/public-key.ts';
import { corpus, corpusMissing } from '../tools.ts';
import {
  basicConstraints,
  caExtensions,
  encodeCertificate,
  encodeExtensions,
  extendedKeyUsage,
  extension,
  issue,
  keyInfoOf,
  keyUsage,
  nameDer,
  newKey,
  noon,
  signatureAlgorithm,
  signed,
} from './authority.ts';

const key = newKey();

interface TbsParts {
  readonly version?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly algorithm?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly keyInfo?: Uint8Array;
  readonly identifiers?: readonly Uint8Array[];
  readonly extensions?: Uint8Array;
}

/** A certificate whose parts may be anything. */
function certificateOf(parts: TbsParts): Uint8Array {
  const tbs = encodeSequence(
    parts.version ?? encodeExplicit(0, encodeInteger(2)),
    parts.serial ?? encodeInteger(7),
    parts.algorithm ?? signatureAlgorithm,
    nameDer('CA'),
    encodeSequence(parts.notBefore ?? encodeTime(noon), encodeTime(noon + 1000)),
    parts.subject ?? nameDer('Pejabat Contoh'),
    parts.keyInfo ?? keyInfoOf(key),
    ...(parts.identifiers ?? []),
    ...(parts.extensions === undefined ? [] : [encodeExplicit(3, parts.extensions)]),
  );
  return signed(tbs, key);
}

const codeOf = (der: Uint8Array): string => {
  try {
    parseCertificate(der);
    return 'read';
  } catch (error) {
    if (error instanceof MalformedCertificate) return error.code;
    throw error;
  }
};

const uri = (text: string): Uint8Array => encodeElement(0x86, new TextEncoder().encode(text));

t.test('facts of a certificate are read', async (t) => {
  const { certificate } = issue({
    subject: 'CA',
    serial: 0x1234567890abcdefn,
    extensions: [
      basicConstraints(true, 3),
      keyUsage('keyCertSign', 'cRLSign'),
      extendedKeyUsage(true, Oid.ekuAdobeAuthenticDocuments),
      extension(Oid.subjectKeyIdentifier, encodeOctetString(Uint8Array.of(1, 2))),
      extension(Oid.authorityKeyIdentifier, encodeSequence(encodeElement(0x80, Uint8Array.of(3, 4)))),
      extension(Oid.ocspNoCheck, encodeNull()),
      extension(
        Oid.authorityInfoAccess,
        encodeSequence(
          encodeSequence(encodeOid(Oid.accessOcsp), uri('http://ca.example/ocsp')),
          encodeSequence(encodeOid(Oid.accessCaIssuers), uri('http://ca.example/ca.crt')),
          encodeSequence(encodeOid('1.2.3'), uri('http://ca.example/else')),
        ),
      ),
      extension(
        Oid.crlDistributionPoints,
        encodeSequence(encodeSequence(encodeExplicit(0, encodeExplicit(0, uri('http://ca.example/ca.crl'))))),
      ),
    ],
  });
  t.equal(certificate.version, 3);
  t.equal(hex(certificate.serialNumber), '1234567890abcdef');
  t.equal(commonNameOf(certificate.subject), 'CA');
  t.same(certificate.basicConstraints, { ca: true, pathLength: 3 });
  t.same([...(certificate.keyUsage ?? [])], ['keyCertSign', 'cRLSign']);
  t.same(certificate.extendedKeyUsage, { critical: true, oids: [Oid.ekuAdobeAuthenticDocuments] });
  t.equal(hex(certificate.subjectKeyIdentifier ?? new Uint8Array()), '0102');
  t.equal(hex(certificate.authorityKeyIdentifier ?? new Uint8Array()), '0304');
  t.ok(certificate.ocspNoCheck);
  t.same(certificate.ocspUrls, ['http://ca.example/ocsp']);
  t.same(certificate.caIssuersUrls, ['http://ca.example/ca.crt']);
  t.same(certificate.crlUrls, ['http://ca.example/ca.crl']);
  t.same(certificate.publicKey, { algorithm: 'ec', bits: 256, curve: Oid.prime256v1 });
  t.same(certificate.signatureAlgorithm.scheme, { kind: 'ecdsa', digest: 'sha256' });
  t.same(certificate.notes, []);
});

t.test(
  'what we read of the PKITS certificates is what OpenSSL reads',
  { skip: corpusMissing() },
  async (t) => {
    const folder = `${corpus()}pki/pkits/certs/`;
    let compared = 0;
    for (const file of readdirSync(folder)) {
      const der = new Uint8Array(readFileSync(folder + file));
      // These two have a signature with unused bits: no DER of a whole number of octets.
      if (file === 'BadSignedCACert.crt' || file === 'InvalidDSASignatureTest6EE.crt') {
        t.equal(codeOf(der), 'encoding-malformed', file);
        continue;
      }
      const ours = parseCertificate(der);
      const theirs = new X509Certificate(der);
      const same =
        ours.notBefore === theirs.validFromDate.getTime() &&
        ours.notAfter === theirs.validToDate.getTime() &&
        sameKey(ours, theirs) &&
        maySignCertificates(ours) === theirs.ca &&
        serialText(ours.serialNumber) === theirs.serialNumber.toLowerCase().replace(/^-/, '');
      if (!same) t.fail(file);
      compared += 1;
    }
    t.equal(compared, 403);
  },
);

// What OpenSSL calls a CA is one whose key usage, if any, agrees.
function maySignCertificates({ basicConstraints, keyUsage: usage }: Certificate): boolean {
  return basicConstraints?.ca === true && (usage === null || usage.has('keyCertSign'));
}

// OpenSSL cannot take a DSA key alone that inherits its parameters.
function sameKey({ publicKey, publicKeyInfo }: Certificate, theirs: X509Certificate): boolean {
  if (publicKey.algorithm === 'dsa' && publicKey.bits === 0) return true;
  return hex(publicKeyInfo) === theirs.publicKey.export({ format: 'der', type: 'spki' }).toString('hex');
}

// OpenSSL shows the magnitude of a serial number, without leading zeros.
function serialText(content: Uint8Array): string {
  const unsigned = BigInt(`0x${hex(content)}`);
  const value = (content[0] ?? 0) >= 0x80 ? (1n << BigInt(8 * content.length)) - unsigned : unsigned;
  const text = value.toString(16);
  return text.length % 2 === 0 ? text : `0${text}`;
}

t.test('what is not the DER of a certificate is malformed', async (t) => {
  const good = certificateOf({});
  t.equal(codeOf(good), 'read');
  t.equal(codeOf(new Uint8Array()), 'encoding-malformed');
  t.equal(codeOf(good.subarray(0, -1)), 'encoding-malformed', 'truncated');
  t.equal(codeOf(concatBytes([good, Uint8Array.of(0)])), 'encoding-malformed', 'trailing bytes');
  const noZone = encodeElement(0x17, new TextEncoder().encode('2606151200+0700'));
  t.equal(codeOf(certificateOf({ notBefore: noZone })), 'encoding-malformed', 'a time without Z');
  const noSeconds = encodeElement(0x17, new TextEncoder().encode('2606151200Z'));
  t.equal(codeOf(certificateOf({ notBefore: noSeconds })), 'encoding-malformed', 'a time without seconds');
  const padded = encodeElement(0x02, Uint8Array.of(0, 7));
  t.equal(codeOf(certificateOf({ serial: padded })), 'encoding-malformed', 'a padded integer');
  t.equal(codeOf(certificateOf({ serial: encodeElement(0x02) })), 'encoding-malformed', 'an empty integer');
});

t.test('a signature algorithm that differs from the signed one is refused', async (t) => {
  const algorithm = encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'sha384' });
  t.equal(codeOf(certificateOf({ algorithm })), 'algorithm-mismatch');
});

t.test('extensions belong to version 3 alone', async (t) => {
  const extensions = encodeExtensions([basicConstraints(true)]);
  const version1 = encodeExplicit(0, encodeInteger(0));
  const version2 = encodeExplicit(0, encodeInteger(1));
  t.equal(codeOf(certificateOf({ version: version1, extensions })), 'version-unfit');
  t.equal(codeOf(certificateOf({ version: version2, extensions })), 'version-unfit');
  t.equal(codeOf(certificateOf({ version: encodeExplicit(0, encodeInteger(3)) })), 'version-unfit');
  const identifier = encodeElement(0x81, Uint8Array.of(0, 1));
  t.equal(codeOf(certificateOf({ version: version1, identifiers: [identifier] })), 'version-unfit');
  t.equal(codeOf(certificateOf({ version: version2, identifiers: [identifier] })), 'read');
});

t.test('the same extension twice is refused, whatever they say', async (t) => {
  const extensions = encodeExtensions([basicConstraints(false), basicConstraints(true)]);
  t.equal(codeOf(certificateOf({ extensions })), 'extension-repeated');
});

t.test('an extension that we read must be readable, another need not be', async (t) => {
  const garbage = Uint8Array.of(0x30, 0x05, 0x01);
  for (const oid of [Oid.basicConstraints, Oid.keyUsage, Oid.extendedKeyUsage, Oid.crlDistributionPoints]) {
    t.equal(
      codeOf(certificateOf({ extensions: encodeExtensions([extension(oid, garbage)]) })),
      'extension-malformed',
    );
  }
  t.equal(codeOf(certificateOf({ extensions: encodeExtensions([extension('1.2.3', garbage)]) })), 'read');
  const negative = extension(Oid.basicConstraints, encodeSequence(encodeBoolean(true), encodeInteger(-1)));
  t.equal(codeOf(certificateOf({ extensions: encodeExtensions([negative]) })), 'extension-malformed');
});

t.test('deviations of real chains become notes', async (t) => {
  const notesOf = (parts: TbsParts): readonly string[] => parseCertificate(certificateOf(parts)).notes;
  t.same(
    notesOf({ version: encodeExplicit(0, encodeInteger(0)) }),
    ['default-encoded'],
    'version 1 written out',
  );
  const caFalse = extension(Oid.basicConstraints, encodeSequence(encodeBoolean(false)));
  t.same(notesOf({ extensions: encodeExtensions([caFalse]) }), ['default-encoded'], 'cA FALSE written out');
  const notCritical = encodeSequence(
    encodeSequence(encodeOid('1.2.3'), encodeBoolean(false), encodeOctetString(encodeNull())),
  );
  t.same(notesOf({ extensions: notCritical }), ['default-encoded'], 'critical FALSE written out');
  t.same(notesOf({ serial: encodeInteger(0) }), ['serial-irregular']);
  t.same(notesOf({ serial: encodeInteger(-5) }), ['serial-irregular']);
  t.same(notesOf({ serial: encodeInteger(new Uint8Array(21).fill(1)) }), ['serial-irregular']);
  const teletex = encodeElement(0x14, Uint8Array.of(0x41));
  const subject = encodeSequence(encodeSetOf(encodeSequence(encodeOid(Oid.commonName), teletex)));
  t.same(notesOf({ subject }), ['string-type-unusual']);
  const printable = encodeSequence(
    encodeSetOf(encodeSequence(encodeOid(Oid.countryName), encodePrintableString('ID'))),
  );
  t.same(notesOf({ subject: printable }), []);
});

const rsaKeyInfo = (modulus: Uint8Array, exponent: number): Uint8Array =>
  encodeSequence(
    encodeSequence(encodeOid(Oid.rsaEncryption), encodeNull()),
    encodeBitString(encodeSequence(encodeElement(0x02, modulus), encodeInteger(exponent))),
  );

t.test('numbers of a megabyte are measured, not computed with', async (t) => {
  const long = new Uint8Array(1_000_000).fill(0x41);
  t.same(parseCertificate(certificateOf({ serial: encodeInteger(long) })).notes, ['serial-irregular']);
  t.equal(codeOf(certificateOf({ keyInfo: rsaKeyInfo(long, 65537) })), 'encoding-malformed');
});

t.test('RSA keys are measured, and refused where no verifier may use them', async (t) => {
  const of = (octets: number, first: number): Uint8Array =>
    Uint8Array.of(first, ...new Uint8Array(octets - 1).fill(0xff));
  const rsa = (modulus: Uint8Array, exponent = 65537): string =>
    codeOf(certificateOf({ keyInfo: rsaKeyInfo(modulus, exponent) }));
  const { publicKey, notes } = parseCertificate(certificateOf({ keyInfo: rsaKeyInfo(of(256, 0x80), 3) }));
  t.same(publicKey, { algorithm: 'rsa', bits: 2048, curve: null });
  t.same(notes, ['modulus-without-leading-zero']);
  const odd = parseCertificate(certificateOf({ keyInfo: rsaKeyInfo(of(256, 0x7f), 65537) }));
  t.equal(odd.publicKey.bits, 2047);
  t.same(odd.notes, []);
  t.equal(rsa(of(256, 0x7f), 1), 'encoding-malformed', 'exponent 1 signs everything');
  t.equal(rsa(of(256, 0x7f), 4), 'encoding-malformed', 'an even exponent');
  t.equal(rsa(of(2049, 0x7f)), 'encoding-malformed', 'more than 16384 bits');
});

t.test('a curve whose parameters are written out has no name and no strength', async (t) => {
  const keyInfo = encodeSequence(
    encodeSequence(encodeOid(Oid.ecPublicKey), encodeSequence(encodeInteger(1))),
    encodeBitString(Uint8Array.of(4, 1, 2)),
  );
  const { publicKey } = parseCertificate(certificateOf({ keyInfo }));
  t.same(publicKey, { algorithm: 'ec', bits: 0, curve: null });
});

t.test('only a DSA key inherits parameters, and only from a DSA key', async (t) => {
  const dsa = (...parameters: readonly Uint8Array[]): Uint8Array =>
    encodeSequence(encodeSequence(encodeOid(Oid.dsa), ...parameters), encodeBitString(encodeInteger(5)));
  const full = dsa(encodeSequence(encodeInteger(11), encodeInteger(7), encodeInteger(3)));
  t.equal(hex(withInheritedParameters(dsa(), full)), hex(full));
  t.equal(hex(withInheritedParameters(dsa(), dsa())), hex(dsa()), 'nothing to inherit');
  t.equal(
    hex(withInheritedParameters(dsa(), keyInfoOf(key))),
    hex(dsa()),
    'nothing from another kind of key',
  );
  t.equal(hex(withInheritedParameters(keyInfoOf(key), full)), hex(keyInfoOf(key)));
});

t.test('no byte changed in a certificate does more than make it malformed', async (t) => {
  const der = encodeCertificate({ subject: 'CA', extensions: caExtensions }, key, key);
  t.ok(parseElement(der, 'certificate'));
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (offset, difference) => {
      const mutant = Uint8Array.from(der);
      mutant[offset] = (mutant[offset] ?? 0) ^ difference;
      return codeOf(mutant).length > 0;
    }),
    { numRuns: 3000 },
  );
});

t.test('one that is larger than any real one is not read', (t) => {
  const der = (bytes: number): Uint8Array => {
    const unknown = extension('1.2.3.4', encodeOctetString(new Uint8Array(bytes)));
    return encodeCertificate({ subject: 'CA', extensions: [...caExtensions, unknown] }, key, key);
  };
  t.equal(codeOf(der(2_000_000)), 'read');
  t.equal(codeOf(der(2_200_000)), 'encoding-malformed');
  t.end();
});
