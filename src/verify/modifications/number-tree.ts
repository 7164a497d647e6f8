// Number trees (ISO 32000-2, 7.9.7), read as what they map.

import type { RevisionView } from '../../pdf/document.ts';
import { limitExceeded } from '../../pdf/errors.ts';
import type { PdfLimits } from '../../pdf/limits.ts';
import { asKind, type PdfObject } from '../../pdf/objects.ts';

export interface NumberTree {
  /** Values as written, by key. */
  readonly entries: ReadonlyMap<number, PdfObject>;
  /** Numbers of the objects that the tree itself consists of. */
  readonly nodes: ReadonlySet<number>;
  /** A key given twice, something that is no number, or a node under two parents. */
  readonly irregular: boolean;
}

/** @throws MalformedPdf `limits-exceeded` `pathSteps` */
export function readNumberTree(
  view: RevisionView,
  root: PdfObject | undefined,
  limits: PdfLimits,
): NumberTree {
  const entries = new Map<number, PdfObject>();
  const nodes = new Set<number>();
  let irregular = false;
  let steps = 0;
  const note = (object: PdfObject | undefined): void => {
    const reference = asKind(object, 'reference');
    if (reference === undefined) return;
    irregular ||= nodes.has(reference.number);
    nodes.add(reference.number);
  };
  const pending: (PdfObject | undefined)[] = [root];
  while (pending.length > 0 && !irregular) {
    const object = pending.pop();
    note(object);
    const node = asKind(view.resolve(object), 'dictionary');
    for (const key of ['Kids', 'Nums']) note(node?.entries.get(key));
    const pairs = asKind(view.resolve(node?.entries.get('Nums')), 'array')?.items ?? [];
    const kids = asKind(view.resolve(node?.entries.get('Kids')), 'array')?.items ?? [];
    steps += pairs.length + kids.length + 1;
    if (steps > limits.pathSteps) throw limitExceeded(limits, 'pathSteps');
    for (let i = 0; i < pairs.length; i += 2) {
      const key = asKind(view.resolve(pairs[i]), 'number');
      irregular ||= key === undefined || entries.has(key.value);
      if (key !== undefined) entries.set(key.value, pairs[i + 1] ?? null);
    }
    pending.push(...kids);
  }
  return { entries, nodes, irregular };
}
