// The rounds of questions to the network about one document: bounded in number and time, each question asked once.

import { type EvidencePool, OUTSIDE_UNKNOWN } from './evidence.ts';
import { REQUEST_LIMITS, type RevocationRequest } from './plan-requests.ts';
import type { FetchedRevocation, RevocationFetcher } from './ports.ts';

/** What asking about one certificate brought. */
export interface Inquiry {
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly certificate: string;
  /** Whether anything came, of whatever worth. */
  readonly answered: boolean;
  /** What was tried in vain; a class of reason, never a URL. */
  readonly failures: FetchedRevocation['failures'];
}

/** The rounds so far. */
export interface RequestRounds {
  readonly asked: ReadonlySet<string>;
  readonly inquiries: readonly Inquiry[];
  /** Whether another round may be held. */
  readonly open: boolean;
  /** Asks, and adds what comes to the pool in the order of the plan. @throws the signal's reason when it is aborted */
  hold(plan: readonly RevocationRequest[]): Promise<void>;
}

/**
 * @param signal - of the caller; when it is aborted, `hold` throws
 * @param milliseconds - for all rounds together; what is under way then counts as failed
 */
export function openRounds(
  fetcher: RevocationFetcher | null,
  pool: EvidencePool,
  signal: AbortSignal,
  milliseconds: number = REQUEST_LIMITS.milliseconds,
): RequestRounds {
  const asked = new Set<string>();
  const inquiries: Inquiry[] = [];
  let rounds = 0;
  let deadline: AbortSignal | null = null;
  return {
    asked,
    inquiries,
    get open() {
      return fetcher !== null && rounds < REQUEST_LIMITS.rounds && deadline?.aborted !== true;
    },
    hold: async (plan) => {
      if (fetcher === null || plan.length === 0) return;
      rounds += 1;
      deadline ??= AbortSignal.timeout(milliseconds);
      const either = AbortSignal.any([signal, deadline]);
      for (const { fingerprint } of plan) asked.add(fingerprint);
      const answers = await Promise.all(
        plan.map(({ certificate, issuer }) => answerInTime(fetcher, certificate, issuer, either)),
      );
      signal.throwIfAborted();
      answers.forEach((answer, i) => {
        keep(answer, pool);
        const answered = answer.ocsp !== null || answer.crl !== null;
        inquiries.push({ certificate: plan[i]?.fingerprint ?? '', answered, failures: answer.failures });
      });
    },
  };
}

/** A fetcher that does not heed the signal holds nobody up. */
async function answerInTime(
  fetcher: RevocationFetcher,
  certificate: RevocationRequest['certificate'],
  issuer: RevocationRequest['issuer'],
  signal: AbortSignal,
): Promise<FetchedRevocation> {
  if (signal.aborted) return OUT_OF_TIME;
  const ended = Promise.withResolvers<FetchedRevocation>();
  const giveUp = (): void => ended.resolve(OUT_OF_TIME);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([fetcher.fetch(certificate, issuer, signal), ended.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

const OUT_OF_TIME: FetchedRevocation = {
  ocsp: null,
  crl: null,
  failures: [{ kind: 'ocsp', reason: 'aborted' }],
};

function keep({ ocsp, crl, receipts }: FetchedRevocation, pool: EvidencePool): void {
  if (ocsp !== null) pool.addOcsp(ocsp, receipts?.ocsp ?? OUTSIDE_UNKNOWN);
  if (crl !== null) pool.addCrl(crl, receipts?.crl ?? OUTSIDE_UNKNOWN);
}
