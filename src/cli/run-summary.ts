// The numbers of a run over several files.

import type { Language, Text } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import type { Outcome } from './exit-codes.ts';

const SUMMARY: Text = { id: '{count} berkas: {parts}.', en: '{count} files: {parts}.' };

const OUTCOME_TEXTS: Readonly<Record<Outcome, Text>> = {
  accepted: { id: '{count} diterima', en: '{count} accepted' },
  invalid: { id: '{count} tidak baik', en: '{count} bad' },
  indeterminate: { id: '{count} belum pasti', en: '{count} indeterminate' },
  unsigned: { id: '{count} tanpa tanda tangan', en: '{count} unsigned' },
  unreadable: { id: '{count} tidak terbaca', en: '{count} unreadable' },
  internal: { id: '{count} belum dinilai', en: '{count} not judged' },
};

export interface RunSummary {
  add(outcome: Outcome): void;
  /** `12 files: 11 accepted, 1 bad.` */
  text(language: Language): string;
}

export function startSummary(): RunSummary {
  const counts = new Map<Outcome, number>();
  return {
    add: (outcome) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1),
    text: (language) => {
      const parts = (Object.keys(OUTCOME_TEXTS) as Outcome[]).flatMap((outcome) => {
        const count = counts.get(outcome) ?? 0;
        return count === 0 ? [] : [fillText(OUTCOME_TEXTS[outcome][language], { count: String(count) })];
      });
      const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
      return fillText(SUMMARY[language], { count: String(count), parts: parts.join(', ') });
    },
  };
}
