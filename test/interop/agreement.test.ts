// The whole corpus before pdfsig, pyHanko, EU DSS and us: where one of them differs from us on signature arithmetic, on whether
// the document is still what was signed, or on whether it is signed at all, the reason is listed. Trust and times are not
// compared: there each has rules of its own.

import t from 'tap';
import {
  type DifferenceClass,
  explainByClass,
  type GroundedComparison,
  readDifferenceClasses,
} from '../difference-classes.ts';
import { type KnownDifference, readKnownDifferences, settleDifferences } from '../known-differences.ts';
import { corpusFiles, corpusMissing, toolMissing } from '../tools.ts';
import { compareArithmetic, compareIntegrity, comparePresence } from './comparisons.ts';
import { answersOn } from './corpus-answers.ts';

const skip =
  corpusMissing() ||
  toolMissing('pdfsig') ||
  toolMissing('pyhanko') ||
  toolMissing('java') ||
  toolMissing('dss');

const answers = skip === false ? await answersOn(corpusFiles()) : [];
const known = readKnownDifferences(new URL('./known-differences.json', import.meta.url));
const classes = readDifferenceClasses(new URL('./difference-classes.json', import.meta.url));
const ORACLES = ['pdfsig', 'pyhanko', 'dss'] as const;
const NOTHING = { unexplained: [], miscounted: [], outlived: [] };

t.test('our arithmetic agrees with theirs, but for what is listed', { skip }, (t) => {
  const compared = answers.flatMap(compareArithmetic);
  const settled = settle(compared, ['holds', 'broken']);
  t.same(settled.unsettled, NOTHING);
  for (const line of settled.table) t.comment(line);
  t.ok(compared.length > 1200, `${compared.length} judgements were compared`);
  const { rate, text } = agreementWith('dss', compared);
  t.ok(rate >= 0.99, text);
  t.end();
});

t.test('whom we call unchanged, they call unchanged, but for what is listed', { skip }, (t) => {
  const compared = answers.flatMap(compareIntegrity);
  const settled = settle(compared, ['intact', 'not intact']);
  t.same(settled.unsettled, NOTHING);
  for (const line of settled.table) t.comment(line);
  t.ok(compared.length > 1200, `${compared.length} judgements were compared`);
  const asserted = agreementWith('dss where it takes a stand', compared.filter(takesStand), 'dss');
  t.comment(asserted.text);
  const others = compared.filter((comparison) => !takesStand(comparison));
  t.comment(agreementWith('dss where it takes none', others, 'dss').text);
  t.ok(asserted.rate >= 0.99, asserted.text);
  t.end();
});

t.test('what we call signed, they call signed, but for what is listed', { skip }, (t) => {
  const compared = answers.flatMap(comparePresence);
  const settled = settle(compared, ['signed', 'unsigned']);
  t.same(settled.unsettled, NOTHING);
  for (const line of settled.table) t.comment(line);
  t.ok(compared.length > 1700, `${compared.length} judgements were compared`);
  t.end();
});

/** Held against the entries of single files first, then against the classes. */
function settle(
  compared: readonly GroundedComparison[],
  words: readonly string[],
): { unsettled: object; table: readonly string[] } {
  const concerned = ({ theirs }: KnownDifference | DifferenceClass): boolean => words.includes(theirs);
  const { unlisted, outlived } = settleDifferences(compared, known.filter(concerned));
  const differences = compared.filter((comparison) => unlisted.includes(comparison));
  const { explained, unexplained, miscounted } = explainByClass(differences, classes.filter(concerned));
  const differing = compared.filter(({ theirs, ours }) => theirs !== ours).length;
  return {
    unsettled: { unexplained, miscounted, outlived },
    table: [
      ...ORACLES.map((oracle) => agreementWith(oracle, compared).text),
      ...explained.map(
        ({ by, differences }) =>
          `${differences.length} × ${by.oracle}: ${by.theirs}, we: ${by.ours}. ${by.reason}`,
      ),
      `${differing - differences.length} × by an entry of their own`,
    ],
  };
}

function takesStand(comparison: GroundedComparison): boolean {
  return comparison.takesStand === true;
}

function agreementWith(
  name: string,
  compared: readonly GroundedComparison[],
  oracle = name,
): { rate: number; text: string } {
  const asserted = compared.filter((comparison) => comparison.oracle.startsWith(`${oracle} `));
  const agreed = asserted.filter(agree).length;
  const rate = agreed / asserted.length;
  const text = `${name}: ${agreed} of ${asserted.length} judgements agree, ${(100 * rate).toFixed(2)} %`;
  return { rate, text };
}

/** Whoever refuses the whole file does not call it intact either. */
function agree({ theirs, ours }: GroundedComparison): boolean {
  return theirs === ours || (theirs === 'not intact' && ours === 'unreadable');
}
