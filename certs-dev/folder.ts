// The development PKI on disk: what the services need, what the service reads, what a newcomer signs with.

import { createHash, createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hex, type Instant } from '../src/asn1/values.ts';
import { hashPassword } from '../src/identity/client-passwords.ts';
import { base32, TOTP } from '../src/identity/totp.ts';
import { parseCertificate } from '../src/pki/certificate.ts';
import { commonNameOf } from '../src/pki/name.ts';
import type { Platform } from '../src/platform/platform.ts';
import { ANCHORS_FILE, type AnchorsFile } from '../src/trust-services/trust-directory.ts';
import {
  type DevelopmentAuthorities,
  type DevelopmentPki,
  type Identity,
  SIGNER_NAMES,
  type SignerName,
} from './certificate-authority.ts';
import type { ContainerLock } from './container-lock.ts';
import { createInstallationLock, randomText } from './installation-lock.ts';
import { certificatePem } from './pem.ts';
import { encodePkcs12 } from './pkcs12.ts';
import { drawSampleLetter } from './sample-letter.ts';

/** The identifiers that requests, the registry and file names use. */
export const SIGNER_IDS: Readonly<Record<SignerName, string>> = {
  pejabat: 'pejabat',
  pejabatEc: 'pejabat-ec',
  segel: 'segel',
  kedaluwarsa: 'kedaluwarsa',
  dicabut: 'dicabut',
  belumBerlaku: 'belum-berlaku',
};

const SERVICE = 'layanan';
const KEY_BYTES = 32;

/** Where things are in a development folder. */
export function developmentPaths(folder: string) {
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    /** Keys and state of the authorities; its presence says that a folder is ours. */
    state: at('authority', 'state.json'),
    authority: (file: string) => at('authority', file),
    trust: at('trust'),
    signersFile: at('signers.json'),
    clientsFile: at('clients.json'),
    apiKey: at('api-key'),
    basicPassword: at('basic-password'),
    container: (signerId: string) => at('signers', `${signerId}.p12`),
    passphrase: (signerId: string) => at('signers', `${signerId}.pass`),
    /** Secret of an authenticator, in base32. */
    totpSecret: (signerId: string) => at('signers', `${signerId}.totp`),
    /** URI of the service's own seal. */
    sealUri: `pkcs12:${encodeURI(at('signers', `${SERVICE}.p12`))}?passphrase-file=${encodeURI(at('signers', `${SERVICE}.pass`))}`,
    auditKeys: at('audit-keys.json'),
    /** What links, codes and two-step signatures are sealed with: they outlive a restart. */
    sealKeys: at('seal-keys.json'),
    audit: at('audit'),
    sample: at('sample', 'surat-contoh.pdf'),
  };
}

const AUTHORITIES = ['root', 'issuing', 'tsa', 'responder'] as const;

const stateFile = z.strictObject({
  format: z.literal(5),
  baseUrl: z.string(),
  /** No certificate of daily use ends before this time. */
  endsAt: z.iso.datetime(),
  /** Base64 of DER. */
  issued: z.array(z.string()),
  revocations: z.array(z.strictObject({ serialNumber: z.string(), at: z.iso.datetime(), reason: z.int() })),
});

type State = z.output<typeof stateFile>;

export interface FolderContext {
  /** Made here unless given. */
  readonly lock?: ContainerLock | Promise<ContainerLock>;
  readonly platform: Platform;
  readonly now: Instant;
}

/**
 * Writes a PKI into a folder, with containers, registries and the sample letter. A folder of an earlier PKI is replaced; it
 * appears complete or not at all.
 *
 * @param making - the PKI, or it on its way: what does not depend on it is drawn and written meanwhile
 */
export async function writeDevelopmentFolder(
  folder: string,
  making: DevelopmentPki | Promise<DevelopmentPki>,
  { platform, now, lock: locking = createInstallationLock() }: FolderContext,
): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  for (const part of ['authority', 'trust', 'signers', 'sample'])
    await mkdir(join(unfinished, part), { recursive: true, mode: 0o700 });
  const paths = developmentPaths(unfinished);
  const [pki, lock] = await Promise.all([
    making,
    locking,
    writeKeys(paths.auditKeys, platform),
    writeKeys(paths.sealKeys, platform),
    ...WITH_CODES.map(({ id }) => writeSecret(paths.totpSecret(id), totpSecretText(platform))),
    writeClientRegistry(paths, platform),
    drawSampleLetter().then((letter) => writeFile(paths.sample, letter)),
  ]);
  await Promise.all([
    writeAuthorities(paths, pki),
    writeTrust(paths.trust, pki, now),
    writeSigners(paths, pki, lock, platform),
    writeServiceSeal(paths, pki, lock, platform),
    writeSignerRegistry(paths, pki),
  ]);
  if (existsSync(developmentPaths(folder).state)) await rm(folder, { recursive: true });
  await rename(unfinished, folder);
}

type Paths = ReturnType<typeof developmentPaths>;

async function writeAuthorities(paths: Paths, pki: DevelopmentPki): Promise<void> {
  for (const name of AUTHORITIES) {
    const { certificate, privateKey } = pki[name];
    await writeFile(paths.authority(`${name}.crt`), certificatePem(certificate));
    await writeSecret(paths.authority(`${name}.key`), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  }
  const state: State = {
    format: 5,
    baseUrl: pki.baseUrl,
    endsAt: new Date(endOfDailyUse(pki)).toISOString(),
    issued: pki.issued.map((certificate) => Buffer.from(certificate).toString('base64')),
    revocations: pki.revocations.map(({ serialNumber, at, reason }) => ({
      serialNumber: hex(serialNumber),
      at: new Date(at).toISOString(),
      reason,
    })),
  };
  await writeFile(paths.state, json(state));
}

function endOfDailyUse(pki: DevelopmentPki): Instant {
  const { pejabat, pejabatEc, segel, dicabut } = pki.signers;
  const used = [
    pki.root,
    pki.issuing,
    pki.tsa,
    pki.responder,
    pki.service,
    pejabat,
    pejabatEc,
    segel,
    dicabut,
  ];
  return Math.min(...used.map(({ certificate }) => parseCertificate(certificate).notAfter));
}

async function writeTrust(directory: string, pki: DevelopmentPki, now: Instant): Promise<void> {
  const entry = async (file: string, { certificate }: Identity) => {
    await writeFile(join(directory, file), certificatePem(certificate));
    return { file, sha256: createHash('sha256').update(certificate).digest('hex') };
  };
  const anchors: AnchorsFile = {
    version: `pengembangan-${new Date(now).toISOString().slice(0, 10)}`,
    asOf: new Date(now).toISOString(),
    anchors: [
      { ...(await entry('root.crt', pki.root)), role: 'active' },
      { ...(await entry('legacy.crt', pki.legacy)), role: 'historical' },
    ],
    intermediates: [await entry('issuing.crt', pki.issuing)],
  };
  await writeFile(join(directory, ANCHORS_FILE), json(anchors));
}

async function writeSigners(
  paths: Paths,
  pki: DevelopmentPki,
  lock: ContainerLock,
  { randomBytes }: Platform,
): Promise<void> {
  await Promise.all(
    SIGNER_NAMES.map(async (name) => {
      const id = SIGNER_IDS[name];
      const { privateKey, chain } = pki.signers[name];
      const container = encodePkcs12({ privateKey, chain, friendlyName: id }, lock, randomBytes);
      await writeSecret(paths.container(id), container);
      await writeSecret(paths.passphrase(id), lock.passphrase);
    }),
  );
}

async function writeServiceSeal(
  paths: Paths,
  { service: { privateKey, chain } }: DevelopmentPki,
  lock: ContainerLock,
  { randomBytes }: Platform,
): Promise<void> {
  const container = encodePkcs12({ privateKey, chain, friendlyName: SERVICE }, lock, randomBytes);
  await writeSecret(paths.container(SERVICE), container);
  await writeSecret(paths.passphrase(SERVICE), lock.passphrase);
}

async function writeKeys(path: string, { randomBytes }: Platform): Promise<void> {
  const key = Buffer.from(randomBytes(KEY_BYTES)).toString('base64');
  await writeSecret(path, json({ keys: [{ id: 'pengembangan', key }] }));
}

async function writeSignerRegistry(paths: Paths, pki: DevelopmentPki): Promise<void> {
  const signers = SIGNER_NAMES.map((name) => ({
    id: SIGNER_IDS[name],
    name: commonNameOf(parseCertificate(pki.signers[name].certificate).subject) ?? SIGNER_IDS[name],
    ...(NIK[name] === undefined ? {} : { nik: NIK[name] }),
    certificateSha256: [createHash('sha256').update(pki.signers[name].certificate).digest('hex')],
    // From the registry's folder, so that the whole can be moved.
    uri: `pkcs12:signers/${SIGNER_IDS[name]}.p12`,
  }));
  const others = [...signersWithCodes(), ...accountsThatDoNotSign()];
  await writeFile(
    paths.signersFile,
    json({ signers: [...signers, ...others], registrations: 'pendaftaran.jsonl' }),
  );
}

/** Who signs with the code of an authenticator alone: an official, and an agency's seal. Certificates hold no NIK, so they have none. */
const WITH_CODES = [
  { id: 'pejabat-kode', name: 'Pejabat Contoh dengan kode (UJI COBA)', key: SIGNER_IDS.pejabat },
  { id: 'segel-kode', name: 'Segel Contoh dengan kode (UJI COBA)', key: SIGNER_IDS.segel },
] as const;

function signersWithCodes() {
  return WITH_CODES.map(({ id, name, key }) => ({
    id,
    name,
    email: `${id}@contoh.example`,
    uri: `pkcs12:signers/${key}.p12?passphrase-file=signers/${key}.pass`,
    secondFactor: { kind: 'totp', secretFile: `signers/${id}.totp` },
  }));
}

function totpSecretText({ randomBytes }: Platform): string {
  return `${base32(randomBytes(TOTP.secretBytes))}\n`;
}

/** The numbers of those who sign; no province has the code 89, and they stay exact as numbers of JavaScript. */
const NIK: Partial<Record<SignerName, string>> = {
  pejabat: '8999000000000101',
  pejabatEc: '8999000000000102',
  dicabut: '8999000000000103',
  kedaluwarsa: '8999000000000104',
};

/** One account for each status in which nobody signs, so that applications see every answer before they are in earnest. */
const OTHER_ACCOUNTS = {
  NO_CERTIFICATE: '8999000000000011',
  NEW: '8999000000000012',
  WAITING_FOR_VERIFICATION: '8999000000000013',
  RENEW: '8999000000000014',
  EXPIRED: '8999000000000015',
  SUSPEND: '8999000000000016',
  REVOKE: '8999000000000017',
} as const;

/** The identifier of an account in such a status. */
function accountId(status: string): string {
  return `akun-${status.toLowerCase().replaceAll('_', '-')}`;
}

function accountsThatDoNotSign() {
  return Object.entries(OTHER_ACCOUNTS).map(([status, nik]) => ({
    id: accountId(status),
    name: `Akun ${status} (UJI COBA)`,
    nik,
    status,
    // Never opened for them: the status is looked at before any key.
    uri: `pkcs12:signers/${SIGNER_IDS.pejabat}.p12`,
  }));
}

/** The user of HTTP Basic, for applications of the compatible API. */
export const BASIC_USER = 'aplikasi-contoh';

async function writeClientRegistry(paths: Paths, platform: Platform): Promise<void> {
  const apiKey = randomText(platform.randomBytes);
  const password = randomText(platform.randomBytes);
  const sha256 = createHash('sha256').update(apiKey).digest('hex');
  const client = {
    id: 'aplikasi-contoh',
    name: 'Aplikasi surat contoh',
    keys: [{ id: 'kunci-1', sha256 }],
    passwords: [{ id: 'sandi-1', user: BASIC_USER, scrypt: await hashPassword(password) }],
    signers: [...Object.values(SIGNER_IDS), ...WITH_CODES.map(({ id }) => id), 'akun-*'],
  };
  await writeSecret(paths.apiKey, apiKey);
  await writeSecret(paths.basicPassword, password);
  await writeFile(paths.clientsFile, json({ clients: [client] }));
}

/** What a folder offers to the services; null where there is no folder, or one of another format. */
export async function readDevelopmentFolder(
  folder: string,
): Promise<{ readonly authorities: DevelopmentAuthorities; readonly endsAt: Instant } | null> {
  const paths = developmentPaths(folder);
  if (!existsSync(paths.state)) return null;
  const read = stateFile.safeParse(parseJson(await readFile(paths.state, 'utf8')));
  if (!read.success) return null;
  const { baseUrl, endsAt, issued, revocations } = read.data;
  const [root, issuing, tsa, responder] = await Promise.all([
    readIdentity(paths, 'root'),
    readIdentity(paths, 'issuing'),
    readIdentity(paths, 'tsa'),
    readIdentity(paths, 'responder'),
  ]);
  const below = (identity: Identity): Identity => ({
    ...identity,
    chain: [identity.certificate, issuing.certificate],
  });
  return {
    authorities: {
      baseUrl,
      root,
      issuing: { ...issuing, chain: [issuing.certificate] },
      tsa: below(tsa),
      responder: below(responder),
      issued: issued.map((base64) => new Uint8Array(Buffer.from(base64, 'base64'))),
      revocations: revocations.map(({ serialNumber, at, reason }) => ({
        serialNumber: new Uint8Array(Buffer.from(serialNumber, 'hex')),
        at: Date.parse(at),
        reason,
      })),
    },
    endsAt: Date.parse(endsAt),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A file that was cut off is as good as none: the folder is made anew.
    return null;
  }
}

async function readIdentity(paths: Paths, name: (typeof AUTHORITIES)[number]): Promise<Identity> {
  const certificate = await readFile(paths.authority(`${name}.crt`), 'latin1');
  const base64 = certificate.replace(/-----[A-Z ]+-----/g, '');
  const privateKey = createPrivateKey(await readFile(paths.authority(`${name}.key`)));
  return { certificate: new Uint8Array(Buffer.from(base64, 'base64')), chain: [], privateKey };
}

/** 125 bits in five groups that can be read out and typed. */
async function writeSecret(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
