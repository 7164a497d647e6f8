// `npm run bench`: signing beside @signpdf/signpdf and the bare key operation, verifying beside pyHanko, EU DSS and pdfsig, in one
// run. `npm run bench -- verifiers` makes one part of it alone; `npm run bench -- archive 500` an archive of 500 files, not of 10,000.

import { execFileSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { tokenMissing, toolPath } from '../tools.ts';
import { measureArchive } from './archive.ts';
import { BATCH, measureBatch } from './batch.ts';
import { MOST, measureBombs } from './bombs.ts';
import { type CaseName, signInTurn, signLetters } from './cases.ts';
import { sayColdStart } from './cold-start.ts';
import { COMPAT, COMPAT_CALLS, type CompatCall, measureCompat } from './compat.ts';
import { sayCorpus } from './corpus.ts';
import { measureLargeFile } from './large-file.ts';
import { signForLongTerm } from './long-term-letters.ts';
import type { Measured } from './measure.ts';
import { nodeOptions } from './node-options.ts';
import { saySigners } from './signers-table.ts';
import { say, sayTable } from './table.ts';
import { measureTokens, TOKENS } from './tokens.ts';
import type { Trusted } from './verifiers.ts';
import { sayVerifiers } from './verifiers-table.ts';
import { makeWorkplace, SIZES, type SizeName, workplacePaths } from './workplace.ts';

const PARTS = {
  rates: compareRates,
  files: compareFiles,
  signers: compareSigners,
  verifiers: compareVerifying,
  batch: compareBatch,
  large: compareLargeFile,
  archive: compareArchive,
  corpus: compareCorpus,
  start: compareColdStart,
  tokens: compareTokens,
  bombs: sayBombs,
  compat: compareCompat,
  table: comparePublished,
} as const satisfies Readonly<Record<string, (pki: DevelopmentPki) => void | Promise<void>>>;

const words = process.argv.slice(2);
const parts = wantedParts(words.filter((word) => !/^\d+$/.test(word)));
const archiveFiles = Number(words.find((word) => /^\d+$/.test(word)) ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'teken-bench-'));
try {
  const pki = await makeWorkplace(folder);
  const { node, openssl } = process.versions;
  const load = loadavg().map((average) => average.toFixed(1));
  say(`Node ${node}, OpenSSL ${openssl}, ${cpus().length} × ${cpus()[0]?.model}, load ${load.join(' ')}\n`);
  for (const part of parts) await PARTS[part](pki);
} finally {
  rmSync(folder, { recursive: true });
}

/** All of them unless some are named. */
function wantedParts(names: readonly string[]): readonly (keyof typeof PARTS)[] {
  const all = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const unknown = names.filter((name) => !all.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  // Made of what other parts measure: asked for by its name alone.
  if (names.length === 0) return all.filter((part) => part !== 'table');
  return all.filter((part) => names.includes(part));
}

function sizes(): readonly SizeName[] {
  return Object.keys(SIZES) as SizeName[];
}

/** Each case in a new process: one that grew cannot hide what the next one needs. */
function measured(name: CaseName, size: SizeName): Measured {
  const script = fileURLToPath(new URL('./case.ts', import.meta.url));
  const output = execFileSync(process.execPath, [...nodeOptions(), script, name, size, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output) as Measured;
}

type Rate = Pick<Measured, 'perSecond' | 'medianMs' | 'cpuMs'>;

function compareRates(): void {
  const peer = measured('sign in memory, signpdf', '100 KB');
  const ours = measured('sign in memory, teken', '100 KB');
  const alone = measured('sign in memory without the self-check, teken', '100 KB');
  const aloneTogether = measured('sign in memory without the self-check, teken, 16 at once', '100 KB');
  const together = measured('sign in memory, teken, 16 at once', '100 KB');
  const peerTogether = measured('sign in memory, signpdf, 16 at once', '100 KB');
  const limit = opensslSignsPerSecond();
  say('## Signing a letter of 100 KB in memory, RSA-2048, PAdES B-B, warm\n');
  const row = (name: string, { perSecond, medianMs, cpuMs }: Rate): string[] => [
    name,
    perSecond.toFixed(1),
    medianMs.toFixed(2),
    cpuMs.toFixed(2),
    `${(perSecond / peer.perSecond).toFixed(1)} ×`,
    limit === null ? '' : `${((perSecond / limit) * 100).toFixed(0)} %`,
  ];
  sayTable(
    ['', 'signatures/s', 'median ms', 'processor ms', 'to signpdf', 'of openssl'],
    [
      row('@signpdf/signpdf, P12Signer', peer),
      row('@signpdf/signpdf, P12Signer, 16 at once', peerTogether),
      row('Teken, not verified', alone),
      row('Teken, verified before it is handed out', ours),
      row('Teken, not verified, 16 at once', aloneTogether),
      row('Teken, verified, 16 at once', together),
      ...(limit === null
        ? []
        : [
            row('openssl speed rsa2048, one core', {
              perSecond: limit,
              medianMs: 1000 / limit,
              cpuMs: 1000 / limit,
            }),
          ]),
    ],
  );
}

async function compareFiles(): Promise<void> {
  await signLetters(workplacePaths(folder), sizes());
  say('## From file to file, and verifying a file\n');
  const rows = sizes().flatMap((size) => {
    const base = measured('read and hash file', size);
    const names: readonly CaseName[] = [
      'sign file to file, signpdf',
      'sign file to file, teken',
      'verify file, teken',
    ];
    const row = (name: CaseName, { medianMs, growthMiB }: Measured): string[] => [
      size,
      name,
      medianMs.toFixed(1),
      `${(medianMs / base.medianMs).toFixed(2)} ×`,
      growthMiB.toFixed(0),
    ];
    return [row('read and hash file', base), ...names.map((name) => row(name, measured(name, size)))];
  });
  sayTable(['file', 'what', 'median ms', 'to reading and hashing', 'peak memory grows, MiB'], rows);
}

/** What docs/benchmarks.md tells how to repeat. */
async function comparePublished(pki: DevelopmentPki): Promise<void> {
  const perSecond = opensslSignsPerSecond();
  await saySigners(folder, sizes(), perSecond === null ? null : 1000 / perSecond);
  await compareVerifying(pki);
}

async function compareVerifying(pki: DevelopmentPki): Promise<void> {
  await sayVerifiers(await signForLongTerm(workplacePaths(folder), pki), trusted());
}

function trusted(): Trusted {
  const { trust, root } = workplacePaths(folder);
  return { directory: trust, root };
}

async function compareCorpus(): Promise<void> {
  await sayCorpus(trusted());
}

async function compareColdStart(pki: DevelopmentPki): Promise<void> {
  const letters = await signForLongTerm(workplacePaths(folder), pki);
  const [shortest] = letters.toSorted((a, b) => statSync(a.path).size - statSync(b.path).size);
  if (shortest !== undefined) await sayColdStart(shortest.path, trusted());
}

async function compareSigners(): Promise<void> {
  say('## One letter of 100 KB, signed by twenty in turn\n');
  const all = await signInTurn(workplacePaths(folder), '100 KB');
  const [first] = all;
  if (first === undefined) return;
  const rows = all
    .filter(({ number }) => [1, 2, 5, 10, 15, 20].includes(number))
    .map(({ number, prepareAndEmbedMs, selfCheckMs }) => [
      String(number),
      prepareAndEmbedMs.toFixed(2),
      `${(prepareAndEmbedMs / first.prepareAndEmbedMs).toFixed(2)} ×`,
      selfCheckMs.toFixed(2),
      (selfCheckMs / number).toFixed(2),
    ]);
  sayTable(
    [
      'signature',
      'prepare and embed, median ms',
      'to the first',
      'self-check, median ms',
      'per signature checked',
    ],
    rows,
  );
}

/** The command line from its start to its end, opening the key included. */
async function compareLargeFile(): Promise<void> {
  if (toolPath('openssl') === null) return;
  say('## A document of 1 GiB, by the command line, file to file\n');
  const measured = await measureLargeFile(folder, 2 ** 30);
  const { digestMs, copyMs, signMs, verifyMs, signPeakMiB, verifyPeakMiB } = measured;
  const allowed = 3 * digestMs + copyMs;
  const row = (name: string, ms: number, peak: number | null): string[] => [
    name,
    (ms / 1000).toFixed(2),
    (ms / allowed).toFixed(2),
    peak === null ? '' : peak.toFixed(0),
  ];
  sayTable(
    ['', 'median s', 'to three digests and the copy', 'peak memory, MiB'],
    [
      row('openssl dgst -sha256', digestMs, null),
      row('cp and sync', copyMs, null),
      row('teken sign, PAdES B-B', signMs, signPeakMiB),
      row('teken verify', verifyMs, verifyPeakMiB),
    ],
  );
}

/** In an empty network namespace where the system has them. */
async function compareArchive(pki: DevelopmentPki): Promise<void> {
  const { files, bytesOfEach, isolated, runs } = await measureArchive(folder, pki, archiveFiles);
  const size = `${(bytesOfEach / 1000).toFixed(0)} kB, two signatures with long-term data each`;
  say(`## An archive of ${files} files of ${size}, by the command line${isolated ? ', no network' : ''}\n`);
  const rows = runs.map(({ jobs, seconds, cpuMs, peakMiB }) => [
    `-j ${jobs}`,
    seconds.toFixed(1),
    (files / seconds).toFixed(0),
    `${((runs[0]?.seconds ?? seconds) / seconds).toFixed(2)} ×`,
    cpuMs.toFixed(1),
    peakMiB.toFixed(0),
  ]);
  sayTable(
    ['', 's', 'files/s', 'to -j 1', 'processor ms per file', 'peak memory of all processes, MiB'],
    rows,
  );
}

/** Service and client share the cores that openssl has for itself. */
async function compareBatch(): Promise<void> {
  if (toolPath('openssl') === null) return;
  say(`## A batch of ${BATCH.letters} letters of 100 KB by REST, RSA-2048, PAdES B-B, verified\n`);
  const { rates, limit, limitOfCore, cores, serverPeakMiB } = await measureBatch(folder);
  const ofLimit = (perSecond: number): string => `${((perSecond / limit) * 100).toFixed(0)} %`;
  const rows = Object.entries(rates).map(([form, { perSecond, serviceMs, clientMs }]) => [
    form,
    perSecond.toFixed(0),
    serviceMs.toFixed(2),
    clientMs.toFixed(2),
    ofLimit(perSecond),
  ]);
  const alone = (1000 / limitOfCore).toFixed(2);
  sayTable(
    ['answer', 'letters/s', 'processor ms, service', 'client', 'of openssl'],
    [...rows, [`openssl speed -multi ${cores} rsa2048`, limit.toFixed(0), alone, '', '100 %']],
  );
  say(`The service held at most ${serverPeakMiB.toFixed(0)} MiB.\n`);
}

/** No faster machine makes a file out of them that is allowed to cost more. */
async function sayBombs(): Promise<void> {
  say(`## Files made to exhaust a reader: at most ${MOST.cpuMs} ms and ${MOST.growthMiB} MiB\n`);
  const rows = (await measureBombs(folder)).map(
    ({ name, bytes, medianMs, cpuMs, growthMiB, answer }): readonly string[] => [
      name,
      (bytes / 1000).toFixed(1),
      medianMs.toFixed(0),
      cpuMs.toFixed(0),
      growthMiB.toFixed(0),
      answer,
      cpuMs <= MOST.cpuMs && growthMiB <= MOST.growthMiB ? '' : 'over',
    ],
  );
  sayTable(['file', 'kB', 'ms', 'processor ms', 'peak memory grows, MiB', 'answer', ''], rows);
}

/** Service and client share the cores that pkcs11js has for itself. */
async function compareTokens(pki: DevelopmentPki): Promise<void> {
  if (tokenMissing() !== false) return;
  say(`## Keys on a SoftHSM token by REST, ${TOKENS.sessions} sessions and callers, PAdES B-B, verified\n`);
  const rows = (await measureTokens(folder, pki)).map(({ key, raw, byToken, byFile }) => [
    key === 'rsa' ? 'RSA-2048' : 'P-256',
    raw.toFixed(0),
    byToken.toFixed(0),
    `${((byToken / raw) * 100).toFixed(0)} %`,
    byFile.toFixed(0),
    (1000 / byToken - 1000 / raw).toFixed(2),
    (1000 / byFile).toFixed(2),
  ]);
  sayTable(
    [
      'key',
      'pkcs11js alone/s',
      'token by REST/s',
      'of pkcs11js',
      'file by REST/s',
      'token adds ms',
      'file takes ms',
    ],
    rows,
  );
}

/** The compatible API at the pace of an agency, beside what RSA alone takes of each signature: the signer's key and the time-stamp's. */
async function compareCompat(): Promise<void> {
  const { perSecond, seconds, rounds, meantRounds } = COMPAT;
  say(
    `## The compatible API at ${perSecond} requests per second for ${seconds} s each, 100 KB, B-T, verified\n`,
  );
  const limit = opensslSignsPerSecond();
  const measured = await measureCompat(folder);
  const rows = (Object.keys(COMPAT_CALLS) as CompatCall[]).map((call): readonly string[] => {
    const { p50Ms, p99Ms, maxMs, serviceMs, failed } = measured[call];
    const wanted = COMPAT_CALLS[call];
    const rsa = limit === null || !call.includes('sign') ? '' : (2000 / limit).toFixed(2);
    const times = [p50Ms, p99Ms, maxMs, serviceMs].map((ms) => ms.toFixed(1));
    const remark = failed > 0 ? `${failed} failed` : p99Ms <= wanted ? '' : 'over';
    return [call, ...times, rsa, String(wanted), remark];
  });
  sayTable(['', 'p50 ms', 'p99 ms', 'longest ms', 'processor ms', 'of it RSA', 'p99 allowed', ''], rows);
  const start = performance.now();
  pbkdf2Sync('kata sandi', 'garam', meantRounds, 32, 'sha256');
  const openingMs = (performance.now() - start).toFixed(0);
  say(
    `The container takes ${rounds} rounds to open; one derivation of ${meantRounds} rounds takes ${openingMs} ms more.\n`,
  );
}

/** Null where openssl is not installed. */
function opensslSignsPerSecond(): number | null {
  if (toolPath('openssl') === null) return null;
  const output = execFileSync('openssl', ['speed', '-seconds', '3', 'rsa2048'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/^rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)/m.exec(output)?.[1]);
}
