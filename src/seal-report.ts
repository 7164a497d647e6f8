// A verification report sealed with a key of whoever reports, and accepted by the verifier before it is handed out.

import {
  bytesSource,
  type Certificate,
  type Level,
  type SignAndVerifyContext,
  type Signer,
  type SignRequest,
  signAndVerify,
  signedBytes,
} from './index.ts';

/** A key that nobody has to activate. */
export interface ReportKey {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** Nothing may be added to it any more, which every reader shows (ISO 32000-2, 12.8.2.2). */
const REQUEST: Omit<SignRequest, 'level'> = {
  fieldName: null,
  newFieldName: 'segel_laporan',
  placement: null,
  appearance: null,
  reason: null,
  location: null,
  contactInfo: null,
  algorithm: null,
  certification: 'no-changes',
};

export type SealReportContext = Omit<SignAndVerifyContext, 'signer' | 'activation' | 'earlierBroken'>;

/** @param drawn - without a signature @throws as `signAndVerify` */
export async function sealReport(
  drawn: Uint8Array,
  level: Level,
  { signer }: ReportKey,
  context: SealReportContext,
): Promise<Uint8Array> {
  const { signed } = await signAndVerify(
    bytesSource(drawn),
    { ...REQUEST, level },
    { ...context, signer, activation: { kind: 'none' }, earlierBroken: 'refuse' },
  );
  return signedBytes(signed);
}
