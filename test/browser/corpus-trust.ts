// A trust list for the corpus: whatever root its documents bring along is trusted, so that chains, time-stamps and revocation are
// judged too and not only integrity. No statement about these issuers.

import { readFileSync } from 'node:fs';
import { nameText } from '../../src/pki/name.ts';
import { type TrustAnchor, type TrustList, trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { examineDocument, type VerifyContext } from '../../src/verify/verify-document.ts';
import { type CorpusFile, corpusFiles } from '../tools.ts';

export interface JudgedFile {
  readonly file: CorpusFile;
  readonly bytes: Uint8Array;
  readonly report: VerificationReport;
}

export interface JudgedCorpus {
  readonly trustList: TrustList;
  readonly context: Omit<VerifyContext, 'platform' | 'signal'>;
  /** Judged by Node's platform, as the service does it; nobody was asked. */
  readonly files: readonly JudgedFile[];
}

/** Judges every file that `wanted` says, in the order of the corpus. */
export async function judgedCorpus(
  now: number,
  wanted: (report: VerificationReport) => boolean,
): Promise<JudgedCorpus> {
  const anchors = new Map<string, TrustAnchor>();
  const found: { file: CorpusFile; bytes: Uint8Array }[] = [];
  const nobody = contextOf(trustOf([], now), now);
  for (const file of corpusFiles()) {
    const bytes = new Uint8Array(readFileSync(file.path));
    const { report, examined } = await examineDocument(bytesSource(bytes), withNode(nobody));
    if (!wanted(report)) continue;
    found.push({ file, bytes });
    for (const certificate of examined?.gathered.judging.pool.certificates ?? []) {
      if (nameText(certificate.subject) !== nameText(certificate.issuer)) continue;
      const key = Buffer.from(certificate.der).toString('base64');
      anchors.set(key, {
        certificate,
        role: 'active',
        purposes: ['signature', 'seal', 'timestamp'],
        psreInduk: false,
      });
    }
  }
  const trustList = trustOf([...anchors.values()], now);
  const context = contextOf(trustList, now);
  const files: JudgedFile[] = [];
  for (const { file, bytes } of found) {
    const { report } = await examineDocument(bytesSource(bytes), withNode(context));
    files.push({ file, bytes, report });
  }
  return { trustList, context, files };
}

function trustOf(anchors: readonly TrustAnchor[], now: number): TrustList {
  const asOf = now - 3 * 86_400_000;
  return trustListOf({ anchors, intermediates: [], asOf, version: 'korpus', digests: nodePlatform.digests });
}

function contextOf(trustList: TrustList, now: number): JudgedCorpus['context'] {
  return { trustList, policy: DEFAULT_POLICY, revocation: null, now };
}

function withNode(context: JudgedCorpus['context']): VerifyContext {
  return { ...context, platform: nodePlatform, signal: AbortSignal.timeout(30_000) };
}
