import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { SignPdf } from '@signpdf/signpdf';
import { extractSignature, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import { PDFDocument } from 'pdf-lib';
import t from 'tap';
import { parseLeadingElement } from '../../src/asn1/element.ts';
import { readCertificates } from '../../src/cms/certificates.ts';
import { checkSignerInfo } from '../../src/cms/check-signer.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { RawSigner, SignatureAlgorithm } from '../../src/sign/ports.ts';
import { inProcessBackend } from '../../src/signers/in-process-backend.ts';
import { toSignpdfSigner } from '../../src/signers/signpdf.ts';
import { issue, type KeyKind } from '../cms/identities.ts';
import { failureOf } from '../signer-contract.ts';

const { digests, arithmetic } = nodePlatform;
const platform = nodePlatform;

async function letterWithPlaceholder(): Promise<Buffer> {
  const letter = await PDFDocument.create();
  letter.addPage().drawText('Surat untuk diuji');
  return plainAddPlaceholder({
    pdfBuffer: Buffer.from(await letter.save({ useObjectStreams: false })),
    reason: 'Persetujuan',
    contactInfo: '',
    name: '',
    location: '',
    signatureLength: 8192,
    subFilter: SUBFILTER_ETSI_CADES_DETACHED,
  });
}

/** What stands in the gap. Not as the package extracts it: that takes a last octet of zero for padding, one value in 256. */
function embeddedIn(signed: Buffer, [, cut = 0, resume = 0]: readonly number[]): Uint8Array {
  const contents = Buffer.from(signed.toString('latin1', cut + 1, resume - 1), 'hex');
  return parseLeadingElement(contents, 'Contents').raw;
}

async function signerFor(kind: KeyKind): Promise<RawSigner> {
  const { certificate, privateKey } = issue(kind);
  return inProcessBackend([certificate], async () => privateKey).signerFor(null);
}

t.test('SignPdf accepts our signer, and what it embeds keeps the rules of PAdES', async (t) => {
  const rows: readonly (readonly [KeyKind, SignatureAlgorithm | undefined])[] = [
    ['rsa', undefined],
    ['rsa', 'rsa-pss-sha512'],
    ['p256', undefined],
    ['ed25519', undefined],
  ];
  for (const [kind, algorithm] of rows) {
    const signer = toSignpdfSigner(await signerFor(kind), {
      platform,
      ...(algorithm === undefined ? {} : { algorithm }),
    });
    for (const round of ['first', 'second']) {
      const signed = await new SignPdf().sign(await letterWithPlaceholder(), signer, new Date(0));
      const { ByteRange, signedData: covered } = extractSignature(signed);
      const signedData = parseSignedData(embeddedIn(signed, ByteRange));
      const result = checkSignerInfo(signedData, {
        kind: 'cades',
        contentDigest: (digest) => digests.of(digest, covered),
        candidates: readCertificates(signedData).certificates,
        verified: (check) => arithmetic.verify(check) === true,
        digests,
      });
      t.same(result.findings, [], `${kind} ${algorithm ?? 'preferred'}, ${round} use`);
      t.equal(result.digestMatches, true);
      t.equal(result.valueMatches, true);
      t.equal(result.signingTime, null, 'a signing time that is passed along is not written');
    }
  }
});

t.test('a value that does not fit the certificate never leaves', async (t) => {
  const good = await signerFor('p256');
  const [other] = (await signerFor('p256')).chain;
  if (other === undefined) throw new Error('no certificate');
  const values = (change: (value: Uint8Array[]) => Uint8Array[]): RawSigner => ({
    ...good,
    sign: async (...call) => change([...(await good.sign(...call))]),
  });
  const rows: readonly (readonly [string, RawSigner, string])[] = [
    ['another certificate', { ...good, chain: [other] }, 'signature value'],
    ['a changed value', values(([value]) => [(value ?? new Uint8Array()).toReversed()]), 'signature value'],
    ['no value', values(() => []), 'number of values'],
    ['two values', values(([value = new Uint8Array()]) => [value, value]), 'number of values'],
  ];
  for (const [name, signer, check] of rows) {
    const failure = await failureOf(toSignpdfSigner(signer, { platform }).sign(Buffer.from('surat')));
    t.same([failure.code, failure.values], ['signer-result-invalid', { check }], name);
  }
});
