// Long-term files of the corpus: the indication and sub-indication that their source asserts, at the time that it asserts them for,
// by the policy that follows the standard without concessions.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ALGORITHM_POLICY, type AlgorithmPolicy } from '../../src/pki/algorithm-policy.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { ETSI_POLICY } from '../../src/verify/policy.ts';
import type { SignatureReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { type CorpusFile, corpus, corpusFiles, corpusMissing } from '../tools.ts';

const { digests } = nodePlatform;
const skip = corpusMissing();

function roots() {
  const folder = join(corpus() ?? '', 'pki/pyhanko-roots');
  return readdirSync(folder).map((name) => {
    const body = readFileSync(join(folder, name), 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
    return {
      certificate: parseCertificate(new Uint8Array(Buffer.from(body, 'base64'))),
      role: 'active',
      purposes: ['signature', 'seal', 'timestamp'],
      psreInduk: false,
    } as const;
  });
}

/** The source names field, time and status: `Sig1@2029-11-20:AdESIndeterminate.NO_POE`. */
function assertionOf({ name, expectedSource }: CorpusFile) {
  const [, field = '', date = '', status = ''] =
    /(\w+)@(\d{4}-\d\d-\d\d):(.*)$/.exec(expectedSource) ?? t.bailout(`${name}: no assertion`) ?? [];
  return { field, at: Date.parse(`${date}T00:00:00Z`), status };
}

const END = (year: number): number => Date.UTC(year + 1, 0, 1) - 1000;

/** The tables that the source ran these cases with; a test of a ban needs the ban. */
const TABLES: readonly (readonly [pattern: RegExp, table: AlgorithmPolicy])[] = [
  [/hash_algorithm_banned_but_poe_ok/, banning('sha512', END(2025))],
  [/hash_algorithm_banned_and_no_poe/, banning('sha512', END(2019))],
  [/algo_permaban/, { ...ALGORITHM_POLICY, rsaPkcs1: 'never', rsaPss: [], ecdsa: 'never' }],
];

function banning(digest: 'sha512', until: number): AlgorithmPolicy {
  const { digests: accepted } = ALGORITHM_POLICY;
  return {
    ...ALGORITHM_POLICY,
    issued: END(2028),
    rsaPkcs1: null,
    digests: { ...accepted, [digest]: until },
  };
}

async function judge(file: CorpusFile): Promise<SignatureReport | undefined> {
  const { field, at } = assertionOf(file);
  const table = TABLES.find(([pattern]) => pattern.test(file.name))?.[1];
  const report = await verifyDocument(bytesSource(new Uint8Array(readFileSync(file.path))), {
    platform: nodePlatform,
    trustList: trustListOf({ anchors: roots(), intermediates: [], asOf: at, digests }),
    policy: { ...ETSI_POLICY, ...(table === undefined ? {} : { algorithms: table }) },
    revocation: null,
    now: at,
    signal: AbortSignal.timeout(30_000),
  });
  return report.signatures.find(({ fieldName }) => fieldName === field);
}

t.test('every file gets the indication and sub-indication that its source asserts', { skip }, async (t) => {
  const files = corpusFiles({ category: 'ades-ltv' });
  t.equal(files.length, 12);
  let asserted = 0;
  for (const file of files) {
    const { status } = assertionOf(file);
    const [, kind, subIndication] = /^AdES(Passed|Indeterminate)\.(\w+)$/.exec(status) ?? [];
    if (kind === undefined) continue;
    asserted += 1;
    const judged = await judge(file);
    const ours = [judged?.indication, judged?.subIndication];
    const theirs = kind === 'Passed' ? ['TOTAL_PASSED', null] : ['INDETERMINATE', subIndication];
    t.same(ours, theirs, file.name);
  }
  t.equal(asserted, 11);
});

t.test(
  'a token by a digest that nobody knows proves no time, and nothing else falls with it',
  { skip },
  async (t) => {
    // The source asserts nothing but that its own reader gives up.
    const [file] = corpusFiles({ category: 'ades-ltv' }).filter(({ name }) => /unknown_digest/.test(name));
    const judged = file === undefined ? undefined : await judge(file);
    t.match(judged, {
      indication: 'INDETERMINATE',
      verdict: 'TIME_UNPROVABLE',
      integrity: { status: 'INTACT' },
    });
    t.ok(judged?.reasons.some(({ code }) => code === 'TIMESTAMP_REJECTED'));
  },
);
