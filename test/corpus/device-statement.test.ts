// Documents that stay where they are: what a device states of each is enough for the verdict that the document itself would get.

import { gzipSync } from 'node:zlib';
import t from 'tap';
import { browserPlatform } from '../../src/platform/browser.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DocumentNeeded } from '../../src/verify/device-statement.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { stateDocument } from '../../src/verify/state-document.ts';
import { verifyStatement } from '../../src/verify/verify-statement.ts';
import { judgedCorpus } from '../browser/corpus-trust.ts';
import { corpusMissing } from '../tools.ts';

const skip = corpusMissing();

t.test('a statement gets the report that its document gets', { skip, timeout: 300_000 }, async (t) => {
  const { files, context } = await judgedCorpus(Date.now(), ({ problem }) => problem === null);
  const signed = files.filter(({ report }) => report.signatures.length > 0);
  const needed: string[] = [];
  const sizes: number[] = [];
  for (const { file, bytes, report } of signed) {
    const signal = AbortSignal.timeout(30_000);
    try {
      const statement = await stateDocument(bytesSource(bytes), { platform: browserPlatform, signal });
      const sent = JSON.stringify(statement);
      sizes.push(gzipSync(sent).length);
      const judged = await verifyStatement(JSON.parse(sent), { ...context, platform: nodePlatform, signal });
      t.same(judged, asStated(report), file.name);
    } catch (error) {
      if (!(error instanceof DocumentNeeded)) throw error;
      needed.push(`${file.name}: ${error.reason}`);
    }
  }
  const small = sizes.filter((size) => size <= 100_000).length;
  t.ok(small >= 300, `${small} within 100 kB`);
  t.ok(needed.length <= signed.length * 0.05, needed.join(', '));
  t.comment(
    `${sizes.length} judged by their statement, ${small} of them within 100 kB; ${needed.join(', ')}`,
  );
  for (const { bytes } of files.filter(({ report }) => report.signatures.length === 0).slice(0, 20)) {
    const signal = AbortSignal.timeout(30_000);
    const statement = await stateDocument(bytesSource(bytes), { platform: browserPlatform, signal });
    const judged = await verifyStatement(statement, { ...context, platform: nodePlatform, signal });
    t.equal(judged.verdict, 'NO_SIGNATURE');
  }
});

/** The report of a document as its statement gives it: with the note, without what was written into forms. */
function asStated(report: VerificationReport): VerificationReport {
  const note = { code: 'PARTLY_CHECKED_ON_DEVICE', at: null, name: null, seconds: null } as const;
  return {
    ...report,
    signatures: report.signatures.map((signature) => ({
      ...signature,
      reasons: [...signature.reasons, note],
      integrity: {
        ...signature.integrity,
        changesAfter: signature.integrity.changesAfter.map((change) => ({
          ...change,
          before: null,
          after: null,
        })),
      },
    })),
  };
}
