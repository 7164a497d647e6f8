// A verdict as a pure function of its evidence, the evidence as a value, and the verdict reached again from it.

import t from 'tap';
import {
  bytesSource,
  DEFAULT_POLICY,
  EvidencePackRefused,
  encodeEvidencePack,
  type Platform,
  type Replay,
  readEvidencePack,
  replayEvidence,
  verifyDocument,
  verifyWithEvidence,
} from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { canonicalJson } from '../../src/verify/canonical-json.ts';
import { judgeGathered } from '../../src/verify/judge-gathered.ts';
import { examineDocument } from '../../src/verify/verify-document.ts';
import { FORMS, letter, sign, verifyContext } from '../attacks/carrier.ts';
import { signAt } from '../sign/long-term.ts';

const { digests } = nodePlatform;
const tool = { version: '1.2.3', commit: 'abc1234' };
const signal = new AbortController().signal;
const replaying = { platform: nodePlatform, tool, signal };

const signed = await sign(letter('table'));
const archived = (await signAt('B-LTA', letter('table'))).bytes;

async function packOf(
  bytes: Uint8Array,
  changes: Parameters<typeof verifyContext>[0] = {},
): Promise<Uint8Array> {
  const { pack } = await verifyWithEvidence(bytesSource(bytes), { ...verifyContext(changes), tool });
  if (pack === null) throw new Error('nothing was judged');
  return encodeEvidencePack(pack);
}

function replay(pack: Uint8Array, bytes: Uint8Array): Promise<Replay> {
  return replayEvidence(bytesSource(bytes), readEvidencePack(pack, digests), replaying);
}

const { examined: ofSigned } = await examineDocument(bytesSource(signed), verifyContext());
const value = ofSigned?.facts.signatures[0]?.cms?.signerInfos[0]?.signature ?? new Uint8Array();

/** The signed letter with another signature value: its last octet. */
function changedLetter(): Uint8Array {
  const changed = Uint8Array.from(signed);
  const at =
    Buffer.from(signed).toString('latin1').toLowerCase().indexOf(Buffer.from(value).toString('hex')) +
    2 * value.length -
    1;
  changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
  return changed;
}

/** What the tests alter in a pack. */
interface PackJson {
  readonly evidence: {
    readonly items: { kind: string; der: string; sha256: string }[];
    readonly signatureChecks: { answer: boolean }[];
    readonly digests: { value: string }[];
    readonly trustList: { sha256: string };
    readonly policy: { addedAnnotations?: string };
  };
  readonly report: { ok: boolean; verdict: string };
}

/** The pack changed and written canonically again: what somebody who knows the format would do. */
function altered(pack: Uint8Array, alter: (pack: PackJson) => void): Uint8Array {
  const value = JSON.parse(new TextDecoder().decode(pack)) as PackJson;
  alter(value);
  return new TextEncoder().encode(canonicalJson(value));
}

t.test('ten thousand judgings of one evidence give one report', async (t) => {
  const { examined } = await examineDocument(bytesSource(signed), verifyContext());
  if (examined === null) throw new Error('judged');
  const first = canonicalJson(judgeGathered(examined.facts, examined.gathered).judged.reports);
  let same = 0;
  for (let i = 0; i < 10_000; i += 1) {
    const { judged } = judgeGathered(examined.facts, examined.gathered);
    // Writing costs more than judging: every hundredth text, and each time the parts that a mistake would show in.
    if (i % 100 === 0 && canonicalJson(judged.reports) !== first) t.fail(`run ${i}`);
    if (judged.reports[0]?.verdict === 'VALID') same += 1;
  }
  t.equal(same, 10_000);
});

t.test('the order in which evidence was found decides nothing but the record', async (t) => {
  const { pack } = await verifyWithEvidence(bytesSource(archived), {
    ...verifyContext({ revocation: null }),
    tool,
  });
  if (pack === null) throw new Error('judged');
  const supplied = pack.evidence.items.map(({ kind, der }) => ({
    kind,
    der,
    receipt: { origin: 'folder', fetchedAt: null } as const,
  }));
  const plain = await verifyDocument(bytesSource(signed), verifyContext({ revocation: null, supplied }));
  const reversed = await verifyDocument(
    bytesSource(signed),
    verifyContext({ revocation: null, supplied: supplied.toReversed() }),
  );
  t.same(reversed, plain);
});

t.test('a pair that was not computed is no verdict', async (t) => {
  const { examined } = await examineDocument(bytesSource(signed), verifyContext());
  if (examined === null) throw new Error('judged');
  const { gathered, facts } = examined;
  const empty = { known: () => undefined, keyOf: () => '' } as unknown as typeof gathered.answers;
  t.throws(() => judgeGathered(facts, { ...gathered, answers: empty }), {
    code: 'evidence-incomplete',
    missing: 'signature-check',
  });
  const nothing = {
    known: () => undefined,
    lies: () => true,
    content: () => undefined,
  } as unknown as typeof gathered.covered;
  t.throws(() => judgeGathered(facts, { ...gathered, covered: nothing }), {
    code: 'evidence-incomplete',
    missing: 'digest',
  });
});

t.test('arithmetic that never answers ends in SERVICE_ERROR, not in a verdict', async (t) => {
  const failures: unknown[] = [];
  const platform: Platform = {
    ...nodePlatform,
    // A platform that is broken, or made to be: it gives nothing where a boolean is promised.
    arithmetic: { verify: () => undefined as unknown as boolean },
  };
  const report = await verifyDocument(
    // Answers are kept: only a letter that was never verified asks for new ones.
    bytesSource(changedLetter()),
    verifyContext({ platform, onFailure: (error) => failures.push(error) }),
  );
  t.match(report, { verdict: 'SERVICE_ERROR', ok: false });
  t.match(failures, [{ code: 'evidence-incomplete' }]);
});

t.test('verification with and without a record says the same', async (t) => {
  for (const form of FORMS) {
    const bytes = await sign(letter(form));
    const { report } = await verifyWithEvidence(bytesSource(bytes), { ...verifyContext(), tool });
    t.same(await verifyDocument(bytesSource(bytes), verifyContext()), report, form);
  }
});

t.test('a pack is read back to the same bytes', async (t) => {
  for (const bytes of [signed, archived, letter('table'), new TextEncoder().encode('bukan PDF')]) {
    const pack = await packOf(bytes);
    const { evidence, report } = readEvidencePack(pack, digests);
    t.ok(Object.isFrozen(evidence));
    t.same(encodeEvidencePack({ evidence, report: JSON.parse(report) }), pack);
  }
});

t.test('the record holds what the verdict rests on, and no address', async (t) => {
  const { pack } = await verifyWithEvidence(bytesSource(signed), { ...verifyContext(), tool });
  const evidence = pack?.evidence;
  t.equal(
    evidence?.items.filter(({ origin }) => origin === 'network').length,
    3 + 1,
    'answers and a responder',
  );
  const certificates = evidence?.items.filter(({ origin }) => origin === 'embedded') ?? [];
  t.not(certificates.length, 0);
  t.ok(
    certificates.every(({ since }) => since === 2),
    'what stands in the value of the second revision, a third one would cover',
  );
  t.ok((evidence?.signatureChecks.length ?? 0) >= 6);
  t.ok(evidence?.signatureChecks.every(({ answer }) => answer));
  t.equal(evidence?.digests.length, 1);
  t.equal(evidence?.trustList.anchors.length, verifyContext().trustList.anchors.length);
  t.same(evidence?.policy, DEFAULT_POLICY);
  if (pack !== null) t.notMatch(new TextDecoder().decode(encodeEvidencePack(pack)), /"https?:/);
});

t.test('a replay asks nobody and reaches the recorded report', async (t) => {
  for (const bytes of [signed, archived, letter('table'), new TextEncoder().encode('bukan PDF')]) {
    const again = await replay(await packOf(bytes), bytes);
    t.match(again, { reproduced: true, recordedBy: tool });
    t.same(again.differences, []);
  }
});

t.test('no flipped boolean and no other digest in a pack changes the verdict', async (t) => {
  const pack = await packOf(signed);
  const { report } = await replay(pack, signed);
  const checks = readEvidencePack(pack, digests).evidence.signatureChecks.length;
  for (let i = 0; i < checks; i += 1) {
    const flipped = altered(pack, ({ evidence }) => {
      const check = evidence.signatureChecks[i];
      if (check !== undefined) check.answer = !check.answer;
    });
    const again = await replay(flipped, signed);
    t.same(again.report, report);
    t.same(again.differences, ['signatureChecks'], 'and the alteration is told');
  }
  const otherDigest = altered(pack, ({ evidence }) => {
    for (const digest of evidence.digests) digest.value = '00'.repeat(32);
    evidence.trustList.sha256 = '11'.repeat(32);
    for (const item of evidence.items) item.sha256 = '22'.repeat(32);
  });
  const again = await replay(otherDigest, signed);
  t.same(again.report, report);
  t.same(again.differences, ['items', 'digests']);
});

t.test('a report that was altered in the pack is not reproduced', async (t) => {
  const bad = changedLetter();
  const pack = await packOf(bad);
  t.equal((await replay(pack, bad)).report.ok, false);
  const forged = altered(pack, ({ report }) => {
    report.ok = true;
    report.verdict = 'VALID';
  });
  const again = await replay(forged, bad);
  t.equal(again.reproduced, false);
  t.equal(again.report.ok, false, 'what is shown is what was computed');
});

t.test(
  'an answer that was taken out of a pack is missing, and one that was forged counts for nothing',
  async (t) => {
    const pack = await packOf(signed);
    const without = altered(pack, ({ evidence }) => {
      const { items } = evidence;
      items.splice(0, items.length, ...items.filter(({ kind }) => kind !== 'ocsp'));
    });
    const again = await replay(without, signed);
    t.equal(again.report.verdict, 'UNKNOWN_REVOCATION');
    t.equal(again.reproduced, false);
    const forged = altered(pack, ({ evidence }) => {
      for (const item of evidence.items) {
        if (item.kind !== 'ocsp') continue;
        const der = Buffer.from(item.der, 'base64');
        // The year of producedAt, which the responder has signed.
        der.write('2027', der.indexOf('2026'), 'latin1');
        item.der = der.toString('base64');
      }
    });
    t.equal((await replay(forged, signed)).report.verdict, 'UNKNOWN_REVOCATION');
  },
);

t.test('a pack from before policies could allow comments is read as one that refuses them', async (t) => {
  const pack = await packOf(signed);
  const older = altered(pack, ({ evidence }) => {
    delete evidence.policy.addedAnnotations;
  });
  t.notOk(Buffer.from(older).includes('addedAnnotations'));
  t.equal(readEvidencePack(older, digests).evidence.policy.addedAnnotations, 'refuse');
  t.equal((await replay(older, signed)).reproduced, true);
});

t.test('another document, or this one changed, is refused', async (t) => {
  const pack = await packOf(signed);
  const changed = Uint8Array.from(signed);
  changed[30] = (changed[30] ?? 0) ^ 1;
  const longer = Uint8Array.from([...signed, 10]);
  for (const other of [changed, longer, archived, new Uint8Array()]) {
    await t.rejects(replay(pack, other), { name: 'EvidencePackRefused', code: 'document-differs' });
  }
});

t.test('a pack that is not one is refused with its place, whatever it holds', async (t) => {
  const pack = await packOf(signed);
  const spelled = new TextDecoder().decode(pack);
  const member = (path: readonly (string | number)[], value: unknown): Uint8Array =>
    altered(pack, (whole) => {
      let at = whole as unknown as Record<string | number, unknown>;
      for (const name of path.slice(0, -1)) at = at[name] as Record<string | number, unknown>;
      at[path.at(-1) ?? ''] = value;
    });
  const cases: readonly (readonly [string, Uint8Array | string, string])[] = [
    ['nothing', '', ''],
    ['no JSON', 'bukan JSON', ''],
    ['not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), ''],
    ['another JSON', '{}', '/format'],
    ['a list', '[]', '/format'],
    ['null', 'null', ''],
    ['white space', `${spelled}\n`, ''],
    ['a repeated member', spelled.replace('{"evidence"', '{"format":"x","evidence"'), ''],
    ['another spelling', spelled.replace('"version":1}', '"version":1.0}'), ''],
    ['nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, ''],
    ['a member more', member(['evidence', 'more'], 1), '/evidence'],
    ['__proto__', spelled.replace('"document":', '"__proto__":{},"document":'), ''],
    ['a string for a number', member(['evidence', 'now'], '1'), '/evidence/now'],
    ['a time beyond all', member(['evidence', 'now'], 1e300), '/evidence/now'],
    ['a negative size', member(['evidence', 'document', 'size'], -1), '/evidence/document/size'],
    [
      'an unknown policy',
      member(['evidence', 'policy', 'revocation'], 'maybe'),
      '/evidence/policy/revocation',
    ],
    ['no base64', member(['evidence', 'items', 0, 'der'], '===='), '/evidence/items/0/der'],
    ['free bits', member(['evidence', 'items', 0, 'der'], 'AB=='), '/evidence/items/0/der'],
    ['an unknown kind', member(['evidence', 'items', 0, 'kind'], 'pdf'), '/evidence/items/0/kind'],
    ['too many', member(['evidence', 'items'], Array(10_001).fill(0)), '/evidence/items'],
    [
      'an anchor that is no certificate',
      member(['evidence', 'trustList', 'anchors', 0, 'certificate'], 'MAA='),
      '/evidence/trustList/anchors/0/certificate',
    ],
    [
      'an unknown scheme',
      member(['evidence', 'signatureChecks', 0, 'scheme'], { kind: 'rot13' }),
      '/evidence/signatureChecks/0/scheme/kind',
    ],
  ];
  for (const [name, bytes, at] of cases) {
    const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    t.throws(() => readEvidencePack(given, digests), { code: 'pack-malformed', values: { at } }, name);
  }
  const later = altered(pack, (whole) => Object.assign(whole, { version: 2 }));
  t.throws(() => readEvidencePack(later, digests), { code: 'pack-version-unknown' });
  t.throws(() => readEvidencePack(new Uint8Array(200 * 1024 * 1024), digests), { code: 'pack-too-large' });
});

t.test('whatever octets are changed in a pack, the answer is a replay or a typed refusal', async (t) => {
  const pack = await packOf(signed);
  const { report } = await replay(pack, signed);
  let refused = 0;
  let seed = 7;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % below;
  };
  for (let i = 0; i < 300; i += 1) {
    const mutant = Uint8Array.from(pack);
    mutant[next(pack.length)] = next(256);
    try {
      const again = await replay(mutant, signed);
      // Raw material, anchors, policy and time are the pack's to say; an acceptance needs them to be right all the same.
      if (again.report.ok && again.reproduced) t.same(again.report.signatures, report.signatures);
    } catch (error) {
      if (!(error instanceof EvidencePackRefused)) throw error;
      refused += 1;
    }
  }
  t.ok(refused > 0, `${refused} of 300 refused`);
});
