// The baseline level of a signature: a fact of structure beside the verdict (EN 319 142-1, clause 6).

import { Oid } from '../asn1/oids.ts';
import { attributeValues } from '../cms/attributes.ts';
import type { SignerCheck } from '../cms/check-signer.ts';
import type { ChainJudgement, JudgingContext } from './judge-chain.ts';
import type { SignatureSurroundings } from './judge-signature.ts';
import type { ReadSignature } from './read-signature.ts';
import type { SignatureLevel } from './report.ts';

export interface LevelFacts {
  readonly level: SignatureLevel;
  /** Every requirement of B-B that is not met, as a stable word. */
  readonly deviations: readonly string[];
}

/** Reads the ladder upwards: the highest level of which every requirement is met. */
export function signatureLevel(
  signature: ReadSignature,
  check: SignerCheck | null,
  surroundings: SignatureSurroundings,
  chain: ChainJudgement | null,
  context: JudgingContext,
): LevelFacts {
  const deviations = baselineDeviations(signature, check);
  if (signature.kind !== 'cades' && signature.kind !== 'pkcs7') return { level: 'PDF-NOT-ETSI', deviations };
  const steps = {
    timestamped: isTimestamped(surroundings),
    longTerm: isLongTerm(chain, surroundings, context),
  };
  const step = !steps.timestamped ? 'B' : !steps.longTerm ? 'T' : surroundings.archived ? 'LTA' : 'LT';
  // A signature with the signing-certificate attribute is CAdES whatever its SubFilter says; the SubFilter decides the family.
  if (signature.kind === 'pkcs7') return { level: `PKCS7-${step}`, deviations };
  if (deviations.length > 0) return { level: 'PAdES-BES', deviations };
  return { level: `PAdES-B-${step}`, deviations };
}

function isTimestamped({ timestamps }: SignatureSurroundings): boolean {
  return timestamps.some(({ imprintDiffers, genTime }) => !imprintDiffers && !Number.isNaN(genTime));
}

/** Revocation data for every certificate of the signer's and the time-stamp's chain stands in the file. */
function isLongTerm(
  chain: ChainJudgement | null,
  { timestamps }: SignatureSurroundings,
  context: JudgingContext,
): boolean {
  const chains = [
    chain,
    ...timestamps.filter(({ status }) => status !== 'rejected').map((stamp) => stamp.chain),
  ];
  return chains.every(
    (each) =>
      each?.anchor != null &&
      each.revocations.every(
        ({ outcome }) => outcome.item !== null && context.pool.originOf(outcome.item) === 'embedded',
      ),
  );
}

function baselineDeviations(signature: ReadSignature, check: SignerCheck | null): readonly string[] {
  const entries = signature.value.dictionary?.entries;
  const [signerInfo] = signature.cms?.signerInfos ?? [];
  const has = (oid: string): boolean => attributeValues(signerInfo?.signedAttributes ?? null, oid).length > 0;
  const unsigned = (oid: string): boolean =>
    attributeValues(signerInfo?.unsignedAttributes ?? null, oid).length > 0;
  const rules: readonly (readonly [code: string, deviates: boolean])[] = [
    ['signing-certificate-missing', check?.hasSigningCertificateAttribute !== true],
    ['signing-time-present', has(Oid.signingTime)],
    ['claimed-time-missing', entries?.has('M') !== true],
    ['cert-key-present', entries?.has('Cert') === true],
    ['revocation-attribute-present', has(Oid.adbeRevocationInfoArchival)],
    ['econtent-present', signature.cms?.eContent != null],
    [
      'reason-with-commitment',
      entries?.has('Reason') === true && (has(Oid.commitmentTypeIndication) || has(Oid.signaturePolicy)),
    ],
    ['cades-archive-attribute', CADES_ONLY.some(unsigned)],
  ];
  return rules.filter(([, deviates]) => deviates).map(([code]) => code);
}

// certificate-values, revocation-values, their references and archive-time-stamps have no place in PAdES (6.3).
const CADES_ONLY = [
  '1.2.840.113549.1.9.16.2.21',
  '1.2.840.113549.1.9.16.2.22',
  '1.2.840.113549.1.9.16.2.23',
  '1.2.840.113549.1.9.16.2.24',
  '1.2.840.113549.1.9.16.2.27',
  '1.2.840.113549.1.9.16.2.48',
  '0.4.0.1733.2.4',
];
