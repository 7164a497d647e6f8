// A service that says of each file the verdict that the file names: so every state of the page can be looked at.

import type { SignatureReport, Verdict, VerificationReport } from '../../src/index.ts';
import { DEFAULT_SETTINGS, type StandIn, standInApp } from '../http/stand-in.ts';
import { madeReport, madeSignature, typicalReport, typicalSignature } from '../report/made-reports.ts';

/** A state of the page: a verdict, or one of the texts that a verdict has beside its usual one. */
export type StatedVerdict = Verdict | 'VALID_SEVERAL' | 'MANY_SIGNERS';

const MARK = 'verdict:';

/** A file of which the service says this verdict. */
export function fileThatIs(verdict: StatedVerdict): Buffer {
  return Buffer.from(`%PDF-1.7\n% ${MARK}${verdict}\n`);
}

export function statedReport(verdict: StatedVerdict): VerificationReport {
  if (verdict === 'VALID_SEVERAL') return madeReport([typicalSignature('VALID'), typicalSignature('VALID')]);
  return verdict === 'MANY_SIGNERS' ? madeReport(OFFICIALS.map(signatureOf)) : typicalReport(verdict);
}

// As long as names with titles are in Indonesian offices, and as many as sign a budget paper.
const OFFICIALS = [
  'Drs. H. Andi Muhammad Contoh Pattiroi, S.H., M.Si.',
  'Prof. Dr. Ir. Hj. Sitti Rahmawati Contoh, M.Sc., Ph.D.',
  'Letkol Inf. (Purn.) Yohanes Contoh Tandilangi, S.I.P., M.Han.',
  'dr. I Gusti Ayu Contoh Paramita, Sp.PD., FINASIM',
  'Ir. Abdul Contoh Rahman Daeng Sitaba, S.T., M.T., IPM.',
];

function signatureOf(commonName: string, index: number): SignatureReport {
  const signature = madeSignature({ signer: { commonName }, fieldName: `ttd_${index + 1}`, page: 1 });
  return { ...signature, rect: [36, 700 - 80 * index, 216, 760 - 80 * index] };
}

export interface StatedService {
  readonly url: string;
  readonly app: StandIn;
  close(): Promise<void>;
}

/** Listens on loopback. @param reportOf - by default what the file names */
export async function startStatedService(
  reportOf: (file: Uint8Array) => VerificationReport = reportNamedIn,
): Promise<StatedService> {
  const app = await standInApp({
    verify: async (file) => reportOf(file),
    // Several browsers' worth of requests from one address.
    settings: { ...DEFAULT_SETTINGS, verifyDeadlineMs: 60_000 },
  });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return { url, app, close: () => app.server.close() };
}

function reportNamedIn(file: Uint8Array): VerificationReport {
  const named = new RegExp(`${MARK}(\\w+)`).exec(Buffer.from(file).toString('latin1'))?.[1];
  return statedReport((named ?? 'UNREADABLE') as StatedVerdict);
}
