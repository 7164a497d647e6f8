// Writing DER (X.690): values to bytes. Every function returns one complete element.

import { contextTag, Tag } from './element.ts';
import { concatBytes, type Instant } from './values.ts';

/** Any element from its identifier octet and content. */
export function encodeElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([header(tag, length), ...content]);
}

export function encodeSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return encodeElement(Tag.sequence, ...elements);
}

/** SET OF: the elements in ascending order of their encodings (X.690, 11.6), whatever order they came in. */
export function encodeSetOf(...elements: readonly Uint8Array[]): Uint8Array {
  return encodeElement(Tag.set, ...sortSetOf(elements));
}

/** The order of a DER SET OF, for one that carries an IMPLICIT tag. */
export function sortSetOf(elements: readonly Uint8Array[]): Uint8Array[] {
  return [...elements].sort(compareBytes);
}

/** Whether the elements stand in the order of a DER SET OF already. */
export function isSortedSetOf(elements: readonly Uint8Array[]): boolean {
  return elements.every((element, i) => i === 0 || compareBytes(elements[i - 1] as Uint8Array, element) <= 0);
}

/** `[n] EXPLICIT`. */
export function encodeExplicit(n: number, element: Uint8Array): Uint8Array {
  return encodeElement(contextTag(n), element);
}

/** An INTEGER; a byte string is taken as an unsigned magnitude (serial numbers, r and s). */
export function encodeInteger(value: number | bigint | Uint8Array): Uint8Array {
  return encodeElement(
    Tag.integer,
    value instanceof Uint8Array ? magnitude(value) : twosComplement(BigInt(value)),
  );
}

export function encodeEnumerated(value: number): Uint8Array {
  return encodeElement(Tag.enumerated, twosComplement(BigInt(value)));
}

export function encodeBoolean(value: boolean): Uint8Array {
  return encodeElement(Tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function encodeNull(): Uint8Array {
  return Uint8Array.of(Tag.null, 0);
}

// The same few dozen identifiers stand in everything that is written.
const encodedOids = new Map<string, Uint8Array>();
const ENCODED_OIDS = 512;

/** An OBJECT IDENTIFIER from its dotted form; the bytes are shared and never changed. */
export function encodeOid(dotted: string): Uint8Array {
  const known = encodedOids.get(dotted);
  if (known !== undefined) return known;
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets: number[] = [];
  for (const arc of [first * 40n + second, ...rest]) octets.push(...base128(arc));
  const encoded = encodeElement(Tag.oid, Uint8Array.from(octets));
  if (encodedOids.size < ENCODED_OIDS) encodedOids.set(dotted, encoded);
  return encoded;
}

export function encodeOctetString(octets: Uint8Array): Uint8Array {
  return encodeElement(Tag.octetString, octets);
}

/** A BIT STRING of whole octets (keys, signatures). */
export function encodeBitString(octets: Uint8Array): Uint8Array {
  return encodeElement(Tag.bitString, Uint8Array.of(0), octets);
}

/** A named-bit list, trailing zero bits removed (X.690, 11.2.2). @param bits - the numbers of the bits that are set */
export function encodeNamedBits(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return encodeElement(Tag.bitString, Uint8Array.of(0));
  const last = Math.max(...bits);
  const octets = new Uint8Array((last >> 3) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return encodeElement(Tag.bitString, Uint8Array.of(7 - (last & 7)), octets);
}

export function encodeUtf8String(text: string): Uint8Array {
  return encodeElement(Tag.utf8String, new TextEncoder().encode(text));
}

export function encodePrintableString(text: string): Uint8Array {
  return encodeElement(Tag.printableString, new TextEncoder().encode(text));
}

export function encodeIa5String(text: string): Uint8Array {
  return encodeElement(Tag.ia5String, new TextEncoder().encode(text));
}

/** GeneralizedTime in whole seconds, zone `Z` (RFC 5280, 4.1.2.5.2). */
export function encodeGeneralizedTime(at: Instant): Uint8Array {
  return encodeElement(Tag.generalizedTime, new TextEncoder().encode(`${digits(at)}Z`));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
export function encodeTime(at: Instant): Uint8Array {
  if (new Date(at).getUTCFullYear() >= 2050) return encodeGeneralizedTime(at);
  return encodeElement(Tag.utcTime, new TextEncoder().encode(`${digits(at).slice(2)}Z`));
}

function digits(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace(/\D/g, '');
}

function header(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}

function twosComplement(value: bigint): Uint8Array {
  const octets: number[] = [];
  let rest = value;
  do {
    octets.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (!((rest === 0n && (octets[0] ?? 0) < 0x80) || (rest === -1n && (octets[0] ?? 0) >= 0x80)));
  return Uint8Array.from(octets);
}

function magnitude(octets: Uint8Array): Uint8Array {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start += 1;
  const minimal = octets.subarray(start);
  return (minimal[0] ?? 0) >= 0x80
    ? concatBytes([Uint8Array.of(0), minimal])
    : minimal.length > 0
      ? minimal
      : Uint8Array.of(0);
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
