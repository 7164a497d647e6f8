// ASN.1 changed inside: the lengths around a change are set right, so that readers come to it.

import type { Chance } from './chance.ts';
import { mutateBytes, splice } from './mutate-bytes.ts';

interface Node {
  readonly tag: number;
  /** The children of a constructed element, else its octets. */
  content: Uint8Array | Node[];
}

const DEEPEST = 60;
/** What repeating an element may add, so that a run tries many inputs and not large ones; bombs have tests of their own. */
const LARGEST = 16 * 1024;

/** Null for bytes that are no sequence of definite elements. */
function nodesOf(bytes: Uint8Array, depth = 0): Node[] | null {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || first === 0x80 || first > 0x84 || depth > DEEPEST) return null;
    const octets = first > 0x80 ? first & 0x7f : 0;
    let length = octets === 0 ? first : 0;
    for (let i = 0; i < octets; i += 1) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + octets;
    at = start + length;
    if (at > bytes.length) return null;
    const content = bytes.subarray(start, at);
    nodes.push({ tag, content: ((tag & 0x20) === 0 ? null : nodesOf(content, depth + 1)) ?? content });
  }
  return nodes;
}

/** Written once, into place: half a run's time would go into joining the same octets level by level. */
function encoded(nodes: readonly Node[]): Uint8Array {
  const sizes = new Map<Node, number>();
  const output = new Uint8Array(sizeOf(nodes, sizes));
  writeNodes(nodes, sizes, output, 0);
  return output;
}

/** @param sizes - of the contents, filled on the way; a node that is listed often is measured once */
function sizeOf(nodes: readonly Node[], sizes: Map<Node, number>): number {
  let size = 0;
  for (const node of nodes) {
    let length = sizes.get(node);
    if (length === undefined) {
      length = node.content instanceof Uint8Array ? node.content.length : sizeOf(node.content, sizes);
      sizes.set(node, length);
    }
    size += 1 + lengthOctets(length).length + length;
  }
  return size;
}

/** @returns where the octets end */
function writeNodes(
  nodes: readonly Node[],
  sizes: ReadonlyMap<Node, number>,
  output: Uint8Array,
  start: number,
): number {
  let at = start;
  for (const node of nodes) {
    const { tag, content } = node;
    output[at] = tag;
    const length = lengthOctets(sizes.get(node) ?? 0);
    output.set(length, at + 1);
    at += 1 + length.length;
    if (content instanceof Uint8Array) {
      output.set(content, at);
      at += content.length;
    } else at = writeNodes(content, sizes, output, at);
  }
  return at;
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** All lists of siblings. */
function listsIn(nodes: Node[], lists: Node[][] = []): Node[][] {
  if (nodes.length > 0) lists.push(nodes);
  for (const { content } of nodes) if (!(content instanceof Uint8Array)) listsIn(content, lists);
  return lists;
}

const TAGS = [1, 2, 3, 4, 5, 6, 0x0a, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xa1, 0x1f];
const VALUES = [
  [],
  [0],
  [0xff],
  [0x80],
  [0x7f, 0xff, 0xff, 0xff],
  Array(30).fill(0xff),
  [...Buffer.from('99991231235959Z')],
  [...Buffer.from('20260101000000.5Z')],
  [...Buffer.from('260230000000Z')],
];

const WAYS: readonly ((list: Node[], at: number, chance: Chance, other: Node[][]) => void)[] = [
  (list, at) => list.splice(at, 1),
  (list, at) => list.splice(at, 0, ...list.slice(at, at + 1)),
  (list, at) => list.push(...list.splice(at, 1)),
  (list, at, chance) => {
    const { content } = list[at] as Node;
    list[at] = { tag: chance.one(TAGS), content };
  },
  (list, at, chance) => {
    const { tag } = list[at] as Node;
    list[at] = { tag, content: Uint8Array.from(chance.one(VALUES)) };
  },
  (list, at, chance) => {
    const { tag, content } = list[at] as Node;
    const octets = content instanceof Uint8Array ? content : encoded(content);
    list[at] = { tag, content: mutateBytes(octets, chance, octets.length > 0 ? octets : Uint8Array.of(0)) };
  },
  (list, at, chance, other) => {
    const { tag, content } = chance.one(chance.one(other));
    // A leaf: were the donor's own lists put in, a later change could put one of them into itself.
    const octets = content instanceof Uint8Array ? content : encoded(content);
    list.splice(at, chance.below(2), { tag, content: octets });
  },
  (list, at, chance) => {
    let node = list[at] as Node;
    for (let i = 1 << chance.below(7); i > 0; i -= 1) node = { tag: 0x30, content: [node] };
    list[at] = node;
  },
  (list, at, chance) => {
    const { tag, content } = list[at] as Node;
    // Leaves again: a list that stands in many places would let the next repetition multiply with this one.
    const octets = content instanceof Uint8Array ? content : encoded(content);
    const copy: Node = { tag, content: octets };
    const most = 1 + LARGEST / (2 + encoded([copy]).length);
    for (let i = Math.min(most, 1 << chance.below(12)); i > 0; i -= 1) list.push(copy);
  },
];

/** The indefinite form of BER around one of the outermost elements. */
function asIndefinite(nodes: readonly Node[]): Uint8Array {
  return Buffer.concat(
    nodes.flatMap(({ tag, content }) => {
      const octets = content instanceof Uint8Array ? content : encoded(content);
      return [Uint8Array.of(tag, 0x80), octets, Uint8Array.of(0, 0)];
    }),
  );
}

/** Changes the structure once or a few times, or the bytes. @param other - whose elements may be put in */
export function mutateAsn1(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  const nodes = chance.below(5) === 0 ? null : nodesOf(bytes);
  const donors = nodes === null ? null : nodesOf(other);
  if (nodes === null || donors === null || nodes.length === 0) return mutateBytes(bytes, chance, other);
  for (let changes = 1 + chance.below(3); changes > 0; changes -= 1) {
    const lists = listsIn(nodes);
    if (lists.length === 0) break;
    const list = chance.one(lists);
    chance.one(WAYS)(list, chance.below(list.length), chance, listsIn(donors));
  }
  return chance.below(10) === 0 ? asIndefinite(nodes) : encoded(nodes);
}

/** The same inside a longer text: of hexadecimal digits, as `/Contents` has them. */
export function mutateHexadecimal(file: Uint8Array, start: number, end: number, chance: Chance): Uint8Array {
  const digits = Buffer.from(file.subarray(start, end)).toString('latin1');
  const octets = Buffer.from(digits, 'hex');
  const length = octets.length > 4 && octets[1] === 0x82 ? 4 + octets.readUInt16BE(2) : octets.length;
  const changed = mutateAsn1(octets.subarray(0, length), chance, octets.subarray(0, length));
  const text = Buffer.from(changed).toString('hex').padEnd(digits.length, '0').slice(0, digits.length);
  return splice(file, start, end, Buffer.from(text, 'latin1'));
}
