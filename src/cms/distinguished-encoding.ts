// BER to DER: the form in which signed attributes are hashed (RFC 5652, 5.4).

import { childrenOf, type Element, MAX_DEPTH, MalformedAsn1, Tag } from '../asn1/element.ts';
import { encodeElement } from '../asn1/encode.ts';
import { octetsOf } from '../asn1/values.ts';

const CONSTRUCTED = 0x20;
const SEGMENTED = Tag.octetString | CONSTRUCTED;
const INDEFINITE = 0x80;

/**
 * The element with minimal definite lengths and unsegmented octet strings. Sets keep their order: which of them are SET OF,
 * and so have to be sorted, only the ASN.1 module knows.
 *
 * @throws MalformedAsn1
 */
export function distinguishedEncodingOf(element: Element, where: string): Uint8Array {
  return isDistinguished(element, where) ? element.raw : encodeAgain(element, where);
}

/** Whether nothing of the element would change, but for the order of sets. @throws MalformedAsn1 */
export function isDistinguished(element: Element, where: string, depth = 0): boolean {
  if (depth > MAX_DEPTH) throw new MalformedAsn1('too-deep', where);
  const { tag, raw, content } = element;
  const header = raw.length - content.length;
  if (tag === SEGMENTED || raw[1] === INDEFINITE || header !== minimalHeader(content.length)) return false;
  if ((tag & CONSTRUCTED) === 0) return true;
  return childrenOf(element, where).every((child) => isDistinguished(child, where, depth + 1));
}

/** Octets of identifier and length. */
function minimalHeader(length: number): number {
  if (length < 0x80) return 2;
  return 2 + Math.ceil((32 - Math.clz32(length)) / 8);
}

function encodeAgain(element: Element, where: string, depth = 0): Uint8Array {
  if (depth > MAX_DEPTH) throw new MalformedAsn1('too-deep', where);
  if (element.tag === SEGMENTED) {
    return encodeElement(Tag.octetString, octetsOf(element, Tag.octetString, where));
  }
  if ((element.tag & CONSTRUCTED) === 0) return encodeElement(element.tag, element.content);
  const children = childrenOf(element, where);
  return encodeElement(element.tag, ...children.map((child) => encodeAgain(child, where, depth + 1)));
}
