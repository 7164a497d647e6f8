// What can be done to any bytes.

import type { Chance } from './chance.ts';

export function splice(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + piece.length);
  result.set(bytes.subarray(0, start));
  result.set(piece, start);
  result.set(bytes.subarray(end), start + piece.length);
  return result;
}

/** A short piece, short more often than long. */
function pieceOf(bytes: Uint8Array, chance: Chance): readonly [start: number, end: number] {
  const start = chance.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + 1 + chance.below(2 ** chance.below(13)))];
}

const TELLING = [0, 1, 0x20, 0x30, 0x39, 0x7f, 0x80, 0x81, 0xff];

const WAYS: readonly ((bytes: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array)[] = [
  (bytes, chance) => {
    const at = chance.below(bytes.length);
    return splice(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << chance.below(8))));
  },
  (bytes, chance) => {
    const at = chance.below(bytes.length);
    return splice(bytes, at, at + 1, Uint8Array.of(chance.one(TELLING)));
  },
  (bytes, chance) => splice(bytes, ...pieceOf(bytes, chance), new Uint8Array()),
  (bytes, chance) => {
    const [start, end] = pieceOf(bytes, chance);
    return splice(bytes, end, end, bytes.subarray(start, end));
  },
  (bytes, chance) => {
    const [start, end] = pieceOf(bytes, chance);
    const to = chance.below(bytes.length);
    return splice(bytes, to, Math.min(bytes.length, to + end - start), bytes.subarray(start, end));
  },
  (bytes, chance, other) => {
    const at = chance.below(bytes.length);
    return splice(bytes, at, at, other.subarray(...pieceOf(other, chance)));
  },
  (bytes, chance) => bytes.slice(0, chance.below(bytes.length)),
];

/** Changes bytes wherever chance leads. @param other - where foreign pieces come from */
export function mutateBytes(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  return bytes.length === 0 ? other.slice(0, 1) : chance.one(WAYS)(bytes, chance, other);
}
