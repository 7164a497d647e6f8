import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { Activation, Level } from '../../src/sign/ports.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { type SignedAndVerified, signAndVerify } from '../../src/sign-and-verify.ts';
import { requestTotp } from '../../src/signers/bsre-service.ts';
import { openSigner } from '../../src/signers/open-signer.ts';
import { serviceClient } from '../../src/signers/service-client.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { minimalPdf } from '../cli/minimal-pdf.ts';
import { pem } from '../cms/identities.ts';
import { BSRE, type BsreDouble, type BsreFault, startBsre, startBsreHash } from '../doubles/bsre.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  pki,
  plainRequest,
  signingContext,
} from '../sign/development-signer.ts';
import { failureOf } from '../signer-contract.ts';

const environment = { production: false, platform: nodePlatform } as const;
const letter = new TextEncoder().encode(minimalPdf());
const folder = mkdtempSync(join(tmpdir(), 'teken-bsre-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const passwordFile = fileOf('password', `${BSRE.password}\n`);
const chainFile = fileOf('chain.pem', pki.signers.pejabat.chain.map(pem).join(''));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const withPassphrase = (passphrase: string = BSRE.passphrase): Activation => ({
  kind: 'passphrase',
  passphrase: encode(passphrase),
});

interface Order {
  readonly level?: Level;
  readonly activation?: Activation;
  readonly request?: Partial<SignRequest>;
  readonly signal?: AbortSignal;
  readonly subject?: string;
}

async function sign(
  uri: string,
  { level = 'B-T', activation = withPassphrase(), request = {}, signal, subject = BSRE.nik }: Order = {},
): Promise<SignedAndVerified> {
  const backend = await openSigner(uri, environment);
  const signer = await backend.signerFor(subject);
  return signAndVerify(
    bytesSource(letter),
    { ...plainRequest, ...request, level },
    {
      ...(await signingContext({ signer, activation, ...(signal === undefined ? {} : { signal }) })),
      timestamps: developmentTimestamps(),
      revocation: developmentRevocation(),
      verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
    },
  );
}

function uriOf({ url }: Pick<BsreDouble, 'url'>, api: 1 | 2): string {
  return `bsre:${url}?api=${api}&username=${BSRE.username}&password-file=${passwordFile}&allow-insecure-http=true`;
}

for (const api of [1, 2] as const) {
  const path = api === 1 ? '/api/sign/pdf' : '/api/v2/sign/pdf';

  t.test(
    `API ${api}: what comes back is our document and one signature, raised to what was asked`,
    async (t) => {
      const service = await startBsre(t);
      for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const) {
        const { signature, signed } = await sign(uriOf(service, api), { level });
        t.equal(signature.level, level === 'B-B' ? 'PAdES-B-T' : `PAdES-${level}`, level);
        t.same(Buffer.from(signedBytes(signed)).subarray(0, letter.length), Buffer.from(letter));
      }
      t.equal(service.calls(path), 4);
      service.status = 'EXPIRED';
      t.match(await failureOf(sign(uriOf(service, api))), {
        code: 'signer-certificate-unusable',
        values: { reason: 'EXPIRED' },
      });
      t.equal(service.calls(path), 4, 'the document stays at home');
    },
  );

  t.test(`API ${api}: nothing else that comes back is handed out`, async (t) => {
    const service = await startBsre(t);
    const rows: readonly (readonly [BsreFault, string])[] = [
      ['rewritten', 'result-rewritten'],
      ['two-signatures', 'signer-result-invalid'],
      ['other-signer', 'signer-result-invalid'],
      ['unsigned', 'signer-result-invalid'],
      ['truncated', 'signer-result-invalid'],
      ['html', 'signer-result-invalid'],
      ['error-with-200', 'signer-refused'],
      ['error-named-pdf', 'signer-refused'],
      ['429', 'signer-unavailable'],
      ['504', 'signer-outcome-unknown'],
      ['reset', 'signer-outcome-unknown'],
    ];
    for (const [fault, code] of rows) {
      service.fault = fault;
      const before = service.calls(path);
      t.equal((await failureOf(sign(uriOf(service, api)))).code, code, fault);
      t.equal(service.calls(path) - before, 1, 'sent once');
    }
    service.fault = 'damaged';
    const damaged = await sign(uriOf(service, api)).catch((error: unknown) => error);
    t.match(damaged, { code: 'self-check-failed' });
    service.level = 'B-B';
    service.fault = null;
    t.match(
      await failureOf(sign(uriOf(service, api))),
      { values: { check: 'level' } },
      'a lower level than asked',
    );
  });

  t.test(`API ${api}: a wrong passphrase is told, and never seen again`, async (t) => {
    const service = await startBsre(t);
    for (const fault of [null, 'old-error', 'echo'] as const) {
      service.fault = fault;
      const before = service.calls(path);
      const failure = await failureOf(
        sign(uriOf(service, api), { activation: withPassphrase('kanari-salah') }),
      );
      t.match(failure, { code: 'signer-auth-failed', values: { original: '2031' } }, String(fault));
      t.match(failure.cause, { message: /Passphrase anda salah/ }, 'in the words of the service');
      t.notOk(inspect(failure, { depth: 9 }).includes('kanari-salah'));
      t.equal(service.calls(path) - before, 1);
    }
  });
}

t.test('a deadline after the document has left: nobody knows, and it is not sent again', async (t) => {
  const service = await startBsre(t);
  service.fault = 'slow';
  const controller = new AbortController();
  const signing = sign(uriOf(service, 2), { signal: controller.signal });
  setTimeout(() => controller.abort('deadline'), 1500);
  t.match(await failureOf(signing), { code: 'signer-outcome-unknown' });
  t.equal(service.calls('/api/v2/sign/pdf'), 1);
});

t.test('a signed file under status 500 counts if it is right', async (t) => {
  const service = await startBsre(t);
  service.fault = '500-with-file';
  t.equal((await sign(uriOf(service, 2))).signature.level, 'PAdES-B-T');
});

t.test(
  'a one-time code takes the place of the passphrase in API 2, and an e-mail address that of the NIK',
  async (t) => {
    const service = await startBsre(t);
    const activation = { kind: 'otp', otp: encode(BSRE.totp) } as const;
    t.ok(await sign(uriOf(service, 2), { activation, subject: BSRE.email }));
    t.match(JSON.parse(service.lastBody('/api/v2/sign/pdf')), { email: BSRE.email, totp: BSRE.totp });
    t.match(await failureOf(sign(uriOf(service, 1), { activation })), { code: 'signer-refused' });
    const client = serviceClient({ baseUrl: service.url, maxBytes: 10_000, connectTimeoutMs: 1000 });
    const access = { client, api: 2, username: BSRE.username, password: async () => BSRE.password } as const;
    await requestTotp(access, BSRE.nik, 2, new AbortController().signal);
    t.same(JSON.parse(service.lastBody('/api/v2/sign/get/totp')), { nik: BSRE.nik, data: 2 });
  },
);

t.test('the rectangle travels in the coordinates of each API', async (t) => {
  const service = await startBsre(t);
  const placement = {
    page: 1,
    rect: { x: 50, y: 100, width: 200, height: 60 },
    origin: 'top-left',
    space: 'displayed',
  } as const;
  const bytes = new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNiAAAABgADNjd8qAAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  const request: Partial<SignRequest> = {
    placement: placement as never,
    appearance: { picture: { kind: 'image', bytes } } as never,
  };
  await sign(uriOf(service, 2), { request });
  t.match(JSON.parse(service.lastBody('/api/v2/sign/pdf')).signatureProperties[0], {
    tampilan: 'VISIBLE',
    page: 1,
    originX: 50,
    originY: 100,
    width: 200,
    height: 60,
  });
  await sign(uriOf(service, 1), { request });
  const form = service.lastBody('/api/sign/pdf');
  for (const [name, value] of Object.entries({ xAxis: 50, yAxis: 682, width: 250, height: 742 }))
    t.match(form, `name="${name}"\r\n\r\n${value}\r\n`);
});

t.test('what such a service cannot do is said before the document leaves', async (t) => {
  const service = await startBsre(t);
  for (const request of [{ fieldName: 'Tanda tangan' }, { certification: 'no-changes' }] as const) {
    t.match(await failureOf(sign(uriOf(service, 2), { request })), { code: 'signer-refused' });
  }
  t.equal(service.calls('/api/v2/sign/pdf'), 0);
});

t.test('a service that is away, and one that does not know the application', async (t) => {
  const service = await startBsre(t);
  const backend = await openSigner(uriOf(service, 2), environment);
  t.equal(await backend.ready(), true);
  const away = await openSigner(uriOf({ url: 'http://127.0.0.1:1' }, 2), environment);
  t.equal(await away.ready(), false);
  t.match(await failureOf(away.signerFor(BSRE.nik)), { code: 'signer-unavailable' });
  const wrong = uriOf(service, 2).replace(passwordFile, fileOf('wrong', 'kanari-sandi-lain'));
  const failure = await failureOf(openSigner(wrong, environment).then((each) => each.signerFor(BSRE.nik)));
  t.match(failure, { code: 'signer-refused', values: { status: 401 } });
  t.notOk(inspect(failure, { depth: 9 }).match(/kanari|8999000000000001/), 'neither password nor NIK');
});

t.test('the cloud signs digests: a whole CMS that is embedded when it is right', async (t) => {
  const service = await startBsreHash(t);
  const secret = fileOf('cloud-secret', 'rahasia-klien-uji');
  const uri = `bsre-hash:${service.url}?client-id=klien&client-secret-file=${secret}&chain-file=${chainFile}&allow-insecure-http=true`;
  const { signature, signed } = await sign(`${uri}&format=pades`);
  t.equal(signature.level, 'PAdES-B-T');
  t.ok(signed.timestampToken, 'the one that it brought along');
  t.match(service.orders[0], { nik: BSRE.nik, idSubscriber: null });
  service.fault = 'form-only';
  service.restart();
  t.equal(
    (await sign(uri, { level: 'B-LT' })).signature.level,
    'PKCS7-LT',
    'recorded as the format that it goes under',
  );
  const rows = [
    ['no-data', 'signer-refused'],
    ['other-digest', 'signer-result-invalid'],
    ['other-signer', 'signer-result-invalid'],
    ['garbage', 'signer-result-invalid'],
  ] as const;
  for (const [fault, code] of rows) {
    service.fault = fault;
    t.equal((await failureOf(sign(uri))).code, code, fault);
  }
  service.fault = null;
  const wrong = await failureOf(sign(uri, { activation: withPassphrase('kanari-salah') }));
  t.match(wrong, { code: 'signer-auth-failed' });
  t.notOk(inspect(wrong, { depth: 9 }).includes('kanari-salah'));
});
