// Rules are pure and ask for signature arithmetic by lookup; here it is computed between their runs.

import { sameBytes } from '../asn1/values.ts';
import type { SignatureArithmetic, SignatureCheck } from '../platform/platform.ts';
import type { SignatureLookup } from './signature-lookup.ts';

/**
 * Runs `judge` until every signature check that it asks for is answered.
 *
 * @param judge - the same question each time, so that the same checks are asked for; only its last answer counts
 */
export async function withGatheredArithmetic<T>(
  arithmetic: SignatureArithmetic,
  judge: (verified: SignatureLookup) => T,
): Promise<T> {
  const answers: { readonly check: SignatureCheck; readonly answer: boolean }[] = [];
  for (;;) {
    const asked: SignatureCheck[] = [];
    const judgement = judge((check) => {
      const known = answers.find((entry) => isSameCheck(entry.check, check));
      if (known === undefined && !asked.some((other) => isSameCheck(other, check))) asked.push(check);
      return known?.answer;
    });
    if (asked.length === 0) return judgement;
    for (const check of asked) answers.push({ check, answer: await arithmetic.verify(check) });
  }
}

// The signature first: it is short, and differs whenever anything else does.
function isSameCheck(a: SignatureCheck, b: SignatureCheck): boolean {
  return (
    sameBytes(a.signature, b.signature) &&
    sameBytes(a.publicKey, b.publicKey) &&
    JSON.stringify(a.scheme) === JSON.stringify(b.scheme) &&
    (a.message === b.message || sameBytes(a.message, b.message))
  );
}
