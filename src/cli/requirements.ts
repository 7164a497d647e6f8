// `--require` and `--strict`: what a reader asks for beyond an acceptance.

import {
  classOf,
  type SignatureLevel,
  type SignatureReport,
  type VerificationReport,
} from '../verify/report.ts';
import { invalidValue } from './arguments.ts';

/** One condition, as it was written, and whether a document is proven not to meet it. */
export interface Requirement {
  readonly name: string;
  isUnmet(report: VerificationReport): boolean;
}

const LEVELS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
const EXPECTED = 'ltv, timestamp, pades-b-b … pades-b-lta, signer-cn=NAME, count>=N';

/** Notes count as unmet. */
export const STRICT: Requirement = {
  name: 'strict',
  isUnmet: ({ verdict }) => verdict === 'VALID_WITH_NOTES' || verdict === 'REVOKED_LATER',
};

/**
 * Reads conditions, separated by commas; a comma inside of a name is written `\,`.
 * @throws UsageError `option-value-invalid`
 */
export function readRequirements(value: string): readonly Requirement[] {
  return value
    .split(/(?<!\\),/)
    .map((word) => word.trim().replaceAll('\\,', ','))
    .map((name) => {
      const isMissing = conditionOf(name);
      if (isMissing === null) throw invalidValue('require', name, EXPECTED);
      return { name, isUnmet: (report) => isJudged(report) && isMissing(peopleOf(report)) };
    });
}

/** The conditions that a document is proven not to meet; none of one that was not read. */
export function unmetBy(report: VerificationReport, requirements: readonly Requirement[]): readonly string[] {
  return requirements.filter((requirement) => requirement.isUnmet(report)).map(({ name }) => name);
}

function isJudged({ verdict }: VerificationReport): boolean {
  return verdict !== 'UNREADABLE' && verdict !== 'SERVICE_ERROR';
}

/** Time-stamps and e-Meterai are nobody's signature. */
function peopleOf({ signatures }: VerificationReport): readonly SignatureReport[] {
  return signatures.filter(({ kind }) => kind === 'signature' || kind === 'seal');
}

type Condition = (signatures: readonly SignatureReport[]) => boolean;

/** Whether the condition that this word names is missing; null for a word that names none. */
function conditionOf(name: string): Condition | null {
  const level = LEVELS.find((known) => `pades-${known.toLowerCase()}` === name.toLowerCase());
  if (level !== undefined) return unlessAll((signature) => reaches(signature.level, 'PAdES', level));
  if (name === 'timestamp') return unlessAll(({ time }) => time?.source === 'timestamp');
  if (name === 'ltv') return unlessAll(({ level }) => /-LTA?$/.test(level));
  const [, commonName] = /^signer-cn=(.+)$/.exec(name) ?? [];
  if (commonName !== undefined) {
    return (signatures) =>
      !signatures.some((each) => mayCount(each) && each.signer?.commonName === commonName);
  }
  const [, count] = /^count>=([1-9]\d{0,3})$/.exec(name) ?? [];
  if (count !== undefined) return (signatures) => signatures.filter(mayCount).length < Number(count);
  return null;
}

/** Of no signature at all nothing is said for all. */
function unlessAll(holds: (signature: SignatureReport) => boolean): Condition {
  return (signatures) => signatures.length === 0 || !signatures.every(holds);
}

/** What is still undecided may turn out good: nothing is proven by it. */
function mayCount({ verdict }: SignatureReport): boolean {
  return classOf(verdict) !== 'reject';
}

function reaches(level: SignatureLevel, family: string, wanted: (typeof LEVELS)[number]): boolean {
  const reached = LEVELS.findIndex((known) => level === `${family}-${known}`);
  return reached >= LEVELS.indexOf(wanted);
}
