// Prometheus' text format, version 0.0.4.

import type { Family, Labels, Sample } from './registry.ts';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that is scraped. */
export function expose(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
      ...samples.map((sample) => line(name, sample)),
    ])
    .map((text) => `${text}\n`)
    .join('');
}

function line(name: string, { suffix, labels, value }: Sample): string {
  return `${name}${suffix}${labelled(labels)} ${numeral(value)}`;
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * The figures of several processes as one text: each series says whose it is, since sums are for whoever reads them.
 * @param parts - by the place of the process
 */
export function mergeFamilies(parts: ReadonlyMap<string, readonly Family[]>): readonly Family[] {
  const merged = new Map<string, Family>();
  for (const [process, families] of parts)
    for (const family of families) {
      const samples = family.samples.map((sample) => ({ ...sample, labels: { process, ...sample.labels } }));
      const before = merged.get(family.name)?.samples ?? [];
      merged.set(family.name, { ...family, samples: [...before, ...samples] });
    }
  return [...merged.values()];
}
