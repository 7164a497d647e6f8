// Every PDF of the corpus before the verifier: attacks and broken files are never taken for intact, honest ones are.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { type Comparison, readKnownDifferences, settleDifferences } from '../known-differences.ts';
import { type CorpusFile, corpusFiles, corpusMissing } from '../tools.ts';
import { passwordOf } from './passwords.ts';

interface Judged {
  readonly file: CorpusFile;
  readonly report: VerificationReport;
  readonly milliseconds: number;
}

const now = Date.now();
// Nobody is trusted: the corpus' issuers are not ours, and integrity does not depend on them.
const trustList = trustListOf({ anchors: [], intermediates: [], asOf: now, digests: nodePlatform.digests });
const known = readKnownDifferences(new URL('./known-differences.json', import.meta.url));
const skip = corpusMissing();

async function judgeFile(file: CorpusFile): Promise<Judged> {
  const source = bytesSource(new Uint8Array(readFileSync(file.path)));
  const password = passwordOf(file);
  const started = performance.now();
  const report = await verifyDocument(source, {
    platform: nodePlatform,
    trustList,
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(30_000),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  });
  return { file, report, milliseconds: performance.now() - started };
}

const judged: Judged[] = [];
for (const file of corpusFiles()) judged.push(await judgeFile(file));
const inCategories = (...categories: readonly string[]): readonly Judged[] =>
  judged.filter(({ file }) => categories.includes(file.category));

/** Assertions that the content is what was signed; every other one in these categories is that it is not. */
const EXPECTED_INTACT = new Set(['CRYPTO_INTACT', 'MODIFIED_PERMITTED', 'PARTIAL_COVERAGE']);

/** Whether the answer says of the content that it is not, or may not be, what was signed. */
function flagsChange({ verdict, signatures }: VerificationReport): boolean {
  return (
    ['MODIFIED', 'INVALID', 'CHANGED_AFTER_LAST_SIGNATURE', 'UNREADABLE'].includes(verdict) ||
    signatures.some(({ integrity }) => integrity.status !== 'INTACT')
  );
}

/** What the corpus says of a file beside what we say, in one word each. */
function comparisonOf(
  { file, report }: Judged,
  theirs: 'intact' | 'not intact',
  ours: 'intact' | 'not intact',
): Comparison {
  const reason = report.problem === null ? ours : `${ours}: ${report.problem.code}`;
  return { file: file.name, sha256: file.sha256, oracle: 'corpus', theirs, ours: reason };
}

t.test('every file of the corpus gets an answer within two seconds', { skip }, (t) => {
  t.equal(judged.length, 602);
  for (const { file, report, milliseconds } of judged) {
    t.not(report.verdict, 'SERVICE_ERROR', file.name);
    t.ok(milliseconds <= 2000, `${file.name}: ${milliseconds.toFixed(0)} ms`);
    t.equal(report.ok, false, `${file.name}: without an anchor nothing is accepted`);
  }
  t.end();
});

t.test('no published attack is taken for an intact signature', { skip }, (t) => {
  const attacks = judged.filter(({ file }) => file.category.startsWith('attack-'));
  t.equal(attacks.length, 17);
  for (const { file, report } of attacks) t.ok(flagsChange(report), `${file.name}: ${report.verdict}`);
  t.end();
});

t.test('broken, malformed and forbiddenly changed files are not taken for intact', { skip }, (t) => {
  const rejected = [
    ...inCategories('format-error', 'integrity-broken', 'diff-forbidden'),
    ...inCategories('coverage').filter(({ file }) => /^(?:MUST_|CRYPTO_BROKEN)/.test(file.expected)),
  ];
  const compared = rejected.map((one) =>
    comparisonOf(one, 'not intact', flagsChange(one.report) ? 'not intact' : 'intact'),
  );
  // How we refuse is our affair here; that we do is what is compared.
  const simplified = compared.map((one) => ({
    ...one,
    ours: one.ours.startsWith('not intact') ? 'not intact' : 'intact',
  }));
  const listed = known.filter(({ theirs }) => theirs === 'not intact');
  const { unlisted, outlived } = settleDifferences(simplified, listed);
  t.same(unlisted, []);
  t.same(outlived, []);
  t.comment(`${rejected.length} files, ${listed.length} exceptions`);
  t.end();
});

t.test(
  'honestly signed files are intact, and so are those that were changed as is permitted',
  { skip },
  (t) => {
    const honest = [
      ...inCategories('pades-valid', 'diff-permitted'),
      ...inCategories('coverage').filter(({ file }) => !/^(?:MUST_|CRYPTO_BROKEN)/.test(file.expected)),
    ];
    const compared = honest.map((one) =>
      comparisonOf(one, 'intact', isIntact(one.report) ? 'intact' : 'not intact'),
    );
    const listed = known.filter(({ theirs }) => theirs === 'intact');
    const { unlisted, outlived } = settleDifferences(compared, listed);
    t.same(unlisted, []);
    t.same(outlived, []);
    // What is encrypted is listed like every other exception, and left out of the rate: it was not looked into.
    const opened = honest.filter(({ report }) => report.problem?.code !== 'pdf-encrypted');
    const intact = opened.filter(({ report }) => isIntact(report));
    const rate = `${intact.length} of ${opened.length} intact, ${honest.length - opened.length} encrypted`;
    t.ok(intact.length >= opened.length * 0.98, rate);
    t.comment(rate);
    t.end();
  },
);

t.test(
  'what the sources assert of integrity and changes is found in ninety-nine of a hundred',
  { skip },
  (t) => {
    const asserted = inCategories(
      'diff-forbidden',
      'diff-permitted',
      'coverage',
      'integrity-broken',
      'format-error',
    );
    const asExpected = asserted.filter(({ file, report }) =>
      EXPECTED_INTACT.has(file.expected) ? isIntact(report) : flagsChange(report),
    );
    t.equal(asserted.length, 100);
    t.ok(asExpected.length >= 99, `${asExpected.length} of ${asserted.length} as expected`);
    t.comment(`${asExpected.length} of ${asserted.length} as expected`);
    t.end();
  },
);

t.test('no permitted change raises an alarm', { skip }, (t) => {
  for (const { file, report } of inCategories('diff-permitted')) {
    const codes = report.signatures.flatMap(({ findings }) =>
      findings.filter(({ effect }) => effect === 'change' || effect === 'constraint').map(({ code }) => code),
    );
    t.same(codes, [], file.name);
    const later = report.signatures.flatMap(({ integrity }) => integrity.changesAfter);
    t.ok(
      later.every(({ permitted }) => permitted),
      file.name,
    );
  }
  t.end();
});

t.test('a signature that leaves the end of the file to itself says so', { skip }, (t) => {
  for (const { file, report } of inCategories('coverage').filter(
    ({ file }) => file.expected === 'PARTIAL_COVERAGE',
  )) {
    t.same(
      report.signatures.map(({ integrity }) => [integrity.status, integrity.coversWholeFile]),
      [['INTACT', false]],
      file.name,
    );
  }
  t.end();
});

function isIntact({ signatures }: VerificationReport): boolean {
  return signatures.length > 0 && signatures.every(({ integrity }) => integrity.status === 'INTACT');
}

t.test('files without a signature are said to have none', { skip }, (t) => {
  for (const { file, report } of inCategories('unsigned')) {
    if (file.expected === 'UNSIGNED' && report.problem === null) {
      t.equal(report.verdict, 'NO_SIGNATURE', file.name);
    }
  }
  t.end();
});
