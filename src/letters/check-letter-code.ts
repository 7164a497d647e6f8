// Whether a letter's code is what a service sealed, and whether a file is the one it was made for. A code never yields a verdict on a
// signature: it says which letter it belongs to, and a copy of it says the same on any other paper.

import { createHash } from 'node:crypto';
import type { MalformedCode } from './cbor.ts';
import { type LetterFacts, readLetterCode } from './letter-code.ts';

export type SealStanding = 'current' | 'former';

/** A certificate of a seal that is trusted here. */
export interface KnownSeal {
  readonly sha256: Uint8Array;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whose seal it is, for people. */
  readonly holder: string;
  /** `former`: it was replaced, and seals nothing any more; letters that bear it are checked all the same. */
  readonly standing: SealStanding;
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export type CodeFinding = 'code-malformed' | 'seal-unknown' | 'seal-wrong' | 'seal-not-in-force';

export interface CheckedCode {
  /** Null unless the code is genuine: what a forged one says is not repeated. */
  readonly facts: LetterFacts | null;
  /** Whose seal it bears. */
  readonly holder: string | null;
  /** Of the seal; null unless the code is genuine. */
  readonly seal: SealStanding | null;
  readonly finding: CodeFinding | null;
  /** Whether the file is the letter that the code was made for; null without a file. */
  readonly document: 'same' | 'other' | null;
}

/** @param file - the signed file, or the one before signing; null where only the code is at hand */
export async function checkLetterCode(
  text: string,
  seals: readonly KnownSeal[],
  file: Uint8Array | null,
): Promise<CheckedCode> {
  const read = readOrNull(text.trim());
  if (read === null) return refused('code-malformed');
  const { facts, keyId, message, signature } = read;
  const seal = seals.find(({ sha256 }) => Buffer.from(sha256).subarray(0, keyId.length).equals(keyId));
  if (seal === undefined || keyId.length < 8) return refused('seal-unknown');
  if (!(await seal.verify(message, signature))) return refused('seal-wrong');
  const at = Date.parse(`${facts.date}T00:00:00Z`);
  // The letter's date is that of the office's zone, which is up to 14 hours ahead of UTC.
  if (at + DAY_MS < seal.notBefore || at > seal.notAfter) return refused('seal-not-in-force');
  const document = file === null ? null : sameAs(file, facts);
  return { facts, holder: seal.holder, seal: seal.standing, finding: null, document };
}

const DAY_MS = 86_400_000;

function readOrNull(text: string): ReturnType<typeof readLetterCode> | null {
  try {
    return readLetterCode(text);
  } catch (error) {
    if ((error as MalformedCode).code === 'code-malformed') return null;
    throw error;
  }
}

function refused(finding: CodeFinding): CheckedCode {
  return { facts: null, holder: null, seal: null, finding, document: null };
}

function sameAs(file: Uint8Array, { size, contentSha256 }: LetterFacts): 'same' | 'other' {
  if (file.length < size) return 'other';
  const digest = createHash('sha256').update(file.subarray(0, size)).digest();
  return digest.equals(contentSha256) ? 'same' : 'other';
}
