// The part of CBOR (RFC 8949) that letters' codes need, in its deterministic form (4.2.1): integers, octets, texts, arrays, maps with
// integer keys. Whatever is written otherwise than we would write it is refused.

export type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number, Cbor>;

/** `code-malformed`: not the CBOR that is expected here. */
export class MalformedCode extends Error {
  readonly code = 'code-malformed';

  constructor() {
    super('code-malformed');
    this.name = 'MalformedCode';
  }
}

const MAJOR = { unsigned: 0, negative: 1, octets: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
// A letter's code nests three deep.
const MOST_DEPTH = 4;

export function encodeCbor(value: Cbor): Uint8Array {
  if (typeof value === 'number')
    return value >= 0 ? head(MAJOR.unsigned, value) : head(MAJOR.negative, -1 - value);
  if (typeof value === 'string') return withHead(MAJOR.text, new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return withHead(MAJOR.octets, value);
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<number, Cbor>)].map(
      ([key, member]) => [encodeCbor(key), encodeCbor(member)] as const,
    );
    const inOrder = entries.sort(([a], [b]) => Buffer.compare(a, b)).flat();
    return Buffer.concat([head(MAJOR.map, entries.length), ...inOrder]);
  }
  const items = value as readonly Cbor[];
  return Buffer.concat([head(MAJOR.array, items.length), ...items.map(encodeCbor)]);
}

/** @param tag - a CBOR tag in front (RFC 8949, 3.4) */
export function encodeTagged(tag: number, value: Cbor): Uint8Array {
  return Buffer.concat([head(MAJOR.tag, tag), encodeCbor(value)]);
}

/** Reads a value behind this tag. @throws MalformedCode also for octets after it, and for a form that is not deterministic */
export function decodeTagged(tag: number, bytes: Uint8Array): Cbor {
  const reader = new Reader(bytes);
  if (reader.head(MAJOR.tag) !== tag) throw new MalformedCode();
  const value = reader.value(0);
  if (!reader.atEnd || !Buffer.from(encodeTagged(tag, value)).equals(bytes)) throw new MalformedCode();
  return value;
}

/** Reads a value alone. @throws MalformedCode */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd || !Buffer.from(encodeCbor(value)).equals(bytes)) throw new MalformedCode();
  return value;
}

function withHead(major: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([head(major, content.length), content]);
}

function head(major: number, value: number): Uint8Array {
  const first = major << 5;
  if (value < 24) return Uint8Array.of(first | value);
  if (value < 0x100) return Uint8Array.of(first | 24, value);
  if (value < 0x10000) return Uint8Array.of(first | 25, value >> 8, value & 0xff);
  const bytes = Buffer.alloc(5);
  bytes[0] = first | 26;
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The argument of a head of this major type. */
  head(major: number): number {
    const first = this.#take(1)[0] ?? 0;
    if (first >> 5 !== major) throw new MalformedCode();
    return this.#argument(first & 0x1f);
  }

  value(depth: number): Cbor {
    if (depth > MOST_DEPTH) throw new MalformedCode();
    const major = (this.#bytes[this.#at] ?? 0xff) >> 5;
    switch (major) {
      case MAJOR.unsigned:
        return this.head(major);
      case MAJOR.negative:
        return -1 - this.head(major);
      case MAJOR.octets:
        return new Uint8Array(this.#take(this.head(major)));
      case MAJOR.text:
        return this.#take(this.head(major)).toString('utf8');
      case MAJOR.array:
        return this.#items(this.head(major), depth);
      case MAJOR.map:
        return this.#map(this.head(major), depth);
      default:
        throw new MalformedCode();
    }
  }

  #items(count: number, depth: number): readonly Cbor[] {
    const items: Cbor[] = [];
    // Each item takes an octet at least, so a count that lies ends at the end.
    for (let i = 0; i < count; i += 1) items.push(this.value(depth + 1));
    return items;
  }

  #map(count: number, depth: number): ReadonlyMap<number, Cbor> {
    const entries = new Map<number, Cbor>();
    for (let i = 0; i < count; i += 1) {
      const key = this.value(depth + 1);
      if (typeof key !== 'number' || entries.has(key)) throw new MalformedCode();
      entries.set(key, this.value(depth + 1));
    }
    return entries;
  }

  #argument(short: number): number {
    if (short < 24) return short;
    if (short === 24) return this.#take(1).readUInt8();
    if (short === 25) return this.#take(2).readUInt16BE();
    if (short === 26) return this.#take(4).readUInt32BE();
    throw new MalformedCode();
  }

  #take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new MalformedCode();
    this.#at += length;
    return bytes;
  }
}
