// What a signature says about later changes, as it is written: certification and locks (ISO 32000-2, 12.8.2.2 and 12.8.2.4).

import type { FieldLock, Permission } from './doc-mdp.ts';
import {
  type PdfDictionary,
  type PdfObject,
  type PdfReference,
  pdfArray,
  pdfDictionary,
  pdfName,
  pdfNumber,
} from './objects.ts';

/** A lock with its field names as they are to be written. */
export interface DeclaredLock {
  readonly action: FieldLock['action'];
  readonly fields: readonly PdfObject[];
}

/** What this signature will hold the document to. */
export interface DeclaredRules {
  readonly certification: Permission | null;
  readonly lock: DeclaredLock | null;
}

/** @param root - the catalog: what a FieldMDP transform works on */
export function signatureReferences(
  { certification, lock }: DeclaredRules,
  root: PdfReference,
): readonly PdfDictionary[] {
  return [
    ...(certification === null ? [] : [reference('DocMDP', { P: pdfNumber(certification) }, {})]),
    ...(lock === null ? [] : [reference('FieldMDP', lockParameters(lock), { Data: root })]),
  ];
}

function lockParameters({ action, fields }: DeclaredLock): Readonly<Record<string, PdfObject>> {
  return { Action: pdfName(action), ...(action === 'All' ? {} : { Fields: pdfArray(fields) }) };
}

function reference(
  method: 'DocMDP' | 'FieldMDP',
  parameters: Readonly<Record<string, PdfObject>>,
  more: Readonly<Record<string, PdfObject>>,
): PdfDictionary {
  return pdfDictionary({
    Type: pdfName('SigRef'),
    TransformMethod: pdfName(method),
    TransformParams: pdfDictionary({
      Type: pdfName('TransformParams'),
      V: pdfName('1.2'),
      ...parameters,
    }),
    ...more,
  });
}
