// Explains a changed information dictionary (ISO 32000-2, 14.3.3): it describes the document and shows nothing of it.

import { asKind } from '../../pdf/objects.ts';
import { TRAILER } from './reference-graph.ts';
import { NOTHING, type RevisionStep, type RuleResult } from './revision-step.ts';

export function explainDocumentInformation(step: RevisionStep): RuleResult {
  const reference = asKind(step.before.trailer.entries.get('Info'), 'reference');
  const information = asKind(step.after.resolve(step.after.trailer.entries.get('Info')), 'dictionary');
  if (reference === undefined || information === undefined) return NOTHING;
  // Anything but plain values could carry a reference into the document.
  const plain = [...information.entries.values()].every((value) => {
    const resolved = step.after.resolve(value);
    return (
      resolved === null ||
      typeof resolved === 'boolean' ||
      ['string', 'name', 'number'].includes(resolved.kind)
    );
  });
  if (!plain) return NOTHING;
  return {
    explanations: [{ number: reference.number, at: ({ from, path }) => from === TRAILER && path === 'Info' }],
    changes: [],
  };
}
