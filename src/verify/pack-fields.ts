// Reading members of a pack that somebody else may have written: each of exactly one form, everything bounded.

import type { Instant } from '../asn1/values.ts';
import { decodeBase64 } from './base64.ts';

/**
 * - `pack-too-large` { limit }: more bytes than any verification gives
 * - `pack-malformed` { at }: not a pack as `encodeEvidencePack` writes it; `at` is a JSON Pointer
 * - `pack-version-unknown` { version }: of a later program
 * - `document-differs` { size, expectedSize }: the pack is about another document, or this one was changed
 */
export type EvidencePackRefusedCode =
  | 'pack-too-large'
  | 'pack-malformed'
  | 'pack-version-unknown'
  | 'document-differs';

/** Nothing was judged. */
export class EvidencePackRefused extends Error {
  readonly code: EvidencePackRefusedCode;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    code: EvidencePackRefusedCode,
    values: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(`${code} ${JSON.stringify(values)}`, { cause });
    this.name = 'EvidencePackRefused';
    this.code = code;
    this.values = values;
  }
}

/** Makes a value of one member; `at` is its JSON Pointer. @throws EvidencePackRefused `pack-malformed` */
export type Field<T> = (value: unknown, at: string) => T;

export function malformed(at: string, cause?: unknown): EvidencePackRefused {
  return new EvidencePackRefused('pack-malformed', { at }, cause);
}

/** An object with these members, all of them and no others. */
export function membersOf<T extends object>(fields: { readonly [K in keyof T]-?: Field<T[K]> }): Field<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(at);
    const given = value as Readonly<Record<string, unknown>>;
    if (Object.keys(given).length !== names.length) throw malformed(at);
    const read = names.map((name) => {
      if (!Object.hasOwn(given, name)) throw malformed(`${at}/${name}`);
      return [name, fields[name](given[name], `${at}/${name}`)] as const;
    });
    return Object.freeze(Object.fromEntries(read)) as T;
  };
}

export function listOf<T>(field: Field<T>, most: number): Field<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) throw malformed(at);
    return Object.freeze(value.map((each, i) => field(each, `${at}/${i}`)));
  };
}

export function orNull<T>(field: Field<T>): Field<T | null> {
  return (value, at) => (value === null ? null : field(value, at));
}

export function text(pattern: RegExp): Field<string> {
  return (value, at) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw malformed(at);
    return value;
  };
}

/** SHA-256, lower-case hexadecimal. */
export const sha256 = text(/^[0-9a-f]{64}$/);

/** Any digest, lower-case hexadecimal. */
export const digestHex = text(/^(?:[0-9a-f]{2}){16,64}$/);

/** A word such as a class of reason. */
export const word = text(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/);

/** What a person wrote: a version, an address. */
export const shortText = text(/^[^\p{Cc}\u2028\u2029]{0,200}$/u);

export function oneOf<const T extends string>(...words: readonly T[]): Field<T> {
  return (value, at) => {
    const found = words.find((each) => each === value);
    if (found === undefined) throw malformed(at);
    return found;
  };
}

export const yesOrNo: Field<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw malformed(at);
  return value;
};

/** A whole number from 0 on. */
export const count: Field<number> = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(at);
  return value as number;
};

// As far as ECMAScript's dates reach.
const FARTHEST_MS = 8.64e15;

export const instant: Field<Instant> = (value, at) => {
  if (typeof value !== 'number' || !(Math.abs(value) <= FARTHEST_MS)) throw malformed(at);
  return value;
};

/** Bytes as base64. */
export function bytes(most: number): Field<Uint8Array> {
  return (value, at) => {
    if (typeof value !== 'string' || value.length > Math.ceil(most / 3) * 4) throw malformed(at);
    const decoded = decodeBase64(value);
    if (decoded === null) throw malformed(at);
    return decoded;
  };
}
