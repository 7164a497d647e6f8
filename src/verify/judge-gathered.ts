// Judging from complete evidence: a pure function that notes what it used, and stops at the first thing that is not there.

import type { SignatureCheck } from '../platform/platform.ts';
import { type CoveredRange, coveredRangeKey } from './covered-bytes.ts';
import { EvidenceIncomplete } from './evidence-incomplete.ts';
import type { GatheredEvidence } from './gather-evidence.ts';
import { type CoveredDigests, type DocumentFacts, type JudgedItems, judgeItems } from './judge.ts';

/** A digest of a part of the document. */
export interface UsedDigest {
  readonly range: CoveredRange;
  readonly value: Uint8Array;
}

/** A question of signature arithmetic and its answer. */
export interface UsedCheck {
  readonly check: SignatureCheck;
  readonly answer: boolean;
}

export interface JudgedFromEvidence {
  readonly judged: JudgedItems;
  /** In the order of their keys, so that the same judgement always gives the same list. */
  readonly digests: readonly UsedDigest[];
  readonly checks: readonly UsedCheck[];
}

/**
 * Judges with what was gathered and nothing else.
 * @throws EvidenceIncomplete `digest`, `signature-check` where something was not gathered
 */
export function judgeGathered(facts: DocumentFacts, evidence: GatheredEvidence): JudgedFromEvidence {
  const digests = new Map<string, UsedDigest>();
  const checks = new Map<string, UsedCheck>();
  const covered: CoveredDigests = {
    content: (range) => evidence.covered.content(range),
    digest: (range, algorithm) => {
      const value = evidence.covered.known(range, algorithm);
      if (value === undefined) {
        if (evidence.covered.lies(range)) throw new EvidenceIncomplete('digest');
        return undefined;
      }
      const { cut, resume, end } = range;
      const used = { cut, resume, end, algorithm };
      digests.set(coveredRangeKey(used), { range: used, value });
      return value;
    },
  };
  const verified = (check: SignatureCheck): boolean => {
    const answer = evidence.answers.known(check);
    if (answer === undefined) throw new EvidenceIncomplete('signature-check');
    checks.set(evidence.answers.keyOf(check), { check, answer });
    return answer;
  };
  const judged = judgeItems(facts, covered, { ...evidence.judging, verified });
  return { judged, digests: inOrder(digests), checks: inOrder(checks) };
}

function inOrder<T>(byKey: ReadonlyMap<string, T>): readonly T[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
