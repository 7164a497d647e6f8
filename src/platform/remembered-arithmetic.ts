// Arithmetic has one answer for ever. The same issuers' signatures come with every letter, and what a signer returned is asked
// about twice: before it is embedded, and by the verifier that reads the finished file.

import type { SignatureArithmetic, SignatureCheck } from './platform.ts';

const MOST_REMEMBERED = 1024;
/** One signature value is held against one key or two; a crafted pool of certificates may try many. */
const MOST_OF_ONE_SIGNATURE = 16;
/** Certificates, OCSP answers and signed attributes are shorter; what is longer costs more to keep than to compute. */
const LONGEST_MESSAGE = 8 * 1024;

interface Remembered {
  readonly check: SignatureCheck;
  readonly answer: boolean;
}

/** The same arithmetic, done once for each question; a question is compared byte by byte, never by a digest of it. */
export function rememberedArithmetic(arithmetic: SignatureArithmetic): SignatureArithmetic {
  const bySignature = new Map<string, Remembered[]>();
  let count = 0;
  const remember = (signature: string, check: SignatureCheck, answer: boolean): void => {
    // A no may also be a failure of the moment, and would make a right document a forged one for as long as it is remembered.
    if (!answer) return;
    if (count >= MOST_REMEMBERED) {
      bySignature.clear();
      count = 0;
    }
    const others = bySignature.get(signature) ?? [];
    if (others.length >= MOST_OF_ONE_SIGNATURE) return;
    bySignature.set(signature, [...others, { check: copyOf(check), answer }]);
    count += 1;
  };
  return {
    verify: (check) => {
      if (check.message.length > LONGEST_MESSAGE) return arithmetic.verify(check);
      const signature = beginningOf(check.signature);
      const known = bySignature.get(signature)?.find((other) => isSameQuestion(other.check, check));
      if (known !== undefined) return known.answer;
      const answer = arithmetic.verify(check);
      if (typeof answer === 'boolean') {
        remember(signature, check, answer);
        return answer;
      }
      return answer.then((computed) => {
        remember(signature, check, computed);
        return computed;
      });
    },
  };
}

/** The caller's bytes may be a view of a whole document, and may change after the answer. */
function copyOf({ publicKey, scheme, message, signature }: SignatureCheck): SignatureCheck {
  return { publicKey: publicKey.slice(), scheme, message: message.slice(), signature: signature.slice() };
}

function isSameQuestion(a: SignatureCheck, b: SignatureCheck): boolean {
  return (
    areSameBytes(a.signature, b.signature) &&
    areSameBytes(a.message, b.message) &&
    areSameBytes(a.publicKey, b.publicKey) &&
    (a.scheme === b.scheme || JSON.stringify(a.scheme) === JSON.stringify(b.scheme))
  );
}

function areSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** What questions are found by: one character per byte, for the longest of RSA; of ML-DSA's thousands the first do. */
function beginningOf(signature: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, null, signature.subarray(0, 512)) as string;
}
