// The exit code table and its precedence.

import fc from 'fast-check';
import t from 'tap';
import {
  EXIT_CODES,
  exitCodeOf,
  exitCodesMarkdown,
  exitCodesOf,
  FAILURES,
  type Failure,
  type Outcome,
  outcomeOf,
} from '../../src/cli/exit-codes.ts';
import { VERDICTS, type Verdict } from '../../src/verify/report.ts';
import { madeReport, typicalReport, typicalSignature } from '../report/made-reports.ts';

const ALL = new Set(Object.keys(FAILURES) as Failure[]);

t.test('every verdict has its exit code', async (t) => {
  const expected: Readonly<Record<Verdict, number>> = {
    VALID: 0,
    VALID_WITH_NOTES: 0,
    REVOKED_LATER: 0,
    UNKNOWN_ISSUER: 3,
    UNKNOWN_REVOCATION: 3,
    TIME_UNPROVABLE: 3,
    CHANGED_AFTER_LAST_SIGNATURE: 1,
    WEAK_ALGORITHM: 1,
    TEST_CERTIFICATE: 1,
    MODIFIED: 1,
    INVALID: 1,
    REVOKED: 1,
    EXPIRED_AT_SIGNING: 1,
    NOT_YET_VALID: 1,
    MIXED: 1,
    NO_SIGNATURE: 4,
    UNREADABLE: 5,
    SERVICE_ERROR: 70,
  };
  for (const verdict of VERDICTS) {
    t.equal(exitCodeOf([outcomeOf(typicalReport(verdict))], ALL), expected[verdict], verdict);
  }
});

t.test('a mixed letter takes the class of its worst signature', async (t) => {
  const unsure = madeReport([typicalSignature('VALID'), typicalSignature('UNKNOWN_ISSUER')], {
    verdict: 'MIXED',
    class: 'unsure',
  });
  t.equal(exitCodeOf([outcomeOf(unsure)], ALL), 3);
});

t.test('a run without any file is unreadable, whatever counts', async (t) => {
  t.equal(exitCodeOf([], ALL), 5);
  t.equal(exitCodeOf([], new Set()), 5);
});

t.test('of several outcomes the first of 70, 1, 5, 3, 4, 0 wins, in any order and number', async (t) => {
  const precedence: readonly Outcome[] = [
    'internal',
    'invalid',
    'unreadable',
    'indeterminate',
    'unsigned',
    'accepted',
  ];
  const codes: Readonly<Record<Outcome, number>> = { ...FAILURES, internal: 70, accepted: 0 };
  const property = fc.property(
    fc.array(fc.constantFrom(...precedence), { minLength: 1, maxLength: 12 }),
    fc.subarray([...ALL]),
    (outcomes, counted) => {
      const failOn = new Set<Failure>(counted);
      const counts = (outcome: Outcome): boolean =>
        outcome === 'internal' || outcome === 'accepted' || failOn.has(outcome);
      const first = precedence.find((outcome) => counts(outcome) && outcomes.includes(outcome));
      return exitCodeOf(outcomes, failOn) === (first === undefined ? 0 : codes[first]);
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 10_000 }));
});

t.test('an unsigned file ends with 0 only for whoever asked not to count it', async (t) => {
  t.equal(exitCodeOf(['accepted', 'unsigned'], ALL), 4);
  t.equal(exitCodeOf(['accepted', 'unsigned'], new Set<Failure>(['invalid'])), 0);
});

t.test('the table stands in the order of precedence, each code once', async (t) => {
  t.strictSame(
    EXIT_CODES.map(({ code }) => code),
    [130, 78, 70, 2, 1, 5, 3, 4, 0],
  );
});

t.test('the documentation is the table', async (t) => {
  t.strictSame(
    exitCodesOf('sign', 'en').map(({ code }) => code),
    [0, 1, 2, 5, 70, 130],
  );
  t.strictSame(
    exitCodesOf('verify', 'id').map(({ code }) => code),
    [0, 1, 2, 3, 4, 5, 70, 130],
  );
  t.strictSame(
    exitCodesOf('serve', 'en').map(({ code }) => code),
    [0, 2, 70, 78],
  );
  t.match(
    exitCodesMarkdown('verify', 'en'),
    /^\| Exit \| Meaning \|\n\|---\|---\|\n\| 0 \| every file is signed/,
  );
});
