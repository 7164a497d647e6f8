// How a verdict looks: a shape, a symbol and a colour together, never a colour alone.

import { classOf, type SignatureVerdict, type Verdict, type VerdictClass } from '../verify/report.ts';
import type { Text } from './language.ts';

export type Look = 'ok' | 'note' | 'unsure' | 'warn' | 'bad' | 'none';

/** One character for each look, for faces that have only text. */
export const LOOK_SYMBOLS: Readonly<Record<Look, string>> = {
  ok: '✔',
  note: 'ℹ',
  unsure: '?',
  warn: '!',
  bad: '✖',
  none: '–',
};

/** A look in words: the text alternative of its symbol. */
export const LOOK_TEXTS: Readonly<Record<Look, Text>> = {
  ok: { id: 'Dapat diterima', en: 'Can be accepted' },
  note: { id: 'Dapat diterima, dengan catatan', en: 'Can be accepted, with notes' },
  unsure: { id: 'Belum pasti', en: 'Not certain' },
  warn: { id: 'Perhatian', en: 'Caution' },
  bad: { id: 'Ditolak', en: 'Rejected' },
  none: { id: 'Tidak ada penilaian', en: 'No judgement' },
};

/** The look of a verdict; `class` is the report's, which `MIXED` needs: it takes that of its worst signature. */
export function lookOf(verdict: Verdict, verdictClass: VerdictClass): Look {
  switch (verdict) {
    case 'VALID':
      return 'ok';
    case 'VALID_WITH_NOTES':
    case 'REVOKED_LATER':
      return 'note';
    case 'UNKNOWN_ISSUER':
    case 'UNKNOWN_REVOCATION':
    case 'TIME_UNPROVABLE':
      return 'unsure';
    case 'CHANGED_AFTER_LAST_SIGNATURE':
    case 'WEAK_ALGORITHM':
    case 'TEST_CERTIFICATE':
      return 'warn';
    case 'MODIFIED':
    case 'INVALID':
    case 'REVOKED':
    case 'EXPIRED_AT_SIGNING':
    case 'NOT_YET_VALID':
      return 'bad';
    case 'MIXED':
      return verdictClass === 'unsure' ? 'unsure' : 'warn';
    case 'NO_SIGNATURE':
    case 'UNREADABLE':
    case 'SERVICE_ERROR':
      return 'none';
  }
}

/** `lookOf` for one signature, whose class follows from its verdict. */
export function lookOfSignature(verdict: SignatureVerdict): Look {
  return lookOf(verdict, classOf(verdict));
}
