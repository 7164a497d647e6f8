// The policy extensions (RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14), read when a path is validated.

import { childrenOf, contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { integerOf, readOid, readText } from '../asn1/values.ts';

export interface PolicyQualifier {
  readonly oid: string;
  /** The DER of the qualifier. */
  readonly value: Uint8Array;
}

export interface PolicyInformation {
  readonly policy: string;
  readonly qualifiers: readonly PolicyQualifier[];
}

export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export interface PolicyConstraints {
  /** Certificates that may follow before an acceptable policy is required; null where nothing is said. */
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
}

/** Reads certificatePolicies. @throws MalformedAsn1 also for a policy that occurs twice */
export function readCertificatePolicies(value: Uint8Array): readonly PolicyInformation[] {
  const policies = elementsOf(value, 'certificatePolicies').map(readPolicyInformation);
  if (new Set(policies.map(({ policy }) => policy)).size !== policies.length) {
    throw new MalformedAsn1('value-malformed', 'certificatePolicies');
  }
  return policies;
}

function readPolicyInformation(element: Element): PolicyInformation {
  const fields = sequenceFields(element, 'PolicyInformation');
  const policy = readOid(fields.take(Tag.oid), 'policyIdentifier');
  const list = fields.takeIf(Tag.sequence);
  fields.end();
  const qualifiers =
    list === undefined ? [] : childrenOf(list, 'policyQualifiers', MOST_POLICIES).map(readPolicyQualifier);
  return { policy, qualifiers };
}

function readPolicyQualifier(element: Element): PolicyQualifier {
  const fields = sequenceFields(element, 'PolicyQualifierInfo');
  const oid = readOid(fields.take(Tag.oid), 'policyQualifierId');
  const value = fields.takeAny().raw;
  fields.end();
  return { oid, value };
}

/** The text of a userNotice qualifier; null for another qualifier or a notice that only refers. @throws MalformedAsn1 */
export function readExplicitText(qualifier: PolicyQualifier): string | null {
  if (qualifier.oid !== Oid.userNotice) return null;
  const fields = sequenceFields(parseElement(qualifier.value, 'UserNotice'), 'UserNotice');
  fields.takeIf(Tag.sequence);
  return fields.more ? readText(fields.takeAny(), 'explicitText') : null;
}

/** Reads policyMappings. @throws MalformedAsn1 */
export function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  return elementsOf(value, 'policyMappings').map((element) => {
    const fields = sequenceFields(element, 'policyMapping');
    const issuerDomainPolicy = readOid(fields.take(Tag.oid), 'issuerDomainPolicy');
    const subjectDomainPolicy = readOid(fields.take(Tag.oid), 'subjectDomainPolicy');
    fields.end();
    return { issuerDomainPolicy, subjectDomainPolicy };
  });
}

/** Reads policyConstraints. @throws MalformedAsn1 */
export function readPolicyConstraints(value: Uint8Array): PolicyConstraints {
  const fields = sequenceFields(parseElement(value, 'policyConstraints'), 'policyConstraints');
  const explicit = fields.takeIf(contextTag(0, 'primitive'));
  const mapping = fields.takeIf(contextTag(1, 'primitive'));
  fields.end();
  return {
    requireExplicitPolicy: explicit === undefined ? null : skipCerts(explicit.content),
    inhibitPolicyMapping: mapping === undefined ? null : skipCerts(mapping.content),
  };
}

/** Reads inhibitAnyPolicy: certificates that may follow before anyPolicy stops counting. @throws MalformedAsn1 */
export function readInhibitAnyPolicy(value: Uint8Array): number {
  const element = parseElement(value, 'inhibitAnyPolicy');
  if (element.tag !== Tag.integer) throw new MalformedAsn1('tag-unexpected', 'inhibitAnyPolicy');
  return skipCerts(element.content);
}

// SkipCerts is not bounded; beyond any path length one number is as good as another.
function skipCerts(content: Uint8Array): number {
  const value = integerOf(content, 'SkipCerts');
  if (value < 0n) throw new MalformedAsn1('value-malformed', 'SkipCerts');
  return value > 1000n ? 1000 : Number(value);
}

// Certificates in use have fewer than twenty; thousands only serve to make the policy graph expensive.
const MOST_POLICIES = 200;

function elementsOf(value: Uint8Array, where: string): Element[] {
  const list = parseElement(value, where);
  if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', where);
  const elements = childrenOf(list, where, MOST_POLICIES);
  if (elements.length === 0) throw new MalformedAsn1('truncated', where);
  return elements;
}
