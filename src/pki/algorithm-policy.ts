// Which algorithms still prove something, and until when: one dated table (ETSI TS 119 312, stricter where it says so).

import type { Instant } from '../asn1/values.ts';
import type { DigestAlgorithm, SignatureScheme } from '../platform/platform.ts';
import { digestName, schemeName } from './algorithm-identifiers.ts';
import type { PublicKeyFacts } from './certificate.ts';

/** `never`: at no time; an instant: until then; null: no end in sight. */
export type Acceptance = 'never' | Instant | null;

/** The table; an operator may install a newer one. */
export interface AlgorithmPolicy {
  /** An end after this is a forecast: it warns, and refuses only once a table that was issued later stands here. */
  readonly issued: Instant;
  readonly digests: Readonly<Record<DigestAlgorithm, Acceptance>>;
  readonly rsaPkcs1: Acceptance;
  /** RSA-PSS by size of the modulus in bits, in ascending order; the last row that a key reaches counts. */
  readonly rsaPss: readonly { readonly fromBits: number; readonly acceptance: Acceptance }[];
  readonly minimumRsaBits: number;
  readonly ecdsa: Acceptance;
  readonly minimumCurveBits: number;
  readonly edwards: Acceptance;
  readonly mlDsa: Acceptance;
  readonly dsa: Acceptance;
}

// ETSI TS 119 312 v1.5.1 recommends these until the end of 2028.
const END_OF_2028 = Date.UTC(2029, 0, 1);

/** Issued 2024-10-13. SHA-1 and RSA below 2048 bits have past dates in TS 119 312; here they prove nothing at any time. */
export const ALGORITHM_POLICY: AlgorithmPolicy = Object.freeze<AlgorithmPolicy>({
  issued: Date.UTC(2024, 9, 13),
  digests: {
    md5: 'never',
    ripemd160: 'never',
    sha1: 'never',
    sha224: END_OF_2028,
    sha256: null,
    sha384: null,
    sha512: null,
    'sha3-256': null,
    'sha3-384': null,
    'sha3-512': null,
    shake256: null,
  },
  rsaPkcs1: END_OF_2028,
  rsaPss: [
    { fromBits: 0, acceptance: END_OF_2028 },
    { fromBits: 3000, acceptance: null },
  ],
  minimumRsaBits: 2048,
  ecdsa: null,
  minimumCurveBits: 256,
  edwards: null,
  mlDsa: null,
  dsa: 'never',
});

export type AlgorithmJudgement =
  | { readonly verdict: 'acceptable' }
  /** `never`: not even with earlier proof; `since`: the date after which proof must be earlier. */
  | {
      readonly verdict: 'weak';
      readonly name: string;
      readonly never: boolean;
      readonly since: Instant | null;
    }
  | { readonly verdict: 'forecast'; readonly from: Instant; readonly name: string };

const ACCEPTABLE: AlgorithmJudgement = Object.freeze({ verdict: 'acceptable' });

/**
 * Judges a digest at the time that is proven for its use.
 * @param options.identifier - it only points at something (OCSP CertID, VRI key, ESSCertID), so that collisions do not matter
 */
export function checkDigest(
  digest: DigestAlgorithm,
  time: Instant,
  options: { readonly identifier?: boolean; readonly policy?: AlgorithmPolicy } = {},
): AlgorithmJudgement {
  if (options.identifier === true) return ACCEPTABLE;
  const policy = options.policy ?? ALGORITHM_POLICY;
  return judge(policy.digests[digest], digestName(digest), time, policy);
}

/** Judges a signature scheme with the key that was used, its digest included; the worst of its parts counts. */
export function checkScheme(
  scheme: SignatureScheme,
  key: PublicKeyFacts,
  time: Instant,
  policy: AlgorithmPolicy = ALGORITHM_POLICY,
): AlgorithmJudgement {
  const verdicts = digestsOf(scheme).map((digest) => checkDigest(digest, time, { policy }));
  verdicts.push(judge(acceptanceOf(scheme, key, policy), nameWithKey(scheme, key), time, policy));
  return verdicts.reduce(worse);
}

/** The end that the table states for what was judged: a forecast or a past one; null without an end in sight. */
export function endOf(judgement: AlgorithmJudgement): Instant | null {
  switch (judgement.verdict) {
    case 'acceptable':
      return null;
    case 'forecast':
      return judgement.from;
    case 'weak':
      return judgement.since;
  }
}

function digestsOf(scheme: SignatureScheme): readonly DigestAlgorithm[] {
  switch (scheme.kind) {
    case 'rsa-pss':
      return [scheme.digest, scheme.mgfDigest];
    case 'rsa-pkcs1':
    case 'ecdsa':
    case 'ecdsa-plain':
    case 'dsa':
      return [scheme.digest];
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return [];
  }
}

function acceptanceOf(scheme: SignatureScheme, key: PublicKeyFacts, policy: AlgorithmPolicy): Acceptance {
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return key.bits < policy.minimumRsaBits ? 'never' : policy.rsaPkcs1;
    case 'rsa-pss': {
      const row = policy.rsaPss.findLast(({ fromBits }) => key.bits >= fromBits);
      return key.bits < policy.minimumRsaBits || row === undefined ? 'never' : row.acceptance;
    }
    case 'ecdsa':
    case 'ecdsa-plain':
      // A curve that is not named has 0 bits: nobody has judged its strength.
      return key.bits < policy.minimumCurveBits ? 'never' : policy.ecdsa;
    case 'ed25519':
    case 'ed448':
      return policy.edwards;
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return policy.mlDsa;
    case 'dsa':
      return policy.dsa;
  }
}

function nameWithKey(scheme: SignatureScheme, key: PublicKeyFacts): string {
  const name = schemeName(scheme);
  return scheme.kind === 'ed25519' || scheme.kind === 'ed448' || key.bits === 0
    ? name
    : `${name}, ${key.bits} bits`;
}

function judge(
  acceptance: Acceptance,
  name: string,
  time: Instant,
  policy: AlgorithmPolicy,
): AlgorithmJudgement {
  if (acceptance === null) return ACCEPTABLE;
  if (acceptance === 'never') return { verdict: 'weak', name, never: true, since: null };
  if (acceptance > policy.issued) return { verdict: 'forecast', from: acceptance, name };
  return time < acceptance ? ACCEPTABLE : { verdict: 'weak', name, never: false, since: acceptance };
}

function worse(a: AlgorithmJudgement, b: AlgorithmJudgement): AlgorithmJudgement {
  return badness(b) > badness(a) ? b : a;
}

// Earlier ends are worse; `never` is worse than any end; each weak verdict is worse than each forecast.
function badness(verdict: AlgorithmJudgement): number {
  switch (verdict.verdict) {
    case 'acceptable':
      return Number.NEGATIVE_INFINITY;
    case 'forecast':
      return -verdict.from;
    case 'weak':
      return verdict.never ? Number.POSITIVE_INFINITY : 1e16 - (verdict.since ?? 0);
  }
}
