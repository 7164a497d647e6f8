// What each program says of one signature, put into words that can be compared: its arithmetic, and what became of the document.

import type { SignatureReport } from '../../src/verify/report.ts';
import type { Answers } from './corpus-answers.ts';
import type { DssVerdict, PdfsigVerdict, PyhankoVerdict } from './oracles.ts';

/** Whether the digest of the covered bytes and the signature value are right. */
export type Arithmetic = 'holds' | 'broken';

/**
 * Whether the document is what was signed. `broken`: covered bytes or value are not those that were signed; `malformed`: what
 * is covered cannot be told; `changed`: something forbidden came later.
 */
export type Integrity = 'intact' | 'broken' | 'malformed' | 'changed';

/** One oracle on one signature. */
export interface Statement {
  readonly oracle: 'pdfsig' | 'pyhanko' | 'dss';
  readonly field: string;
  readonly arithmetic: Arithmetic;
  readonly integrity: Integrity;
  /** In its own terms. */
  readonly saying: string;
}

/** Of all oracles on all signatures of a file; what one refuses to judge is left out. */
export function statementsOn({ pdfsig, pyhanko, dss }: Answers): readonly Statement[] {
  return [
    ...pyhanko.signatures.filter(({ refused }) => refused === null).map(statementOfPyhanko),
    ...dss.signatures.map(statementOfDss),
    ...pdfsig.filter(({ validation }) => PDFSIG_VERDICT.test(validation)).map(statementOfPdfsig),
  ];
}

const PDFSIG_VERDICT = /^(?:Signature is (?:Valid|Invalid)|Digest Mismatch)/;

/** It judges the covered bytes alone, and says nothing of what follows them. */
function statementOfPdfsig({ field, validation }: PdfsigVerdict): Statement {
  const holds = validation === 'Signature is Valid.';
  return {
    oracle: 'pdfsig',
    field: field ?? '',
    arithmetic: holds ? 'holds' : 'broken',
    integrity: holds ? 'intact' : 'broken',
    saying: validation,
  };
}

function statementOfPyhanko(verdict: PyhankoVerdict): Statement {
  const { field, coverage, modificationLevel, docmdpOk, suspicion } = verdict;
  const holds = verdict.intact === true && verdict.valid === true;
  return {
    oracle: 'pyhanko',
    field,
    arithmetic: holds ? 'holds' : 'broken',
    integrity: holds ? integrityByPyhanko(verdict) : 'broken',
    saying: suspicion ?? `${coverage} ${modificationLevel}${docmdpOk === false ? ' against DocMDP' : ''}`,
  };
}

function integrityByPyhanko({ coverage, modificationLevel, docmdpOk }: PyhankoVerdict): Integrity {
  if (coverage !== 'ENTIRE_FILE' && coverage !== 'ENTIRE_REVISION') return 'malformed';
  if (docmdpOk === false || modificationLevel === 'OTHER') return 'changed';
  return 'intact';
}

function statementOfDss(verdict: DssVerdict): Statement {
  const { field, subIndication, modified } = verdict;
  const holds = verdict.intact && verdict.valid;
  return {
    oracle: 'dss',
    field: field ?? '',
    arithmetic: holds ? 'holds' : 'broken',
    integrity: holds ? integrityByDss(verdict) : 'broken',
    saying: `${verdict.intact ? 'intact' : 'not intact'}, ${subIndication ?? 'no subindication'}${modified ? ', changes' : ''}`,
  };
}

function integrityByDss({ subIndication, modified }: DssVerdict): Integrity {
  if (subIndication === 'FORMAT_FAILURE') return 'malformed';
  return modified ? 'changed' : 'intact';
}

/** Ours; null where we refuse to do the arithmetic, for the structure or an algorithm that we do not know. */
export function ourArithmetic({ findings }: SignatureReport): Arithmetic | null {
  if (findings.some(({ effect }) => effect === 'hash' || effect === 'value')) return 'broken';
  const undone = findings.some(
    ({ code, effect }) =>
      effect === 'structure' || /-unsupported$|^signing-certificate-not-found$/.test(code),
  );
  return undone ? null : 'holds';
}

export function ourIntegrity({ integrity }: SignatureReport): Integrity {
  switch (integrity.status) {
    case 'INTACT':
      return 'intact';
    case 'CHANGED':
      return 'broken';
    case 'ADDED':
      return 'changed';
    case 'UNREADABLE':
      return 'malformed';
  }
}

/** Our signature of a name; some tools give a field's full name, some its last part. */
export function namedSignature(
  signatures: readonly SignatureReport[],
  field: string,
): SignatureReport | undefined {
  return (
    signatures.find(({ fieldName }) => fieldName === field) ??
    signatures.find(({ fieldName }) => fieldName?.split('.').at(-1) === field)
  );
}
