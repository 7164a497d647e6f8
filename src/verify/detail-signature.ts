// The details of one judged item, put together only where they were asked for.

import { MalformedAsn1, parseElement } from '../asn1/element.ts';
import { Oid } from '../asn1/oids.ts';
import { hex } from '../asn1/values.ts';
import { attributeValues } from '../cms/attributes.ts';
import type { SignedData } from '../cms/signed-data.ts';
import { digestName, schemeName } from '../pki/algorithm-identifiers.ts';
import type { DigestAlgorithm, SignatureScheme } from '../platform/platform.ts';
import { buildingBlocks } from './building-blocks.ts';
import { describeChain, describeSliding, describeTimestamp } from './describe-chain.ts';
import type { ChainJudgement, JudgingContext } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import type { Finding } from './report.ts';
import type { SignatureDetails, TimestampDetails } from './report-details.ts';
import type { SlidTime } from './slide-validation-time.ts';
import type { Conclusion } from './verdict.ts';

export interface DetailInput {
  readonly conclusion: Conclusion;
  readonly conclusions: readonly Conclusion[];
  readonly findings: readonly Finding[];
  readonly chain: ChainJudgement | null;
  readonly timestamps: readonly (readonly [TimestampDetails['kind'], TimestampJudgement])[];
  readonly slid: SlidTime | null;
  readonly provenSince: number;
  readonly cms: SignedData | null;
  readonly digestAlgorithm: DigestAlgorithm | null;
  readonly scheme: SignatureScheme | null;
}

/** @returns null unless details were asked for; `standard` is what this policy concluded until the other one was asked */
export function detailsOf(input: DetailInput, context: JudgingContext): SignatureDetails | null {
  if (context.detail !== true) return null;
  const { conclusion, conclusions, findings, chain, timestamps, slid, cms, digestAlgorithm, scheme } = input;
  const proving = timestamps.some(([kind, { status }]) => kind !== 'content' && status !== 'rejected');
  const [signerInfo] = cms?.signerInfos ?? [];
  return {
    blocks: buildingBlocks({
      conclusions,
      findings,
      timestamps: timestamps.length === 0 ? 'none' : proving ? 'proving' : 'useless',
      slid,
    }),
    chain: describeChain(chain, context),
    timestamps: timestamps.map(([kind, judgement]) => describeTimestamp(kind, judgement, context)),
    digestAlgorithm: digestAlgorithm === null ? null : digestName(digestAlgorithm),
    signatureAlgorithm: scheme === null ? null : schemeName(scheme),
    signatureValue: signerInfo === undefined ? null : hex(context.digests.of('sha256', signerInfo.signature)),
    signedDigest: messageDigestOf(cms),
    provenSince: input.provenSince,
    sliding: describeSliding(slid, context),
    standard: { indication: conclusion.indication, subIndication: conclusion.subIndication },
  };
}

function messageDigestOf(cms: SignedData | null): string | null {
  const [value] = attributeValues(cms?.signerInfos[0]?.signedAttributes ?? null, Oid.messageDigest);
  if (value === undefined) return null;
  try {
    return hex(parseElement(value.raw, 'messageDigest').content);
  } catch (cause) {
    // Told as a finding by the check of the attributes; here there is just no digest.
    if (cause instanceof MalformedAsn1) return null;
    throw cause;
  }
}
