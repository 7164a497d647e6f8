// The development folder: what stands in it, who can open it, when it is kept and when it is made anew.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createDevelopmentPki, type Identity } from '../../certs-dev/certificate-authority.ts';
import {
  developmentPaths,
  readDevelopmentFolder,
  SIGNER_IDS,
  writeDevelopmentFolder,
} from '../../certs-dev/folder.ts';
import { ensureDevelopmentFolder } from '../../certs-dev/generate.ts';
import { createInstallationLock } from '../../certs-dev/installation-lock.ts';
import { answerOcspRequest } from '../../certs-dev/ocsp-responder.ts';
import { parseSignerRegistry } from '../../src/identity/signer-registry.ts';
import { SIGNER_STATUSES } from '../../src/identity/signer-status.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { encodeOcspRequest, parseOcspResponse } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { openSigner } from '../../src/signers/open-signer.ts';
import { loadTrustDirectory } from '../../src/trust-services/trust-directory.ts';
import { clientsIn, refusalOf, withKey } from '../identity/clients-in.ts';
import { rawSignerOf } from '../signer-contract.ts';
import { run, toolMissing } from '../tools.ts';

const platform = nodePlatform;
const { digests } = platform;
const now = Date.now();
const DAY = 86_400_000;
const pki = await createDevelopmentPki({ now, baseUrl: 'http://127.0.0.1:8081', keys: 'fast', platform });
const folder = join(t.testdir(), 'dev');
const lock = await createInstallationLock(2_048);
await writeDevelopmentFolder(folder, pki, { lock, platform, now });
const paths = developmentPaths(folder);
const never = new AbortController().signal;

t.test('secrets are readable by their owner alone, and the passphrase cannot be guessed', (t) => {
  const secrets = [
    paths.apiKey,
    ...['root', 'issuing', 'tsa', 'responder'].map((name) => paths.authority(`${name}.key`)),
    ...Object.values(SIGNER_IDS).flatMap((id) => [paths.container(id), paths.passphrase(id)]),
  ];
  for (const file of secrets) t.equal(statSync(file).mode & 0o777, 0o600, file.slice(folder.length));
  t.equal(statSync(folder).mode & 0o077, 0, 'nor can others look into the folder');
  for (const file of [paths.apiKey, paths.passphrase('pejabat')])
    t.match(readFileSync(file, 'utf8'), /^([a-z2-9]{5}-){4}[a-z2-9]{5}$/, 'without a line end');
  t.not(readFileSync(paths.apiKey, 'utf8'), readFileSync(paths.passphrase('pejabat'), 'utf8'));
  t.end();
});

t.test(
  'each container opens with its passphrase file and signs with the key of its certificate',
  async (t) => {
    for (const [name, id] of Object.entries(SIGNER_IDS)) {
      const uri = `pkcs12:${paths.container(id)}?passphrase-file=${paths.passphrase(id)}`;
      const backend = await openSigner(uri, { production: false, platform });
      const signer = await rawSignerOf(backend);
      t.same(signer.chain, pki.signers[name as keyof typeof pki.signers].chain, id);
      const message = new TextEncoder().encode('surat');
      const [algorithm] = signer.algorithms;
      if (algorithm === undefined) throw new Error('a signer without an algorithm');
      const item = { message, digest: digests.of('sha256', message) };
      const values = await signer.sign(algorithm, [item], { kind: 'none' }, never);
      t.equal(values.length, 1, `${id} signs`);
      await backend.close();
    }
  },
);

t.test(
  'openssl opens the containers, and not with another passphrase',
  {
    skip: toolMissing('openssl'),
  },
  async (t) => {
    for (const id of ['pejabat', 'pejabat-ec']) {
      const open = (passphrase: string) =>
        run('openssl', ['pkcs12', '-in', paths.container(id), '-passin', passphrase, '-nodes', '-info']);
      const { code, stdout, stderr } = await open(`file:${paths.passphrase(id)}`);
      t.equal(code, 0, stderr);
      t.match(stdout, /BEGIN PRIVATE KEY/);
      t.equal(stdout.match(/BEGIN CERTIFICATE/g)?.length, 2, 'the signer and the issuing CA');
      t.match(stderr, /MAC: sha256/);
      t.match(stderr, /PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256/);
      const wrong = await open('pass:salah');
      t.not(wrong.code, 0);
      t.match(wrong.stderr, /Mac verify error/);
    }
  },
);

t.test('a lock has 600 000 iterations unless a test asks for fewer', async (t) => {
  t.equal((await createInstallationLock()).iterations, 600_000);
  t.end();
});

t.test('the trust folder gives the same list as the PKI itself', (t) => {
  const list = loadTrustDirectory(paths.trust, { digests, production: false });
  t.equal(list.sha256, pki.trustList(digests).sha256);
  t.match(list.version, /^pengembangan-\d{4}-\d\d-\d\d$/);
  t.end();
});

t.test('the registries are those that the service reads', async (t) => {
  const signers = parseSignerRegistry(readFileSync(paths.signersFile, 'utf8'));
  t.same(
    signers.all.filter(({ status }) => status === 'ISSUE').map(({ id }) => id),
    [...Object.values(SIGNER_IDS), 'pejabat-kode', 'segel-kode'],
  );
  const statuses = signers.all.map(({ status }) => status);
  t.same(new Set(statuses), new Set(SIGNER_STATUSES), 'an account for each status');
  for (const { uri } of signers.all)
    t.ok(statSync(join(folder, uri.replace(/^pkcs12:|\?.*$/g, ''))).isFile(), 'named from the registry on');
  const clients = clientsIn(readFileSync(paths.clientsFile, 'utf8'));
  const { signers: allowed } = await withKey(clients, readFileSync(paths.apiKey, 'utf8'));
  t.ok(Object.values(SIGNER_IDS).every((id) => allowed.has(id)));
  t.match(await refusalOf(withKey(clients, 'kunci-lain')), { code: 'unauthenticated' });
  t.notMatch(readFileSync(paths.clientsFile, 'utf8'), readFileSync(paths.apiKey, 'utf8'), 'only its digest');
});

t.test('what was written is read back: the services answer as before', async (t) => {
  const read = await readDevelopmentFolder(folder);
  if (read === null) throw new Error('the folder is not readable');
  t.equal(read.authorities.baseUrl, pki.baseUrl);
  for (const name of ['issuing', 'tsa', 'responder'] as const)
    t.same(read.authorities[name].chain, pki[name].chain, name);
  t.equal(read.endsAt, parseCertificate(pki.signers.pejabat.certificate).notAfter);
  const issuer = parseCertificate(pki.issuing.certificate);
  const statusOf = (serialNumber: Uint8Array) => {
    const certificate = { ...parseCertificate(pki.signers.pejabat.certificate), serialNumber };
    const request = encodeOcspRequest({ certificate, issuer, digests });
    const response = answerOcspRequest(read.authorities, request, now, digests);
    return parseOcspResponse(response).basic?.responses[0]?.status;
  };
  const serialNumberOf = ({ certificate }: Identity) => parseCertificate(certificate).serialNumber;
  t.equal(statusOf(serialNumberOf(pki.signers.pejabat)), 'good');
  t.equal(statusOf(serialNumberOf(pki.signers.dicabut)), 'revoked');
  t.equal(statusOf(serialNumberOf(pki.root)), 'unknown', 'not issued here');
});

function wish(change: Partial<Parameters<typeof ensureDevelopmentFolder>[1]> = {}) {
  return { servicesPort: null, now, platform, keys: 'fast', ...change } as const;
}

function emptyPlace(t: Test): string {
  return join(t.testdir(), 'dev');
}

t.test('a folder is made once and then kept', async (t) => {
  const place = emptyPlace(t);
  const made = await ensureDevelopmentFolder(place, wish());
  t.equal(made.outcome, 'made');
  t.equal(made.authorities.baseUrl, 'http://127.0.0.1:8081');
  const kept = await ensureDevelopmentFolder(place, wish({ now: now + 600 * DAY }));
  t.equal(kept.outcome, 'kept');
  t.same(kept.authorities.root.certificate, made.authorities.root.certificate);
  t.same(readdirSync(join(place, '..')), ['dev'], 'nothing is left beside it');
});

t.test('a folder whose signers end within 30 days is replaced', async (t) => {
  const place = emptyPlace(t);
  await ensureDevelopmentFolder(place, wish());
  t.equal((await ensureDevelopmentFolder(place, wish({ now: now + 699 * DAY }))).outcome, 'kept');
  t.equal((await ensureDevelopmentFolder(place, wish({ now: now + 701 * DAY }))).outcome, 'replaced');
});

t.test('another port, a wish, or a state that cannot be read replace it too', async (t) => {
  const place = emptyPlace(t);
  await ensureDevelopmentFolder(place, wish({ servicesPort: 9_001 }));
  t.equal((await ensureDevelopmentFolder(place, wish())).outcome, 'kept', 'any port will do');
  const moved = await ensureDevelopmentFolder(place, wish({ servicesPort: 9_002 }));
  t.same([moved.outcome, moved.authorities.baseUrl], ['replaced', 'http://127.0.0.1:9002']);
  const renewed = await ensureDevelopmentFolder(place, wish({ renew: true }));
  t.same([renewed.outcome, renewed.authorities.baseUrl], ['replaced', 'http://127.0.0.1:9002']);
  for (const content of ['{', '{"format":2}']) {
    writeFileSync(developmentPaths(place).state, content);
    t.equal((await ensureDevelopmentFolder(place, wish())).outcome, 'made');
  }
});

t.test("a folder of somebody else's is left as it is", async (t) => {
  const place = emptyPlace(t);
  mkdirSync(place);
  writeFileSync(join(place, 'penting.txt'), 'jangan dihapus');
  await t.rejects(ensureDevelopmentFolder(place, wish()), { code: 'ENOTEMPTY' });
  t.same(readdirSync(place), ['penting.txt']);
});
