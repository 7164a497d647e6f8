// Verification on the device of who asks, by the same verifier as the service's, and what is said where a browser's arithmetic
// does not reach.

import { browserPlatform } from '../platform/browser.ts';
import { ArithmeticUnavailable, bytesSource, type SignatureArithmetic } from '../platform/platform.ts';
import type { VerificationReport } from '../verify/report.ts';
import { serviceError, type VerifyContext, verifyDocument } from '../verify/verify-document.ts';

export interface VerifiedHere {
  /** `SERVICE_ERROR` where the verdict would depend on what could not be computed. */
  readonly report: VerificationReport;
  /** The algorithms that this browser does not know, where the document uses some. */
  readonly unavailable: readonly string[];
}

/**
 * Verifies a document; nobody is asked. A signature of which the arithmetic is not available is neither right nor wrong: only
 * where the document is refused either way is there a verdict.
 */
export async function verifyHere(
  file: Uint8Array,
  context: Omit<VerifyContext, 'platform' | 'revocation'>,
): Promise<VerifiedHere> {
  const unavailable = new Set<string>();
  const judge = (assumed: boolean): Promise<VerificationReport> => {
    const arithmetic = assuming(assumed, unavailable);
    return verifyDocument(bytesSource(file), {
      ...context,
      platform: { ...browserPlatform, arithmetic },
      revocation: null,
    });
  };
  const ifRight = await judge(true);
  if (unavailable.size === 0) return { report: ifRight, unavailable: [] };
  const ifWrong = await judge(false);
  const refused = ifRight.class === 'reject' && ifRight.verdict === ifWrong.verdict;
  const undecided = serviceError({ size: file.length }, context, 'internal');
  return { report: refused ? ifRight : undecided, unavailable: [...unavailable] };
}

function assuming(answer: boolean, unavailable: Set<string>): SignatureArithmetic {
  return {
    verify: async (check) => {
      try {
        return await browserPlatform.arithmetic.verify(check);
      } catch (error) {
        if (!(error instanceof ArithmeticUnavailable)) throw error;
        unavailable.add(error.algorithm);
        return answer;
      }
    },
  };
}
