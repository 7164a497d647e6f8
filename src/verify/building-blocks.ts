// What each building block of EN 319 102-1 concluded, told from the conclusions of a judgement and its findings.

import type { Finding, SubIndication } from './report.ts';
import { type BlockResult, BUILDING_BLOCKS, type BuildingBlock } from './report-details.ts';
import type { SlidTime } from './slide-validation-time.ts';
import { type Conclusion, worstConclusion } from './verdict.ts';

const BLOCK_OF: Readonly<Record<SubIndication, BuildingBlock>> = {
  FORMAT_FAILURE: 'format-checking',
  NO_SIGNING_CERTIFICATE_FOUND: 'signing-certificate',
  NO_CERTIFICATE_CHAIN_FOUND: 'certificate-path',
  NO_CERTIFICATE_CHAIN_FOUND_NO_POE: 'certificate-path',
  CERTIFICATE_CHAIN_GENERAL_FAILURE: 'certificate-path',
  CHAIN_CONSTRAINTS_FAILURE: 'certificate-path',
  REVOKED: 'certificate-path',
  REVOKED_NO_POE: 'certificate-path',
  REVOKED_CA_NO_POE: 'certificate-path',
  EXPIRED: 'certificate-path',
  OUT_OF_BOUNDS_NO_POE: 'certificate-path',
  OUT_OF_BOUNDS_NOT_REVOKED: 'certificate-path',
  REVOCATION_OUT_OF_BOUNDS_NO_POE: 'certificate-path',
  TRY_LATER: 'certificate-path',
  HASH_FAILURE: 'cryptographic-verification',
  SIG_CRYPTO_FAILURE: 'cryptographic-verification',
  SIGNED_DATA_NOT_FOUND: 'cryptographic-verification',
  SIG_CONSTRAINTS_FAILURE: 'signature-acceptance',
  CRYPTO_CONSTRAINTS_FAILURE: 'signature-acceptance',
  CRYPTO_CONSTRAINTS_FAILURE_NO_POE: 'signature-acceptance',
  NOT_YET_VALID: 'validation-with-time',
  TIMESTAMP_ORDER_FAILURE: 'validation-with-time',
  NO_POE: 'past-signature-validation',
};

const BLOCK_OF_EFFECT: Readonly<Record<Finding['effect'], BuildingBlock>> = {
  structure: 'format-checking',
  change: 'format-checking',
  hash: 'cryptographic-verification',
  value: 'cryptographic-verification',
  constraint: 'signature-acceptance',
  weak: 'signature-acceptance',
  info: 'format-checking',
};

const BASIC: readonly BuildingBlock[] = [
  'format-checking',
  'signing-certificate',
  'validation-context',
  'certificate-path',
  'cryptographic-verification',
  'signature-acceptance',
];

export interface BlocksInput {
  readonly conclusions: readonly Conclusion[];
  readonly findings: readonly Finding[];
  /** Whether there are time-stamps, and one of them proves a time. */
  readonly timestamps: 'none' | 'proving' | 'useless';
  /** Null where nothing had to be slid back. */
  readonly slid: SlidTime | null;
}

/** Every block, in the order of work. */
export function buildingBlocks({
  conclusions,
  findings,
  timestamps,
  slid,
}: BlocksInput): readonly BlockResult[] {
  const concluded = (blocks: readonly BuildingBlock[]): readonly Conclusion[] =>
    conclusions.filter(
      ({ subIndication }) => subIndication !== null && blocks.includes(BLOCK_OF[subIndication]),
    );
  const result = (block: BuildingBlock): Pick<BlockResult, 'indication' | 'subIndication'> => {
    switch (block) {
      case 'basic-validation':
        return resultOf(concluded(BASIC));
      case 'time-stamps':
        return timestampsResult(timestamps);
      case 'past-certificate-validation':
      case 'time-sliding':
        return slid === null ? NOT_NEEDED : slidResult(slid);
      case 'past-signature-validation':
        return slid === null && concluded([block]).length === 0 ? NOT_NEEDED : resultOf(concluded([block]));
      default:
        return resultOf(concluded([block]));
    }
  };
  return (Object.keys(BUILDING_BLOCKS) as BuildingBlock[]).map((block) => ({
    block,
    clause: BUILDING_BLOCKS[block],
    ...result(block),
    findings: findings.filter(({ effect }) => BLOCK_OF_EFFECT[effect] === block),
  }));
}

const NOT_NEEDED = { indication: null, subIndication: null } as const;

function resultOf(conclusions: readonly Conclusion[]): Pick<BlockResult, 'indication' | 'subIndication'> {
  const { indication, subIndication } = worstConclusion(conclusions);
  switch (indication) {
    case 'TOTAL_PASSED':
      return { indication: 'PASSED', subIndication: null };
    case 'TOTAL_FAILED':
      return { indication: 'FAILED', subIndication };
    case 'INDETERMINATE':
      return { indication: 'INDETERMINATE', subIndication };
  }
}

function timestampsResult(
  timestamps: BlocksInput['timestamps'],
): Pick<BlockResult, 'indication' | 'subIndication'> {
  if (timestamps === 'none') return NOT_NEEDED;
  return timestamps === 'proving'
    ? { indication: 'PASSED', subIndication: null }
    : { indication: 'INDETERMINATE', subIndication: 'NO_POE' };
}

function slidResult({ lack }: SlidTime): Pick<BlockResult, 'indication' | 'subIndication'> {
  switch (lack) {
    case null:
      return { indication: 'PASSED', subIndication: null };
    case 'signer-ended':
      return { indication: 'INDETERMINATE', subIndication: 'REVOCATION_OUT_OF_BOUNDS_NO_POE' };
    case 'no-evidence':
      return { indication: 'INDETERMINATE', subIndication: 'TRY_LATER' };
    case 'unproven':
      return { indication: 'INDETERMINATE', subIndication: 'NO_POE' };
  }
}
