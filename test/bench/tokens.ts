// Signing by REST with keys on a token, beside the same keys in a file and beside pkcs11js alone with as many sessions.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { developmentPaths } from '../../certs-dev/folder.ts';
import { minimalPdf } from '../cli/minimal-pdf.ts';
import { makeSoftToken, type SoftToken, tokenContent } from '../doubles/soft-token.ts';
import { median } from './measure.ts';
import { nodeOptions } from './node-options.ts';

/** A service is warm for days: a key that is measured first would pay for the compiler of all of them. */
export const TOKENS = { sessions: 8, warmUpSeconds: 5, seconds: 2, rounds: 3 } as const;

export interface TokenRate {
  readonly key: 'rsa' | 'p256';
  /** Signatures in a second, all with 8 at once. */
  readonly raw: number;
  readonly byToken: number;
  readonly byFile: number;
}

const API_KEY = 'kunci-pengukuran';

/** @param folder - a workplace that was made */
export async function measureTokens(folder: string, pki: DevelopmentPki): Promise<readonly TokenRate[]> {
  const endings: (() => unknown)[] = [];
  const identities = { rsa: pki.signers.pejabat, p256: pki.signers.pejabatEc };
  const token = await makeSoftToken({ teardown: (end) => void endings.push(end as () => unknown) }, [
    tokenContent('rsa', '01', identities.rsa),
    tokenContent('p256', '02', identities.p256),
  ]);
  const service = await startService(folder, token);
  try {
    const rates: TokenRate[] = [];
    for (const kind of ['token', 'file'])
      for (const key of ['rsa', 'p256']) await signFor(service.url, `${kind}-${key}`, TOKENS.warmUpSeconds);
    for (const key of ['rsa', 'p256'] as const) {
      const raw = await rawRate(token, key);
      const [byToken, byFile]: [number[], number[]] = [[], []];
      // By turns, so that what else the machine does meets both.
      for (let round = 0; round < TOKENS.rounds; round += 1) {
        byToken.push(await signFor(service.url, `token-${key}`, TOKENS.seconds));
        byFile.push(await signFor(service.url, `file-${key}`, TOKENS.seconds));
      }
      rates.push({ key, raw, byToken: median(byToken), byFile: median(byFile) });
    }
    return rates;
  } finally {
    service.child.kill('SIGTERM');
    for (const end of endings) end();
  }
}

async function startService(folder: string, token: SoftToken): Promise<{ child: ChildProcess; url: string }> {
  const paths = developmentPaths(join(folder, 'development'));
  const onToken = (object: string): string =>
    `pkcs11:token=uji;object=${object}?module-path=${token.library}&pin-source=${token.pinFile}&sessions=${TOKENS.sessions}`;
  const inFile = (name: Parameters<typeof paths.container>[0]): string =>
    `pkcs12:${paths.container(name)}?passphrase-file=${paths.passphrase(name)}`;
  const signers = [
    { id: 'token-rsa', uri: onToken('rsa') },
    { id: 'token-p256', uri: onToken('p256') },
    { id: 'file-rsa', uri: inFile('pejabat') },
    { id: 'file-p256', uri: inFile('pejabat-ec' as never) },
  ];
  const sha256 = createHash('sha256').update(API_KEY).digest('hex');
  const client = {
    id: 'pengukuran',
    name: 'Pengukuran',
    keys: [{ id: 'k', sha256 }],
    signers: signers.map(({ id }) => id),
  };
  const [signersFile, clientsFile] = [join(folder, 'token-signers.json'), join(folder, 'token-clients.json')];
  writeFileSync(signersFile, JSON.stringify({ signers }));
  writeFileSync(clientsFile, JSON.stringify({ clients: [client] }));
  const script = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions(), script], {
    env: {
      PATH: process.env.PATH,
      SOFTHSM2_CONF: process.env.SOFTHSM2_CONF,
      TEKEN_ENV: 'development',
      TEKEN_PORT: '0',
      // No responder runs beside it: keys are measured, not the network.
      TEKEN_UNKNOWN_REVOCATION: 'allow',
      TEKEN_TRUST_DIR: paths.trust,
      TEKEN_SIGNERS_FILE: signersFile,
      TEKEN_CLIENTS_FILE: clientsFile,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    // Read on to the end, so that the service never waits for its log.
    lines.on('line', (line) => {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined && /^http/.test(url)) resolve({ child, url });
    });
    child.once('exit', () => reject(new Error('the service did not start')));
  });
}

async function rawRate({ library }: SoftToken, key: string): Promise<number> {
  const script = fileURLToPath(new URL('./raw-token.ts', import.meta.url));
  const { sessions, seconds } = TOKENS;
  const args = [script, library, key, String(sessions), String(seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

const letter = new TextEncoder().encode(minimalPdf());

/** As many callers as sessions, each with its next letter as soon as the one before is signed. */
async function signFor(url: string, signer: string, seconds: number): Promise<number> {
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let signed = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await signOnce(url, signer);
      signed += 1;
    }
  };
  await Promise.all(Array.from({ length: TOKENS.sessions }, caller));
  return (signed * 1000) / (performance.now() - startedMs);
}

async function signOnce(url: string, signer: string): Promise<void> {
  const form = new FormData();
  form.set('signer', signer);
  form.set('level', 'B-B');
  form.set('file', new Blob([letter], { type: 'application/pdf' }), 'surat.pdf');
  const answer = await fetch(`${url}/v1/sign`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}` },
    body: form,
  });
  const body = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${signer}: ${body.toString('utf8')}`);
}
