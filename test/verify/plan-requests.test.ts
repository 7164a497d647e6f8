// What is asked of the network, and what never is.

import t from 'tap';
import {
  bytesSource,
  type Certificate,
  DEFAULT_POLICY,
  parseCertificate,
  type RevocationFetcher,
  trustListOf,
  verifyDocument,
  verifyWithEvidence,
} from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { EvidencePool } from '../../src/verify/evidence.ts';
import type { ChainJudgement } from '../../src/verify/judge-chain.ts';
import { planRequests, REQUEST_LIMITS } from '../../src/verify/plan-requests.ts';
import { openRounds } from '../../src/verify/request-rounds.ts';
import { letter, revocation, sign, verifyContext } from '../attacks/carrier.ts';
import { pki } from '../sign/development-signer.ts';

const { digests } = nodePlatform;
const [anchor] = pki.trustList(digests).anchors;
if (anchor === undefined) throw new Error('the development list has an anchor');
const ca = parseCertificate(pki.issuing.certificate);
const signers = ['pejabat', 'pejabatEc', 'segel', 'dicabut'] as const;
const leaves = signers.map((name) => parseCertificate(pki.signers[name].chain[0] as Uint8Array));
const [leaf, other] = leaves as [Certificate, Certificate];

type Status = ChainJudgement['revocations'][number]['outcome']['status'];

function chainOf(links: readonly (readonly [Certificate, Status])[], trusted = true): ChainJudgement {
  return {
    anchor: trusted && anchor !== undefined ? anchor : null,
    path: null,
    failure: trusted ? null : 'no-path',
    certificates: links.map(([certificate]) => certificate),
    revocations: links.map(([certificate, status]) => ({
      certificate,
      issuer: ca,
      outcome: {
        status,
        source: null,
        item: null,
        producedAt: null,
        thisUpdate: null,
        nextUpdate: null,
        revokedAt: null,
        reason: null,
        signer: null,
        scheme: null,
        findings: [],
      },
    })),
    weak: [],
  };
}

function planned(
  chains: readonly ChainJudgement[],
  asked: readonly string[] = [],
  policy: Parameters<typeof planRequests>[2] = DEFAULT_POLICY,
): readonly Certificate[] {
  return planRequests(chains, new Set(asked), policy, digests).map(({ certificate }) => certificate);
}

t.test('a chain that reaches an anchor and lacks an answer is asked about, leaf first', (t) => {
  const chain = chainOf([
    [leaf, 'unknown'],
    [ca, 'unknown'],
  ]);
  t.same(planned([chain]), [leaf, ca]);
  t.same(planned([chain]), planned([chain]), 'the same plan for the same facts');
  t.end();
});

t.test('what is decided is not asked: good, revoked; a hold may have been lifted', (t) => {
  const chain = chainOf([
    [leaf, 'good'],
    [other, 'revoked'],
    [ca, 'on-hold'],
  ]);
  t.same(planned([chain]), [ca]);
  t.end();
});

t.test('a chain without an anchor is never asked about', (t) => {
  t.same(planned([chainOf([[leaf, 'unknown']], false)]), []);
  t.end();
});

t.test('with revocation off nothing is asked, with prefer as much as with require', (t) => {
  const chain = chainOf([[leaf, 'unknown']]);
  t.same(planned([chain], [], { revocation: 'off' }), []);
  t.same(planned([chain], [], { revocation: 'prefer' }), [leaf]);
  t.end();
});

t.test('each certificate is asked about once, in one round and over all', (t) => {
  const chain = chainOf([
    [leaf, 'unknown'],
    [ca, 'unknown'],
  ]);
  t.same(planned([chain, chain, chainOf([[ca, 'unknown']])]), [leaf, ca]);
  const [first] = planRequests([chain], new Set(), DEFAULT_POLICY, digests);
  t.same(planned([chain], [first?.fingerprint ?? '']), [ca]);
  t.end();
});

t.test('no more is asked than the limit, whatever the document holds', (t) => {
  const asked = Array.from({ length: REQUEST_LIMITS.requests - 1 }, (_, i) => `fingerprint ${i}`);
  const chain = chainOf([
    [leaf, 'unknown'],
    [ca, 'unknown'],
  ]);
  t.same(planned([chain], asked), [leaf]);
  t.same(planned([chain], [...asked, 'one more']), []);
  t.end();
});

/** The development PKI's answers, counted. */
function counting(
  answer: RevocationFetcher['fetch'] = revocation.fetch,
): RevocationFetcher & { asked: number } {
  const fetcher = {
    asked: 0,
    fetch: (...question: Parameters<RevocationFetcher['fetch']>) => {
      fetcher.asked += 1;
      return answer(...question);
    },
  };
  return fetcher;
}

t.test('a letter under an anchor is asked about, the same letter without the anchor is not', async (t) => {
  const source = bytesSource(await sign(letter('table')));
  const fetcher = counting();
  t.equal((await verifyDocument(source, verifyContext({ revocation: fetcher }))).verdict, 'VALID');
  t.equal(fetcher.asked, 3, 'the signer, the time-stamp authority and the authority above both');
  const stranger = counting();
  const trustList = trustListOf({ anchors: [], intermediates: [], asOf: 0, digests });
  await verifyDocument(source, verifyContext({ revocation: stranger, trustList }));
  t.equal(stranger.asked, 0);
});

t.test(
  'a source that never brings anything is asked once about each, and is said to be unreachable',
  async (t) => {
    const source = bytesSource(await sign(letter('table')));
    const silent = counting(async () => ({
      ocsp: null,
      crl: null,
      failures: [{ kind: 'ocsp', reason: 'timeout' }],
    }));
    const { report, pack } = await verifyWithEvidence(source, {
      ...verifyContext({ revocation: silent }),
      tool: { version: '0', commit: '0' },
    });
    t.equal(report.verdict, 'UNKNOWN_REVOCATION');
    t.ok(report.signatures[0]?.reasons.some(({ code }) => code === 'REVOCATION_UNREACHABLE'));
    t.equal(silent.asked, 3);
    t.equal(pack?.evidence.inquiries.length, 3);
    t.ok(
      pack?.evidence.inquiries.every(
        ({ answered, failures }) => !answered && failures[0]?.reason === 'timeout',
      ),
    );
  },
);

t.test('all rounds together end in time, even where a source heeds no signal', async (t) => {
  const hanging: RevocationFetcher = { fetch: () => new Promise(() => undefined) };
  const rounds = openRounds(hanging, new EvidencePool(digests), new AbortController().signal, 50);
  const plan = planRequests([chainOf([[leaf, 'unknown']])], rounds.asked, DEFAULT_POLICY, digests);
  // AbortSignal.timeout keeps no process alive.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  await rounds.hold(plan);
  t.equal(rounds.open, false, 'no further round');
  t.match(rounds.inquiries, [{ answered: false, failures: [{ reason: 'aborted' }] }]);
});

t.test('there are three rounds at most', async (t) => {
  const rounds = openRounds(counting(), new EvidencePool(digests), new AbortController().signal);
  for (const certificate of leaves.slice(0, REQUEST_LIMITS.rounds)) {
    t.equal(rounds.open, true);
    await rounds.hold(
      planRequests([chainOf([[certificate, 'unknown']])], rounds.asked, DEFAULT_POLICY, digests),
    );
  }
  t.equal(rounds.open, false);
});

t.test('a caller that gives up gets no verdict', async (t) => {
  const given = new AbortController();
  const fetcher = counting(async () => {
    given.abort();
    return { ocsp: null, crl: null, failures: [] };
  });
  const source = bytesSource(await sign(letter('table')));
  const report = await verifyDocument(source, verifyContext({ revocation: fetcher, signal: given.signal }));
  t.match(report, { verdict: 'SERVICE_ERROR', problem: { code: 'deadline-exceeded' } });
});
