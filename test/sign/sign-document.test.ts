// The use case "sign": what it makes, what it refuses, and what it does not do on the way.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Oid } from '../../src/asn1/oids.ts';
import { concatBytes, hex, sameBytes } from '../../src/asn1/values.ts';
import { attributeValues } from '../../src/cms/attributes.ts';
import { readMessageDigest } from '../../src/cms/signed-attributes.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { latin1 } from '../../src/pdf/characters.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind, textOf } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource, type Source } from '../../src/platform/platform.ts';
import { SignerFailed, TrustServiceFailed } from '../../src/sign/errors.ts';
import type { RawSigner, SignatureAlgorithm } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignContext, SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes, signedSource } from '../../src/sign/signed-document.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { run, toolMissing } from '../tools.ts';
import {
  developmentTimestamps,
  now,
  pki,
  plainRequest,
  signerOf,
  signingContext,
} from './development-signer.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-signing-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const letter = handmadePdf({ objects: onePage() });
const { digests } = nodePlatform;

async function sign(
  bytes: Uint8Array,
  request: Partial<SignRequest> = {},
  context: Partial<SignContext> = {},
): Promise<Uint8Array> {
  const signed = await signDocument(
    bytesSource(bytes),
    { ...plainRequest, ...request },
    await signingContext(context),
  );
  return signedBytes(signed);
}

/** The last signature's dictionary with the bytes that it covers and its CMS. */
function lastSignature(bytes: Uint8Array) {
  const { last } = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
  const field = readFields(last).findLast(({ type }) => type === 'Sig');
  const value = asKind(last.resolve(field?.value), 'dictionary');
  const range = asKind(value?.entries.get('ByteRange'), 'array')?.items ?? [];
  const [, cut = 0, resume = 0, rest = 0] = range.map((item) => asKind(item, 'number')?.value ?? 0);
  const contents = asKind(value?.entries.get('Contents'), 'string')?.bytes ?? new Uint8Array(0);
  const entry = (key: string) => {
    const string = asKind(value?.entries.get(key), 'string');
    return string === undefined ? null : textOf(string);
  };
  return {
    entry,
    cms: parseSignedData(contents),
    reserved: contents.length,
    covered: concatBytes([bytes.subarray(0, cut), bytes.subarray(resume, resume + rest)]),
  };
}

/** What poppler says of each signature. */
async function pdfsig(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'signed.pdf');
  writeFileSync(path, bytes);
  return (await run('pdfsig', ['-nocert', path])).stdout;
}

async function checkWithPdfsig(t: Test, bytes: Uint8Array, signatures = 1): Promise<void> {
  if (toolMissing('pdfsig') !== false) return;
  const verdicts = (await pdfsig(bytes)).match(/Signature Validation: .*/g) ?? [];
  t.same(verdicts, Array(signatures).fill('Signature Validation: Signature is Valid.'), 'pdfsig');
}

t.test('B-B: the dictionary and the attributes of the baseline', async (t) => {
  const result = await sign(letter, {
    reason: 'Persetujuan',
    location: 'Denpasar',
    contactInfo: 'tu@contoh.example',
  });
  t.ok(sameBytes(result.subarray(0, letter.length), letter), 'the old bytes are a prefix');
  const { entry, cms, covered } = lastSignature(result);
  t.equal(entry('M'), "D:20261121193805+08'00'");
  t.equal(entry('Name'), 'Pejabat Contoh (UJI COBA)');
  t.same(
    [entry('Reason'), entry('Location'), entry('ContactInfo')],
    ['Persetujuan', 'Denpasar', 'tu@contoh.example'],
  );
  t.equal(cms.version, 1);
  t.equal(cms.eContent, null);
  t.same(cms.certificates.map(hex).sort(), pki.signers.pejabat.chain.map(hex).sort());
  const [signer] = cms.signerInfos;
  const attributes = signer?.signedAttributes;
  if (attributes === null || attributes === undefined) throw new Error('no signed attributes');
  t.same(readMessageDigest(attributes), digests.of('sha256', covered));
  t.equal(attributeValues(attributes, Oid.signingTime).length, 0, 'PAdES forbids signing-time');
  t.equal(attributeValues(attributes, Oid.signingCertificateV2).length, 1);
  t.equal(signer?.unsignedAttributes, null);
  await checkWithPdfsig(t, result);
});

t.test('B-T: a signature time-stamp over the signature value', async (t) => {
  const timestamps = developmentTimestamps();
  const imprints: Uint8Array[] = [];
  const recording = {
    ...timestamps,
    stamp: (...[imprint, signal]: Parameters<typeof timestamps.stamp>) => {
      imprints.push(imprint.digest);
      return timestamps.stamp(imprint, signal);
    },
  };
  const source = bytesSource(letter);
  const context = await signingContext({ timestamps: recording });
  const signed = await signDocument(source, { ...plainRequest, level: 'B-T' }, context);
  const { cms } = lastSignature(signedBytes(signed));
  const [signer] = cms.signerInfos;
  t.same(imprints, [digests.of('sha256', signer?.signature ?? new Uint8Array(0))]);
  const unsigned = signer?.unsignedAttributes;
  if (unsigned === null || unsigned === undefined) throw new Error('no unsigned attributes');
  const [token] = attributeValues(unsigned, Oid.signatureTimestamp);
  t.same(token?.raw, signed.timestampToken, 'byte for byte as it came');
  await checkWithPdfsig(t, signedBytes(signed));
});

t.test('every algorithm of the signer', async (t) => {
  const rsa: SignatureAlgorithm[] = [
    'rsa-pkcs1-sha256',
    'rsa-pkcs1-sha384',
    'rsa-pkcs1-sha512',
    'rsa-pss-sha256',
    'rsa-pss-sha384',
    'rsa-pss-sha512',
  ];
  for (const algorithm of rsa) {
    const result = await sign(letter, { algorithm });
    const { cms, covered } = lastSignature(result);
    const [signer] = cms.signerInfos;
    const digest = algorithm.slice(-6) as 'sha256';
    t.equal(signer?.digestAlgorithm, digest, algorithm);
    if (signer?.signedAttributes)
      t.same(readMessageDigest(signer.signedAttributes), digests.of(digest, covered));
    // Poppler reads no PSS.
    if (!algorithm.startsWith('rsa-pss')) await checkWithPdfsig(t, result);
  }
  const result = await sign(letter, {}, { signer: await signerOf(pki.signers.pejabatEc) });
  t.match(lastSignature(result).cms.signerInfos[0]?.signatureAlgorithm.scheme, {
    kind: 'ecdsa',
    digest: 'sha256',
  });
  await checkWithPdfsig(t, result);
});

t.test('an algorithm that does not fit is refused', async (t) => {
  const refused = { name: 'SigningRefused', code: 'algorithm-not-allowed' };
  await t.rejects(sign(letter, { algorithm: 'ed25519' }), refused);
  await t.rejects(sign(letter, { algorithm: 'ecdsa-p256-sha256' }), refused);
  const signer = await signerOf(pki.signers.pejabat);
  await t.rejects(sign(letter, {}, { signer: { ...signer, algorithms: ['ecdsa-p256-sha256'] } }), refused);
});

t.test('ten signatures, one after the other, all stand', async (t) => {
  let file = letter;
  for (let i = 1; i <= 10; i += 1) {
    const before = file;
    file = await sign(file, {}, { now: now + i });
    t.ok(sameBytes(file.subarray(0, before.length), before));
  }
  await checkWithPdfsig(t, file, 10);
  if (toolMissing('pdfsig') === false)
    t.equal((await pdfsig(file)).match(/Total document signed/g)?.length, 1);
  if (toolMissing('qpdf') === false)
    t.equal((await run('qpdf', ['--check', join(folder, 'signed.pdf')])).code, 0);
});

t.test('a certificate out of its time is refused', async (t) => {
  const { signers } = pki;
  await t.rejects(sign(letter, {}, { signer: await signerOf(signers.kedaluwarsa) }), {
    name: 'SigningRefused',
    code: 'certificate-expired',
  });
  await t.rejects(sign(letter, {}, { signer: await signerOf(signers.belumBerlaku) }), {
    name: 'SigningRefused',
    code: 'certificate-not-yet-valid',
  });
});

t.test('a certificate that may not sign documents is refused', async (t) => {
  await t.rejects(
    sign(letter, {}, { signer: await signerOf({ ...pki.tsa }) }),
    new SignerFailed('signer-certificate-unusable', { reason: 'extended-key-usage-unfit' }),
  );
  const signer = await signerOf(pki.signers.pejabat);
  await t.rejects(
    sign(letter, {}, { signer: { ...signer, chain: [] } }),
    new SignerFailed('signer-certificate-unusable', { reason: 'missing' }),
  );
  await t.rejects(sign(letter, {}, { signer: { ...signer, chain: [Uint8Array.of(0x30, 0)] } }), {
    name: 'SignerFailed',
    code: 'signer-certificate-unusable',
    values: { reason: 'malformed' },
  });
});

t.test('a value that the certificate does not confirm is never embedded', async (t) => {
  const signer = await signerOf(pki.signers.pejabat);
  const other = await signerOf(pki.signers.segel);
  type Values = (values: readonly Uint8Array[]) => readonly Uint8Array[];
  const faulty = (change: Values): RawSigner => ({
    ...signer,
    sign: async (...call) => change(await signer.sign(...call)),
  });
  const flipped = (value: Uint8Array) => value.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
  const broken: [string, RawSigner, string][] = [
    ['a flipped bit', faulty((values) => values.map(flipped)), 'signature'],
    ['a short value', faulty((values) => values.map((value) => value.subarray(1))), 'signature'],
    ['no value', faulty(() => []), 'count'],
    ['one value too many', faulty((values) => [...values, ...values]), 'count'],
    ['the value of another key', { ...signer, sign: other.sign }, 'signature'],
  ];
  for (const [name, faultySigner, check] of broken) {
    await t.rejects(
      sign(letter, {}, { signer: faultySigner }),
      new SignerFailed('signer-result-invalid', { check }),
      name,
    );
  }
});

t.test('never a lower level in silence', async (t) => {
  await t.rejects(sign(letter, { level: 'B-T' }), new TrustServiceFailed('tsa-unavailable', { sources: [] }));
  for (const level of ['B-LT', 'B-LTA'] as const) {
    await t.rejects(
      sign(letter, { level }, { timestamps: developmentTimestamps() }),
      { name: 'TrustServiceFailed', code: 'revocation-unavailable' },
      'without a source of revocation data',
    );
  }
  const failing = {
    ...developmentTimestamps(),
    stamp: () =>
      Promise.reject(new TrustServiceFailed('tsa-unavailable', { sources: [{ name: 'a', reason: 'b' }] })),
  };
  await t.rejects(sign(letter, { level: 'B-T' }, { timestamps: failing }), { code: 'tsa-unavailable' });
});

t.test('refusals of the document keep their code', async (t) => {
  await t.rejects(sign(letter, { fieldName: 'Tiada' }), {
    name: 'SigningRefused',
    code: 'field-not-found',
    values: { fieldName: 'Tiada' },
  });
  await t.rejects(sign(new Uint8Array(0)), new MalformedPdf('not-pdf'));
  await t.rejects(sign(new TextEncoder().encode('Selamat pagi')), new MalformedPdf('not-pdf'));
});

t.test('a token larger than expected is met with a larger place, once', async (t) => {
  let calls = 0;
  const signer = await signerOf(pki.signers.pejabat);
  const counting: RawSigner = {
    ...signer,
    sign: (...call) => {
      calls += 1;
      return signer.sign(...call);
    },
  };
  const timestamps = developmentTimestamps(0);
  const result = await sign(letter, { level: 'B-T' }, { signer: counting, timestamps });
  t.equal(calls, 2);
  await checkWithPdfsig(t, result);

  const growing = {
    ...timestamps,
    // Larger each time than the place that was made for it.
    stamp: async (...[imprint, signal]: Parameters<typeof timestamps.stamp>) => {
      const token = await timestamps.stamp(imprint, signal);
      const padding = new Uint8Array(4000 * calls);
      return concatBytes([
        Uint8Array.of(0x04, 0x82, padding.length >> 8, padding.length & 0xff),
        padding,
        token.subarray(0, 0),
      ]);
    },
  };
  calls = 0;
  await t.rejects(sign(letter, { level: 'B-T' }, { signer: counting, timestamps: growing }), {
    name: 'SigningFailed',
    code: 'signature-too-large',
  });
  t.equal(calls, 2, 'a third key operation is not tried');
});

t.test('the place is no larger than its parts and the margin', async (t) => {
  const { reserved, cms } = lastSignature(await sign(letter));
  t.equal(reserved % 512, 0);
  t.ok(reserved >= cms.der.length);
  t.ok(reserved <= cms.der.length + 2048, `${reserved} for ${cms.der.length}`);
});

t.test('a chain that no place holds is refused with its numbers', async (t) => {
  const signer = await signerOf(pki.signers.pejabat);
  const chain = [...signer.chain, ...Array(70).fill(pki.issuing.certificate)];
  await t.rejects(sign(letter, {}, { signer: { ...signer, chain } }), {
    name: 'SigningFailed',
    code: 'signature-too-large',
    values: { reserved: 65_536 },
  });
});

t.test('the same arguments give the same bytes', async (t) => {
  const platform = { ...nodePlatform, randomBytes: (length: number) => new Uint8Array(length).fill(7) };
  const placement = { page: 1, rect: { x: 50, y: 300, width: 200, height: 80 }, origin: 'top-left' } as const;
  const twice = [
    await sign(letter, { placement }, { platform }),
    await sign(letter, { placement }, { platform }),
  ];
  t.same(twice[0], twice[1]);
});

/** A source that counts what is read of it. */
function countingSource(
  bytes: Uint8Array,
): Source & { readonly largest: () => number; readonly total: () => number } {
  const source = bytesSource(bytes);
  let total = 0;
  let largest = 0;
  return {
    size: source.size,
    read: (offset, length) => {
      total += length;
      largest = Math.max(largest, length);
      return source.read(offset, length);
    },
    largest: () => largest,
    total: () => total,
  };
}

t.test('a large document is read once, in pieces', async (t) => {
  const mebibyte = 1024 * 1024;
  const stream = `<< /Length ${12 * mebibyte} >>\nstream\n${'x'.repeat(12 * mebibyte)}\nendstream`;
  const large = handmadePdf({ objects: onePage({ 6: stream }) });
  const source = countingSource(large);
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 1);
  const signed = await signDocument(source, plainRequest, await signingContext());
  clearInterval(turn);
  t.ok(source.total() < large.length + mebibyte, `${source.total()} bytes read of ${large.length}`);
  t.ok(source.largest() <= mebibyte, 'no piece is larger than 1 MiB');
  t.ok(turns > 0, 'others had their turn');
  t.ok(signed.update.length < 64 * 1024);
  t.equal(signed.sourceSha256, hex(digests.of('sha256', large)));
  await checkWithPdfsig(t, signedBytes(signed));
});

t.test('the result read where it stands is the result', async (t) => {
  const signed = await signDocument(bytesSource(letter), plainRequest, await signingContext());
  const whole = signedBytes(signed);
  const source = signedSource(signed);
  t.equal(source.size, whole.length);
  for (const [offset, length] of [
    [0, whole.length],
    [letter.length - 5, 10],
    [letter.length, 7],
    [0, letter.length],
    [whole.length - 3, 100],
  ] as const) {
    t.ok(
      sameBytes(source.read(offset, length), whole.subarray(offset, offset + length)),
      `${offset}, ${length}`,
    );
  }
});

t.test('a deadline ends the work before the key is used', async (t) => {
  let called = false;
  const signer = await signerOf(pki.signers.pejabat);
  const watched: RawSigner = {
    ...signer,
    sign: (...call) => {
      called = true;
      return signer.sign(...call);
    },
  };
  const signal = AbortSignal.abort(new Error('deadline'));
  await t.rejects(sign(letter, {}, { signer: watched, signal }), {
    name: 'TrustServiceFailed',
    code: 'deadline-exceeded',
  });
  t.notOk(called);
});

t.test('errors of a signer pass as they are', async (t) => {
  const signer = await signerOf(pki.signers.pejabat);
  const refusing: RawSigner = { ...signer, sign: () => Promise.reject(new SignerFailed('signer-locked')) };
  await t.rejects(sign(letter, {}, { signer: refusing }), new SignerFailed('signer-locked'));
});

t.test('what is shown in the dictionary is in the clock of the zone', async (t) => {
  for (const [timeZone, expected] of [
    ['Asia/Jakarta', "D:20261121183805+07'00'"],
    ['Asia/Jayapura', "D:20261121203805+09'00'"],
    ['UTC', "D:20261121113805+00'00'"],
    ['America/St_Johns', "D:20261121080805-03'30'"],
  ] as const) {
    t.equal(lastSignature(await sign(letter, {}, { timeZone })).entry('M'), expected);
  }
  t.equal(
    latin1(await sign(letter)).includes('sig_1795261085000'),
    true,
    'the field is named after the time',
  );
});

t.test(
  'a document with active content is refused where the policy says so, before the key is used',
  async (t) => {
    const open = '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>';
    const scripted = handmadePdf({ objects: onePage({ 1: `<< /Type /Catalog /Pages 2 0 R ${open} >>` }) });
    const keyed = await signingContext();
    let used = 0;
    const signer = {
      ...keyed.signer,
      sign: (...call: Parameters<typeof keyed.signer.sign>) => {
        used += 1;
        return keyed.signer.sign(...call);
      },
    };
    await t.rejects(
      signDocument(bytesSource(scripted), plainRequest, { ...keyed, signer, activeContent: 'refuse' }),
      { code: 'content-refused', values: { findings: ['javascript', 'open-action'] } },
    );
    t.equal(used, 0);
    const plain = handmadePdf({ objects: onePage() });
    await t.resolves(signDocument(bytesSource(plain), plainRequest, { ...keyed, activeContent: 'refuse' }));
    await t.resolves(signDocument(bytesSource(scripted), plainRequest, { ...keyed, activeContent: 'allow' }));
  },
);
