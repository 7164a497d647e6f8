// Reports as PDF, sealed where there is a key: what draws and what signs, opened once for a run.

import type { CliEnvironment } from '../config.ts';
import { reportPaper } from '../paper/report-paper.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { commonNameOf } from '../pki/name.ts';
import { nodePlatform } from '../platform/node.ts';
import type { SheetContext } from '../report/sheet.ts';
import { type ReportKey, sealReport } from '../seal-report.ts';
import { SignerFailed } from '../sign/errors.ts';
import { openSigner } from '../signers/open-signer.ts';
import type { VerificationReport } from '../verify/report.ts';
import type { ReportPlace } from './report-files.ts';
import { openTrustTools } from './signing-tools.ts';
import type { VerifyRun } from './verify-context.ts';

export interface SealedPapers {
  /** @throws SignerFailed, TrustServiceFailed, SigningFailed, SigningRefused where it cannot be sealed */
  make(report: VerificationReport, context: SheetContext): Promise<Uint8Array>;
  close(): Promise<void>;
}

const SEALING_MS = 60_000;

/** @throws SignerFailed */
export async function openSealedPapers(
  { sealUri, tsaUrls, trust }: ReportPlace,
  { context, shown }: VerifyRun,
  { production }: Pick<CliEnvironment, 'production'>,
): Promise<SealedPapers> {
  const { digests } = nodePlatform;
  if (sealUri === null)
    return {
      make: (report, sheet) => reportPaper(report, sheet, digests),
      close: async () => undefined,
    };
  const backend = await openSigner(sealUri, { production, platform: nodePlatform });
  const key = keyOf(await backend.signerFor(null));
  const sealedBy = commonNameOf(key.certificate.subject) ?? '';
  const { timestamps, close } = openTrustTools({ trust, tsaUrls }, { production });
  return {
    make: async (report, sheet) => {
      const drawn = await reportPaper(report, { ...sheet, sealedBy }, digests);
      return sealReport(drawn, timestamps === null ? 'B-B' : 'B-T', key, {
        platform: nodePlatform,
        timestamps,
        revocation: null,
        now: Date.now(),
        timeZone: shown.timeZone,
        signal: AbortSignal.timeout(SEALING_MS),
        verification: { trustList: context.trustList, policy: context.policy },
        developmentKeys: production ? 'refuse' : 'allow',
      });
    },
    close: async () => {
      close();
      await backend.close();
    },
  };
}

function keyOf(signer: ReportKey['signer']): ReportKey {
  const [der] = signer.chain;
  if (der === undefined) throw new SignerFailed('signer-unavailable');
  return { signer, certificate: parseCertificate(der) };
}
