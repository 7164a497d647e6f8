// Distinguished names (RFC 5280, 4.1.2.4): comparison by 7.1, text by RFC 4514.

import { childrenOf, type Element, MalformedAsn1, Tag } from '../asn1/element.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { hex, readOid, readText } from '../asn1/values.ts';

export interface NameAttribute {
  readonly oid: string;
  /** The DER of the value. */
  readonly value: Uint8Array;
  /** The characters of the value; `#` and hexadecimal DER where it is no character string. */
  readonly text: string;
}

export interface Name {
  /** The DER of the RDNSequence. */
  readonly raw: Uint8Array;
  /** In encoded order; an RDN with several attributes is several entries of one inner list. */
  readonly rdns: readonly (readonly NameAttribute[])[];
  /** One `key` for each RDN, so that a name can be held against the beginning of another. */
  readonly rdnKeys: readonly string[];
  /** Two names are the same exactly if their `key`s are equal: case folded, white space folded (RFC 5280, 7.1). */
  readonly key: string;
}

/**
 * Reads a Name.
 * @throws MalformedAsn1
 */
export function parseName(element: Element): Name {
  if (element.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'Name');
  const rdns = childrenOf(element, 'Name').map(parseRelativeName);
  return nameOf(element.raw, rdns);
}

/** A Name from RDNs that were read apart from it, as `nameRelativeToCRLIssuer` needs. */
export function nameOf(raw: Uint8Array, rdns: readonly (readonly NameAttribute[])[]): Name {
  const rdnKeys = rdns.map(rdnKey);
  return { raw, rdns, rdnKeys, key: rdnKeys.join('') };
}

/** Reads the attributes of one RelativeDistinguishedName, whatever tag its SET carries. @throws MalformedAsn1 */
export function parseRelativeName(element: Element): readonly NameAttribute[] {
  const attributes = childrenOf(element, 'RelativeDistinguishedName').map(parseAttribute);
  if (attributes.length === 0) throw new MalformedAsn1('truncated', 'RelativeDistinguishedName');
  return attributes;
}

function parseAttribute(element: Element): NameAttribute {
  const fields: Fields = sequenceFields(element, 'AttributeTypeAndValue');
  const oid = readOid(fields.take(Tag.oid), 'AttributeType');
  const value = fields.takeAny();
  fields.end();
  const text = isCharacterString(value.tag) ? readText(value, 'AttributeValue') : `#${hex(value.raw)}`;
  return { oid, value: value.raw, text };
}

const CHARACTER_STRINGS: ReadonlySet<number> = new Set([
  Tag.utf8String,
  Tag.numericString,
  Tag.printableString,
  Tag.teletexString,
  Tag.ia5String,
  Tag.visibleString,
  Tag.universalString,
  Tag.bmpString,
]);

function isCharacterString(tag: number): boolean {
  return CHARACTER_STRINGS.has(tag);
}

/** Whether a value is of a type that RFC 5280, 4.1.2.4 no longer lets new certificates use. */
export function hasUnusualStringType(name: Name): boolean {
  return name.rdns.flat().some(({ oid, value }) => {
    const tag = value[0];
    if (tag === Tag.ia5String) return oid !== Oid.emailAddress && oid !== Oid.domainComponent;
    return tag !== Tag.utf8String && tag !== Tag.printableString;
  });
}

/** Whether two names are the same (RFC 5280, 7.1). */
export function sameName(a: Name, b: Name): boolean {
  return a.key === b.key;
}

// JSON quotes what it joins, so that no value can pretend to be two; an RDN is a set, so its attributes have no order.
function rdnKey(attributes: readonly NameAttribute[]): string {
  return JSON.stringify(attributes.map(({ oid, value, text }) => [oid, comparable(value, text)]).sort());
}

// What RFC 4518, 2.2 maps to nothing: controls, soft hyphens, variation selectors, zero-width and direction marks.
const MAPPED_TO_NOTHING = /\p{Default_Ignorable_Code_Point}|\p{Cc}|\p{Cf}|\ufffc/gu;

function comparable(value: Uint8Array, text: string): string {
  // Octets that decode to nothing readable are equal only to themselves.
  if (text.includes('\ufffd') || text.startsWith('#')) return `#${hex(value)}`;
  // What is printable ASCII loses nothing and is its own normal form.
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase().replace(/ +/g, ' ').trim();
  const prepared = text.replace(/\s/g, ' ').replace(MAPPED_TO_NOTHING, '').normalize('NFKC').toLowerCase();
  return prepared.replace(/ +/g, ' ').trim();
}

/** The last common name, the most specific one; null where there is none. */
export function commonNameOf(name: Name): string | null {
  return attributeOf(name, Oid.commonName);
}

/** The text of the last attribute of this type; null where there is none. */
export function attributeOf(name: Name, oid: string): string | null {
  return name.rdns.flat().findLast((attribute) => attribute.oid === oid)?.text ?? null;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  [Oid.commonName]: 'CN',
  [Oid.localityName]: 'L',
  [Oid.stateOrProvinceName]: 'ST',
  [Oid.organizationName]: 'O',
  [Oid.organizationalUnitName]: 'OU',
  [Oid.countryName]: 'C',
  [Oid.streetAddress]: 'STREET',
  [Oid.domainComponent]: 'DC',
  [Oid.userId]: 'UID',
  // Registered descriptors that RFC 4514, 2.3 also allows.
  [Oid.surname]: 'SN',
  [Oid.givenName]: 'givenName',
  [Oid.serialNumber]: 'serialNumber',
  [Oid.title]: 'title',
  [Oid.description]: 'description',
  [Oid.emailAddress]: 'emailAddress',
  [Oid.organizationIdentifier]: 'organizationIdentifier',
};

/** RFC 4514 text, last RDN first. An attribute type without a short name is written as OID and hexadecimal DER. */
export function nameText(name: Name): string {
  return name.rdns
    .toReversed()
    .map((rdn) => rdn.map(attributeText).join('+'))
    .join(',');
}

function attributeText({ oid, value, text }: NameAttribute): string {
  const short = SHORT_NAMES[oid];
  if (short === undefined) return `${oid}=#${hex(value)}`;
  return `${short}=${isCharacterString(value[0] ?? 0) ? escaped(text) : text}`;
}

function escaped(text: string): string {
  if (!/["+,;<>\\\0]|^[ #]| $/.test(text)) return text;
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replaceAll('\0', '\\00');
}
