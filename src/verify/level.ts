// The baseline level of a signature: a fact of structure beside the verdict (EN 319 142-1, clause 6).

import { Oid } from '../asn1/oids.ts';
import type { Instant } from '../asn1/values.ts';
import { attributeValues } from '../cms/attributes.ts';
import type { SignerCheck } from '../cms/check-signer.ts';
import type { AnchorPurpose } from '../pki/trust-list.ts';
import type { EvidencePool } from './evidence.ts';
import { type ChainJudgement, type JudgingContext, judgeChain } from './judge-chain.ts';
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
  const step = stepOf(chain, surroundings, context);
  // A signature with the signing-certificate attribute is CAdES whatever its SubFilter says; the SubFilter decides the family.
  if (signature.kind === 'pkcs7') return { level: `PKCS7-${step}`, deviations };
  if (deviations.length > 0) return { level: 'PAdES-BES', deviations };
  return { level: `PAdES-B-${step}`, deviations };
}

function stepOf(
  chain: ChainJudgement | null,
  surroundings: SignatureSurroundings,
  context: JudgingContext,
): 'B' | 'T' | 'LT' | 'LTA' {
  if (!isTimestamped(surroundings)) return 'B';
  const chains = chainsToProve(chain, surroundings);
  const { archivedRevision } = surroundings;
  if (chains === null || !isProvenBy(context.pool.embeddedUpTo(Number.MAX_SAFE_INTEGER), chains, context))
    return 'T';
  const archived =
    archivedRevision !== null && isProvenBy(context.pool.embeddedUpTo(archivedRevision), chains, context);
  return archived ? 'LTA' : 'LT';
}

function isTimestamped({ timestamps }: SignatureSurroundings): boolean {
  return timestamps.some(({ imprintDiffers, genTime }) => !imprintDiffers && !Number.isNaN(genTime));
}

interface ChainToProve {
  readonly chain: ChainJudgement;
  readonly purpose: AnchorPurpose;
  readonly time: Instant;
}

/**
 * The signer's chain, and that of the time-stamp by which its time is proven. Later time-stamps prove other things: the
 * evidence for the last one cannot stand in a store that it covers.
 */
function chainsToProve(
  chain: ChainJudgement | null,
  { timestamps }: SignatureSurroundings,
): readonly ChainToProve[] | null {
  const [proof] = timestamps
    .filter(({ status }) => status !== 'rejected')
    .toSorted((a, b) => a.genTime - b.genTime);
  if (proof === undefined || chain === null || proof.chain === null) return null;
  const { genTime: time } = proof;
  return [
    { chain, purpose: 'signature', time },
    { chain: proof.chain, purpose: 'timestamp', time },
  ];
}

/** Every certificate below the anchor, and revocation data bound to it, is among the evidence. */
function isProvenBy(pool: EvidencePool, chains: readonly ChainToProve[], context: JudgingContext): boolean {
  return chains.every(({ chain, purpose, time }) => {
    if (standsIn(pool, chain)) return true;
    const [leaf] = chain.certificates;
    // The newest item decides a verdict; one that came later does not make the evidence from before incomplete.
    return (
      leaf !== undefined &&
      chain.anchor !== null &&
      standsIn(pool, judgeChain(leaf, purpose, time, { ...context, pool }))
    );
  });
}

function standsIn(pool: EvidencePool, { anchor, revocations }: ChainJudgement): boolean {
  return (
    anchor !== null &&
    revocations.every(
      ({ certificate, outcome }) =>
        pool.embeds(certificate.der) && outcome.item !== null && pool.embeds(outcome.item),
    )
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
