// The development services, asked by openssl.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createDevelopmentPki, type SignerName } from '../../certs-dev/certificate-authority.ts';
import { encodeOcspRefusal, OcspRefusal } from '../../certs-dev/ocsp-responder.ts';
import { certificatePem } from '../../certs-dev/pem.ts';
import { DevelopmentPolicy, ServicePath } from '../../certs-dev/profile.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { hex } from '../../src/asn1/values.ts';
import { encodeTimestampRequest, readTimestampResponse } from '../../src/cms/timestamp.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { encodeOcspRequest } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type Outcome, run, toolMissing } from '../tools.ts';

const clock = Date.now;
const services = await startDevelopmentServices({
  pki: (baseUrl) => createDevelopmentPki({ now: clock(), baseUrl, keys: 'fast', platform: nodePlatform }),
  port: 0,
  clock,
  platform: nodePlatform,
});
t.teardown(() => services.close());
const { pki, url } = services;
const { digests } = nodePlatform;

function pemFolder(t: Test): (name: string) => string {
  const folder = t.testdir();
  const identities = { root: pki.root, issuing: pki.issuing, tsa: pki.tsa, ...pki.signers };
  for (const [name, { certificate }] of Object.entries(identities))
    writeFileSync(join(folder, `${name}.pem`), certificatePem(certificate));
  return (name) => join(folder, name);
}

function post(path: string, contentType: string, body: Uint8Array): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: new Uint8Array(body),
  });
}

async function answerTo(path: string, contentType: string, body: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await (await post(path, contentType, body)).arrayBuffer());
}

t.test(
  'openssl ts makes a request, and verifies the token that comes back',
  {
    skip: toolMissing('openssl'),
  },
  async (t) => {
    const at = pemFolder(t);
    writeFileSync(at('surat.txt'), 'isi surat');
    const openssl = async (...args: string[]): Promise<Outcome> => {
      const outcome = await run('openssl', args);
      t.equal(outcome.code, 0, `openssl ${args[0]} ${args[1]}: ${outcome.stderr}`);
      return outcome;
    };
    for (const digest of ['-sha256', '-sha384', '-sha512']) {
      const { stdoutBytes } = await openssl('ts', '-query', '-data', at('surat.txt'), digest, '-cert');
      const response = await answerTo(ServicePath.timestamp, 'application/timestamp-query', stdoutBytes);
      writeFileSync(at('query.tsq'), stdoutBytes);
      writeFileSync(at('answer.tsr'), response);
      const { stdout } = await openssl(
        ...['ts', '-verify', '-queryfile', at('query.tsq'), '-in', at('answer.tsr')],
        ...['-CAfile', at('root.pem'), '-untrusted', at('issuing.pem')],
      );
      t.match(stdout, /Verification: OK/, digest);
    }
    // Without -cert the token must not carry certificates (RFC 3161, 2.4.1).
    const { stdoutBytes } = await openssl('ts', '-query', '-data', at('surat.txt'), '-sha256');
    const bare = await answerTo(ServicePath.timestamp, 'application/timestamp-query', stdoutBytes);
    writeFileSync(at('bare.tsr'), bare);
    writeFileSync(at('chain.pem'), pki.tsa.chain.map(certificatePem).join(''));
    t.notOk(Buffer.from(bare).includes(Buffer.from(pki.tsa.certificate)));
    const { stdout } = await openssl(
      ...['ts', '-verify', '-data', at('surat.txt'), '-in', at('bare.tsr'), '-CAfile', at('root.pem')],
      ...['-untrusted', at('chain.pem')],
    );
    t.match(stdout, /Verification: OK/);
  },
);

t.test(
  'openssl ocsp hears good and revoked, and trusts the delegated responder',
  {
    skip: toolMissing('openssl'),
  },
  async (t) => {
    const at = pemFolder(t);
    const ask = (name: SignerName) =>
      run('openssl', [
        ...['ocsp', '-issuer', at('issuing.pem'), '-cert', at(`${name}.pem`), '-url', `${url}/ocsp`],
        ...['-CAfile', at('root.pem'), '-verify_other', at('issuing.pem')],
      ]);
    for (const [name, status] of [
      ['pejabat', 'good'],
      ['pejabatEc', 'good'],
      ['segel', 'good'],
      ['dicabut', 'revoked'],
    ] as const) {
      const { stdout, stderr } = await ask(name);
      t.match(stderr, /Response verify OK/, name);
      t.match(stdout, new RegExp(`${name}\\.pem: ${status}`));
      t.notMatch(`${stdout}${stderr}`, /Nonce|WARNING: no nonce/i, 'the nonce is repeated');
    }
  },
);

t.test(
  'openssl verifies both lists, and refuses the revoked signer by them',
  {
    skip: toolMissing('openssl'),
  },
  async (t) => {
    const at = pemFolder(t);
    for (const [file, path] of [
      ['root.crl', ServicePath.rootCrl],
      ['issuing.crl', ServicePath.issuingCrl],
    ] as const) {
      const response = await fetch(`${url}${path}`);
      t.equal(response.headers.get('content-type'), 'application/pkix-crl');
      writeFileSync(at(file), new Uint8Array(await response.arrayBuffer()));
      await run('openssl', ['crl', '-inform', 'DER', '-in', at(file), '-out', at(`${file}.pem`)]);
    }
    const verify = (name: SignerName) =>
      run('openssl', [
        ...['verify', '-crl_check_all', '-x509_strict', '-CAfile', at('root.pem')],
        ...['-untrusted', at('issuing.pem'), '-CRLfile', at('root.crl.pem')],
        ...['-CRLfile', at('issuing.crl.pem'), at(`${name}.pem`)],
      ]);
    t.equal((await verify('pejabat')).code, 0);
    t.match((await verify('dicabut')).stderr, /certificate revoked/);
  },
);

t.test('the issuing certificate can be fetched where the signers say it is', async (t) => {
  const [address] = parseCertificate(pki.signers.pejabat.certificate).caIssuersUrls;
  const response = await fetch(address ?? '');
  t.equal(response.headers.get('content-type'), 'application/pkix-cert');
  t.same(new Uint8Array(await response.arrayBuffer()), pki.issuing.certificate);
});

t.test('the responder refuses what is no request and what is about another issuer', async (t) => {
  const answer = (body: Uint8Array) => answerTo(ServicePath.ocsp, 'application/ocsp-request', body);
  t.same(await answer(Uint8Array.of(1, 2, 3)), encodeOcspRefusal(OcspRefusal.malformedRequest));
  const certificate = parseCertificate(pki.signers.pejabat.certificate);
  const issuer = parseCertificate(pki.root.certificate);
  t.same(
    await answer(encodeOcspRequest({ certificate, issuer, digests })),
    encodeOcspRefusal(OcspRefusal.unauthorized),
  );
});

t.test('the time-stamp authority rejects what it cannot stamp, and says why', async (t) => {
  const answer = async (body: Uint8Array) => {
    const { status, failureInfo, token } = readTimestampResponse(
      await answerTo(ServicePath.timestamp, 'application/timestamp-query', body),
    );
    return [status, ...failureInfo, token];
  };
  const request = (algorithm: 'sha1' | 'sha256', bytes: number, policy?: string) =>
    encodeTimestampRequest({
      algorithm,
      digest: new Uint8Array(bytes),
      nonce: 1n,
      ...(policy === undefined ? {} : { policy }),
    });
  t.same(await answer(Uint8Array.of(0x30, 0)), ['rejection', 'badDataFormat', null]);
  t.same(await answer(request('sha1', 20)), ['rejection', 'badAlg', null]);
  t.same(await answer(request('sha256', 31)), ['rejection', 'badAlg', null]);
  t.same(await answer(request('sha256', 32, '2.25.1')), ['rejection', 'unacceptedPolicy', null]);
  const [granted] = await answer(request('sha256', 32, DevelopmentPolicy.timestamp));
  t.equal(granted, 'granted');
});

t.test('two tokens have two serial numbers', async (t) => {
  const request = encodeTimestampRequest({ algorithm: 'sha256', digest: new Uint8Array(32), nonce: 1n });
  const stamp = () => answerTo(ServicePath.timestamp, 'application/timestamp-query', request);
  t.not(hex(await stamp()), hex(await stamp()));
});

t.test('wrong paths, methods, types and sizes are refused as HTTP says', async (t) => {
  t.equal((await fetch(`${url}/tidak-ada`)).status, 404);
  t.equal((await fetch(`${url}${ServicePath.timestamp}`)).status, 405);
  t.equal((await post(ServicePath.rootCrl, 'text/plain', Uint8Array.of(1))).status, 405);
  t.equal((await post(ServicePath.ocsp, 'application/timestamp-query', Uint8Array.of(1))).status, 415);
  t.equal((await post(ServicePath.ocsp, 'application/ocsp-request', new Uint8Array(70_000))).status, 413);
});

t.test('a port that is taken is the system error that it is', async (t) => {
  const port = Number(new URL(url).port);
  await t.rejects(startDevelopmentServices({ pki, port, clock, platform: nodePlatform }), {
    code: 'EADDRINUSE',
  });
});
