// What a viewer runs by itself (ISO 32000-2, 12.6): signed with the rest, and yet something a reader should know of.

import { type ActiveContentKind, findActiveContent } from '../pdf/active-content.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Finding } from './report.ts';

// Of what a signer is told, layers, attached files and links into other documents run nothing and are in many an honest letter.
const RUNS: ReadonlySet<ActiveContentKind> = new Set([
  'javascript',
  'launch',
  'open-action',
  'form-action',
  'multimedia',
  'hides-content',
  'xfa',
]);

/** The finding `active-content`, without effect, once for a document that holds any, with the first of it. */
export function checkActiveContent(document: PdfDocument): readonly Finding[] {
  const first = findActiveContent(document).found.find(({ kind }) => RUNS.has(kind));
  if (first === undefined) return [];
  const where = first.page === null ? first.kind : `${first.kind} on page ${first.page}`;
  return [{ code: 'active-content', effect: 'info', where }];
}
