// Element contents to values: integers, object identifiers, bit strings, character strings, times.

import { childrenOf, type Element, MAX_DEPTH, MalformedAsn1, Tag } from './element.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A BOOLEAN; DER knows 00 and FF only. @throws MalformedAsn1 */
export function readBoolean(element: Element, where: string): boolean {
  const [value] = requireTag(element, Tag.boolean, where);
  if (element.content.length !== 1 || (value !== 0 && value !== 0xff))
    throw new MalformedAsn1('value-malformed', where);
  return value === 0xff;
}

/** An INTEGER or ENUMERATED of any size. @throws MalformedAsn1 */
export function readInteger(element: Element, where: string): bigint {
  if (element.tag !== Tag.enumerated) requireTag(element, Tag.integer, where);
  return integerOf(element.content, where);
}

/** Requires that content octets are a minimal two's complement, without making a number of them (keys). @throws MalformedAsn1 */
export function requireInteger(content: Uint8Array, where: string): void {
  const [first, second] = content;
  if (first === undefined) throw new MalformedAsn1('value-malformed', where);
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new MalformedAsn1('value-malformed', where);
  }
}

/** The number in the content octets of an INTEGER, minimal two's complement. @throws MalformedAsn1 */
export function integerOf(content: Uint8Array, where: string): bigint {
  requireInteger(content, where);
  // By way of text: shifting octet by octet takes quadratic time, which somebody with a long number would use.
  const value = BigInt(`0x${hex(content)}`);
  return (content[0] ?? 0) >= 0x80 ? value - (1n << BigInt(8 * content.length)) : value;
}

/** An INTEGER that must fit a JavaScript number (versions, lengths, counts). @throws MalformedAsn1 */
export function readSmallInteger(element: Element, where: string): number {
  const { content } = element;
  const [octet = 0xff] = content;
  if (element.tag === Tag.integer && content.length === 1 && octet < 0x80) return octet;
  const value = readInteger(element, where);
  if (value > 0x7fffffffn || value < -0x80000000n) throw new MalformedAsn1('value-malformed', where);
  return Number(value);
}

/** An OBJECT IDENTIFIER in dotted decimal form. @throws MalformedAsn1 */
export function readOid(element: Element, where: string): string {
  requireTag(element, Tag.oid, where);
  return oidOf(element.content, where);
}

/** The usual case without big numbers: no arc of more than four octets; null leaves it to the long way. */
function shortOidOf(content: Uint8Array): string | null {
  let text = '';
  let arc = 0;
  let octets = 0;
  for (const octet of content) {
    if (octets === 4 || (octets === 0 && octet === 0x80)) return null;
    arc = (arc << 7) | (octet & 0x7f);
    octets += 1;
    if (octet >= 0x80) continue;
    if (text === '') {
      const root = Math.min(2, Math.floor(arc / 40));
      text = `${root}.${arc - 40 * root}`;
    } else text += `.${arc}`;
    arc = 0;
    octets = 0;
  }
  return octets === 0 ? text : null;
}

// An arc of more than 128 bits (19 octets of 7) is only ever sent to exhaust big-number arithmetic; UUID arcs need 128.
const MAX_ARC_OCTETS = 19;

// 128 sub-identifiers is what RFC 2578, 3.5 allows, and most are one or two octets. What is known is kept, so it has to be short.
const MAX_OID_OCTETS = 256;

// The same few dozen identifiers stand in everything that is read. By a hash of the octets, which are then compared.
const knownOids: ({ readonly content: Uint8Array; readonly text: string } | undefined)[] = new Array(512);

/** The dotted form of an object identifier's content octets. @throws MalformedAsn1 */
export function oidOf(content: Uint8Array, where: string): string {
  if (content.length > MAX_OID_OCTETS) throw new MalformedAsn1('value-malformed', where);
  let hash = content.length;
  for (let i = 0; i < content.length; i += 1) hash = (Math.imul(hash, 31) + (content[i] as number)) | 0;
  const slot = (hash ^ (hash >> 9)) & (knownOids.length - 1);
  const known = knownOids[slot];
  if (known !== undefined && sameBytes(known.content, content)) return known.text;
  const text = parseOid(content, where);
  knownOids[slot] = { content: content.slice(), text };
  return text;
}

function parseOid(content: Uint8Array, where: string): string {
  if (content.length === 0) throw new MalformedAsn1('value-malformed', where);
  const short = shortOidOf(content);
  if (short !== null) return short;
  const arcs: string[] = [];
  let arc = 0n;
  let octets = 0;
  for (const octet of content) {
    if (octets === 0 && octet === 0x80) throw new MalformedAsn1('value-malformed', where);
    octets += 1;
    if (octets > MAX_ARC_OCTETS) throw new MalformedAsn1('value-malformed', where);
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(String(root), String(arc - root * 40n));
    } else {
      arcs.push(String(arc));
    }
    arc = 0n;
    octets = 0;
  }
  if (octets !== 0) throw new MalformedAsn1('value-malformed', where);
  return arcs.join('.');
}

/** An OCTET STRING; the constructed form of BER is joined. @throws MalformedAsn1 */
export function readOctetString(element: Element, where: string): Uint8Array {
  return octetsOf(element, Tag.octetString, where);
}

/** The octets of an OCTET STRING that carries an IMPLICIT tag; the constructed form of BER is joined. */
export function octetsOf(element: Element, tag: number, where: string, depth = 0): Uint8Array {
  if (element.tag === tag) return element.content;
  if (element.encoding !== 'ber' || element.tag !== (tag | 0x20))
    throw new MalformedAsn1('tag-unexpected', where);
  if (depth > MAX_DEPTH) throw new MalformedAsn1('too-deep', where);
  const parts = childrenOf(element, where).map((part) => octetsOf(part, Tag.octetString, where, depth + 1));
  return concatBytes(parts);
}

/** Bytes of a BIT STRING that must be a whole number of octets (keys, signatures). @throws MalformedAsn1 */
export function readBitStringOctets(element: Element, where: string): Uint8Array {
  const bits = readBitString(element, where);
  if (bits.unusedBits !== 0) throw new MalformedAsn1('value-malformed', where);
  return bits.octets;
}

export interface BitString {
  readonly octets: Uint8Array;
  readonly unusedBits: number;
}

/** A BIT STRING; the unused bits must be zero. @throws MalformedAsn1 */
export function readBitString(element: Element, where: string): BitString {
  requireTag(element, Tag.bitString, where);
  return bitStringOf(element.content, where);
}

/** The value in the content octets of a BIT STRING (also one with an IMPLICIT tag). @throws MalformedAsn1 */
export function bitStringOf(content: Uint8Array, where: string): BitString {
  const unusedBits = content[0];
  const octets = content.subarray(1);
  const last = octets.at(-1);
  if (unusedBits === undefined || unusedBits > 7) throw new MalformedAsn1('value-malformed', where);
  if (last === undefined ? unusedBits !== 0 : (last & ((1 << unusedBits) - 1)) !== 0) {
    throw new MalformedAsn1('value-malformed', where);
  }
  return { octets, unusedBits };
}

/** Whether bit `n` of a named-bit list is set; bit 0 is the first bit of the first octet (X.680, 22). */
export function hasBit(bits: BitString, n: number): boolean {
  return ((bits.octets[n >> 3] ?? 0) & (0x80 >> (n & 7))) !== 0;
}

const utf8 = new TextDecoder('utf-8');
const utf16 = new TextDecoder('utf-16be');

/** Text of any directory or character string type, undecodable characters replaced. @throws MalformedAsn1 */
export function readText(element: Element, where: string): string {
  switch (element.tag) {
    case Tag.utf8String:
      return utf8.decode(element.content);
    case Tag.numericString:
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.visibleString:
    case Tag.teletexString:
      return latin1(element.content);
    case Tag.bmpString:
      return utf16.decode(element.content);
    case Tag.universalString:
      return utf32(element.content);
    default:
      throw new MalformedAsn1('tag-unexpected', where);
  }
}

/** A UTCTime or GeneralizedTime of RFC 5280, 4.1.2.5: seconds present, zone `Z`; fractions as RFC 3161 allows. */
export function readTime(element: Element, where: string): Instant {
  const text = latin1(element.content);
  const match =
    element.tag === Tag.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
      : element.tag === Tag.generalizedTime
        ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?Z$/.exec(text)
        : null;
  if (match === null) throw new MalformedAsn1('value-malformed', where);
  const [, y = '', mo, d, h, mi, s, fraction = ''] = match;
  const year = y.length === 2 ? Number(y) + (Number(y) < 50 ? 2000 : 1900) : Number(y);
  const fields = [year, Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)] as const;
  const at = Date.UTC(...fields);
  const back = new Date(at);
  if (
    back.getUTCMonth() !== fields[1] ||
    back.getUTCDate() !== fields[2] ||
    fields[3] > 23 ||
    fields[4] > 59
  ) {
    throw new MalformedAsn1('value-malformed', where);
  }
  return at + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) text += HEX_OCTETS[bytes[i] as number];
  return text;
}

const HEX_OCTETS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function requireTag(element: Element, tag: number, where: string): Uint8Array {
  if (element.tag !== tag) throw new MalformedAsn1('tag-unexpected', where);
  return element.content;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) text += String.fromCharCode(bytes[i] as number);
  return text;
}

function utf32(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 3 < bytes.length; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(i, i + 4);
    const point = a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text;
}
