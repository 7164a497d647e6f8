// Everybody's words on one file beside ours, each with what it rests on.

import type { Finding, SignatureReport } from '../../src/verify/report.ts';
import type { GroundedComparison } from '../difference-classes.ts';
import type { Answers } from './corpus-answers.ts';
import {
  type Integrity,
  namedSignature,
  ourArithmetic,
  ourIntegrity,
  type Statement,
  statementsOn,
} from './statements.ts';

/** Digest and signature value, signature by signature, where both sides did the arithmetic: `holds` or `broken`. */
export function compareArithmetic(answers: Answers): readonly GroundedComparison[] {
  return statementsOn(answers).flatMap((statement) => {
    const signature = namedSignature(answers.ours.signatures, statement.field);
    const ours = signature === undefined ? null : ourArithmetic(signature);
    if (signature === undefined || ours === null) return [];
    const { oracle, field, arithmetic: theirs, saying } = statement;
    return [
      {
        ...subjectOf(answers, `${oracle} on ${field}`),
        theirs,
        ours,
        findings: decidingFindings(signature),
        saying,
        seconds: statementsOn(answers)
          .filter((other) => other.field === field && other.oracle !== oracle && other.arithmetic === ours)
          .map((other) => other.oracle),
      },
    ];
  });
}

/**
 * Whether the document is still what was signed, signature by signature: `intact` or `not intact`; ours may be `absent`, and
 * `unreadable` where we read the file not at all. Left out is what the arithmetic already tells apart.
 */
export function compareIntegrity(answers: Answers): readonly GroundedComparison[] {
  return statementsOn(answers).flatMap((statement) => {
    const { oracle, field, saying } = statement;
    const signature = namedSignature(answers.ours.signatures, field);
    if (arithmeticDiffers(statement, signature)) return [];
    const ours = ourWord(answers, signature);
    return [
      {
        ...subjectOf(answers, `${oracle} on changes after ${field}`),
        theirs: inTwoWords(statement.integrity),
        ours,
        findings: signature === undefined ? problemsOf(answers) : decidingFindings(signature),
        saying,
        takesStand: statement.takesStand,
        seconds: secondsOn(answers, statement, ours),
      },
    ];
  });
}

function arithmeticDiffers({ arithmetic }: Statement, signature: SignatureReport | undefined): boolean {
  const ours = signature === undefined ? null : ourArithmetic(signature);
  return ours !== null && ours !== arithmetic;
}

function ourWord({ ours }: Answers, signature: SignatureReport | undefined): string {
  if (signature !== undefined) return inTwoWords(ourIntegrity(signature));
  return ours.problem === null ? 'absent' : 'unreadable';
}

function inTwoWords(integrity: Integrity): 'intact' | 'not intact' {
  return integrity === 'intact' ? 'intact' : 'not intact';
}

/** pdfsig counts only where it sees a defect: it calls whatever follows the covered bytes no defect. */
function secondsOn(answers: Answers, { oracle, field }: Statement, ours: string): readonly string[] {
  const others = statementsOn(answers)
    .filter((other) => other.field === field && other.oracle !== oracle)
    .filter((other) => inTwoWords(other.integrity) === ours)
    .filter((other) => other.oracle !== 'pdfsig' || ours === 'not intact')
    .map((other) => other.oracle);
  return corpusWord(answers) === ours ? [...others, 'corpus'] : others;
}

/** What the maker of a file asserts of its one signature; null where it asserts nothing, or not of which one. */
function corpusWord({ file, ours }: Answers): 'intact' | 'not intact' | null {
  if (['CRYPTO_INTACT', 'MODIFIED_PERMITTED'].includes(file.expected)) return 'intact';
  const rejected = ['MUST_REJECT', 'MUST_FLAG_MODIFIED', 'CRYPTO_BROKEN'].includes(file.expected);
  return rejected && ours.signatures.length === 1 ? 'not intact' : null;
}

/** Whether a file has signatures at all: `signed`, `unsigned`, and ours where we could not read it `unreadable`. */
export function comparePresence(answers: Answers): readonly GroundedComparison[] {
  const { ours, pdfsig, pyhanko, dss } = answers;
  const documentSignatures = ours.signatures.filter(({ kind }) => kind !== 'doc-timestamp').length;
  const counts = [
    // It lists empty fields too, and says nothing of them.
    { oracle: 'pdfsig', theirs: pdfsig.filter(({ validation }) => validation !== 'no verdict').length },
    { oracle: 'pyhanko', theirs: pyhanko.refused === null ? pyhanko.signatures.length : null },
    // It lists document time-stamps elsewhere.
    {
      oracle: 'dss',
      theirs: dss.refused === null ? dss.signatures.length : null,
      ours: documentSignatures,
    },
  ];
  return counts.flatMap(({ oracle, theirs, ours: counted = ours.signatures.length }) => {
    if (theirs === null) return [];
    const word = ours.problem === null ? presence(counted) : 'unreadable';
    return [
      {
        ...subjectOf(answers, `${oracle} on whether it is signed`),
        theirs: presence(theirs),
        ours: word,
        findings: [...problemsOf(answers), ...ours.signatures.flatMap(decidingFindings)],
        saying: `${theirs} signatures`,
        seconds: counts
          .filter((other) => other.oracle !== oracle && other.theirs !== null)
          .filter((other) => presence(other.theirs ?? 0) === word)
          .map((other) => other.oracle),
      },
    ];
  });
}

function presence(count: number): 'signed' | 'unsigned' {
  return count > 0 ? 'signed' : 'unsigned';
}

function subjectOf({ file }: Answers, oracle: string): { file: string; sha256: string; oracle: string } {
  return { file: file.name, sha256: file.sha256, oracle };
}

function problemsOf({ ours }: Answers): readonly string[] {
  return ours.problem === null ? [] : [ours.problem.code];
}

/** What says that a signature is not intact; where nothing does, whatever else was found. */
function decidingFindings({ findings }: SignatureReport): readonly string[] {
  const deciding = findings.filter(({ effect }) => DECIDING.includes(effect));
  return (deciding.length > 0 ? deciding : findings).map(({ code }) => code);
}

const DECIDING: readonly Finding['effect'][] = ['structure', 'hash', 'value', 'change'];
