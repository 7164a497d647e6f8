// Certification (ISO 32000-2, 12.8.2.2 and 12.8.6): one signature certifies, it is the first, and `/Perms` names no other.

import { certificationIn, certifyingReference } from '../pdf/doc-mdp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { ReadSignature } from './read-signature.ts';
import type { Finding } from './report.ts';

interface Certifying {
  readonly index: number;
  readonly permissionKnown: boolean;
}

/**
 * @param signatures - in the order of signing
 * @returns for each signature, in the order given, what is wrong with its part in the certification
 * @throws MalformedPdf
 */
export function checkCertification(
  document: PdfDocument,
  signatures: readonly ReadSignature[],
): readonly (readonly Finding[])[] {
  const findings = signatures.map((): Finding[] => []);
  const report = (index: number, code: string, effect: Finding['effect'] = 'constraint'): void => {
    findings[index]?.push({ code, effect, where: signatures[index]?.fieldName ?? '' });
  };
  const certifying = signatures.flatMap(({ value }, index): Certifying[] => {
    const found = value.dictionary === null ? null : certificationIn(document.last, value.dictionary);
    return found === null ? [] : [{ index, ...found }];
  });
  for (const [order, { index, permissionKnown }] of certifying.entries()) {
    if (!permissionKnown) report(index, 'docmdp-invalid');
    if (order > 0) report(index, 'certification-repeated');
    else if (index > 0) report(index, 'certification-not-first');
  }
  checkPermissions(document, signatures, certifying[0]?.index ?? null, report);
  return findings;
}

/** `/Perms` is optional: some signers leave only the reference in the signature dictionary. */
function checkPermissions(
  document: PdfDocument,
  signatures: readonly ReadSignature[],
  certifying: number | null,
  report: (index: number, code: string, effect?: Finding['effect']) => void,
): void {
  const named = certifyingReference(document.last);
  if (named === null) {
    if (certifying !== null) report(certifying, 'certification-without-permissions', 'info');
    return;
  }
  if (certifying === null || signatures[certifying]?.value.reference?.number !== named.number) {
    for (const index of signatures.keys()) report(index, 'certification-inconsistent');
    return;
  }
  const revision = signatures[certifying]?.coverage.revision;
  if (revision == null) return;
  const whenSigned = certifyingReference(document.viewOf(revision));
  if (whenSigned?.number !== named.number) report(certifying, 'certification-not-first');
}
