// Name constraints (RFC 5280, 4.2.1.10): the extension, and the state that a path accumulates from it (6.1.3 (b), (c); 6.1.4 (g)).

import { childrenOf, contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import type { Certificate } from './certificate.ts';
import { extensionValue } from './extensions.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-names.ts';
import {
  type Within,
  withinDirectory,
  withinDns,
  withinIp,
  withinMailbox,
  withinUri,
} from './name-subtrees.ts';

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** Reads nameConstraints. @throws MalformedAsn1 also for a minimum or maximum, which RFC 5280 does not use */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const fields = sequenceFields(parseElement(value, 'nameConstraints'), 'nameConstraints');
  const permitted = fields.takeIf(contextTag(0));
  const excluded = fields.takeIf(contextTag(1));
  fields.end();
  return { permitted: readSubtrees(permitted), excluded: readSubtrees(excluded) };
}

function readSubtrees(list: Element | undefined): readonly GeneralName[] {
  if (list === undefined) return [];
  return childrenOf(list, 'GeneralSubtrees').map((element) => {
    const fields = sequenceFields(element, 'GeneralSubtree');
    const base = readGeneralName(fields.takeAny());
    const minimum = fields.takeIf(contextTag(0, 'primitive'));
    fields.end();
    const zero = minimum === undefined || (minimum.content.length === 1 && minimum.content[0] === 0);
    const maskComplete = base.form !== 'ip' || base.octets.length === 8 || base.octets.length === 32;
    if (!zero || !maskComplete) throw new MalformedAsn1('value-malformed', 'GeneralSubtree');
    return base;
  });
}

/** How many comparisons of a name with a subtree are left; the number is other careful validators' (rustls-webpki). */
export interface ComparisonBudget {
  comparisons: number;
}

export const NAME_CONSTRAINT_COMPARISONS = 250_000;

/** Thrown out of a comparison when the budget is spent; becomes the path failure of that name. */
export class ComparisonsSpent extends Error {
  constructor() {
    super('name constraint comparisons spent');
    this.name = 'ComparisonsSpent';
  }
}

/** All constraints that the certificates so far put on those below them; each one must be met. */
export class ConstraintState {
  readonly #sets: NameConstraints[] = [];
  readonly #budget: ComparisonBudget;

  constructor(budget: ComparisonBudget) {
    this.#budget = budget;
  }

  add(constraints: NameConstraints): void {
    this.#sets.push(constraints);
  }

  /**
   * Whether every name of a certificate stays inside.
   * @throws MalformedAsn1 for an unreadable subjectAltName; ComparisonsSpent
   */
  permits(certificate: Certificate): boolean {
    if (this.#sets.length === 0) return true;
    const names = constrainedNames(certificate);
    return this.#sets.every((set) => names.every((name) => this.#permitsName(name, set)));
  }

  #permitsName(name: GeneralName, { permitted, excluded }: NameConstraints): boolean {
    if (excluded.some((base) => sameForm(name, base) && this.#within(name, base) !== 'outside')) return false;
    const applicable = permitted.filter((base) => sameForm(name, base));
    return applicable.length === 0 || applicable.some((base) => this.#within(name, base) === 'inside');
  }

  #within(name: GeneralName, base: GeneralName): Within {
    this.#budget.comparisons -= 1;
    if (this.#budget.comparisons < 0) throw new ComparisonsSpent();
    return within(name, base);
  }
}

// A form that nobody here can compare still applies to names of its kind; such a name fails either way.
function sameForm(name: GeneralName, base: GeneralName): boolean {
  return name.form === 'other' ? base.form === 'other' && name.tag === base.tag : name.form === base.form;
}

function within(name: GeneralName, base: GeneralName): Within {
  if (name.form === 'directory' && base.form === 'directory') return withinDirectory(name.name, base.name);
  if (name.form === 'dns' && base.form === 'dns') return withinDns(name.text, base.text);
  if (name.form === 'rfc822' && base.form === 'rfc822') return withinMailbox(name.text, base.text);
  if (name.form === 'uri' && base.form === 'uri') return withinUri(name.text, base.text);
  if (name.form === 'ip' && base.form === 'ip') return withinIp(name.octets, base.octets);
  return 'unclear';
}

/** The subject and the alternative names; mail addresses in the subject count where there are no alternative names. */
function constrainedNames({ subject, extensions }: Certificate): readonly GeneralName[] {
  const names: GeneralName[] = [];
  if (subject.rdns.length > 0) names.push({ form: 'directory', name: subject });
  const alternative = extensionValue(extensions, Oid.subjectAltName);
  if (alternative !== null) {
    const list = parseElement(alternative, 'subjectAltName');
    if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'subjectAltName');
    names.push(...readGeneralNames(list));
    return names;
  }
  for (const { oid, text } of subject.rdns.flat()) {
    if (oid === Oid.emailAddress) names.push({ form: 'rfc822', text });
  }
  return names;
}
