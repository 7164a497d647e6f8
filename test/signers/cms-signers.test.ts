import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { P12Signer } from '@signpdf/signer-p12';
import t from 'tap';
import { createContainerLock } from '../../certs-dev/container-lock.ts';
import { encodeCertificate, encodeName, publicKeyInfoOf } from '../../certs-dev/encode-certificate.ts';
import { keyUsage } from '../../certs-dev/encode-extensions.ts';
import { encodePkcs12 } from '../../certs-dev/pkcs12.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { encodeSignedData } from '../../src/cms/encode-signed-data.ts';
import { encodeSignedAttributes } from '../../src/cms/signed-attributes.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import {
  type CmsSigner,
  type Covered,
  type RawSigner,
  type SignerBackend,
  schemeOf,
} from '../../src/sign/ports.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { cmsBackend } from '../../src/signers/cms-backend.ts';
import { openSigner } from '../../src/signers/open-signer.ts';
import { toSignpdfSigner } from '../../src/signers/signpdf.ts';
import { fromSignpdfSigner } from '../../src/signers/signpdf-module.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { minimalPdf } from '../cli/minimal-pdf.ts';
import { generateKey, pem, type TestIdentity } from '../cms/identities.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  pki,
  plainRequest,
  signerOf,
  signingContext,
} from '../sign/development-signer.ts';
import { failureOf } from '../signer-contract.ts';
import { run, toolMissing } from '../tools.ts';

const { digests, randomBytes } = nodePlatform;
const letter = new TextEncoder().encode(minimalPdf());
const { pejabat } = pki.signers;
const environment = { production: false, platform: nodePlatform } as const;
const folder = mkdtempSync(join(tmpdir(), 'teken-cms-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const raw = await signerOf(pejabat);
// The reader of P12Signer knows neither the large object identifiers of the development PKI nor signatures other than RSA's.
const plain = selfSigned(generateKey('rsa'));
const plainChain = [plain.certificate];

function selfSigned(privateKey: KeyObject): TestIdentity {
  const name = encodeName([Oid.commonName, 'Pejabat Uji']);
  const content = {
    serialNumber: Uint8Array.of(1),
    issuer: name,
    subject: name,
    validity: { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2120, 0, 1) },
    publicKeyInfo: publicKeyInfoOf(privateKey),
    extensions: [keyUsage('digitalSignature', 'nonRepudiation')],
  };
  return { privateKey, certificate: encodeCertificate(content, privateKey, 'sha256') };
}

async function sign(backend: SignerBackend<CmsSigner>, level: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA' = 'B-B') {
  return signAndVerify(
    bytesSource(letter),
    { ...plainRequest, level },
    {
      ...(await signingContext({ signer: await backend.signerFor(null) })),
      timestamps: developmentTimestamps(),
      revocation: developmentRevocation(),
      verification: { trustList: pki.trustList(digests), policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
    },
  );
}

const never = new AbortController().signal;

interface Distortion {
  readonly messageDigest?: Uint8Array;
  readonly by?: RawSigner;
  readonly certificates?: readonly Uint8Array[];
  readonly named?: Uint8Array;
  readonly after?: (cms: Uint8Array) => Uint8Array;
}

/** A PAdES signature over a digest, or one that is wrong in one thing. */
async function cmsOver({ digest }: Covered, distortion: Distortion = {}): Promise<Uint8Array> {
  const { messageDigest = digest, by = raw, certificates = raw.chain, named, after } = distortion;
  const algorithm = 'rsa-pkcs1-sha256';
  const { scheme } = schemeOf(algorithm);
  const signedAttributes = encodeSignedAttributes({
    contentType: Oid.data,
    messageDigest,
    digestAlgorithm: 'sha256',
    certificateDer: named ?? raw.chain[0] ?? new Uint8Array(),
    signatureAlgorithm: scheme,
    digests,
  });
  const item = { message: signedAttributes, digest: digests.of('sha256', signedAttributes) };
  const [signature = new Uint8Array()] = await by.sign(algorithm, [item], { kind: 'none' }, never);
  const cms = encodeSignedData({ signedAttributes, certificates, digest: 'sha256', scheme, signature });
  return after?.(cms) ?? cms;
}

function backendThat(
  answer: (items: readonly Covered[]) => Promise<readonly Uint8Array[]>,
  reservedBytes = 8192,
): SignerBackend<CmsSigner> {
  return cmsBackend({
    certificates: pejabat.chain,
    digestAlgorithm: 'sha256',
    format: 'pades',
    reservedBytes,
    activation: 'none',
    maxConcurrency: 4,
    maxBatch: 10,
    ready: async () => true,
    sign: answer,
  });
}

const all =
  (distortion: Distortion = {}) =>
  (items: readonly Covered[]): Promise<readonly Uint8Array[]> =>
    Promise.all(items.map((item) => cmsOver(item, distortion)));

t.test('a CMS that a signer made as a whole is embedded and raised to every level', async (t) => {
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const) {
    const { signature, signed } = await sign(backendThat(all()), level);
    t.equal(signature.level, `PAdES-${level}`);
    t.equal(signature.verdict, level.startsWith('B-L') ? 'VALID' : 'UNKNOWN_REVOCATION');
    t.equal(signed.algorithm, 'rsa-pkcs1-sha256');
  }
});

t.test('the covered bytes are those that were digested', async (t) => {
  await sign(
    backendThat(async (items) => {
      for (const { coveredBytes, digest, size } of items) {
        const bytes = Buffer.concat([...coveredBytes()]);
        t.equal(bytes.length, size);
        t.same(digests.of('sha256', bytes), digest);
      }
      return all()(items);
    }),
  );
});

t.test('each thing that can be wrong about a CMS is found before it is embedded', async (t) => {
  const other = await signerOf(pki.signers.segel);
  const bit = (cms: Uint8Array): Uint8Array => cms.with(cms.length - 9, (cms.at(-9) ?? 0) ^ 1);
  const rows: readonly (readonly [
    string,
    (items: readonly Covered[]) => Promise<readonly Uint8Array[]>,
    string,
  ])[] = [
    ['of another document', all({ messageDigest: randomBytes(32) }), 'digest'],
    ['by another key', all({ by: other }), 'signature'],
    ['by another person', all({ by: other, certificates: other.chain, ...namedBy(other) }), 'certificate'],
    ['a bit turned over', all({ after: bit }), 'signature'],
    [
      'something behind it',
      all({ after: (cms) => Buffer.concat([cms, Buffer.from('00', 'hex')]) }),
      'structure',
    ],
    ['indefinite length', all({ after: indefinite }), 'structure'],
    ['not CMS at all', async () => [new TextEncoder().encode('<html>')], 'structure'],
    ['the content inside', all({ after: withContent }), 'structure'],
    ['nothing', async () => [], 'count'],
    ['two', async (items) => [...(await all()(items)), ...(await all()(items))], 'count'],
  ];
  for (const [what, answer, check] of rows) {
    const failure = await failureOf(sign(backendThat(answer)));
    t.equal(failure.code, 'signer-result-invalid', what);
    t.equal(failure.values.check, check, what);
  }
});

function namedBy({ chain }: RawSigner): { named?: Uint8Array } {
  return chain[0] === undefined ? {} : { named: chain[0] };
}

/** The same structure with its outermost length left open, as BER allows. */
function indefinite(cms: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('3080', 'hex'), cms.subarray(4), Buffer.from('0000', 'hex')]);
}

/** An eContent between the type and the certificates, with the lengths around it left as they were. */
function withContent(cms: Uint8Array): Uint8Array {
  const at = Buffer.from(cms).indexOf(Buffer.from('300b06092a864886f70d010701', 'hex'));
  return Buffer.concat([
    cms.subarray(0, at),
    Buffer.from('300f06092a864886f70d010701a0020400', 'hex'),
    cms.subarray(at + 13),
  ]);
}

t.test(
  'a CMS that is larger than announced gets its room, and one that is larger than any room does not',
  async (t) => {
    const { signature } = await sign(backendThat(all(), 1024));
    t.equal(signature.level, 'PAdES-B-B');
    t.match(await sign(backendThat(all(), 70_000)).catch((error: unknown) => error), {
      code: 'signature-too-large',
    });
  },
);

t.test('any signer of @signpdf signs: ours is PAdES, theirs is recorded as what it is', async (t) => {
  const ours = fromSignpdfSigner(toSignpdfSigner(raw, { platform: nodePlatform }), {
    certificates: pejabat.chain,
    format: 'pades',
  });
  t.equal((await sign(ours, 'B-T')).signature.level, 'PAdES-B-T');
  const container = await p12();
  const theirs = fromSignpdfSigner(() => new P12Signer(container, { passphrase: 'uji' }), {
    certificates: plainChain,
  });
  const { signature, signed } = await sign(theirs, 'B-T');
  t.equal(signature.level, 'PKCS7-T');
  t.equal(signed.format, 'any');
  const strict = fromSignpdfSigner(() => new P12Signer(container, { passphrase: 'uji' }), {
    certificates: plainChain,
    format: 'pades',
  });
  t.equal((await failureOf(sign(strict))).code, 'signer-result-invalid');
});

async function p12(): Promise<Buffer> {
  const content = { privateKey: plain.privateKey, chain: [plain.certificate], friendlyName: 'uji' };
  return Buffer.from(encodePkcs12(content, createContainerLock('uji', randomBytes, 2048), randomBytes));
}

t.test('pdfsig confirms what a signer of @signpdf made', { skip: toolMissing('pdfsig') }, async (t) => {
  const container = await p12();
  const theirs = fromSignpdfSigner(() => new P12Signer(container, { passphrase: 'uji' }), {
    certificates: plainChain,
  });
  const { signed } = await sign(theirs);
  const file = join(folder, 'signed.pdf');
  writeFileSync(file, signedBytes(signed));
  const { stdout } = await run('pdfsig', ['-nocert', file]);
  t.match(stdout, /Signature Validation: Signature is Valid/);
  t.match(stdout, /Total document signed/);
});

t.test('a module that the operator names', async (t) => {
  const chainFile = join(folder, 'chain.pem');
  writeFileSync(chainFile, pem(plain.certificate));
  const container = join(folder, 'k.p12');
  writeFileSync(container, await p12());
  const module = join(folder, 'signer.mjs');
  const packageUrl = import.meta.resolve('@signpdf/signer-p12');
  writeFileSync(
    module,
    `import { readFileSync } from 'node:fs';
     import { P12Signer } from ${JSON.stringify(packageUrl)};
     export default () => new P12Signer(readFileSync(${JSON.stringify(container)}), { passphrase: 'uji' });`,
  );
  const backend = (await openSigner(
    `signpdf:${module}?chain-file=${chainFile}`,
    environment,
  )) as SignerBackend<CmsSigner>;
  t.equal((await sign(backend)).signature.level, 'PKCS7-B');
  const none = join(folder, 'none.mjs');
  writeFileSync(none, 'export const signer = 1;');
  const rows = [
    [`signpdf:${none}?chain-file=${chainFile}`, 'the default export of the module is no signer'],
    [`signpdf:${folder}/absent.mjs?chain-file=${chainFile}`, 'the module cannot be loaded'],
    [`signpdf:${module}`, 'chain-file is missing'],
    [`signpdf:${module}?chain-file=${chainFile}&format=lain`, 'format is not any, pades'],
  ] as const;
  for (const [uri, reason] of rows) {
    t.match(await failureOf(openSigner(uri, environment)), {
      code: 'signer-uri-invalid',
      values: { reason },
    });
  }
});

t.test('a signer of @signpdf that throws, answers nonsense or is too slow', async (t) => {
  const certificates = pejabat.chain;
  const throwing = fromSignpdfSigner(
    { sign: () => Promise.reject(new Error('kunci hilang')) },
    { certificates },
  );
  t.match(await failureOf(sign(throwing)), { code: 'signer-refused', cause: { message: 'kunci hilang' } });
  const nonsense = fromSignpdfSigner({ sign: async () => 'teks' as unknown as Buffer }, { certificates });
  t.match(await failureOf(sign(nonsense)), { code: 'signer-result-invalid', values: { check: 'type' } });
  const slow = fromSignpdfSigner({ sign: () => new Promise<Buffer>(() => undefined) }, { certificates });
  const covered: Covered = { digest: new Uint8Array(32), size: 0, coveredBytes: () => [] };
  const signer = await slow.signerFor(null);
  const controller = new AbortController();
  const waiting = signer.sign([covered], { kind: 'none' }, controller.signal);
  setTimeout(() => controller.abort('deadline'), 20);
  t.equal((await failureOf(waiting)).code, 'signer-outcome-unknown');
});
