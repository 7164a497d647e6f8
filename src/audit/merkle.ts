// The Merkle tree over records (RFC 9162, 2.1): one root for many, and a short proof that one of them is among them.

import { createHash } from 'node:crypto';

/** Root of a tree. @param leaves - what is in it, in order; at least one */
export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) throw new RangeError('a tree has leaves');
  if (leaves.length === 1) return leafHash(only);
  const half = largestPowerBelow(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, half)), treeRoot(leaves.slice(half)));
}

/** The proof that the leaf at `index` is in the tree, from the leaf upwards (RFC 9162, 2.1.3.1). */
export function inclusionPath(index: number, leaves: readonly Uint8Array[]): readonly Uint8Array[] {
  if (leaves.length <= 1) return [];
  const half = largestPowerBelow(leaves.length);
  const left = leaves.slice(0, half);
  const right = leaves.slice(half);
  return index < half
    ? [...inclusionPath(index, left), treeRoot(right)]
    : [...inclusionPath(index - half, right), treeRoot(left)];
}

/** The root that a leaf and its proof lead to (RFC 9162, 2.1.3.2); null for a proof of another length. */
export function rootOfPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (index < 0 || index >= size) return null;
  let [fn, sn] = [index, size - 1];
  let root = leafHash(leaf);
  for (const sibling of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(sibling, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      root = nodeHash(root, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? root : null;
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

// The first octet keeps a leaf from being taken for a node (RFC 9162, 2.1.1).
function leafHash(leaf: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(0)).update(leaf).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}
