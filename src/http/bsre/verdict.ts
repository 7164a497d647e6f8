// A verdict of ours as an application of the original reads it: a word, a sentence, and for every signature what both versions tell.

import type { CompatSwitches } from '../../identity/compat-switches.ts';
import {
  type Certificate,
  nameText,
  parseCertificate,
  SIGNATURE_VERDICTS_WORST_FIRST,
  type SignatureReport,
  type SignatureVerdict,
  type Verdict,
  type VerificationReport,
} from '../../index.ts';

export type Conclusion = 'VALID' | 'INVALID' | 'INDETERMINATE' | 'NO_SIGNATURE';

/** Never `VALID` where our own answer does not accept, unless the operator wants it for what could not be settled. */
export interface CompatibleVerdict {
  readonly conclusion: Conclusion;
  /** Never empty: some readers take its absence for "no signature". */
  readonly description: string;
  readonly count: number;
  /** Those that are counted and listed, in the order of signing. */
  readonly signatures: readonly SignatureReport[];
}

export const DESCRIPTIONS = {
  trusted: 'Dokumen valid, Sertifikat yang digunakan terpercaya',
  none: 'Dokumen tidak memiliki tandatangan elektronik',
  changed: 'Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak',
  untrusted: 'Dokumen asli, Sertifikat yang digunakan tidak terpercaya',
  undetermined: 'Keabsahan dokumen belum dapat dipastikan',
} as const;

export type Kind = keyof typeof DESCRIPTIONS;

export function compatibleVerdict(
  report: VerificationReport,
  { indeterminateAs, signatureCount }: Pick<CompatSwitches, 'indeterminateAs' | 'signatureCount'>,
): CompatibleVerdict {
  const signatures = report.signatures.filter(({ kind }) => kind !== 'doc-timestamp');
  const kind = kindOf(report.verdict, signatures);
  return {
    conclusion: conclusionOf(kind, report, indeterminateAs),
    description: DESCRIPTIONS[kind],
    count: signatureCount === 'safe' && !report.ok ? 0 : signatures.length,
    signatures,
  };
}

function conclusionOf(
  kind: Kind,
  report: VerificationReport,
  indeterminateAs: CompatSwitches['indeterminateAs'],
): Conclusion {
  if (kind === 'none') return 'NO_SIGNATURE';
  if (kind === 'trusted') return report.ok ? 'VALID' : 'INVALID';
  // Of what is refused, such as a weak algorithm, nobody may make a "valid".
  return kind === 'undetermined' && report.class === 'unsure' ? indeterminateAs : 'INVALID';
}

export function kindOf(verdict: Verdict, signatures: readonly SignatureReport[]): Kind {
  switch (verdict) {
    case 'VALID':
    case 'VALID_WITH_NOTES':
    case 'REVOKED_LATER':
      return 'trusted';
    case 'NO_SIGNATURE':
      return 'none';
    case 'MIXED':
      return kindOf(worstOf(signatures), signatures);
    case 'MODIFIED':
    case 'INVALID':
    case 'CHANGED_AFTER_LAST_SIGNATURE':
      return 'changed';
    case 'UNKNOWN_ISSUER':
    case 'TEST_CERTIFICATE':
    case 'REVOKED':
    case 'EXPIRED_AT_SIGNING':
    case 'NOT_YET_VALID':
      return 'untrusted';
    case 'UNKNOWN_REVOCATION':
    case 'TIME_UNPROVABLE':
    case 'WEAK_ALGORITHM':
    case 'UNREADABLE':
    case 'SERVICE_ERROR':
      return 'undetermined';
  }
}

function worstOf(signatures: readonly SignatureReport[]): SignatureVerdict {
  const verdicts = new Set(signatures.map(({ verdict }) => verdict));
  return SIGNATURE_VERDICTS_WORST_FIRST.find((verdict) => verdicts.has(verdict)) ?? 'INVALID';
}

/** Digest and signature value are right, whatever came later. */
export function isIntact({ integrity: { status } }: SignatureReport): boolean {
  return status === 'INTACT' || status === 'ADDED';
}

export function isTrusted({ identity }: SignatureReport): boolean {
  return identity.status === 'TRUSTED';
}

/** Leaf, CA, root, as far as they are known. */
export function chainOf({ details }: SignatureReport): readonly Certificate[] {
  return (details?.chain ?? []).map(({ der }) => parseCertificate(der));
}

/** The claimed time, else the one that a time-stamp proves; null where there is neither. */
export function claimedTime({ time }: SignatureReport): number | null {
  return time === null ? null : (time.claimed ?? time.value);
}

export interface TimestampFacts {
  /** SHA-256 of the token, upper-case hexadecimal. */
  readonly token: string;
  readonly authority: string | null;
  readonly genTime: number | null;
}

export function timestampOf({ details }: SignatureReport): TimestampFacts | null {
  const stamp = details?.timestamps.find(({ kind, token }) => kind === 'signature' && token !== null);
  if (stamp === undefined) return null;
  const { token, authority, genTime } = stamp;
  return {
    token: (token ?? '').toUpperCase(),
    authority: authority === null ? null : commonName(authority),
    genTime,
  };
}

/** Of an RFC 4514 text, or the text itself. */
function commonName(text: string): string {
  return /(?:^|,)CN=((?:\\.|[^,\\])*)/i.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? text;
}

/** `2026-01-01T00:00:00.000+00:00` */
export function timeV2(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '+00:00');
}

const JAKARTA_MS = 7 * 3_600_000;

/** `2026-01-01 07:00:00.000`, Western Indonesian Time; a PHP client cannot read one without its fraction. */
export function timeV1(instant: number): string {
  return new Date(instant + JAKARTA_MS).toISOString().replace('T', ' ').replace('Z', '');
}

/** Distinguished name as RFC 2253 writes it; `encoded`: in the order of the certificate. */
export function nameOf(name: Certificate['subject'], order: 'rfc2253' | 'encoded'): string {
  const text = nameText(name);
  if (order === 'rfc2253') return text;
  return (text.match(/(?:\\.|[^,\\])+/g) ?? []).reverse().join(',');
}
