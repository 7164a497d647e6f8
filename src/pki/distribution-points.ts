// CRL distribution points (RFC 5280, 4.2.1.13): where a certificate's revocation is published, and by whom.

import { childrenOf, contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { Fields, sequenceFields } from '../asn1/fields.ts';
import { bitStringOf, hasBit } from '../asn1/values.ts';
import { type GeneralName, readGeneralNames } from './general-names.ts';
import { type NameAttribute, parseRelativeName } from './name.ts';

/** DistributionPointName: full names, or one RDN that is appended to the name of the CRL's issuer. */
export type DistributionPointName =
  | { readonly kind: 'full'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'relative'; readonly rdn: readonly NameAttribute[] };

export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  /** Null: all reasons. */
  readonly reasons: ReasonFlags | null;
  /** Null: the certificate's own issuer publishes the list. */
  readonly crlIssuer: readonly GeneralName[] | null;
}

/** ReasonFlags as a bit mask, bit n of the ASN.1 type being `1 << n`; bit 0 is unused there. */
export type ReasonFlags = number;

/** keyCompromise (1) to aACompromise (8). */
export const ALL_REASONS: ReasonFlags = 0b1_1111_1110;

// Real certificates have up to four points with a few names each. All of them are held against the names in each list, signed
// by anybody or not, so the product of both numbers is what a hostile document could make us do.
const MOST_POINTS = 20;
const MOST_NAMES = 20;

/** Reads the value of a cRLDistributionPoints or freshestCRL extension. @throws MalformedAsn1 */
export function readDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  const list = parseElement(value, 'cRLDistributionPoints');
  if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'cRLDistributionPoints');
  return childrenOf(list, 'cRLDistributionPoints', MOST_POINTS).map(readDistributionPoint);
}

function readDistributionPoint(element: Element): DistributionPoint {
  const fields = sequenceFields(element, 'DistributionPoint');
  const name = fields.takeIf(contextTag(0));
  const reasons = fields.takeIf(contextTag(1, 'primitive'));
  const crlIssuer = fields.takeIf(contextTag(2));
  fields.end();
  return {
    name: name === undefined ? null : readDistributionPointName(name),
    reasons: reasons === undefined ? null : readReasonFlags(reasons),
    crlIssuer: crlIssuer === undefined ? null : readGeneralNames(crlIssuer, MOST_NAMES),
  };
}

/** Reads a DistributionPointName out of the EXPLICIT tag that a CHOICE must carry. @throws MalformedAsn1 */
export function readDistributionPointName(wrapper: Element): DistributionPointName {
  const fields = new Fields(wrapper, 'DistributionPointName');
  const choice = fields.takeAny();
  fields.end();
  if (choice.tag === contextTag(0)) return { kind: 'full', names: readGeneralNames(choice, MOST_NAMES) };
  if (choice.tag === contextTag(1)) return { kind: 'relative', rdn: parseRelativeName(choice) };
  throw new MalformedAsn1('tag-unexpected', 'DistributionPointName');
}

/** Reads ReasonFlags with an IMPLICIT tag. @throws MalformedAsn1 */
export function readReasonFlags(element: Element): ReasonFlags {
  const bits = bitStringOf(element.content, 'ReasonFlags');
  let flags = 0;
  for (let n = 1; n <= 8; n += 1) if (hasBit(bits, n)) flags |= 1 << n;
  return flags;
}
