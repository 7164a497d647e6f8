// The references that stand in an object.

import type { PdfObject, PdfReference } from './objects.ts';

/** All references in an object, at any depth, in the order of the file; none of them is followed. */
export function referencesIn(object: PdfObject): readonly PdfReference[] {
  const references: PdfReference[] = [];
  collect(object, references);
  return references;
}

// As deep as the parser lets objects nest.
function collect(object: PdfObject, references: PdfReference[]): void {
  if (object === null || typeof object === 'boolean') return;
  switch (object.kind) {
    case 'reference':
      references.push(object);
      break;
    case 'array':
      for (const item of object.items) collect(item, references);
      break;
    case 'dictionary':
      for (const value of object.entries.values()) collect(value, references);
      break;
    case 'stream':
      collect(object.dictionary, references);
      break;
    default:
  }
}
