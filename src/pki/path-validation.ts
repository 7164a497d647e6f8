// Validation of one path (RFC 5280, 6.1), with the constraints inside its anchor (RFC 5937). Validity dates are no errors here.

import { MalformedAsn1 } from '../asn1/element.ts';
import { Oid } from '../asn1/oids.ts';
import type { Certificate } from './certificate.ts';
import {
  type PolicyInformation,
  readCertificatePolicies,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
} from './certificate-policies.ts';
import { readExtensionValue } from './extensions.ts';
import { sameName } from './name.ts';
import {
  type ComparisonBudget,
  ComparisonsSpent,
  ConstraintState,
  NAME_CONSTRAINT_COMPARISONS,
  readNameConstraints,
} from './name-constraints.ts';
import { PolicyGraph, type ValidPolicy } from './policy-graph.ts';
import { withInheritedParameters } from './public-key.ts';
import { isSignedBy, type SignatureLookup } from './signature-lookup.ts';
import type { TrustAnchor } from './trust-list.ts';

const validated: unique symbol = Symbol('validated');

/** A path that `validatePath` found valid; it cannot be made otherwise. Validity dates and revocation are separate questions. */
export interface TrustedPath {
  /** From the certificate in question up to the one below the anchor. */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
  readonly [validated]: true;
}

export type PathViolation =
  | 'signature-invalid'
  | 'name-chaining'
  | 'name-constraints-violated'
  | 'policy-missing'
  | 'policy-mapping-any'
  | 'not-a-ca'
  | 'path-length-exceeded'
  | 'ca-key-usage'
  | 'critical-extension-unknown'
  | 'extension-malformed'
  | 'path-budget-spent';

/** Inputs (c) to (g) of RFC 5280, 6.1.1; by default any policy will do and nothing is inhibited. */
export interface InitialPolicies {
  readonly userInitialPolicySet: readonly string[];
  readonly initialExplicitPolicy: boolean;
  readonly initialPolicyMappingInhibit: boolean;
  readonly initialAnyPolicyInhibit: boolean;
}

export type PathValidation =
  | {
      readonly status: 'valid';
      readonly path: TrustedPath;
      /** user-constrained-policy-set with its qualifiers. */
      readonly policies: readonly ValidPolicy[];
    }
  | { readonly status: 'failed'; readonly code: PathViolation; readonly certificate: Certificate };

const ANY_POLICY: InitialPolicies = {
  userInitialPolicySet: [Oid.anyPolicy],
  initialExplicitPolicy: false,
  initialPolicyMappingInhibit: false,
  initialAnyPolicyInhibit: false,
};

/**
 * Validates a path.
 * @param certificates - from the certificate in question up to the one that the anchor issued; at least one
 * @param context.verified - answers to signature checks; see `SignatureLookup`
 * @param context.budget - shared by all paths of one search
 */
export function validatePath(
  certificates: readonly Certificate[],
  anchor: TrustAnchor,
  context: {
    readonly verified: SignatureLookup;
    readonly initial?: Partial<InitialPolicies>;
    readonly budget?: ComparisonBudget;
  },
): PathValidation {
  const budget = context.budget ?? { comparisons: NAME_CONSTRAINT_COMPARISONS };
  const state = new PathState(certificates.length, { ...ANY_POLICY, ...context.initial }, budget);
  let current = anchor.certificate;
  try {
    let violation = state.startFrom(anchor.certificate);
    for (const certificate of certificates.toReversed()) {
      if (violation !== null) break;
      current = certificate;
      violation = state.descendTo(certificate, context.verified);
    }
    violation ??= state.wrapUp();
    if (violation !== null) return { status: 'failed', code: violation, certificate: current };
  } catch (cause) {
    // A certificate that cannot be understood is a finding about this path, as everything that content causes is.
    if (cause instanceof MalformedAsn1)
      return { status: 'failed', code: 'extension-malformed', certificate: current };
    if (cause instanceof ComparisonsSpent)
      return { status: 'failed', code: 'path-budget-spent', certificate: current };
    throw cause;
  }
  const path = Object.freeze<TrustedPath>({ certificates: [...certificates], anchor, [validated]: true });
  return { status: 'valid', path, policies: state.validPolicies };
}

/** Whether a certificate names itself as its issuer; it need not be signed by its own key. */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.issuer, certificate.subject);
}

/** The state variables of RFC 5280, 6.1.2, under the names they have there. */
class PathState {
  readonly #policyGraph = new PolicyGraph();
  readonly #constraints: ConstraintState;
  readonly #n: number;
  #acceptedPolicies: ReadonlySet<string>;
  #explicitPolicy: number;
  #policyMapping: number;
  #inhibitAnyPolicy: number;
  #maxPathLength: number;
  #workingIssuer: Certificate | null = null;
  #workingKeyInfo: Uint8Array = new Uint8Array();
  #i = 0;
  #policies: readonly ValidPolicy[] = [];

  constructor(n: number, initial: InitialPolicies, budget: ComparisonBudget) {
    this.#n = n;
    this.#constraints = new ConstraintState(budget);
    this.#acceptedPolicies = new Set(initial.userInitialPolicySet);
    this.#explicitPolicy = initial.initialExplicitPolicy ? 0 : n + 1;
    this.#policyMapping = initial.initialPolicyMappingInhibit ? 0 : n + 1;
    this.#inhibitAnyPolicy = initial.initialAnyPolicyInhibit ? 0 : n + 1;
    this.#maxPathLength = n;
  }

  get validPolicies(): readonly ValidPolicy[] {
    return this.#policies;
  }

  /** RFC 5937: what an anchor's certificate says about those below it counts; its dates and its own signature do not. */
  startFrom(anchor: Certificate): PathViolation | null {
    this.#workingIssuer = anchor;
    this.#workingKeyInfo = anchor.publicKeyInfo;
    if (anchor.basicConstraints?.ca === false) return 'not-a-ca';
    const own = policiesOf(anchor)?.map(({ policy }) => policy);
    if (own !== undefined && !own.includes(Oid.anyPolicy)) {
      const accepted = this.#acceptedPolicies;
      this.#acceptedPolicies = new Set(
        accepted.has(Oid.anyPolicy) ? own : own.filter((policy) => accepted.has(policy)),
      );
    }
    return this.#takeLimits(anchor);
  }

  /** 6.1.3, and 6.1.4 unless it is the last certificate. */
  descendTo(certificate: Certificate, verified: SignatureLookup): PathViolation | null {
    this.#i += 1;
    const last = this.#i === this.#n;
    const violation = this.#checkLink(certificate, verified) ?? this.#checkNames(certificate, last);
    if (violation !== null) return violation;
    this.#descendPolicies(certificate, last);
    if (this.#explicitPolicy === 0 && this.#policyGraph.empty) return 'policy-missing';
    const next = last ? this.#finish(certificate) : this.#prepareForNext(certificate);
    this.#workingKeyInfo = withInheritedParameters(certificate.publicKeyInfo, this.#workingKeyInfo);
    this.#workingIssuer = certificate;
    return next;
  }

  #checkLink(certificate: Certificate, verified: SignatureLookup): PathViolation | null {
    const issuer = this.#workingIssuer;
    if (issuer === null || !sameName(certificate.issuer, issuer.subject)) return 'name-chaining';
    return isSignedBy(certificate, issuer, verified, this.#workingKeyInfo) ? null : 'signature-invalid';
  }

  #checkNames(certificate: Certificate, last: boolean): PathViolation | null {
    if (isSelfIssued(certificate) && !last) return null;
    return this.#constraints.permits(certificate) ? null : 'name-constraints-violated';
  }

  #descendPolicies(certificate: Certificate, last: boolean): void {
    const anyCounts = this.#inhibitAnyPolicy > 0 || (!last && isSelfIssued(certificate));
    this.#policyGraph.descend(policiesOf(certificate), anyCounts);
  }

  #prepareForNext(certificate: Certificate): PathViolation | null {
    const { extensions, basicConstraints } = certificate;
    const mappings = readExtensionValue(extensions, Oid.policyMappings, readPolicyMappings) ?? [];
    if (mappings.some((mapping) => Object.values(mapping).includes(Oid.anyPolicy)))
      return 'policy-mapping-any';
    this.#policyGraph.map(mappings, policiesOf(certificate), this.#policyMapping > 0);
    if (certificate.version !== 3 || basicConstraints?.ca !== true) return 'not-a-ca';
    if (!isSelfIssued(certificate)) {
      this.#explicitPolicy = decrement(this.#explicitPolicy);
      this.#policyMapping = decrement(this.#policyMapping);
      this.#inhibitAnyPolicy = decrement(this.#inhibitAnyPolicy);
      if (this.#maxPathLength <= 0) return 'path-length-exceeded';
      this.#maxPathLength -= 1;
    }
    return this.#takeLimits(certificate);
  }

  /** 6.1.4 (g), (i), (j), (m) to (o): what this certificate demands of those below it. */
  #takeLimits(certificate: Certificate): PathViolation | null {
    const { extensions, basicConstraints, keyUsage } = certificate;
    const constraints = readExtensionValue(extensions, Oid.nameConstraints, readNameConstraints);
    if (constraints !== null) this.#constraints.add(constraints);
    const policy = readExtensionValue(extensions, Oid.policyConstraints, readPolicyConstraints);
    const inhibitAny = readExtensionValue(extensions, Oid.inhibitAnyPolicy, readInhibitAnyPolicy);
    this.#explicitPolicy = Math.min(this.#explicitPolicy, policy?.requireExplicitPolicy ?? Infinity);
    this.#policyMapping = Math.min(this.#policyMapping, policy?.inhibitPolicyMapping ?? Infinity);
    this.#inhibitAnyPolicy = Math.min(this.#inhibitAnyPolicy, inhibitAny ?? Infinity);
    this.#maxPathLength = Math.min(this.#maxPathLength, basicConstraints?.pathLength ?? Infinity);
    if (keyUsage !== null && !keyUsage.has('keyCertSign')) return 'ca-key-usage';
    return hasUnknownCriticalExtension(certificate) ? 'critical-extension-unknown' : null;
  }

  /** 6.1.5 (a), (b), (f). */
  #finish(certificate: Certificate): PathViolation | null {
    const policy = readExtensionValue(certificate.extensions, Oid.policyConstraints, readPolicyConstraints);
    this.#explicitPolicy = policy?.requireExplicitPolicy === 0 ? 0 : decrement(this.#explicitPolicy);
    return hasUnknownCriticalExtension(certificate) ? 'critical-extension-unknown' : null;
  }

  /** 6.1.5 (g). */
  wrapUp(): PathViolation | null {
    this.#policies = this.#policyGraph.userConstrained(this.#acceptedPolicies);
    return this.#explicitPolicy > 0 || this.#policies.length > 0 ? null : 'policy-missing';
  }
}

// The extensions that this implementation obeys, here or where a certificate's usage and revocation are checked.
const PROCESSED_EXTENSIONS: ReadonlySet<string> = new Set([
  Oid.authorityKeyIdentifier,
  Oid.subjectKeyIdentifier,
  Oid.keyUsage,
  Oid.extendedKeyUsage,
  Oid.basicConstraints,
  Oid.nameConstraints,
  Oid.certificatePolicies,
  Oid.policyMappings,
  Oid.policyConstraints,
  Oid.inhibitAnyPolicy,
  Oid.subjectAltName,
  Oid.issuerAltName,
  Oid.crlDistributionPoints,
  Oid.freshestCrl,
  Oid.authorityInfoAccess,
  Oid.ocspNoCheck,
]);

/** Whether a certificate demands something of its users that nobody here knows (RFC 5280, 4.2). */
export function hasUnknownCriticalExtension(certificate: Certificate): boolean {
  return certificate.extensions.some(({ oid, critical }) => critical && !PROCESSED_EXTENSIONS.has(oid));
}

const knownPolicies = new WeakMap<Certificate, readonly PolicyInformation[] | null>();

/** The same issuers stand in every path. @throws MalformedAsn1 */
function policiesOf(certificate: Certificate): readonly PolicyInformation[] | null {
  let policies = knownPolicies.get(certificate);
  if (policies === undefined) {
    policies = readExtensionValue(certificate.extensions, Oid.certificatePolicies, readCertificatePolicies);
    knownPolicies.set(certificate, policies);
  }
  return policies;
}

function decrement(counter: number): number {
  return Math.max(0, counter - 1);
}
