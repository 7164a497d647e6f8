import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { contextTag, parseElement, Tag } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeTime,
} from '../../src/asn1/encode.ts';
import { sequenceFields } from '../../src/asn1/fields.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { concatBytes, integerOf } from '../../src/asn1/values.ts';
import { encodeAttribute } from '../../src/cms/attributes.ts';
import { checkSignerInfo, type SignerCheck, type SignerKind } from '../../src/cms/check-signer.ts';
import type { CmsFindingCode, CmsFindingEffect } from '../../src/cms/finding.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { encodeDigestAlgorithm, encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import type { SignatureLookup } from '../../src/pki/signature-lookup.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { DigestAlgorithm } from '../../src/platform/platform.ts';
import { buildCms, type CmsParts, issuerAndSerial, LETTER, padesAttributes } from './build-cms.ts';
import { authority, issue, KEY_KINDS, type TestIdentity } from './identities.ts';

const { digests, arithmetic } = nodePlatform;

const computed: SignatureLookup = (check) => {
  const answer = arithmetic.verify(check);
  if (typeof answer !== 'boolean') throw new Error('the arithmetic of Node answers at once');
  return answer;
};

interface CheckOptions {
  readonly kind?: SignerKind;
  readonly content?: Uint8Array;
  readonly candidates?: readonly Certificate[];
  readonly verified?: SignatureLookup;
}

function check(cms: Uint8Array, options: CheckOptions = {}): SignerCheck {
  const { kind = 'cades', content = LETTER, verified = computed } = options;
  const signedData = parseSignedData(cms);
  return checkSignerInfo(signedData, {
    kind,
    contentDigest: (algorithm: DigestAlgorithm) => digests.of(algorithm, content),
    content: () => content,
    candidates: options.candidates ?? signedData.certificates.map((der) => parseCertificate(der)),
    verified,
    digests,
  });
}

/** `code effect`, informative ones left out unless asked for. */
function found(result: SignerCheck, info: 'with info' | 'without info' = 'without info'): string[] {
  return result.findings
    .filter(({ effect }) => info === 'with info' || effect !== 'info')
    .map(({ code, effect }) => `${code} ${effect}`);
}

type Expected = `${CmsFindingCode} ${CmsFindingEffect}`;

const rsa = issue('rsa');
const p256 = issue('p256');

function withoutAttribute(oid: string): NonNullable<CmsParts['changeAttributes']> {
  return (attributes) => attributes.filter((attribute) => attributeType(attribute) !== oid);
}

function replacing(oid: string, ...values: readonly Uint8Array[]): NonNullable<CmsParts['changeAttributes']> {
  return (attributes) => [...withoutAttribute(oid)(attributes), encodeAttribute(oid, ...values)];
}

function attributeType(attribute: Uint8Array): string {
  const [oid] = parseSignedAttribute(attribute);
  return oid;
}

function parseSignedAttribute(attribute: Uint8Array): [string] {
  const fields = sequenceFields(parseElement(attribute, 'attribute'), 'attribute');
  const names = Object.values(Oid);
  const raw = fields.take(Tag.oid).raw;
  const oid = names.find((name) => Buffer.from(encodeOid(name)).equals(raw));
  if (oid === undefined) throw new Error('an attribute of unknown type');
  return [oid];
}

/** SigningCertificate (version 1) or V2 with this hash. */
function signingCertificate(...essCertId: readonly Uint8Array[]): Uint8Array {
  return encodeSequence(encodeSequence(encodeSequence(...essCertId)));
}

t.test('accepts what the format prescribes, with a key of every kind', async (t) => {
  for (const kind of KEY_KINDS) {
    const digest =
      kind === 'ed25519' || kind === 'p521' ? 'sha512' : kind === 'rsa-pss' ? 'sha384' : 'sha256';
    const signer = issue(kind);
    const result = check(buildCms({ signer, digest }));
    t.same(found(result, 'with info'), [], kind);
    t.same(result.certificate, parseCertificate(signer.certificate));
    t.equal(result.digestMatches, true);
    t.equal(result.valueMatches, true);
    t.equal(result.digestAlgorithm, digest);
  }
});

t.test('the form of an ECDSA value is that of its identifier, and no other', async (t) => {
  const der = { kind: 'ecdsa', digest: 'sha256' } as const;
  const plain = { kind: 'ecdsa-plain', digest: 'sha256' } as const;
  const verifies = (scheme: typeof der | typeof plain, declared: typeof der | typeof plain) =>
    check(buildCms({ signer: p256, scheme, signatureAlgorithm: encodeSignatureAlgorithm(declared) }))
      .valueMatches;
  t.equal(verifies(plain, plain), true);
  t.equal(verifies(der, der), true);
  t.equal(verifies(plain, der), false);
  t.equal(verifies(der, plain), false);
});

t.test('a signer’s certificate that cannot be read makes a signature that cannot be read', async (t) => {
  const broken = Uint8Array.from(p256.certificate);
  // The version's length: no longer DER, and still an element of the same size.
  const at = Buffer.from(broken).indexOf(Uint8Array.of(0xa0, 0x03, 0x02, 0x01, 0x02));
  broken[at + 1] = 0x04;
  const candidates = [parseCertificate(rsa.certificate)];
  const alone = check(buildCms({ signer: p256, certificates: [broken] }), { candidates });
  t.same(found(alone), ['signing-certificate-not-found constraint', 'certificate-malformed structure']);
  const beside = check(buildCms({ signer: p256, certificates: [broken] }), {
    candidates: [...candidates, parseCertificate(p256.certificate)],
  });
  t.same(found(beside), []);
  const absent = check(buildCms({ signer: p256, certificates: [] }), { candidates });
  t.same(found(absent), ['signing-certificate-not-found constraint']);
});

t.test('whoever repeats an attribute of his own breaks no rule', async (t) => {
  const own = encodeAttribute('1.3.6.1.4.1.22883.1', encodeInteger(1));
  const result = check(buildCms({ signer: p256, changeAttributes: (all) => [...all, own, own] }));
  t.same(found(result, 'with info'), ['attribute-repeated info']);
  t.equal(result.valueMatches, true);
});

t.test('each rule that is broken has its finding', async (t) => {
  const other = issue('p256');
  const rules: readonly (readonly [string, Partial<CmsParts>, readonly Expected[], CheckOptions?])[] = [
    ['two SignerInfos', { signerInfos: (info) => [info, info] }, ['signer-count structure']],
    ['no SignerInfo', { signerInfos: () => [] }, ['signer-count structure']],
    [
      'an eContent with other bytes',
      {
        eContent: Uint8Array.of(1),
        changeAttributes: replacing(Oid.messageDigest, encodeOctetString(digests.of('sha256', LETTER))),
      },
      ['econtent-differs structure'],
    ],
    [
      'no signed attributes',
      { signedAttributes: null },
      ['signed-attributes-missing constraint', 'signing-certificate-missing constraint'],
    ],
    [
      'an attribute type given twice',
      { changeAttributes: (all) => [...all, encodeAttribute(Oid.contentType, encodeOid(Oid.data))] },
      ['attribute-repeated structure'],
    ],
    [
      'two values of message-digest',
      {
        changeAttributes: replacing(
          Oid.messageDigest,
          encodeOctetString(digests.of('sha256', LETTER)),
          encodeOctetString(Uint8Array.of(1, 2, 3)),
        ),
      },
      ['attribute-repeated structure', 'digest-mismatch hash'],
    ],
    [
      'content-type without a value',
      { changeAttributes: replacing(Oid.contentType) },
      ['attribute-repeated structure', 'content-type-differs structure'],
    ],
    [
      'no content-type',
      { changeAttributes: withoutAttribute(Oid.contentType) },
      ['content-type-differs structure'],
    ],
    [
      'another content-type',
      { changeAttributes: replacing(Oid.contentType, encodeOid(Oid.tstInfo)) },
      ['content-type-differs structure'],
    ],
    [
      'another eContentType, repeated by content-type',
      { eContentType: Oid.tstInfo },
      ['content-type-differs structure'],
    ],
    [
      'no message-digest',
      { changeAttributes: withoutAttribute(Oid.messageDigest) },
      ['message-digest-missing structure'],
    ],
    [
      'the digest of other content',
      {
        changeAttributes: replacing(
          Oid.messageDigest,
          encodeOctetString(digests.of('sha256', rsa.certificate)),
        ),
      },
      ['digest-mismatch hash'],
    ],
    [
      'an attribute that is not what its type says',
      { changeAttributes: replacing(Oid.messageDigest, encodeNull()) },
      ['attribute-malformed structure'],
    ],
    [
      'a signing-time that is no time',
      { changeAttributes: (all) => [...all, encodeAttribute(Oid.signingTime, encodeNull())] },
      ['attribute-malformed structure'],
    ],
    [
      'no signing-certificate',
      { changeAttributes: withoutAttribute(Oid.signingCertificateV2) },
      ['signing-certificate-missing constraint'],
    ],
    [
      'the hash of another certificate',
      {
        changeAttributes: replacing(
          Oid.signingCertificateV2,
          signingCertificate(encodeOctetString(digests.of('sha256', other.certificate))),
        ),
      },
      ['signing-certificate-differs constraint'],
    ],
    [
      'a hash by an unknown digest',
      {
        changeAttributes: replacing(
          Oid.signingCertificateV2,
          signingCertificate(encodeSequence(encodeOid('2.25.1')), encodeOctetString(new Uint8Array(32))),
        ),
      },
      ['signing-certificate-differs constraint'],
    ],
    [
      'version 1 and 2 that disagree',
      {
        changeAttributes: (all) => [
          ...all,
          encodeAttribute(
            Oid.signingCertificate,
            signingCertificate(encodeOctetString(digests.of('sha1', other.certificate))),
          ),
        ],
      },
      ['signing-certificate-differs constraint'],
    ],
    [
      'the sid of another certificate',
      { sid: issuerAndSerial(authority.certificate) },
      ['signing-certificate-differs constraint'],
    ],
    ['no candidate', {}, ['signing-certificate-not-found constraint'], { candidates: [] }],
    [
      'a digestAlgorithm that is not the one of the signature',
      {
        digestAlgorithm: encodeDigestAlgorithm('sha512'),
        changeAttributes: (all) =>
          replacing(
            Oid.messageDigest,
            encodeOctetString(digests.of('sha512', LETTER)),
          )(withoutAttribute(Oid.cmsAlgorithmProtection)(all)),
      },
      ['algorithm-disagreement constraint'],
    ],
    [
      'CMSAlgorithmProtection of another digest',
      {
        changeAttributes: replacing(
          Oid.cmsAlgorithmProtection,
          encodeSequence(
            encodeDigestAlgorithm('sha384'),
            encodeElement(
              contextTag(1),
              parseElement(encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'sha256' }), 'a').content,
            ),
          ),
        ),
      },
      ['algorithm-disagreement constraint'],
    ],
    [
      'CMSAlgorithmProtection of another signature algorithm',
      {
        changeAttributes: replacing(
          Oid.cmsAlgorithmProtection,
          encodeSequence(
            encodeDigestAlgorithm('sha256'),
            encodeElement(
              contextTag(1),
              parseElement(encodeSignatureAlgorithm({ kind: 'rsa-pkcs1', digest: 'sha256' }), 'a').content,
            ),
          ),
        ),
      },
      ['algorithm-disagreement constraint'],
    ],
    [
      'CMSAlgorithmProtection of a MAC',
      {
        changeAttributes: replacing(
          Oid.cmsAlgorithmProtection,
          encodeSequence(
            encodeDigestAlgorithm('sha256'),
            encodeElement(contextTag(2), encodeOid(Oid.sha256)),
          ),
        ),
      },
      ['algorithm-disagreement constraint'],
    ],
    [
      'an unknown digest',
      {
        digestAlgorithm: encodeSequence(encodeOid('2.25.1')),
        changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
      },
      ['digest-algorithm-unsupported constraint'],
    ],
    [
      'an unknown signature algorithm',
      {
        signatureAlgorithm: encodeSequence(encodeOid('2.25.1')),
        changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
      },
      ['signature-algorithm-unsupported constraint'],
    ],
    [
      'an algorithm of another kind of key',
      {
        signatureAlgorithm: encodeSignatureAlgorithm({ kind: 'rsa-pkcs1', digest: 'sha256' }),
        changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
      },
      ['algorithm-disagreement constraint', 'signature-value-mismatch value'],
    ],
    [
      'a bit of the value changed',
      { signature: (value) => flipped(value, value.length - 1) },
      ['signature-value-mismatch value'],
    ],
    ['ECDSA as raw r and s', { signature: rawFromDer }, ['signature-value-mismatch value']],
    [
      'ECDSA with an integer that is not minimal',
      { signature: withPaddedInteger },
      ['signature-value-mismatch value'],
    ],
    [
      'ECDSA with bytes behind it',
      { signature: (value) => concatBytes([value, Uint8Array.of(0)]) },
      ['signature-value-mismatch value'],
    ],
    [
      'a value over the attributes with their tag in the file',
      { signedBytes: new Uint8Array(40) },
      ['signature-value-mismatch value'],
    ],
  ];
  for (const [name, change, expected, options] of rules) {
    const result = check(buildCms({ signer: p256, ...change }), options);
    t.same(new Set(found(result)), new Set(expected), name);
  }
});

t.test('other bytes than zero behind the CMS are found, padding is not', async (t) => {
  const cms = buildCms({ signer: p256 });
  t.same(found(check(concatBytes([cms, new Uint8Array(9)])), 'with info'), []);
  t.same(found(check(concatBytes([cms, Uint8Array.of(0, 0, 1)])), 'with info'), [
    'contents-trailing-data info',
  ]);
});

t.test('RSA', async (t) => {
  await t.test('the OID rsaEncryption means PKCS#1 v1.5 with digestAlgorithm', async (t) => {
    const signatureAlgorithm = encodeSequence(encodeOid(Oid.rsaEncryption), encodeNull());
    const cms = buildCms({
      signer: rsa,
      signatureAlgorithm,
      changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
    });
    const result = check(cms);
    t.same(found(result), []);
    t.same(result.scheme, { kind: 'rsa-pkcs1', digest: 'sha256' });
  });

  await t.test('a PSS salt of another length is only noted', async (t) => {
    const scheme = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 20 } as const;
    t.same(found(check(buildCms({ signer: rsa, scheme })), 'with info'), ['pss-salt-length info']);
  });

  await t.test('a PSS salt of another length than declared fails', async (t) => {
    const declared = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const;
    const cms = buildCms({
      signer: rsa,
      scheme: { ...declared, saltLength: 20 },
      signatureAlgorithm: encodeSignatureAlgorithm(declared),
      changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
    });
    t.same(found(check(cms)), ['signature-value-mismatch value']);
  });

  await t.test('a PSS mask of another hash is a disagreement', async (t) => {
    const declared = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha1', saltLength: 32 } as const;
    const cms = buildCms({
      signer: rsa,
      scheme: { ...declared, mgfDigest: 'sha256' },
      signatureAlgorithm: encodeSignatureAlgorithm(declared),
      changeAttributes: withoutAttribute(Oid.cmsAlgorithmProtection),
    });
    t.match(found(check(cms)), ['algorithm-disagreement constraint']);
  });

  await t.test('a key bound to SHA-384 makes no signature with SHA-256', async (t) => {
    const signer = issue('rsa-pss');
    const honest = buildCms({ signer, digest: 'sha384' });
    const scheme = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const;
    const cms = buildCms({ signer, digest: 'sha384', signatureAlgorithm: encodeSignatureAlgorithm(scheme) });
    t.same(found(check(honest)), []);
    t.match(found(check(cms)), [
      'algorithm-disagreement constraint',
      'algorithm-disagreement constraint',
      'signature-value-mismatch value',
    ]);
  });
});

t.test('Ed25519 goes with SHA-512 only (RFC 8419)', async (t) => {
  const cms = buildCms({ signer: issue('ed25519'), digest: 'sha256' });
  t.same(found(check(cms)), ['algorithm-disagreement constraint']);
});

t.test('Ed448 goes with SHAKE256 of 512 bits only (RFC 8419)', async (t) => {
  const signer = issue('ed25519', { privateKey: generateKeyPairSync('ed448').privateKey });
  const scheme = { kind: 'ed448' } as const;
  t.same(found(check(buildCms({ signer, scheme, digest: 'shake256' }))), []);
  t.same(found(check(buildCms({ signer, scheme, digest: 'sha512' }))), ['algorithm-disagreement constraint']);
  const withLength = (bits: number): string[] => {
    const digestAlgorithm = encodeSequence(encodeOid(Oid.shake256Len), encodeInteger(bits));
    const changeAttributes = withoutAttribute(Oid.cmsAlgorithmProtection);
    return found(check(buildCms({ signer, scheme, digest: 'shake256', digestAlgorithm, changeAttributes })));
  };
  t.same(withLength(512), []);
  t.same(withLength(256), ['digest-algorithm-unsupported constraint']);
  const running = digests.start('shake256');
  running.update(LETTER);
  t.same(running.copy().finish(), digests.of('shake256', LETTER), 'a copy has the same length of output');
});

t.test('a curve without a known name is not acceptable', async (t) => {
  const weak = check(buildCms({ signer: issue('p224') }));
  t.same(found(weak), [], 'a known short one is the algorithm policy’s affair');
  t.equal(weak.certificate?.publicKey.bits, 224);
  const unknown = check(buildCms({ signer: p256 }), { candidates: [unnamedCurve(p256)] });
  t.match(found(unknown), ['key-unacceptable constraint']);
});

t.test('the signing certificate', async (t) => {
  await t.test('an attribute of version 1 is enough, its SHA-1 is noted', async (t) => {
    const changeAttributes: CmsParts['changeAttributes'] = (all) => [
      ...withoutAttribute(Oid.signingCertificateV2)(all),
      encodeAttribute(
        Oid.signingCertificate,
        signingCertificate(encodeOctetString(digests.of('sha1', p256.certificate))),
      ),
    ];
    const result = check(buildCms({ signer: p256, changeAttributes }));
    t.same(found(result, 'with info'), ['ess-cert-id-sha1 info']);
    t.equal(result.hasSigningCertificateAttribute, true);
  });

  await t.test('an issuerSerial that does not fit beside a fitting hash is noted', async (t) => {
    const hash = encodeOctetString(digests.of('sha256', p256.certificate));
    const { issuer } = parseCertificate(p256.certificate);
    const issuerSerial = (serialNumber: Uint8Array): Uint8Array =>
      encodeSequence(encodeSequence(encodeExplicit(4, issuer.raw)), encodeElement(Tag.integer, serialNumber));
    const signed = (serialNumber: Uint8Array): SignerCheck =>
      check(
        buildCms({
          signer: p256,
          changeAttributes: replacing(
            Oid.signingCertificateV2,
            signingCertificate(hash, issuerSerial(serialNumber)),
          ),
        }),
      );
    t.same(found(signed(parseCertificate(p256.certificate).serialNumber), 'with info'), []);
    t.same(found(signed(Uint8Array.of(7)), 'with info'), ['issuer-serial-differs info']);
  });

  await t.test('is found by subjectKeyIdentifier too', async (t) => {
    const { subjectKeyIdentifier } = parseCertificate(p256.certificate);
    if (subjectKeyIdentifier === null) throw new Error('no identifier');
    const sid = encodeElement(contextTag(0, 'primitive'), subjectKeyIdentifier);
    t.same(found(check(buildCms({ signer: p256, sid }))), []);
    const wrong = encodeElement(contextTag(0, 'primitive'), Uint8Array.of(1, 2, 3));
    t.same(found(check(buildCms({ signer: p256, sid: wrong }))), ['signing-certificate-differs constraint']);
  });

  await t.test('a twin with the same issuer and serial number is told apart by the hash', async (t) => {
    const serialNumber = parseCertificate(p256.certificate).serialNumber;
    const twin = parseCertificate(issue('p256', { serialNumber }).certificate);
    const own = parseCertificate(p256.certificate);
    for (const candidates of [
      [twin, own],
      [own, twin],
    ]) {
      const result = check(buildCms({ signer: p256 }), { candidates });
      t.same(found(result), []);
      t.equal(result.certificate, own);
    }
  });

  await t.test('without the attribute the twin is told apart by the value', async (t) => {
    const serialNumber = parseCertificate(p256.certificate).serialNumber;
    const twin = parseCertificate(issue('p256', { serialNumber }).certificate);
    const own = parseCertificate(p256.certificate);
    const cms = buildCms({ signer: p256, changeAttributes: withoutAttribute(Oid.signingCertificateV2) });
    const result = check(cms, { kind: 'pkcs7', candidates: [twin, own] });
    t.same(found(result), []);
    t.equal(result.certificate, own);
  });

  await t.test('with a swapped certificate of the same key is refused', async (t) => {
    const renewed = issue('p256', { privateKey: p256.privateKey });
    const cms = buildCms({
      signer: p256,
      certificates: [renewed.certificate],
      sid: issuerAndSerial(renewed.certificate),
    });
    t.same(found(check(cms)), ['signing-certificate-differs constraint']);
  });
});

t.test('signed attributes', async (t) => {
  await t.test('sent unsorted are checked over their DER', async (t) => {
    const sent = padesAttributes({ signer: p256 });
    const cms = buildCms({ signer: p256, sentAttributes: concatBytes(sent.toReversed()) });
    t.same(found(check(cms), 'with info'), ['signed-attributes-reencoded info']);
  });

  await t.test('whose value fits only the unsorted bytes fail', async (t) => {
    const sent = padesAttributes({ signer: p256 });
    const unsorted = concatBytes(sent.toReversed());
    const cms = buildCms({
      signer: p256,
      sentAttributes: unsorted,
      signedBytes: encodeElement(Tag.set, unsorted),
    });
    t.same(found(check(cms)), ['signature-value-mismatch value']);
  });

  await t.test('may give content-time-stamp several times', async (t) => {
    const token = encodeSequence(encodeInteger(1));
    const changeAttributes: CmsParts['changeAttributes'] = (all) => [
      ...all,
      encodeAttribute(Oid.contentTimestamp, token),
      encodeAttribute(Oid.contentTimestamp, token),
    ];
    const result = check(buildCms({ signer: p256, changeAttributes }));
    t.same(found(result), []);
    t.same(result.contentTimestamps, [token, token]);
  });

  await t.test('with a signing-time give it as a claim', async (t) => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5);
    const changeAttributes: CmsParts['changeAttributes'] = (all) => [
      ...all,
      encodeAttribute(Oid.signingTime, encodeTime(at)),
    ];
    t.equal(check(buildCms({ signer: p256, changeAttributes })).signingTime, at);
  });
});

t.test('an eContent that equals the covered bytes is only noted', async (t) => {
  t.same(found(check(buildCms({ signer: p256, eContent: LETTER })), 'with info'), ['econtent-present info']);
});

t.test('adbe.pkcs7.detached', async (t) => {
  await t.test('needs neither signed attributes nor a signing certificate attribute', async (t) => {
    const bare = check(buildCms({ signer: rsa, signedAttributes: null }), { kind: 'pkcs7' });
    t.same(found(bare, 'with info'), ['signing-certificate-absent info']);
    t.equal(bare.valueMatches, true);
    t.equal(bare.digestMatches, null);
    const plain = buildCms({ signer: rsa, changeAttributes: withoutAttribute(Oid.signingCertificateV2) });
    t.same(found(check(plain, { kind: 'pkcs7' }), 'with info'), ['signing-certificate-absent info']);
  });

  await t.test('without signed attributes fails over changed content', async (t) => {
    const bare = buildCms({ signer: rsa, signedAttributes: null });
    const content = Uint8Array.of(...LETTER, 0x20);
    t.same(found(check(bare, { kind: 'pkcs7', content })), ['signature-value-mismatch value']);
  });

  await t.test('without signed attributes must be over id-data', async (t) => {
    const bare = buildCms({ signer: rsa, signedAttributes: null, eContentType: Oid.tstInfo });
    t.same(found(check(bare, { kind: 'pkcs7' })), ['content-type-differs structure']);
  });

  await t.test('holds its signing certificate attribute to the same rule', async (t) => {
    const changeAttributes = replacing(
      Oid.signingCertificateV2,
      signingCertificate(encodeOctetString(new Uint8Array(32))),
    );
    t.same(found(check(buildCms({ signer: rsa, changeAttributes }), { kind: 'pkcs7' })), [
      'signing-certificate-differs constraint',
    ]);
  });
});

t.test(
  'adbe.pkcs7.sha1 is weak, and broken where its eContent is not the SHA-1 of the covered bytes',
  async (t) => {
    const cms = buildCms({ signer: rsa, eContent: digests.of('sha1', LETTER) });
    t.same(found(check(cms, { kind: 'pkcs7-sha1' })), ['sub-filter-sha1 weak']);
    const changed = check(cms, { kind: 'pkcs7-sha1', content: Uint8Array.of(...LETTER, 0x20) });
    t.same(found(changed), ['sub-filter-sha1 weak', 'digest-mismatch hash']);
    t.same(found(check(buildCms({ signer: rsa }), { kind: 'pkcs7-sha1' })), ['econtent-missing structure']);
  },
);

t.test('unsigned attributes are handed on or noted', async (t) => {
  const token = encodeSequence(encodeInteger(1));
  const unsignedAttributes = [
    encodeAttribute(Oid.signatureTimestamp, token),
    encodeAttribute(Oid.countersignature, encodeSequence()),
    encodeAttribute('2.25.1', encodeNull()),
  ];
  const result = check(buildCms({ signer: p256, unsignedAttributes }));
  t.same(result.signatureTimestamps, [token]);
  t.same(found(result, 'with info'), ['countersignature-present info', 'unsigned-attribute-unknown info']);
});

t.test('while arithmetic is being gathered, what was not computed counts as true', async (t) => {
  const asked: unknown[] = [];
  const cms = buildCms({ signer: p256, signature: (value) => flipped(value, value.length - 1) });
  const result = check(cms, {
    verified: (question) => {
      asked.push(question);
      return undefined;
    },
  });
  t.same(found(result), []);
  t.equal(result.valueMatches, true);
  t.ok(asked.length > 0, 'so that it is asked for');
});

t.test('the same input gives the same answer', async (t) => {
  const cms = buildCms({ signer: rsa, signerInfos: (info) => [info, info] });
  t.same(check(cms), check(cms));
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((octet, index) => (index === at ? octet ^ 1 : octet));
}

function integersOf(value: Uint8Array): [Uint8Array, Uint8Array] {
  const fields = sequenceFields(parseElement(value, 'ECDSA'), 'ECDSA');
  return [fields.take(Tag.integer).content, fields.take(Tag.integer).content];
}

function rawFromDer(value: Uint8Array): Uint8Array {
  return concatBytes(
    integersOf(value).map((content) => {
      const digits = integerOf(content, 'r').toString(16).padStart(64, '0');
      return new Uint8Array(Buffer.from(digits, 'hex'));
    }),
  );
}

function withPaddedInteger(value: Uint8Array): Uint8Array {
  const [r, s] = integersOf(value);
  return encodeSequence(
    encodeElement(Tag.integer, concatBytes([Uint8Array.of(0), r])),
    encodeElement(Tag.integer, s),
  );
}

/** The certificate as it would read if its key were on a curve that has no name known here. */
function unnamedCurve({ certificate }: TestIdentity): Certificate {
  const parsed = parseCertificate(certificate);
  return { ...parsed, publicKey: { algorithm: 'ec', bits: 0, curve: '2.25.1' } };
}

t.test('an attribute set may be empty of values that matter and still be judged', async (t) => {
  const cms = buildCms({ signer: p256, signedAttributes: [] });
  t.match(found(check(cms)), ['content-type-differs structure', 'message-digest-missing structure']);
});
