// Preflight as every face offers it: can this document be signed like this, by this key, now? Nothing is changed, no key is used.

import { findFormSignatures } from './pdf/signatures.ts';
import type { Source } from './platform/platform.ts';
import { Blockers } from './sign/forecast-findings.ts';
import { type ForecastContext, forecastSignature, type SigningForecast } from './sign/forecast-signature.ts';
import { openForSigning } from './sign/prepared-signature.ts';
import type { SignRequest } from './sign/sign-request.ts';
import { type CheckContext, verifyBefore } from './sign-and-verify.ts';
import type { SignatureReport } from './verify/report.ts';
import { verifyDocument } from './verify/verify-document.ts';

export type PreflightContext = Omit<ForecastContext, 'trustList'> & Omit<CheckContext, 'materialise'>;

/** A signature that the document carries already. */
export type EarlierSignature = Pick<SignatureReport, 'fieldName' | 'kind' | 'verdict' | 'level'>;

export interface Preflight extends SigningForecast {
  /** Whether it can be signed as asked. */
  readonly ok: boolean;
  readonly signatures: readonly EarlierSignature[];
}

/** @throws TrustServiceFailed `deadline-exceeded` */
export async function preflight(
  source: Source,
  request: SignRequest,
  context: PreflightContext,
): Promise<Preflight> {
  const { trustList } = context.verification;
  const forecast = await forecastSignature(source, request, { ...context, trustList });
  const blockers = new Blockers(context.signal);
  for (const blocker of forecast.blockers) blockers.add(blocker);
  if (forecast.file !== null)
    await blockers.attempt(() => verifyBefore(source, context.signer ?? { chain: [] }, context));
  const ok = blockers.all.length === 0;
  return {
    ...forecast,
    level: { ...forecast.level, highest: ok ? forecast.level.highest : highestBelow(forecast, blockers) },
    ok,
    blockers: blockers.all,
    signatures: forecast.file === null ? [] : await earlierSignatures(source, context),
  };
}

/** What earlier signatures forbid forbids every level; services that fail forbid only those that need them. */
function highestBelow(
  { level, blockers: before }: SigningForecast,
  { all }: Blockers,
): SigningForecast['level']['highest'] {
  return all.length > before.length ? null : level.highest;
}

/** Judged with what the document holds; with a probe also with what the services answer. */
async function earlierSignatures(
  source: Source,
  context: PreflightContext,
): Promise<readonly EarlierSignature[]> {
  if (findFormSignatures(openForSigning(source, context)).length === 0) return [];
  const { platform, now, signal, verification, revocation, probe, password } = context;
  const report = await verifyDocument(source, {
    ...verification,
    platform,
    now,
    signal,
    revocation: probe === 'services' ? revocation : null,
    ...(password === undefined ? {} : { password }),
  });
  return report.signatures.map(({ fieldName, kind, verdict, level }) => ({
    fieldName,
    kind,
    verdict,
    level,
  }));
}
