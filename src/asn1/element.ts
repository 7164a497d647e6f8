// Reading ASN.1: bytes to elements, strict DER by default (X.690), BER only where a standard allows it.

export type MalformedAsn1Code =
  | 'truncated'
  | 'trailing-bytes'
  | 'length-not-minimal'
  | 'length-indefinite'
  | 'tag-unsupported'
  | 'tag-unexpected'
  | 'too-deep'
  | 'too-many-elements'
  | 'value-malformed';

/** Bytes that are not the ASN.1 they should be. `where` names the field, never its content. */
export class MalformedAsn1 extends Error {
  readonly code: MalformedAsn1Code;
  readonly where: string;

  constructor(code: MalformedAsn1Code, where: string) {
    super(`${code} in ${where}`);
    this.name = 'MalformedAsn1';
    this.code = code;
    this.where = where;
  }
}

/** Identifier octets of the universal types that X.509, CMS and RFC 3161 use, constructed bit included. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** Context-specific tag `[n]`; constructed unless told otherwise (EXPLICIT, or IMPLICIT of a constructed type). */
export function contextTag(n: number, form: 'constructed' | 'primitive' = 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | n;
}

/** `ber` also takes indefinite lengths and lengths that are longer than needed (RFC 5652 allows them in an outer CMS). */
export type Encoding = 'der' | 'ber';

/** One tag-length-value. `raw` and `content` are views into the parsed bytes, nothing is copied. */
export interface Element {
  readonly tag: number;
  /** The whole element, identifier and length octets included. */
  readonly raw: Uint8Array;
  /** For an indefinite length: without the two end-of-contents octets. */
  readonly content: Uint8Array;
  readonly encoding: Encoding;
}

/** Deeper nesting than any profile of X.509 or CMS needs; hostile input goes further to exhaust the stack. */
export const MAX_DEPTH = 32;

/**
 * Reads the one element that fills `bytes`.
 * @param where - the name of the field, for the error
 * @throws MalformedAsn1
 */
export function parseElement(bytes: Uint8Array, where: string, encoding: Encoding = 'der'): Element {
  const element = readElementAt(bytes, 0, where, encoding, 0);
  if (element.end !== bytes.length) throw new MalformedAsn1('trailing-bytes', where);
  return element;
}

/**
 * Reads the element at the start of `bytes` and leaves what follows, as the zero padding of `/Contents` demands.
 * @throws MalformedAsn1
 */
export function parseLeadingElement(bytes: Uint8Array, where: string, encoding: Encoding = 'der'): Element {
  return readElementAt(bytes, 0, where, encoding, 0);
}

/** The elements inside a constructed one, in their order. @throws MalformedAsn1 */
export function childrenOf(parent: Element, where: string, most = 100_000): Element[] {
  const children: Element[] = [];
  const { content, encoding } = parent;
  let offset = 0;
  while (offset < content.length) {
    if (children.length === most) throw new MalformedAsn1('too-many-elements', where);
    const child = readElementAt(content, offset, where, encoding, 1);
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** An element with an IMPLICIT tag as what it is: with the universal tag of its type. */
export function withTag({ raw, content, encoding }: Element, tag: number): Element {
  return { tag, raw, content, encoding };
}

/** Where an element stands. Most are only passed on the way to others: a view is made when somebody asks for it. */
class ElementInBytes implements Element {
  readonly tag: number;
  readonly encoding: Encoding;
  /** Of the element, in the bytes it was read from. */
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;
  readonly #contentEnd: number;
  #raw: Uint8Array | null = null;
  #content: Uint8Array | null = null;

  constructor(
    tag: number,
    encoding: Encoding,
    bytes: Uint8Array,
    [start, contentStart, contentEnd, end]: readonly [number, number, number, number],
  ) {
    this.tag = tag;
    this.encoding = encoding;
    this.end = end;
    this.#bytes = bytes;
    this.#start = start;
    this.#contentStart = contentStart;
    this.#contentEnd = contentEnd;
  }

  get raw(): Uint8Array {
    this.#raw ??= this.#bytes.subarray(this.#start, this.end);
    return this.#raw;
  }

  get content(): Uint8Array {
    this.#content ??= this.#bytes.subarray(this.#contentStart, this.#contentEnd);
    return this.#content;
  }
}

function readElementAt(
  bytes: Uint8Array,
  start: number,
  where: string,
  encoding: Encoding,
  depth: number,
): ElementInBytes {
  if (depth > MAX_DEPTH) throw new MalformedAsn1('too-deep', where);
  const tag = byteAt(bytes, start, where);
  if ((tag & 0x1f) === 0x1f) throw new MalformedAsn1('tag-unsupported', where);
  const first = byteAt(bytes, start + 1, where);
  if (first === 0x80) {
    if (encoding === 'der' || (tag & 0x20) === 0) throw new MalformedAsn1('length-indefinite', where);
    return readIndefinite(bytes, start, tag, where, depth);
  }
  let contentStart = start + 2;
  let length = first;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4) throw new MalformedAsn1('truncated', where);
    length = 0;
    for (let i = 0; i < octets; i += 1) length = length * 256 + byteAt(bytes, contentStart + i, where);
    const minimal = length >= 0x80 && byteAt(bytes, contentStart, where) !== 0;
    if (encoding === 'der' && !minimal) throw new MalformedAsn1('length-not-minimal', where);
    contentStart += octets;
  }
  const end = contentStart + length;
  if (end > bytes.length) throw new MalformedAsn1('truncated', where);
  return new ElementInBytes(tag, encoding, bytes, [start, contentStart, end, end]);
}

function readIndefinite(
  bytes: Uint8Array,
  start: number,
  tag: number,
  where: string,
  depth: number,
): ElementInBytes {
  let offset = start + 2;
  for (;;) {
    if (byteAt(bytes, offset, where) === 0 && byteAt(bytes, offset + 1, where) === 0) break;
    offset = readElementAt(bytes, offset, where, 'ber', depth + 1).end;
  }
  return new ElementInBytes(tag, 'ber', bytes, [start, start + 2, offset, offset + 2]);
}

function byteAt(bytes: Uint8Array, offset: number, where: string): number {
  const value = bytes[offset];
  if (value === undefined) throw new MalformedAsn1('truncated', where);
  return value;
}
