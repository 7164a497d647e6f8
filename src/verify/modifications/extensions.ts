// Explains developer extensions (ISO 32000-2, 7.12) that came or rose: none vanishes, no level falls.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind } from '../../pdf/objects.ts';
import { catalogNumber, NOTHING, type RevisionStep, type RuleResult } from './revision-step.ts';

/** Extensions that stand in an object of their own, under the catalog alone, and each one's own dictionary. */
export function explainExtensions(step: RevisionStep): RuleResult {
  const value = step.before.catalog().entries.get('Extensions');
  if (value === undefined || !extensionsGrow(step)) return NOTHING;
  const catalog = catalogNumber(step.before);
  const own = asKind(value, 'reference')?.number;
  const numbers = own === undefined ? [] : [own];
  for (const entry of asKind(step.before.resolve(value), 'dictionary')?.entries.values() ?? []) {
    const developer = asKind(entry, 'reference');
    if (developer !== undefined) numbers.push(developer.number);
  }
  const explanations = numbers.map((number) => ({
    number,
    at: ({ from, path }: { from: number; path: string }): boolean =>
      (from === catalog && /^Extensions(\.[^.]+)?$/.test(path)) || (from === own && !path.includes('.')),
  }));
  return { explanations, changes: [] };
}

export function extensionsGrow(step: RevisionStep): boolean {
  const [before, after] = [levelsIn(step.before), levelsIn(step.after)];
  if (before === null || after === null) return false;
  return [...before].every(([prefix, level]) => (after.get(prefix) ?? -1) >= level);
}

/** Levels by developer prefix; null for what is no dictionary. */
function levelsIn(view: RevisionView): ReadonlyMap<string, number> | null {
  const value = view.get(view.catalog(), 'Extensions');
  if (value === null) return new Map();
  const extensions = asKind(value, 'dictionary');
  if (extensions === undefined) return null;
  const levels = new Map<string, number>();
  for (const [prefix, entry] of extensions.entries) {
    const developer = asKind(view.resolve(entry), 'dictionary');
    const level =
      developer === undefined ? undefined : asKind(view.get(developer, 'ExtensionLevel'), 'number');
    levels.set(prefix, level?.value ?? 0);
  }
  return levels;
}
