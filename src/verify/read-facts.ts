// The structure of a document, read once before anything is judged.

import type { PdfDocument } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { hasForgottenSignature } from '../pdf/forgotten-signature.ts';
import { findSignatures } from '../pdf/signatures.ts';
import { checkActiveContent } from './active-content.ts';
import { checkCertification } from './certification.ts';
import { checkDormantVersions } from './dormant-versions.ts';
import { checkViews } from './hybrid-views.ts';
import { checkBytesAfter, checkOverlaps } from './integrity.ts';
import type { DocumentFacts } from './judge.ts';
import { checkModifications } from './modifications/check-modifications.ts';
import { referenceGraphs } from './modifications/reference-graph.ts';
import { type ReadSignature, readSignature } from './read-signature.ts';
import { checkShadowPrepared } from './shadow-prepared.ts';
import { placesOf } from './signature-places.ts';
import { checkTrees } from './tree-cycles.ts';

/**
 * Everything that the structure of the document says.
 * @throws MalformedPdf, also `pdf-damaged` for a document that was signed and is so broken that nobody can tell what
 */
export function readFacts(document: PdfDocument): DocumentFacts {
  const facts = factsOf(document);
  const signed = facts.signatures.length > 0;
  const isBroken = document.reading === 'repaired' ? signed : !signed && hasForgottenSignature(document);
  if (isBroken) throw new MalformedPdf('pdf-damaged', { reason: 'signed-and-broken' });
  return facts;
}

function factsOf(document: PdfDocument): DocumentFacts {
  const signatures = findSignatures(document)
    .map((value) => readSignature(document, value))
    .sort((a, b) => endOf(a) - endOf(b));
  const signed = signatures.map(({ coverage }) => coverage.revision).filter((revision) => revision !== null);
  const oldest = signed.length === 0 ? null : Math.min(...signed);
  const strayFrom = oldest === null ? document.revisions.length : oldest + 1;
  const certification = checkCertification(document, signatures);
  const graphOf = referenceGraphs(document.limits.pathSteps);
  const changed = strayFrom < document.revisions.length;
  return {
    signatures: signatures.map((signature, i) => ({
      ...signature,
      findings: [...signature.findings, ...(certification[i] ?? [])],
    })),
    documentFindings:
      signatures.length === 0
        ? []
        : [
            ...checkTrees(document),
            ...checkViews(document, signed),
            ...checkActiveContent(document),
            ...(oldest === null ? [] : checkShadowPrepared(document, oldest)),
            ...(oldest === null ? [] : checkDormantVersions(document, oldest, changed ? graphOf : null)),
          ],
    modifications: oldest === null ? [] : checkModifications(document, oldest, graphOf),
    strayBytes: signatures.length === 0 ? [] : checkBytesAfter(document, strayFrom),
    overlaps: checkOverlaps(
      signatures.map(({ coverage }) => coverage),
      signatures.map(({ fieldName }) => fieldName ?? ''),
    ),
    places: placesOf(document, signatures),
    storeRevision: storeRevision(document),
  };
}

/** In the order of signing: where the covered range ends; what covers nothing comes last. */
function endOf({ coverage }: ReadSignature): number {
  return coverage.byteRange?.end ?? Number.MAX_SAFE_INTEGER;
}

/** The first revision with a document security store. */
function storeRevision(document: PdfDocument): number | null {
  const first = document.revisions.find(({ index }) => {
    const view = document.viewOf(index);
    return view.get(view.catalog(), 'DSS') !== null;
  });
  return first?.index ?? null;
}
