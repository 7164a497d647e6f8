// The same CMS in the encodings that outer layers may have: indefinite lengths, segmented octet strings.

import { childrenOf, contextTag, type Element, parseElement, Tag } from '../../src/asn1/element.ts';
import { encodeElement } from '../../src/asn1/encode.ts';
import { concatBytes } from '../../src/asn1/values.ts';

/** Indefinite length around elements. */
export function indefinite(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return concatBytes([Uint8Array.of(tag, 0x80), ...content, Uint8Array.of(0, 0)]);
}

/** An OCTET STRING in the constructed form of BER, in pieces of 100 octets. */
export function segmented(tag: number, octets: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += 100) {
    pieces.push(encodeElement(Tag.octetString, octets.subarray(at, at + 100)));
  }
  return indefinite(tag | 0x20, ...pieces);
}

/** The CMS with every outer layer as BER; certificates, attributes and algorithm identifiers keep their bytes. */
export function asBer(cms: Uint8Array): Uint8Array {
  const [contentType, content] = children(parseElement(cms, 'ContentInfo'));
  const [version, digests, encapsulated, ...rest] = children(onlyChild(content));
  return indefinite(
    Tag.sequence,
    raw(contentType),
    indefinite(
      contextTag(0),
      indefinite(
        Tag.sequence,
        raw(version),
        raw(digests),
        encapsulatedAsBer(encapsulated),
        ...rest.map(restAsBer),
      ),
    ),
  );
}

function encapsulatedAsBer(element: Element | undefined): Uint8Array {
  const [type, content] = element === undefined ? [] : children(element);
  if (content === undefined) return indefinite(Tag.sequence, raw(type));
  const octets = onlyChild(content).content;
  return indefinite(Tag.sequence, raw(type), indefinite(contextTag(0), segmented(Tag.octetString, octets)));
}

/** certificates, crls, and the signerInfos as the SET. */
function restAsBer(element: Element): Uint8Array {
  if (element.tag !== Tag.set) return indefinite(element.tag, ...children(element).map(raw));
  return indefinite(Tag.set, ...children(element).map(signerInfoAsBer));
}

function signerInfoAsBer(element: Element): Uint8Array {
  const fields = children(element).map((field) =>
    field.tag === Tag.octetString
      ? segmented(Tag.octetString, field.content)
      : field.tag === contextTag(0)
        ? indefinite(field.tag, ...children(field).map(raw))
        : field.raw,
  );
  return indefinite(Tag.sequence, ...fields);
}

function children(element: Element): Element[] {
  return childrenOf(element, 'test');
}

function onlyChild(element: Element | undefined): Element {
  const [child] = element === undefined ? [] : children(element);
  if (child === undefined) throw new Error('no child');
  return child;
}

function raw(element: Element | undefined): Uint8Array {
  if (element === undefined) throw new Error('no element');
  return element.raw;
}
