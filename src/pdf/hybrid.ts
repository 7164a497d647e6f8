// Hybrid-reference files (ISO 32000-2, 7.5.8.4): readers that know `/XRefStm` and those that do not must see one document.

import type { PdfDocument, RevisionView } from './document.ts';
import { limitExceeded, MalformedPdf } from './errors.ts';
import type { PdfObject, PdfReference } from './objects.ts';
import { ReadDocument } from './read-document.ts';
import { referencesIn } from './references.ts';
import { sameObject } from './same-object.ts';

/**
 * Whether both readings resolve pages, form, security store, permissions and layers alike, with all that these lead to, in the last
 * revision or in the one asked for. What the table calls free may exist only outside of these, where office software hides
 * the structure tree from old readers.
 * @throws MalformedPdf `limits-exceeded` `pathSteps`
 */
export function hybridViewsAgree(
  document: PdfDocument,
  revision: number = document.revisions.length - 1,
): boolean {
  if (!document.revisions.slice(0, revision + 1).some(({ form }) => form === 'hybrid')) return true;
  if (!(document instanceof ReadDocument)) throw new TypeError('a document that was opened');
  const whole = document.viewOf(revision);
  const table = document.tableViewOf(revision);
  try {
    return sameReach(whole, table, document.limits.pathSteps) ?? exceeded(document);
  } catch (error) {
    // A view in which the document cannot even be walked is not the same as the other one.
    if (error instanceof MalformedPdf && error.code === 'pdf-damaged') return false;
    throw error;
  }
}

function exceeded(document: PdfDocument): never {
  throw limitExceeded(document.limits, 'pathSteps');
}

// The last decides which layers of a page are shown.
const COMPARED = ['Pages', 'AcroForm', 'DSS', 'Perms', 'OCProperties'] as const;

/** Null when there is more to compare than the limit allows. */
function sameReach(whole: RevisionView, table: RevisionView, most: number): boolean | null {
  const catalog = whole.catalog();
  const tableCatalog = table.catalog();
  const pending: PdfReference[] = [];
  for (const key of COMPARED) {
    const object = catalog.entries.get(key) ?? null;
    if (!sameObject(whole, object, table, tableCatalog.entries.get(key) ?? null)) return false;
    pending.push(...referencesIn(object));
  }
  // By generation too: a reference that misses its object must not hide the one that finds it.
  const visited = new Set<string>();
  let steps = 0;
  for (let reference = pending.pop(); reference !== undefined; reference = pending.pop()) {
    steps += 1;
    if (steps > most) return null;
    const key = `${reference.number} ${reference.generation}`;
    if (visited.has(key)) continue;
    visited.add(key);
    const object: PdfObject = whole.load(reference);
    if (!sameObject(whole, object, table, table.load(reference))) return false;
    for (const next of referencesIn(object)) pending.push(next);
  }
  return true;
}
