// Path building (RFC 4158, as RFC 5280, 6.1 needs it): from a certificate up to a trust anchor, depth first, best candidate first.

import { type Instant, sameBytes } from '../asn1/values.ts';
import type { Digests } from '../platform/platform.ts';
import type { Certificate } from './certificate.ts';
import { NAME_CONSTRAINT_COMPARISONS } from './name-constraints.ts';
import { type PathViolation, type TrustedPath, validatePath } from './path-validation.ts';
import { isSignedBy, type SignatureLookup } from './signature-lookup.ts';
import type { AnchorPurpose, AnchorRole, TrustAnchor, TrustList } from './trust-list.ts';

export type { TrustedPath } from './path-validation.ts';

/**
 * Besides the violations of RFC 5280, 6.1:
 * - `no-path`: no certificate at hand leads further up, and none on the way is an anchor
 * - `anchor-purpose`: a valid path, to an anchor that is not trusted for this purpose
 */
export type PathFailureCode = PathViolation | 'no-path' | 'anchor-purpose';

export interface OutOfValidity {
  readonly certificate: Certificate;
  readonly side: 'expired' | 'not-yet';
}

export type PathOutcome =
  | {
      readonly status: 'trusted';
      readonly path: TrustedPath;
      readonly anchor: TrustAnchor;
      /** Certificates of the path that are not in force at the time asked for, the anchor not counted. */
      readonly outOfValidity: readonly OutOfValidity[];
    }
  | {
      readonly status: 'failed';
      readonly code: PathFailureCode;
      /** The best attempt, the certificate in question first. */
      readonly path: readonly Certificate[];
    };

export interface PathContext {
  /** Certificates that may stand between; nothing about them is trusted. */
  readonly pool: readonly Certificate[];
  readonly trustList: Pick<TrustList, 'anchors' | 'intermediates'>;
  readonly purpose: AnchorPurpose;
  /** The time for which certificates in force are preferred, and against which validity is reported. */
  readonly time: Instant;
  readonly verified: SignatureLookup;
  readonly digests: Digests;
}

/** What one search may cost. The first two are the numbers of rustls-webpki, chosen after attacks on path building. */
export const PATH_BUDGET = Object.freeze({
  linkChecks: 100,
  buildingSteps: 10_000,
  nameConstraintComparisons: NAME_CONSTRAINT_COMPARISONS,
  /** Below the anchor. Real paths have up to four. */
  certificates: 10,
});

/**
 * Finds a path from a certificate to an anchor of the list. All paths are tried; a valid one with all certificates in force
 * and an active anchor ends the search, otherwise the best valid one counts. Revocation, the algorithms of the links, the
 * role of the anchor and the usage of the certificate's key are the caller's questions.
 */
export function findTrustedPath(leaf: Certificate, context: PathContext): PathOutcome {
  return new PathSearch(context).run(leaf);
}

type Trusted = Extract<PathOutcome, { status: 'trusted' }>;
type Failed = Extract<PathOutcome, { status: 'failed' }>;

interface Candidate {
  readonly certificate: Certificate;
  readonly anchor: TrustAnchor | null;
}

class BudgetSpent extends Error {}

class PathSearch {
  readonly #context: PathContext;
  readonly #issuers: ReadonlyMap<string, readonly Candidate[]>;
  readonly #links = new Map<Certificate, Map<Certificate, boolean>>();
  readonly #comparisons = { comparisons: PATH_BUDGET.nameConstraintComparisons };
  #linkChecks = PATH_BUDGET.linkChecks;
  #steps = PATH_BUDGET.buildingSteps;
  #best: Trusted | null = null;
  #failure: Failed | null = null;

  constructor(context: PathContext) {
    this.#context = context;
    this.#issuers = issuersByName(context);
  }

  run(leaf: Certificate): PathOutcome {
    try {
      this.#extend(leaf, [leaf]);
    } catch (cause) {
      if (!(cause instanceof BudgetSpent)) throw cause;
      this.#failure = { status: 'failed', code: 'path-budget-spent', path: this.#failure?.path ?? [leaf] };
    }
    return this.#best ?? this.#failure ?? { status: 'failed', code: 'no-path', path: [leaf] };
  }

  /** Tries every issuer of `last`, the upmost certificate of `path`. @returns whether the search is over */
  #extend(last: Certificate, path: readonly Certificate[]): boolean {
    const candidates = this.#candidatesFor(last, path);
    if (candidates.length === 0) this.#fail('no-path', path);
    for (const candidate of candidates) {
      this.#steps -= 1;
      if (this.#steps < 0) throw new BudgetSpent();
      if (this.#tryIssuer(last, candidate, path)) return true;
    }
    return false;
  }

  #tryIssuer(last: Certificate, { certificate, anchor }: Candidate, path: readonly Certificate[]): boolean {
    if (!this.#isLinked(last, certificate)) {
      const another = keyIdentifierRank(last, certificate) === MISMATCH;
      this.#fail(another ? 'no-path' : 'signature-invalid', path);
      return false;
    }
    if (anchor !== null) return this.#complete(path, anchor);
    if (path.length < PATH_BUDGET.certificates) return this.#extend(certificate, [...path, certificate]);
    this.#fail('path-budget-spent', path);
    return false;
  }

  #candidatesFor(child: Certificate, path: readonly Certificate[]): readonly Candidate[] {
    const candidates = (this.#issuers.get(child.issuer.key) ?? []).filter(
      ({ certificate, anchor }) =>
        anchor !== null || !path.some((earlier) => isSameEntity(earlier, certificate)),
    );
    const { time } = this.#context;
    return candidates.toSorted((a, b) => compareRanks(rank(child, a, time), rank(child, b, time)));
  }

  #isLinked(child: Certificate, issuer: Certificate): boolean {
    const known = this.#links.get(child) ?? new Map<Certificate, boolean>();
    this.#links.set(child, known);
    let linked = known.get(issuer);
    if (linked === undefined) {
      this.#linkChecks -= 1;
      if (this.#linkChecks < 0) throw new BudgetSpent();
      // A DSA key that inherits its parameters cannot be asked alone; validatePath asks with the parameters.
      const inherits = issuer.publicKey.algorithm === 'dsa' && issuer.publicKey.bits === 0;
      linked = inherits || isSignedBy(child, issuer, this.#context.verified);
      known.set(issuer, linked);
    }
    return linked;
  }

  #complete(path: readonly Certificate[], anchor: TrustAnchor): boolean {
    const { verified, purpose, time } = this.#context;
    const result = validatePath(path, anchor, { verified, budget: this.#comparisons });
    if (result.status === 'failed') {
      this.#fail(result.code, path);
      return false;
    }
    if (!anchor.purposes.includes(purpose)) {
      this.#fail('anchor-purpose', path);
      return false;
    }
    const outOfValidity = path.flatMap((certificate) => validityAt(certificate, time));
    const found: Trusted = { status: 'trusted', path: result.path, anchor, outOfValidity };
    if (this.#best === null || shortcoming(found) < shortcoming(this.#best)) this.#best = found;
    return shortcoming(found) === 0;
  }

  #fail(code: PathFailureCode, path: readonly Certificate[]): void {
    if (this.#failure === null || weight(code) > weight(this.#failure.code)) {
      this.#failure = { status: 'failed', code, path };
    }
  }
}

function issuersByName({ pool, trustList }: PathContext): ReadonlyMap<string, readonly Candidate[]> {
  const byName = new Map<string, Candidate[]>();
  const add = (certificate: Certificate, anchor: TrustAnchor | null): void => {
    const known = byName.get(certificate.subject.key) ?? [];
    if (known.some((other) => sameBytes(other.certificate.der, certificate.der))) return;
    known.push({ certificate, anchor });
    byName.set(certificate.subject.key, known);
  };
  for (const anchor of trustList.anchors) add(anchor.certificate, anchor);
  for (const certificate of [...trustList.intermediates, ...pool]) add(certificate, null);
  return byName;
}

// The same name with the same key twice in one path leads nowhere new (RFC 4158, 2.4.2).
function isSameEntity(a: Certificate, b: Certificate): boolean {
  return a.subject.key === b.subject.key && sameBytes(a.publicKeyInfo, b.publicKeyInfo);
}

function validityAt(certificate: Certificate, time: Instant): OutOfValidity[] {
  if (time < certificate.notBefore) return [{ certificate, side: 'not-yet' }];
  if (time > certificate.notAfter) return [{ certificate, side: 'expired' }];
  return [];
}

const MISMATCH = 2;

// A key identifier is a hint (RFC 4158, 3.5.12): one that does not match makes a candidate worse, never impossible.
function keyIdentifierRank(child: Certificate, issuer: Certificate): number {
  const { authorityKeyIdentifier } = child;
  const { subjectKeyIdentifier } = issuer;
  if (authorityKeyIdentifier === null || subjectKeyIdentifier === null) return 1;
  return sameBytes(authorityKeyIdentifier, subjectKeyIdentifier) ? 0 : MISMATCH;
}

const ROLE_RANK: Readonly<Record<AnchorRole, number>> = { active: 0, historical: 1, test: 2 };

/** Key identifier, anchor before others, in force, newest: smaller is better. */
function rank(child: Certificate, { certificate, anchor }: Candidate, time: Instant): readonly number[] {
  return [
    keyIdentifierRank(child, certificate),
    anchor === null ? 3 : ROLE_RANK[anchor.role],
    validityAt(certificate, time).length,
    -certificate.notBefore,
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

// What a valid path lacks: certificates in force first, then the role of its anchor.
function shortcoming({ anchor, outOfValidity }: Trusted): number {
  return outOfValidity.length * 3 + ROLE_RANK[anchor.role];
}

// Which of several failures says most: one that came as far as an anchor before one that found no way.
function weight(code: PathFailureCode): number {
  switch (code) {
    case 'no-path':
      return 0;
    case 'signature-invalid':
      return 1;
    case 'anchor-purpose':
      return 3;
    default:
      return 2;
  }
}
