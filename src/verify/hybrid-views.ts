// Hybrid-reference files: what an older reader shows must be what a newer one shows (ISO 32000-2, 7.5.8.4).

import type { PdfDocument } from '../pdf/document.ts';
import { hybridViewsAgree } from '../pdf/hybrid.ts';
import type { Finding } from './report.ts';

/**
 * The finding `hybrid-views-differ` when two readers see two documents, in the last revision or in one that was signed.
 * @param signed - indices of the signed revisions
 */
export function checkViews(document: PdfDocument, signed: readonly number[]): readonly Finding[] {
  const shown = new Set([...signed, document.revisions.length - 1]);
  return [...shown]
    .filter((revision) => !hybridViewsAgree(document, revision))
    .map((revision) => ({
      code: 'hybrid-views-differ',
      effect: 'structure',
      where: `revision ${revision + 1}`,
    }));
}
