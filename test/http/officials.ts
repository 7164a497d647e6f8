// A service with its page for officials: three of them with keys of their own, the agency's OpenID provider, and an application.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import { type DevelopmentPki, type Identity, issueIdentity } from '../../certs-dev/certificate-authority.ts';
import { createContainerLock } from '../../certs-dev/container-lock.ts';
import type { developmentPaths } from '../../certs-dev/folder.ts';
import { encodePkcs12 } from '../../certs-dev/pkcs12.ts';
import { signerProfile } from '../../certs-dev/profile.ts';
import { base32 } from '../../src/identity/totp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type LetterApplication, startLetterApplication } from '../doubles/letter-application.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type OpenIdProvider,
  startOpenIdProvider,
} from '../doubles/openid-provider.ts';
import { type RealService, startRealService } from './real-service.ts';

/** Accounts have the names of the registry. */
export const OFFICIALS = {
  bupati: 'Bupati Contoh (UJI COBA)',
  asisten: 'Asisten Contoh (UJI COBA)',
  'kepala-dinas': 'Kepala Dinas Contoh (UJI COBA)',
} as const;

export type Official = keyof typeof OFFICIALS;

/** The assistant has an authenticator beside the passphrase. */
export const TOTP_SECRET = new Uint8Array(createHash('sha256').update('autentikator asisten').digest());

export interface Officials {
  readonly service: RealService;
  readonly provider: OpenIdProvider;
  readonly application: LetterApplication;
  passphraseOf(official: Official): string;
  /** A link for the letter as it is in the application now. */
  ask(official: Official, more?: Readonly<Record<string, unknown>>): Promise<string>;
}

const DAY = 86_400_000;
const ITERATIONS = 10_000;

/** @param letter - in the application; the sample letter unless given */
export async function startOfficials(
  t: Test,
  { letter, clock = Date.now }: { readonly letter?: Buffer; readonly clock?: () => number } = {},
): Promise<Officials> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const provider = await startOpenIdProvider([`${publicUrl}/tanda-tangan/kembali`]);
  t.teardown(() => provider.close());
  const application = await startLetterApplication(t, Buffer.alloc(0));
  const identities: Record<string, Identity> = {};
  const service = await startRealService(
    { TEKEN_PORT: String(port), TEKEN_HOST: '127.0.0.1' },
    {
      clock,
      enlarge: (pki) => withOfficials(pki, identities),
      arrange: async (paths) => {
        await registerOfficials(paths, identities);
        await registerApplication(paths, application.letters);
        return { TEKEN_SIGNING_PAGE_FILE: await writePageFile(paths, publicUrl, provider.issuer) };
      },
    },
  );
  t.teardown(() => service.close());
  application.letter = letter ?? service.letter;
  return {
    service,
    provider,
    application,
    passphraseOf,
    ask: (official, more = {}) => askFor(service, application, official, more),
  };
}

function passphraseOf(official: string): string {
  return `kata sandi ${official}`;
}

async function askFor(
  service: RealService,
  application: LetterApplication,
  signer: Official,
  more: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { documentUrl, deliverTo } = application;
  const wanted = { signer, title: 'Lembar disposisi 005/123/2026', documentUrl, deliverTo };
  const response = await fetch(`${service.url}/v1/signing-requests`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...wanted, documentSha256: application.sha256(), ...more }),
  });
  if (response.status !== 201) throw new Error(await response.text());
  return ((await response.json()) as { url: string }).url;
}

function withOfficials(pki: DevelopmentPki, identities: Record<string, Identity>): DevelopmentPki {
  const now = Math.floor(Date.now() / 1000) * 1000;
  for (const [number, [id, name]] of Object.entries(OFFICIALS).entries())
    identities[id] = issueIdentity({ baseUrl: pki.baseUrl, platform: nodePlatform }, pki.issuing, {
      privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      profile: signerProfile(`UJICOBA1000000${number}`, name),
      validity: { notBefore: now - DAY, notAfter: now + 365 * DAY },
    });
  const issued = Object.values(identities).map(({ certificate }) => certificate);
  return { ...pki, issued: [...pki.issued, ...issued] };
}

type Paths = ReturnType<typeof developmentPaths>;

async function registerOfficials(paths: Paths, identities: Record<string, Identity>): Promise<void> {
  const { randomBytes } = nodePlatform;
  const entries = [];
  for (const [id, { privateKey, chain, certificate }] of Object.entries(identities)) {
    const lock = createContainerLock(passphraseOf(id), randomBytes, ITERATIONS);
    await writeFile(
      paths.container(id),
      await encodePkcs12({ privateKey, chain, friendlyName: id }, lock, randomBytes),
    );
    entries.push({
      id,
      name: OFFICIALS[id as Official],
      email: `${id}@contoh.example`,
      certificateSha256: [createHash('sha256').update(certificate).digest('hex')],
      uri: `pkcs12:signers/${id}.p12`,
      ...(id === 'asisten' ? { secondFactor: { kind: 'totp', secretFile: 'asisten.totp' } } : {}),
    });
  }
  await writeFile(join(dirname(paths.signersFile), 'asisten.totp'), base32(TOTP_SECRET));
  const file = JSON.parse(await readFile(paths.signersFile, 'utf8')) as { signers: unknown[] };
  await writeFile(paths.signersFile, JSON.stringify({ signers: [...file.signers, ...entries] }));
}

async function registerApplication(paths: Paths, letters: string): Promise<void> {
  const file = JSON.parse(await readFile(paths.clientsFile, 'utf8')) as {
    clients: { signers: string[]; letters?: string[] }[];
  };
  for (const client of file.clients) {
    client.signers.push(...Object.keys(OFFICIALS));
    client.letters = [letters];
  }
  await writeFile(paths.clientsFile, JSON.stringify(file));
}

async function writePageFile(paths: Paths, publicUrl: string, issuer: string): Promise<string> {
  const place = dirname(paths.signersFile);
  await writeFile(join(place, 'sso.secret'), `${CLIENT_SECRET}\n`);
  const file = join(place, 'signing-page.json');
  const provider = {
    issuer,
    clientId: CLIENT_ID,
    clientSecretFile: 'sso.secret',
    scopes: ['profile'],
    signerClaim: 'preferred_username',
  };
  await writeFile(file, JSON.stringify({ publicUrl, provider, uploads: { client: 'aplikasi-contoh' } }));
  return file;
}

/** The address of the page has to be known before the service starts. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
