// GeneralName (RFC 5280, 4.2.1.6): the forms that names, constraints and distribution points are written in.

import {
  childrenOf,
  contextTag,
  type Element,
  MalformedAsn1,
  parseElement,
  Tag,
  withTag,
} from '../asn1/element.ts';
import { hex, readText } from '../asn1/values.ts';
import { type Name, parseName, sameName } from './name.ts';

export type GeneralName =
  | { readonly form: 'rfc822' | 'dns' | 'uri'; readonly text: string }
  | { readonly form: 'directory'; readonly name: Name }
  /** An address; an address and its mask inside a name constraint. */
  | { readonly form: 'ip'; readonly octets: Uint8Array }
  /** otherName, x400Address, ediPartyName, registeredID: told apart by tag, compared by bytes. */
  | { readonly form: 'other'; readonly tag: number; readonly raw: Uint8Array };

const TAG_RFC822 = contextTag(1, 'primitive');
const TAG_DNS = contextTag(2, 'primitive');
const TAG_DIRECTORY = contextTag(4);
const TAG_URI = contextTag(6, 'primitive');
const TAG_IP = contextTag(7, 'primitive');
const OTHER_TAGS: readonly number[] = [
  contextTag(0),
  contextTag(3),
  contextTag(5),
  contextTag(8, 'primitive'),
];

/** Reads one GeneralName. @throws MalformedAsn1 */
export function readGeneralName(element: Element): GeneralName {
  switch (element.tag) {
    case TAG_RFC822:
      return { form: 'rfc822', text: ia5Text(element) };
    case TAG_DNS:
      return { form: 'dns', text: ia5Text(element) };
    case TAG_URI:
      return { form: 'uri', text: ia5Text(element) };
    case TAG_DIRECTORY:
      return { form: 'directory', name: parseName(parseElement(element.content, 'directoryName')) };
    case TAG_IP:
      return { form: 'ip', octets: element.content };
    default:
      if (!OTHER_TAGS.includes(element.tag)) throw new MalformedAsn1('tag-unexpected', 'GeneralName');
      return { form: 'other', tag: element.tag, raw: element.raw };
  }
}

/**
 * Reads GeneralNames, whatever tag the SEQUENCE carries; at least one.
 * @param most - how many there may be
 * @throws MalformedAsn1
 */
export function readGeneralNames(element: Element, most = 10_000): readonly GeneralName[] {
  const names = childrenOf(element, 'GeneralNames', most).map(readGeneralName);
  if (names.length === 0) throw new MalformedAsn1('truncated', 'GeneralNames');
  return names;
}

/** Whether two general names are the same; host names without regard to case are the business of name constraints. */
export function sameGeneralName(a: GeneralName, b: GeneralName): boolean {
  switch (a.form) {
    case 'directory':
      return b.form === 'directory' && sameName(a.name, b.name);
    case 'ip':
      return b.form === 'ip' && hex(a.octets) === hex(b.octets);
    case 'other':
      return b.form === 'other' && hex(a.raw) === hex(b.raw);
    case 'rfc822':
    case 'dns':
    case 'uri':
      return b.form === a.form && b.text === a.text;
  }
}

function ia5Text(element: Element): string {
  return readText(withTag(element, Tag.ia5String), 'GeneralName');
}
