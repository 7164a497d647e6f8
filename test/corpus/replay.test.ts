// Two hundred verifications, of other people's files and our own, reached again in a process of another day without a network.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import {
  bytesSource,
  DEFAULT_POLICY,
  encodeEvidencePack,
  parseCertificate,
  type RevocationFetcher,
  type TrustList,
  trustListOf,
  type VerifyWithEvidenceContext,
  verifyWithEvidence,
} from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { canonicalJson } from '../../src/verify/canonical-json.ts';
import { ETSI_POLICY } from '../../src/verify/policy.ts';
import { FORMS, letter } from '../attacks/carrier.ts';
import { developmentRevocation, now, pki, signerOf } from '../sign/development-signer.ts';
import { ALGORITHMS, signAt, wholePki } from '../sign/long-term.ts';
import { corpus, corpusFiles, corpusMissing, run } from '../tools.ts';
import { passwordOf } from './passwords.ts';
import type { ReplayOutcome, ReplayWish } from './replay-later.ts';

const { digests } = nodePlatform;
const folder = t.testdir();
const skip = corpusMissing();
const tool = { version: '0.1.0', commit: 'test' };

interface Case {
  readonly name: string;
  readonly document: string;
  readonly bytes: Uint8Array;
  readonly password: string | null;
  readonly context: Pick<VerifyWithEvidenceContext, 'trustList' | 'policy' | 'revocation' | 'now'>;
}

const FROM_CORPUS = 150;
const OF_OUR_OWN = 50;

/** Of every category the same share, in the order of their names: attacks, broken ones and long-term data too. */
function corpusCases(): readonly Case[] {
  const trustList = corpusTrust();
  const signed = corpusFiles().filter(({ category }) => category !== 'unsigned' && category !== 'parser');
  const longTerm = signed.filter(({ category }) => category === 'ades-ltv');
  const others = signed.filter(({ category }) => category !== 'ades-ltv');
  const every = (others.length - 1) / (FROM_CORPUS - longTerm.length);
  const chosen = Array.from(
    { length: FROM_CORPUS - longTerm.length },
    (_, i) => others[Math.floor(i * every)],
  );
  return [...longTerm, ...chosen].flatMap((file, i) => {
    if (file === undefined) return [];
    const policy = i % 2 === 0 ? DEFAULT_POLICY : ETSI_POLICY;
    return {
      name: file.name,
      document: file.path,
      bytes: new Uint8Array(readFileSync(file.path)),
      password: passwordOf(file) ?? null,
      context: { trustList, policy, revocation: null, now: Date.UTC(2026, 10, 21) },
    };
  });
}

function corpusTrust(): TrustList {
  const place = join(corpus() ?? '', 'pki', 'pyhanko-roots');
  const anchors = readdirSync(place)
    .filter((name) => name.endsWith('.pem'))
    .sort()
    .map((name) => {
      const [, body = ''] =
        /-----BEGIN CERTIFICATE-----([^-]+)/.exec(readFileSync(join(place, name), 'latin1')) ?? [];
      return {
        certificate: parseCertificate(new Uint8Array(Buffer.from(body, 'base64'))),
        role: 'active' as const,
        purposes: ['signature', 'seal', 'timestamp'] as const,
        psreInduk: false,
      };
    });
  return trustListOf({ anchors, intermediates: [], asOf: Date.UTC(2026, 0, 1), digests });
}

/** Every algorithm at every level, and letters whose evidence is fetched. */
async function ownCases(): Promise<readonly Case[]> {
  const revocation: RevocationFetcher = developmentRevocation({ pki: wholePki, clock: () => now });
  const context = { trustList: pki.trustList(digests), policy: DEFAULT_POLICY, revocation, now };
  const made: Case[] = [];
  for (let i = 0; made.length < OF_OUR_OWN; i += 1) {
    const [name, identity] = ALGORITHMS[i % ALGORITHMS.length] ?? [];
    const form = FORMS[i % FORMS.length];
    const level = (['B-B', 'B-T', 'B-LT', 'B-LTA'] as const)[Math.floor(i / ALGORITHMS.length) % 4];
    if (identity === undefined || form === undefined || level === undefined) throw new Error('a case');
    const signer = await signerOf(identity);
    const { bytes } = await signAt(level, letter(form), { signer });
    const document = join(folder, `own-${i}.pdf`);
    writeFileSync(document, bytes);
    made.push({ name: `${name} ${level} ${form}`, document, bytes, password: null, context });
  }
  return made;
}

t.test('200 of 200 reports are byte-identical on another day without a network', { skip }, async (t) => {
  const cases = [...corpusCases(), ...(await ownCases())];
  t.equal(cases.length, FROM_CORPUS + OF_OUR_OWN);
  const wishes: ReplayWish[] = [];
  const reports: string[] = [];
  const seen = { fetched: 0, stored: 0, verdicts: new Set<string>() };
  for (const [i, { document, bytes, password, context }] of cases.entries()) {
    const { report, pack } = await verifyWithEvidence(bytesSource(bytes), {
      platform: nodePlatform,
      ...context,
      tool,
      signal: AbortSignal.timeout(30_000),
      ...(password === null ? {} : { password: Buffer.from(password) }),
    });
    if (pack === null) throw new Error('every file gets a verdict');
    const path = join(folder, `${i}.tkev`);
    writeFileSync(path, encodeEvidencePack(pack));
    wishes.push({ pack: path, document, password });
    reports.push(createHash('sha256').update(canonicalJson(report)).digest('hex'));
    seen.verdicts.add(report.verdict);
    if (pack.evidence.items.some(({ origin }) => origin === 'network')) seen.fetched += 1;
    if (pack.evidence.items.some(({ kind, since }) => kind !== 'certificate' && (since ?? 0) > 0))
      seen.stored += 1;
  }
  const list = join(folder, 'list.json');
  writeFileSync(list, JSON.stringify(wishes));
  const script = fileURLToPath(new URL('./replay-later.ts', import.meta.url));
  const { code, stdout, stderr } = await run(process.execPath, [script, list], { timeoutMs: 300_000 });
  t.equal(code, 0, stderr);
  const outcomes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReplayOutcome);
  const identical = outcomes.filter(({ reproduced, report }, i) => reproduced && report === reports[i]);
  for (const [i, { reproduced, differences }] of outcomes.entries())
    if (!reproduced || differences.length > 0) t.fail(`${cases[i]?.name}: ${differences.join(', ')}`);
  t.equal(identical.length, 200);
  t.match(outcomes.at(-1), { clock: 0, network: 0 }, 'neither was asked');
  // Otherwise the figure would say little.
  t.ok(seen.stored >= 25, `${seen.stored} with long-term data in the file`);
  t.ok(seen.fetched >= 20, `${seen.fetched} with answers from outside`);
  t.ok(seen.verdicts.size >= 6, [...seen.verdicts].join(', '));
  t.comment(
    `${identical.length} of ${outcomes.length}; ${seen.stored} stored, ${seen.fetched} fetched; ${[...seen.verdicts].join(', ')}`,
  );
});
