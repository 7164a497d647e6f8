// BER to DER: the form in which signed attributes are hashed (RFC 5652, 5.4).

import { childrenOf, type Element, MAX_DEPTH, MalformedAsn1, Tag } from '../asn1/element.ts';
import { encodeElement } from '../asn1/encode.ts';
import { octetsOf } from '../asn1/values.ts';

const CONSTRUCTED = 0x20;

/**
 * The element with minimal definite lengths and unsegmented octet strings. Sets keep their order: which of them are SET OF,
 * and so have to be sorted, only the ASN.1 module knows.
 *
 * @throws MalformedAsn1
 */
export function distinguishedEncodingOf(element: Element, where: string, depth = 0): Uint8Array {
  if (depth > MAX_DEPTH) throw new MalformedAsn1('too-deep', where);
  if (element.tag === (Tag.octetString | CONSTRUCTED)) {
    return encodeElement(Tag.octetString, octetsOf(element, Tag.octetString, where));
  }
  if ((element.tag & CONSTRUCTED) === 0) return encodeElement(element.tag, element.content);
  const children = childrenOf(element, where);
  return encodeElement(
    element.tag,
    ...children.map((child) => distinguishedEncodingOf(child, where, depth + 1)),
  );
}
