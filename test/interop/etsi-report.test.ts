// Reports of ETSI TS 119 102-2 on documents of every verdict; the schema that EU DSS publishes is the judge.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { etsiReport } from '../../src/report/etsi-xml.ts';
import { DEFAULT_POLICY, ETSI_POLICY } from '../../src/verify/policy.ts';
import { SIGNATURE_VERDICTS_WORST_FIRST, type VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { letter } from '../attacks/carrier.ts';
import { now, pki } from '../sign/development-signer.ts';
import { raiseTo, signAt } from '../sign/long-term.ts';
import { corpusFiles, run, toolMissing, toolPath } from '../tools.ts';
import { reportIn, SITUATIONS } from '../verify/situations.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-etsi-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function judge(bytes: Uint8Array, standard = false, at = now): Promise<VerificationReport> {
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList: pki.trustList(nodePlatform.digests),
    policy: standard ? ETSI_POLICY : DEFAULT_POLICY,
    revocation: null,
    now: at,
    signal: AbortSignal.timeout(30_000),
    detail: true,
  });
}

/** What the schema says of each report: `valid`, or the first fault. */
async function schemaOn(reports: readonly string[]): Promise<readonly string[]> {
  const paths = reports.map((text, i) => {
    const path = join(folder, `${i}.xml`);
    writeFileSync(path, text);
    return path;
  });
  const libraries = join(dirname(toolPath('dss') ?? ''), 'lib', '*');
  const program = fileURLToPath(new URL('./dss/ReportSchema.java', import.meta.url));
  const { code, stdout, stderr } = await run('java', ['--class-path', libraries, program], {
    input: paths.map((path) => `${path}\n`).join(''),
  });
  if (code !== 0) throw new Error(`the schema's judge ended with ${code}: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

t.test(
  'every report is one of the schema, and one with a fault is not',
  { skip: toolMissing('dss') },
  async (t) => {
    const unsigned = letter('table');
    const { bytes: plain } = await signAt('B-B', unsigned);
    const { bytes: archived } = await raiseTo('B-LTA', (await signAt('B-T', unsigned)).bytes);
    const changed = Uint8Array.from(archived);
    changed[changed.indexOf(0x2f)] = 0x2e;
    const reports = [
      ...(await Promise.all([plain, archived, changed].map((bytes) => judge(bytes)))),
      await judge(archived, true, now + 15 * 365 * 86_400_000),
    ];
    for (const { path, category } of corpusFiles()) {
      const wanted =
        /^(?:attack-|pades-(?:mixed|policy|indeterminate)|integrity-broken|format-error|ades-ltv)/;
      if (wanted.test(category)) reports.push(await judge(new Uint8Array(readFileSync(path)), true));
    }
    for (const situation of SITUATIONS) reports.push(await reportIn(situation));
    const texts = reports.flatMap((report) => etsiReport(report) ?? []);
    t.ok(texts.length >= 4);
    const [first = ''] = texts;
    const wrong = first.replace('<MainIndication>', '<Verdict/><MainIndication>');
    const unresolved = first.replaceAll('VOReference="C-', 'VOReference="X-');
    const verdicts = await schemaOn([wrong, unresolved, ...texts]);
    t.match(verdicts[0], /Verdict/);
    t.match(verdicts[1], /X-/);
    for (const [i, verdict] of verdicts.slice(2).entries()) t.equal(verdict, 'valid', `report ${i}`);
    const seen = new Set(reports.flatMap(({ signatures }) => signatures.map(({ verdict }) => verdict)));
    t.comment(`${texts.length} reports, verdicts: ${[...seen].join(', ')}`);
    t.same(
      SIGNATURE_VERDICTS_WORST_FIRST.filter((verdict) => !seen.has(verdict)),
      [],
      'every verdict',
    );
  },
);

t.test('what a file says reaches the report as text and never as markup', async (t) => {
  const report = await judge((await signAt('B-B', letter('table'))).bytes);
  const [signature] = report.signatures;
  if (signature?.signer == null) throw new Error('not signed');
  const signer = { ...signature.signer, commonName: '</Signer><MainIndication>\u0000&"' };
  const text = etsiReport({ ...report, signatures: [{ ...signature, signer }] }) ?? '';
  t.equal(text.includes('</Signer><MainIndication>'), false);
  t.match(text, '&lt;/Signer&gt;&lt;MainIndication&gt;');
});

t.test('an unsigned document has no report', async (t) => {
  t.equal(etsiReport(await judge(letter('table'))), null);
});
