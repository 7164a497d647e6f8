// Until when what proves a good signature now will still prove it: the table of algorithms states ends, certificates have one.

import type { SignerCheck } from '../cms/check-signer.ts';
import { type AlgorithmJudgement, checkDigest, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { type ChainJudgement, type JudgingContext, judgeLink } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import type { Forecast } from './report.ts';

export interface ForecastInput {
  readonly check: SignerCheck | null;
  readonly certificate: Certificate | null;
  readonly chain: ChainJudgement | null;
  /** Its own and the later ones that cover it, the last one last. */
  readonly timestamps: readonly TimestampJudgement[];
  /** Whether the last of them covers the evidence too. */
  readonly archived: boolean;
}

/** The first end ahead that nothing later protects; null where none is in sight. */
export function forecastOf(input: ForecastInput, context: JudgingContext): Forecast | null {
  const last = input.timestamps.findLast(({ status }) => status === 'accepted') ?? null;
  const ends = [
    ...(last === null ? endsOfSignature(input, context) : endsOfTimestamp(last, context)),
    ...(last === null || input.archived ? [] : endsOfChain(input.chain, context)),
  ];
  return ends.toSorted((a, b) => a.belowPolicyFrom - b.belowPolicyFrom)[0] ?? null;
}

function endsOfSignature({ check, certificate, chain }: ForecastInput, context: JudgingContext): Forecast[] {
  if (check === null || certificate === null) return [];
  const { now, policy } = context;
  const judgements = [
    check.digestAlgorithm === null
      ? null
      : checkDigest(check.digestAlgorithm, now, { policy: policy.algorithms }),
    check.scheme === null ? null : checkScheme(check.scheme, certificate.publicKey, now, policy.algorithms),
  ];
  const ended = { belowPolicyFrom: certificate.notAfter, cause: 'certificate', name: null } as const;
  return [
    ...judgements.flatMap(endOfAlgorithm),
    ...endsOfChain(chain, context),
    ...(now <= certificate.notAfter ? [{ ...ended, action: 'add-timestamp' } as const] : []),
  ];
}

function endsOfTimestamp({ check, chain }: TimestampJudgement, context: JudgingContext): Forecast[] {
  const certificate = check?.certificate ?? null;
  if (check === null || certificate === null) return [];
  const { now, policy } = context;
  const { digestAlgorithm, scheme } = check.signer;
  const judgements = [
    digestAlgorithm === null ? null : checkDigest(digestAlgorithm, now, { policy: policy.algorithms }),
    scheme === null ? null : checkScheme(scheme, certificate.publicKey, now, policy.algorithms),
  ];
  const over = { belowPolicyFrom: certificate.notAfter, cause: 'timestamp-authority', name: null } as const;
  return [
    ...judgements.flatMap(endOfAlgorithm),
    ...endsOfChain(chain, context),
    ...(now <= certificate.notAfter ? [{ ...over, action: 'add-document-timestamp' } as const] : []),
  ];
}

function endsOfChain(chain: ChainJudgement | null, context: JudgingContext): Forecast[] {
  return (chain?.revocations ?? []).flatMap(({ certificate, issuer }) =>
    endOfAlgorithm(judgeLink(certificate, issuer, context.now, context)),
  );
}

function endOfAlgorithm(judgement: AlgorithmJudgement | null): Forecast[] {
  if (judgement?.verdict !== 'forecast') return [];
  const { from: belowPolicyFrom, name } = judgement;
  return [{ belowPolicyFrom, cause: 'algorithm', name, action: 'add-document-timestamp' }];
}
