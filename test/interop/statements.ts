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
  /** Whether it answers for what came after the covered bytes too. */
  readonly takesStand: boolean;
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
    takesStand: !holds,
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
    takesStand: true,
    saying: suspicion ?? `${coverage} ${modificationLevel}${docmdpOk === false ? ' against DocMDP' : ''}`,
  };
}

function integrityByPyhanko({ coverage, modificationLevel, docmdpOk }: PyhankoVerdict): Integrity {
  if (coverage !== 'ENTIRE_FILE' && coverage !== 'ENTIRE_REVISION') return 'malformed';
  if (docmdpOk === false || modificationLevel === 'OTHER') return 'changed';
  return 'intact';
}

/**
 * What counts as DSS's word on whether the document is still what was signed.
 *
 * It says *not intact* where its arithmetic fails, where its verdict is FORMAT_FAILURE, or where its policy objects to what came
 * later: undefined changes, changes against DocMDP, FieldMDP or a field's lock, another number of pages. It does so by default
 * with a warning, which is its word all the same.
 *
 * It says *intact* where its arithmetic holds and nothing follows the covered bytes but a line end: then there is nothing that it
 * could have overlooked.
 *
 * It takes no stand where something follows and it objects to nothing. Then it lists the changes that it sees by kind, for its
 * reader to judge: validation data and metadata without looking into them, form entries, annotations; or it lists none at all,
 * since it compares objects that both revisions reach and does not read what no section lists. That pages look different, or that
 * elements overlap, is no objection either: a form that was filled in looks different, and what overlaps may have been signed so.
 */
function statementOfDss(verdict: DssVerdict): Statement {
  const { field, subIndication, objections, bytesAfter } = verdict;
  const holds = verdict.intact && verdict.valid;
  const integrity = holds ? integrityByDss(verdict) : 'broken';
  const said = [verdict.intact ? 'intact' : 'not intact', subIndication ?? 'no subindication', ...objections];
  return {
    oracle: 'dss',
    field: field ?? '',
    arithmetic: holds ? 'holds' : 'broken',
    integrity,
    takesStand: integrity !== 'intact' || bytesAfter <= BLANKS_AT_END,
    saying: [...said, ...listedByDss(verdict)].join(', '),
  };
}

/** As many as may stand behind the last `%%EOF` without saying anything. */
const BLANKS_AT_END = 16;

// Undefined changes; DocMDP; FieldMDP; SigFieldLock; the number of pages. As DSS names its constraints.
const ABOUT_CHANGES = new Set([
  ...['BBB_FC_DSCNUOM', 'BBB_FC_ISVADMDPD', 'BBB_FC_ISVAFMDPD', 'BBB_FC_ISVASFLD', 'BBB_FC_DSFREAP'],
]);

function integrityByDss({ subIndication, objections }: DssVerdict): Integrity {
  if (subIndication === 'FORMAT_FAILURE') return 'malformed';
  return objections.some((key) => ABOUT_CHANGES.has(key)) ? 'changed' : 'intact';
}

function listedByDss({ changes, bytesAfter }: DssVerdict): readonly string[] {
  const kinds = Object.entries(changes).filter(([, count]) => count > 0);
  if (kinds.length > 0) return [`lists ${kinds.map(([kind]) => kind).join(' and ')}`];
  return bytesAfter > BLANKS_AT_END ? ['lists nothing of what follows'] : [];
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
