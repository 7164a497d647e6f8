// Judging asked for something that was not gathered: nothing may be concluded from what is left.

/**
 * - `rounds`: gathering came to no end
 * - `digest`, `signature-check`: a judgement from complete evidence needed one that is not there
 */
export type MissingEvidence = 'rounds' | 'digest' | 'signature-check';

/** Fails closed: the verdict is `SERVICE_ERROR`. */
export class EvidenceIncomplete extends Error {
  readonly code = 'evidence-incomplete';
  readonly missing: MissingEvidence;

  constructor(missing: MissingEvidence) {
    super(`evidence-incomplete: ${missing}`);
    this.name = 'EvidenceIncomplete';
    this.missing = missing;
  }
}
