import { readFileSync } from 'node:fs';
import t from 'tap';
import { contextTag, Tag } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { concatBytes } from '../../src/asn1/values.ts';
import { encodeAttribute } from '../../src/cms/attributes.ts';
import { readCertificates } from '../../src/cms/certificates.ts';
import { checkSignerInfo } from '../../src/cms/check-signer.ts';
import { checkTimestampToken } from '../../src/cms/check-timestamp.ts';
import { MalformedCms } from '../../src/cms/errors.ts';
import {
  MAX_CMS_BYTES,
  MAX_CMS_CERTIFICATES,
  parseSignedData,
  type SignedData,
} from '../../src/cms/signed-data.ts';
import { parseTimestampToken } from '../../src/cms/timestamp-token.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { corpusFiles, corpusMissing } from '../tools.ts';
import { buildCms, LETTER } from './build-cms.ts';
import { asBer, indefinite, segmented } from './encodings.ts';
import { issue } from './identities.ts';

const { digests, arithmetic } = nodePlatform;
const signer = issue('p256');

t.test('a CMS in BER says the same as in DER', async (t) => {
  const timestamped = buildCms({
    signer,
    eContent: LETTER,
    unsignedAttributes: [encodeAttribute(Oid.signatureTimestamp, encodeSequence(encodeInteger(1)))],
  });
  for (const der of [buildCms({ signer }), timestamped]) {
    const [expected, read] = [parseSignedData(der), parseSignedData(asBer(der))];
    t.same(read.signerInfos[0]?.signature, expected.signerInfos[0]?.signature, 'segments are joined');
    t.same(
      read.signerInfos[0]?.signedAttributes?.asSetOf,
      expected.signerInfos[0]?.signedAttributes?.asSetOf,
    );
    t.equal(read.signerInfos[0]?.signedAttributes?.reencoded, false);
    t.same(read.eContent, expected.eContent);
    t.same(read.certificates, expected.certificates);
    t.same(read.der, asBer(der), 'without what follows');
  }
});

t.test('attributes in BER are read as their DER', async (t) => {
  const der = parseSignedData(buildCms({ signer }));
  const attributes = der.signerInfos[0]?.signedAttributes;
  if (!attributes) throw new Error('no attributes');
  const sent = attributes.all.map(({ oid, values }) =>
    indefinite(
      Tag.sequence,
      encodeOid(oid),
      indefinite(
        Tag.set,
        ...values.map((value) =>
          value.tag === Tag.octetString ? segmented(value.tag, value.content) : value.raw,
        ),
      ),
    ),
  );
  const read = parseSignedData(buildCms({ signer, sentAttributes: concatBytes(sent) })).signerInfos[0];
  t.equal(read?.signedAttributes?.reencoded, true);
  t.same(read?.signedAttributes?.asSetOf, attributes.asSetOf);
});

t.test('zero padding is left, other bytes are told', async (t) => {
  for (const cms of [buildCms({ signer }), asBer(buildCms({ signer }))]) {
    t.equal(parseSignedData(cms).trailingBytes, false);
    const padded = parseSignedData(concatBytes([cms, new Uint8Array(4000)]));
    t.equal(padded.trailingBytes, false);
    t.same(padded.der, cms);
    t.equal(parseSignedData(concatBytes([cms, new Uint8Array(4000), Uint8Array.of(1)])).trailingBytes, true);
  }
});

t.test('limits', async (t) => {
  const withCertificates = (count: number): Uint8Array =>
    buildCms({ signer, certificates: Array.from({ length: count }, () => signer.certificate) });
  const limit = (where: string) => ({ name: 'MalformedCms', code: 'limits-exceeded', where });

  t.equal(parseSignedData(withCertificates(MAX_CMS_CERTIFICATES)).certificates.length, MAX_CMS_CERTIFICATES);
  t.throws(() => parseSignedData(withCertificates(MAX_CMS_CERTIFICATES + 1)), limit('certificates'));
  t.throws(() => parseSignedData(withCertificates(10_000)), limit('ContentInfo'), 'by its size already');

  const padded = concatBytes([buildCms({ signer }), new Uint8Array(MAX_CMS_BYTES)]);
  t.throws(() => parseSignedData(padded), limit('ContentInfo'));

  const many = buildCms({ signer, signerInfos: (info) => Array.from({ length: 5000 }, () => info) });
  t.throws(() => parseSignedData(many), limit('signerInfos'));

  await t.test('nesting', async (t) => {
    const nested = (levels: number): Uint8Array => {
      const opened = new Uint8Array(2 * levels).map((_, at) => (at % 2 === 0 ? Tag.sequence : 0x80));
      return concatBytes([opened, encodeInteger(1), new Uint8Array(2 * levels)]);
    };
    t.throws(() => parseSignedData(nested(100_000)), limit('ContentInfo'));

    const definite = (levels: number): Uint8Array => {
      const headers: Uint8Array[] = [];
      let length = 3;
      for (let level = 0; level < levels; level += 1) {
        const header = Uint8Array.of(0x24, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
        headers.push(header);
        length += header.length;
      }
      return concatBytes([...headers.reverse(), encodeOctetString(Uint8Array.of(1))]);
    };
    const withContent = (octets: Uint8Array): Uint8Array =>
      encodeSequence(
        encodeOid(Oid.signedData),
        encodeExplicit(
          0,
          encodeSequence(
            encodeInteger(1),
            encodeSetOf(),
            encodeSequence(encodeOid(Oid.data), encodeExplicit(0, octets)),
            encodeSetOf(),
          ),
        ),
      );
    t.same(parseSignedData(withContent(definite(5))).eContent, Uint8Array.of(1));
    t.throws(
      () => parseSignedData(withContent(definite(200_000))),
      limit('eContent'),
      'without a deep stack',
    );
    const deepAttribute = encodeSequence(encodeOid('2.25.1'), encodeElement(Tag.set, nestedSequences(40)));
    const cms = buildCms({ signer, sentAttributes: deepAttribute });
    t.throws(() => parseSignedData(cms), limit('signedAttrs'));
  });
});

function nestedSequences(levels: number): Uint8Array {
  let bytes = encodeInteger(1);
  for (let level = 0; level < levels; level += 1) bytes = encodeSequence(bytes);
  return bytes;
}

t.test('what is no SignedData is refused, naming the field', async (t) => {
  const other = encodeSequence(encodeOid(Oid.data), encodeExplicit(0, encodeOctetString(LETTER)));
  const rows: readonly (readonly [Uint8Array, string])[] = [
    [new Uint8Array(), 'ContentInfo'],
    [new Uint8Array(64), 'ContentInfo'],
    [LETTER, 'ContentInfo'],
    [other, 'contentType'],
    [encodeSequence(encodeOid(Oid.signedData), encodeExplicit(0, encodeOctetString(LETTER))), 'SignedData'],
    [encodeSequence(encodeOid(Oid.signedData), encodeElement(contextTag(0))), 'content'],
    [buildCms({ signer, sid: encodeInteger(1) }), 'sid'],
    [buildCms({ signer, sentAttributes: encodeInteger(1) }), 'signedAttrs'],
    [buildCms({ signer }).subarray(0, 300), 'ContentInfo'],
  ];
  for (const [bytes, where] of rows) {
    t.throws(() => parseSignedData(bytes), { name: 'MalformedCms', code: 'cms-malformed', where }, where);
  }
});

t.test('a certificate that cannot be read is no candidate, and hurts no other', async (t) => {
  const certificates = [encodeSequence(encodeInteger(1)), signer.certificate];
  const { certificates: read, findings } = readCertificates(
    parseSignedData(buildCms({ signer, certificates })),
  );
  t.equal(read.length, 1);
  t.same(findings, [{ code: 'certificate-malformed', effect: 'info', where: 'certificates 0' }]);
});

/** The CMS values of a PDF: hexadecimal strings that begin like a ContentInfo. What is no signature fails to parse. */
function cmsValuesIn(pdf: Buffer): Uint8Array[] {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/<(30[0-9A-Fa-f\s]{400,})>/g)].map(
    ([, digits = '']) => new Uint8Array(Buffer.from(digits.replace(/\s/g, ''), 'hex')),
  );
}

/** Reads a CMS and everything that hangs on it, as a verifier would, with the arithmetic left out. */
function readThrough(contents: Uint8Array): 'read' | 'refused' {
  try {
    const signedData = parseSignedData(contents);
    const { certificates } = readCertificates(signedData);
    const context = { candidates: certificates, verified: () => undefined, digests };
    const signer = checkSignerInfo(signedData, {
      ...context,
      kind: 'cades',
      contentDigest: (algorithm) => digests.of(algorithm, LETTER),
      content: () => LETTER,
    });
    for (const der of [...signer.signatureTimestamps, ...signer.contentTimestamps]) readToken(der);
    return 'read';
  } catch (error) {
    if (error instanceof MalformedCms) return 'refused';
    throw error;
  }
}

function readToken(der: Uint8Array): void {
  try {
    const token = parseTimestampToken(der);
    const { certificates } = readCertificates(token.signedData);
    checkTimestampToken(token, {
      imprint: (algorithm) => digests.of(algorithm, LETTER),
      candidates: certificates,
      verified: () => undefined,
      digests,
    });
  } catch (error) {
    if (!(error instanceof MalformedCms)) throw error;
  }
}

/** What is expected of values that are not simply good, by file. */
const NOT_GOOD: ReadonlyMap<string, readonly string[]> = new Map([
  // No signed attributes: the value is over the document itself, which is not at hand here.
  ['pdf/pades-valid/dict-bool.pdf', []],
  ['pdf/pades-valid/pkcs7-no-message-digest.pdf', []],
  ['pdf/pades-valid/test_cms__test_verify_sig_without_signed_attrs.pdf', []],
  // digestAlgorithm is not the digest of the signature algorithm (RFC 8933, RFC 8419).
  ['pdf/pades-valid/test_cms__test_ed448_invalid_hash_algo_validation.pdf', ['algorithm-disagreement']],
  [
    'pdf/pades-valid/test_cms__test_sign_digest_mismatch_allowed_but_outer_banned.pdf',
    ['algorithm-disagreement'],
  ],
  [
    'pdf/pades-valid/test_cms__test_sign_digest_mismatch_allowed_passed_through_context.pdf',
    ['algorithm-disagreement'],
  ],
  ['pdf/pades-valid/test_cms__test_sign_weak_sig_digest_mismatch.pdf', ['algorithm-disagreement']],
  ['pdf/pades-valid/test_cms__test_sign_weak_sig_digest_mismatch_allowed.pdf', ['algorithm-disagreement']],
]);

t.test('real signatures', { skip: corpusMissing() }, async (t) => {
  const files = corpusFiles({ category: ['pades-valid', 'diff-permitted', 'ades-ltv'] });
  const values = files.flatMap(({ name, path }) =>
    cmsValuesIn(readFileSync(path)).map((contents) => ({ name, contents })),
  );

  await t.test('are read, and their values verify with the certificate that is found', async (t) => {
    t.ok(values.length > 300, `${values.length} values`);
    const notGood = new Map<string, readonly string[]>();
    for (const { name, contents } of values) {
      const signedData = signedDataOf(contents);
      if (signedData === null) continue;
      const result = checkSignerInfo(signedData, {
        kind: signedData.eContentType === Oid.tstInfo ? 'timestamp' : 'pkcs7',
        contentDigest: () => undefined,
        candidates: readCertificates(signedData).certificates,
        verified: (check) => arithmetic.verify(check) === true,
        digests,
      });
      const serious = result.findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code);
      if (serious.length > 0 || result.valueMatches !== true) notGood.set(name, serious);
    }
    t.same(notGood, NOT_GOOD);
  });

  await t.test('changed at random are read or refused, and nothing else happens', async (t) => {
    const next = randomNumbers(20261121);
    const outcomes = { read: 0, refused: 0 };
    for (let mutant = 0; mutant < 20_000; mutant += 1) {
      const { contents } = values[next(values.length)] ?? { contents: new Uint8Array() };
      outcomes[readThrough(mutated(contents, next))] += 1;
    }
    t.equal(outcomes.read + outcomes.refused, 20_000);
    t.ok(outcomes.read > 1000 && outcomes.refused > 1000, `both happen: ${JSON.stringify(outcomes)}`);
  });
});

/** Null for other CMS content, such as the recipients of an encrypted file. */
function signedDataOf(contents: Uint8Array): SignedData | null {
  try {
    return parseSignedData(contents);
  } catch (error) {
    if (error instanceof MalformedCms && error.where === 'contentType') return null;
    throw error;
  }
}

/** One to four changes, most of them near the start, where the structure is. */
function mutated(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const changes = 1 + next(4);
  for (let change = 0; change < changes; change += 1) {
    const at = next(next(2) === 0 ? Math.min(copy.length, 200) : copy.length);
    switch (next(4)) {
      case 0:
        copy[at] = (copy[at] ?? 0) ^ (1 << next(8));
        break;
      case 1:
        copy[at] = next(256);
        break;
      case 2:
        copy.copyWithin(at, next(copy.length), next(copy.length));
        break;
      default:
        copy.fill(next(256), at, at + next(8));
    }
  }
  return next(10) === 0 ? copy.subarray(0, next(copy.length)) : copy;
}

/** Reproducible numbers in [0, below): a linear congruential generator is random enough for places of changes. */
function randomNumbers(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(Math.max(1, below)));
  };
}
