// Sealed verification reports are PDF/A-2a and verify everywhere, whatever they say.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { reportPaper } from '../../src/paper/report-paper.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { sheetOf } from '../../src/report/sheet.ts';
import { type ReportWiring, reportOnPaper } from '../../src/report-services.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { VERDICTS, type VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { seal } from '../audit/audit-in-folder.ts';
import { HOSTILE_NAMES } from '../report/hostile-names.ts';
import { madeReport, madeSignature, typicalReport } from '../report/made-reports.ts';
import { developmentRevocation, developmentTimestamps, now, pki } from '../sign/development-signer.ts';
import { run, toolMissing, toolPath } from '../tools.ts';
import { checkByQpdf, judgeByPdfsig, judgeByPyhanko } from './oracles.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-report-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const ORDER = { requestId: '0198f3f2-7a01-7c22-9a53-1f1d2a8b77aa', fileName: 'Surat undangan.pdf' };

const SHEET = {
  timeZone: 'Asia/Makassar',
  tool: { version: '0.1.0', commit: 'abc1234' },
  sealedBy: 'Segel Layanan Contoh (UJI COBA)',
  development: true,
  agency: { id: 'Pemerintah Kabupaten Contoh', en: 'Government of Contoh Regency' },
};

const verification = {
  platform: nodePlatform,
  trustList: pki.trustList(nodePlatform.digests),
  policy: DEFAULT_POLICY,
  revocation: developmentRevocation(),
  now,
  signal: AbortSignal.timeout(600_000),
};

const hostile = HOSTILE_NAMES.slice(0, 60).map((commonName) => madeSignature({ signer: { commonName } }));

const REPORTS: readonly (readonly [name: string, report: VerificationReport])[] = [
  ...VERDICTS.map((verdict) => [verdict, typicalReport(verdict)] as const),
  ['hostile names', madeReport(hostile, { verdict: 'VALID' })],
];

const wiring: ReportWiring = {
  config: {
    production: false,
    timeZone: 'Asia/Makassar',
    commit: 'abc1234',
    signDeadlineMs: 30_000,
    defaultLevel: 'B-T',
    revocationFreshness: 'current',
  },
  version: '0.1.0',
  clock: () => now,
  trustList: () => pki.trustList(nodePlatform.digests),
  policy: DEFAULT_POLICY,
  documents: { paper: (report, sheet) => reportPaper(report, sheet, nodePlatform.digests) },
  key: seal,
  agency: SHEET.agency,
  timestamps: developmentTimestamps(),
  revocation: developmentRevocation(),
};

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${name}.pdf`);
  writeFileSync(path, bytes);
  return path;
}

async function archivalVerdicts(paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('java', ['-jar', toolPath('verapdf') ?? '', ...paths]);
  const lines = stdout.trimEnd().split('\n').slice(-paths.length);
  return lines.map((line) => line.trim());
}

const missing = toolMissing('verapdf') || toolMissing('pdfsig') || toolMissing('qpdf');

t.test(
  'sealed reports of every verdict in both languages are PDF/A-2a with a good seal',
  { skip: missing },
  async (t) => {
    const paths: string[] = [];
    for (const [name, report] of REPORTS) {
      for (const language of ['id', 'en'] as const) {
        const order = { ...ORDER, language, signal: AbortSignal.timeout(60_000) };
        const { file, sealed } = await reportOnPaper(report, order, wiring);
        t.ok(sealed);
        paths.push(await write(`${name} ${language}`, file));
      }
    }
    t.equal(paths.length, 2 * 18 + 2);
    t.same(
      await archivalVerdicts(paths),
      paths.map(() => '2a true'),
    );
    for (const path of paths) {
      t.equal(await checkByQpdf(path), 0, path);
      const [seal, ...others] = await judgeByPdfsig(path);
      t.match(seal, { validation: 'Signature is Valid.', coversWholeFile: true, field: 'segel_laporan' });
      t.same(others, []);
      const own = await verifyDocument(bytesSource(new Uint8Array(readFileSync(path))), verification);
      t.match(own, {
        verdict: 'VALID',
        signatures: [{ kind: 'seal', rules: { certification: 'no-changes' } }],
      });
    }
  },
);

t.test(
  'whatever level is configured, veraPDF, pyHanko and we accept it',
  { skip: missing || toolMissing('pyhanko') },
  async (t) => {
    const report = typicalReport('MIXED');
    const paths: string[] = [];
    for (const defaultLevel of ['B-T', 'B-LT', 'B-LTA'] as const) {
      const order = { ...ORDER, language: 'id' as const, signal: AbortSignal.timeout(60_000) };
      const { file } = await reportOnPaper(report, order, {
        ...wiring,
        config: { ...wiring.config, defaultLevel },
      });
      paths.push(await write(defaultLevel, file));
      const own = await verifyDocument(bytesSource(file), verification);
      t.equal(own.verdict, 'VALID');
      t.equal(own.signatures[0]?.level, `PAdES-${defaultLevel}`);
    }
    const order = { ...ORDER, language: 'id' as const, signal: AbortSignal.timeout(60_000) };
    const plain = await reportOnPaper(report, order, { ...wiring, timestamps: null });
    paths.push(await write('B-B', plain.file));
    t.equal((await verifyDocument(bytesSource(plain.file), verification)).signatures[0]?.level, 'PAdES-B-B');
    t.same(
      await archivalVerdicts(paths),
      paths.map(() => '2a true'),
    );
    const root = join(folder, 'root.der');
    writeFileSync(root, pki.root.certificate);
    const judged = await judgeByPyhanko(paths, { trust: [root] });
    for (const path of paths) {
      const [seal] = judged.get(path)?.signatures ?? [];
      t.match(
        seal,
        { intact: true, valid: true, trusted: true, docmdpOk: true, certification: 'NO_CHANGES' },
        path,
      );
    }
  },
);

t.test(
  'the first page is kept as a picture for people to look at, and its words can be searched',
  { skip: missing },
  async (t) => {
    const pictures = process.env.CI_ARTEFACTS || folder;
    mkdirSync(pictures, { recursive: true });
    for (const language of ['id', 'en'] as const) {
      const order = { ...ORDER, language, signal: AbortSignal.timeout(60_000) };
      const { file } = await reportOnPaper(typicalReport('MIXED'), order, wiring);
      const path = await write(`gambar ${language}`, file);
      const { stdout } = await run('pdftotext', ['-l', '1', path, '-']);
      const said = stdout.replace(/\s+/g, ' ');
      const sheet = sheetOf(typicalReport('MIXED'), { ...ORDER, ...SHEET, language });
      for (const words of [
        sheet.title,
        sheet.verdict.title,
        sheet.action,
        ...sheet.answers.map(({ text }) => text),
      ])
        t.ok(said.includes(words), words);
      const out = join(pictures, `laporan-${language}`);
      const { code } = await run('pdftoppm', ['-r', '90', '-png', '-singlefile', path, out]);
      t.equal(code, 0);
    }
  },
);
