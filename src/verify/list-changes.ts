// What happened between two versions that one file holds, judged by the rules that judge a signed document.

import type { PdfDocument, Revision } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { openDocument } from '../pdf/open-document.ts';
import type { Source } from '../platform/platform.ts';
import { checkModifications } from './modifications/check-modifications.ts';
import { referenceGraphs } from './modifications/reference-graph.ts';
import type { Change, Finding } from './report.ts';
import { VersionRefused, type VersionsContext } from './revisions.ts';

/** What one version did to the one before it. */
export interface VersionChanges {
  /** 1 for the oldest. */
  readonly revision: number;
  /** Permitted or not by the rules that a certification or lock before it set. */
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Numbers of the objects that it brought, wrote again, and freed. */
  readonly objects: {
    readonly added: readonly number[];
    readonly changed: readonly number[];
    readonly freed: readonly number[];
  };
}

/**
 * The steps from one version of a file to a later one.
 * @param to - null for the newest
 * @throws MalformedPdf, also `pdf-damaged` for a file whose revisions cannot be told apart; VersionRefused `revision-unknown`
 */
export function listChanges(
  source: Source,
  { platform, password }: Omit<VersionsContext, 'signal'>,
  from: number,
  to: number | null,
): readonly VersionChanges[] {
  const { inflater, digests, ciphers } = platform;
  const document = openDocument(source, {
    inflater,
    digests,
    ciphers,
    damaged: 'read',
    ...(password === undefined ? {} : { password }),
  });
  if (document.reading === 'repaired') throw new MalformedPdf('pdf-damaged', { reason: 'xref' });
  const last = document.revisions.length;
  const end = to ?? last;
  for (const revision of [from, end]) {
    if (revision > last) throw new VersionRefused('revision-unknown', { revision, revisions: last });
  }
  return checkModifications(document, from - 1, referenceGraphs(document.limits.pathSteps))
    .filter(({ revision }) => revision < end)
    .map(({ revision, changes, findings }) => ({
      revision: revision + 1,
      changes,
      findings,
      objects: objectsOf(document, revision),
    }));
}

function objectsOf(document: PdfDocument, index: number): VersionChanges['objects'] {
  const entries = (document.revisions[index] as Revision).entries;
  const before = document.viewOf(index - 1);
  const inUse = new Set(before.numbers());
  const now = new Set(document.viewOf(index).numbers());
  const numbers = [...entries.keys()].filter((number) => number > 0).sort((a, b) => a - b);
  return {
    added: numbers.filter((number) => now.has(number) && !inUse.has(number)),
    changed: numbers.filter((number) => now.has(number) && inUse.has(number)),
    freed: numbers.filter((number) => !now.has(number) && inUse.has(number)),
  };
}
