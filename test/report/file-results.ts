// Results of every verdict, of hostile names and unmet conditions: what each form of results is made of in tests.

import type { FileResult } from '../../src/report/file-result.ts';
import { VERDICTS } from '../../src/verify/report.ts';
import { madeReport, typicalReport, typicalSignature } from './made-reports.ts';

export const TOOL = { version: '1.2.3', commit: 'abc' };
export const WRITING = { language: 'en', timeZone: 'Asia/Makassar', tool: TOOL } as const;
const HOSTILE = `=cmd|' /C calc'!A0\u0007<script>&"]]>\u202e, 'x`;

function resultOf(report: FileResult['report'], changes: Partial<FileResult> = {}): FileResult {
  return {
    path: 'arsip/surat.pdf',
    requestId: '0123456789abcdef',
    report,
    unmet: [],
    durationMs: 12,
    ...changes,
  };
}

const signature = typicalSignature('VALID');
const hostileSigner =
  signature.signer === null
    ? signature
    : { ...signature, signer: { ...signature.signer, commonName: HOSTILE } };
export const RESULTS: readonly FileResult[] = [
  ...VERDICTS.map((verdict) => resultOf(typicalReport(verdict), { path: `arsip/${verdict}.pdf` })),
  resultOf(madeReport([hostileSigner]), {
    path: `${HOSTILE}.pdf`,
    unmet: ['count>=2', `signer-cn=${HOSTILE}`],
  }),
  resultOf(typicalReport('NO_SIGNATURE'), { unmet: ['ltv'], durationMs: null, path: '/arsip/a b%#?.pdf' }),
];
