// Verification reports are PDF/A-2a, whatever they say; veraPDF and qpdf are the judges.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { reportPaper } from '../../src/paper/report-paper.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { SheetContext } from '../../src/report/sheet.ts';
import { VERDICTS, type VerificationReport } from '../../src/verify/report.ts';
import { HOSTILE_NAMES } from '../report/hostile-names.ts';
import { madeReport, madeSignature, typicalReport } from '../report/made-reports.ts';
import { run, toolMissing, toolPath } from '../tools.ts';
import { checkByQpdf } from './oracles.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-report-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const context: Omit<SheetContext, 'language'> = {
  timeZone: 'Asia/Makassar',
  requestId: '0198f3f2-7a01-7c22-9a53-1f1d2a8b77aa',
  fileName: 'Surat undangan.pdf',
  tool: { version: '0.1.0', commit: 'abc1234' },
  sealedBy: 'Segel Layanan Contoh',
  development: false,
};

const hostile = HOSTILE_NAMES.slice(0, 60).map((commonName) => madeSignature({ signer: { commonName } }));

const REPORTS: readonly (readonly [name: string, report: VerificationReport])[] = [
  ...VERDICTS.map((verdict) => [verdict, typicalReport(verdict)] as const),
  ['hostile names', madeReport(hostile, { verdict: 'VALID' })],
];

t.test(
  'reports of every verdict in both languages are PDF/A-2a',
  { skip: toolMissing('verapdf') },
  async (t) => {
    const drawn: { readonly name: string; readonly path: string }[] = [];
    for (const [name, report] of REPORTS) {
      for (const language of ['id', 'en'] as const) {
        const path = join(folder, `${drawn.length}.pdf`);
        writeFileSync(path, await reportPaper(report, { ...context, language }, nodePlatform.digests));
        drawn.push({ name: `${name} ${language}`, path });
      }
    }
    t.equal(drawn.length, 2 * 18 + 2);
    const paths = drawn.map(({ path }) => path);
    const { stdout, stderr } = await run('java', ['-jar', toolPath('verapdf') ?? '', ...paths]);
    const verdicts = stdout.trimEnd().split('\n').slice(-paths.length);
    for (const [at, { name, path }] of drawn.entries()) {
      t.equal(verdicts[at]?.trim(), '2a true', `${name}: ${stderr.slice(0, 200)}`);
      t.equal(await checkByQpdf(path), 0, name);
    }
  },
);
