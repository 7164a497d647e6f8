// A registry with a signer for every reason to refuse one, beside those of the development PKI.

import { createHash, createPrivateKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDevelopmentPki, type Identity, issueIdentity } from '../../certs-dev/certificate-authority.ts';
import { createContainerLock } from '../../certs-dev/container-lock.ts';
import type { developmentPaths } from '../../certs-dev/folder.ts';
import { generateP256Key } from '../../certs-dev/generate-keys.ts';
import { encodePkcs12 } from '../../certs-dev/pkcs12.ts';
import { responderProfile, signerProfile } from '../../certs-dev/profile.ts';
import { base32 } from '../../src/identity/totp.ts';
import { certificatesInFile } from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';

/** Of the signer `ber-kode`, for an authenticator. */
export const TOTP_SECRET = new TextEncoder().encode('rahasia-untuk-uji-20');

/** A number of nobody: no province has this code. */
export const NIK = '8999000000000001';
export const EMAIL = 'pejabat@contoh.example';

type Paths = ReturnType<typeof developmentPaths>;

const DAY = 86_400_000;

/** Writes the containers and the entries; the client may use all of them, and `tidak-ada`, whom the registry does not know. */
export async function arrangeSigners(paths: Paths): Promise<Record<string, string>> {
  const passphrase = (await readFile(paths.passphrase('pejabat'), 'utf8')).trim();
  const lock = createContainerLock(passphrase, nodePlatform.randomBytes, 10_000);
  const issuing = await issuingAuthority(paths);
  const context = { baseUrl: 'http://127.0.0.1:1', platform: nodePlatform };
  const current = { notBefore: wholeSecond() - DAY, notAfter: wholeSecond() + DAY };
  const wrongUsage = issueIdentity(context, issuing, {
    privateKey: await generateP256Key(),
    profile: responderProfile,
    validity: current,
  });
  const silent = issueIdentity(context, issuing, {
    privateKey: await generateP256Key(),
    profile: signerProfile('UJICOBA00000009', 'Pejabat Tanpa Jawaban (UJI COBA)'),
    validity: current,
  });
  const elsewhere = await createDevelopmentPki({ ...context, now: Date.now(), keys: 'fast' });
  const containers: Readonly<Record<string, Identity>> = {
    'salah-guna': wrongUsage,
    'tanpa-jawaban': silent,
    asing: elsewhere.signers.pejabatEc,
  };
  for (const [id, { privateKey, chain }] of Object.entries(containers)) {
    const container = encodePkcs12({ privateKey, chain, friendlyName: id }, lock, nodePlatform.randomBytes);
    await writeFile(paths.container(id), container);
  }
  await writeFile(join(dirname(paths.signersFile), 'ber-kode.totp'), `${base32(TOTP_SECRET)}\n`);
  await addEntries(paths, Object.keys(containers));
  return {};
}

async function addEntries(paths: Paths, own: readonly string[]): Promise<void> {
  const registry = JSON.parse(await readFile(paths.signersFile, 'utf8')) as { signers: Entry[] };
  const uri = 'pkcs12:signers/pejabat-ec.p12';
  const shared = registry.signers.find((signer) => signer.uri === uri);
  const nobodys = createHash('sha256').update('orang lain').digest('hex');
  const entries: readonly Entry[] = [
    ...own.map((id) => ({ id, uri: `pkcs12:signers/${id}.p12` })),
    { id: 'orang-lain', uri, certificateSha256: [nobodys] },
    { id: 'ditangguhkan', uri, status: 'SUSPEND' },
    // The certificate is declared once, here: the other entries share the key.
    { id: 'ber-nik', uri, nik: NIK, email: EMAIL, certificateSha256: shared?.certificateSha256 },
    { id: 'ber-kode', uri, secondFactor: { kind: 'totp', secretFile: 'ber-kode.totp' } },
    { id: 'perlu-lihat', uri, expectedSha256: 'required' },
  ];
  const others = registry.signers.filter((signer) => signer !== shared);
  const kept = { id: 'pejabat-ec', uri };
  await writeFile(paths.signersFile, JSON.stringify({ signers: [...others, kept, ...entries] }));
  const file = JSON.parse(await readFile(paths.clientsFile, 'utf8')) as { clients: { signers: string[] }[] };
  for (const { signers } of file.clients) signers.push(...entries.map(({ id }) => id), 'tidak-ada');
  await writeFile(paths.clientsFile, JSON.stringify(file));
}

interface Entry extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly uri: string;
}

async function issuingAuthority(paths: Paths): Promise<Identity> {
  const [certificate] = certificatesInFile(await readFile(paths.authority('issuing.crt')));
  if (certificate === undefined) throw new Error('no issuing certificate');
  const privateKey = createPrivateKey(await readFile(paths.authority('issuing.key')));
  return { certificate, chain: [certificate], privateKey };
}

function wholeSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
