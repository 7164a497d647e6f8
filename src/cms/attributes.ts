// Attributes of a SignerInfo (RFC 5652, 5.3): the signed ones in the form they are hashed in, the unsigned ones as sent.

import { childrenOf, type Element, parseElement, Tag } from '../asn1/element.ts';
import { encodeElement, encodeOid, encodeSequence, encodeSetOf, isSortedSetOf } from '../asn1/encode.ts';
import { Fields, sequenceFields } from '../asn1/fields.ts';
import { readOid, sameBytes } from '../asn1/values.ts';
import { distinguishedEncodingOf, isDistinguished } from './distinguished-encoding.ts';

export interface Attribute {
  readonly oid: string;
  readonly values: readonly Element[];
}

export interface Attributes {
  /** DER with the tag of SET OF (0x31): for signed attributes the bytes that the signature value covers. */
  readonly asSetOf: Uint8Array;
  /** They were sent unsorted or as BER, and `asSetOf` is not what stood in the file (RFC 5652, 5.4). */
  readonly reencoded: boolean;
  readonly all: readonly Attribute[];
}

/** All values of an attribute, of every attribute of this type if it is repeated; empty where it is absent. */
export function attributeValues(attributes: Attributes | null, oid: string): readonly Element[] {
  return attributes?.all.filter((attribute) => attribute.oid === oid).flatMap(({ values }) => values) ?? [];
}

/** One Attribute with its values as a SET OF. */
export function encodeAttribute(oid: string, ...values: readonly Uint8Array[]): Uint8Array {
  return encodeSequence(encodeOid(oid), encodeSetOf(...values));
}

/** @param element - `[0] IMPLICIT SET OF Attribute`; what is not DER is encoded again @throws MalformedAsn1 */
export function parseSignedAttributes(element: Element): Attributes {
  const where = 'signedAttrs';
  const sent = childrenOf(element, where);
  const distinguished = sent.map((attribute) => distinguishedAttribute(attribute, where));
  const asSent = distinguished.every((der, i) => der === sent[i]?.raw) && isSortedSetOf(distinguished);
  const asSetOf = asSent ? encodeElement(Tag.set, element.content) : encodeSetOf(...distinguished);
  return {
    asSetOf,
    reencoded: !asSent && !sameBytes(asSetOf, encodeElement(Tag.set, element.content)),
    all: childrenOf(parseElement(asSetOf, where), where).map((attribute) => parseAttribute(attribute, where)),
  };
}

/** @param element - `[1] IMPLICIT SET OF Attribute`; the values keep the bytes they were sent with @throws MalformedAsn1 */
export function parseUnsignedAttributes(element: Element): Attributes {
  const where = 'unsignedAttrs';
  return {
    asSetOf: encodeElement(Tag.set, element.content),
    reencoded: false,
    all: childrenOf(element, where).map((attribute) => parseAttribute(attribute, where)),
  };
}

function parseAttribute(element: Element, where: string): Attribute {
  const fields = sequenceFields(element, where);
  const oid = readOid(fields.take(Tag.oid), where);
  const values = childrenOf(fields.take(Tag.set), where);
  fields.end();
  return { oid, values };
}

function distinguishedAttribute(element: Element, where: string): Uint8Array {
  const fields = new Fields(element, where);
  const type = fields.take(Tag.oid);
  const values = childrenOf(fields.take(Tag.set), where);
  fields.end();
  if (values.length === 1 && isDistinguished(element, where)) return element.raw;
  return encodeSequence(
    encodeElement(Tag.oid, type.content),
    encodeSetOf(...values.map((value) => distinguishedEncodingOf(value, where))),
  );
}
