// Whether the trees of the document can be walked to their end.

import type { PdfDocument } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { requireSoundPageTree, requireSoundStructureTree } from '../pdf/tree-walks.ts';
import type { Finding } from './report.ts';

/** A finding with the effect on structure for a page tree or structure tree with a cycle in the last revision. */
export function checkTrees({ last, limits }: PdfDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const check = (where: string, walk: () => void): void => {
    try {
      walk();
    } catch (error) {
      if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
      findings.push({ code: 'tree-malformed', effect: 'structure', where });
    }
  };
  check('Pages', () => requireSoundPageTree(last, limits));
  check('StructTreeRoot', () => requireSoundStructureTree(last, limits));
  return findings;
}
