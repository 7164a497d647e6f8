// What fills the places of the verdict texts, taken from the signatures that a text speaks about.

import type { Instant } from '../asn1/values.ts';
import type { ReasonCode, SignatureReport, VerificationReport } from '../verify/report.ts';
import { changesText } from './change-texts.ts';
import { UNSTATED } from './label-texts.ts';
import type { Language } from './language.ts';
import { printableClaim } from './printable.ts';
import { REASON_TEXTS, reasonText } from './reason-texts.ts';
import type { Values } from './template.ts';
import { timeText, timeTexts } from './time-text.ts';

/** Language and zone that a text is written for. */
export interface Writing {
  readonly language: Language;
  readonly timeZone: string;
}

/** Signatures and seals in order; time-stamps and e-Meterai are items, but nobody's consent. */
export function consentsOf(report: VerificationReport): readonly SignatureReport[] {
  return report.signatures.filter(({ kind }) => kind === 'signature' || kind === 'seal');
}

/** The signer's name as its certificate states it. */
export function signerName(signature: SignatureReport, language: Language): string {
  const { commonName = null, organization = null } = signature.signer ?? {};
  return stated(commonName ?? organization) ?? UNSTATED.name[language];
}

/** The issuer's name as the signer's certificate states it. */
export function issuerName(signature: SignatureReport, language: Language): string {
  const { issuerCommonName = null, issuer = null } = signature.signer ?? {};
  return stated(issuerCommonName ?? issuer) ?? UNSTATED.issuer[language];
}

/** Name of the authority whose time-stamp gives the time. */
export function timestampAuthorityName(signature: SignatureReport, language: Language): string {
  return stated(signature.time?.tsa ?? null) ?? UNSTATED.name[language];
}

function stated(claim: string | null): string | null {
  const text = printableClaim(claim ?? '');
  return text === '' ? null : text;
}

/** The time of signing, with its zone. */
export function signingTime(signature: SignatureReport, { language, timeZone }: Writing): string {
  const { time } = signature;
  return time === null ? UNSTATED.time[language] : timeText(time.value, { language, timeZone });
}

/** `a`, `a dan b`, `a, b dan c`; what is the same is said once. */
export function listText(items: readonly string[], language: Language): string {
  const different = [...new Set(items)];
  const last = different.pop() ?? '';
  const conjunction = language === 'id' ? 'dan' : 'and';
  return different.length === 0 ? last : `${different.join(', ')} ${conjunction} ${last}`;
}

/** Values for a text about `signatures`, which share a verdict; a text that names times speaks about the first. */
export function placesFor(signatures: readonly SignatureReport[], writing: Writing): Values {
  const { language } = writing;
  const [first] = signatures;
  if (first === undefined) return unstatedPlaces(language);
  const [t1, t2] = turningPoint(first, writing);
  const names = listText(
    signatures.map((signature) => signerName(signature, language)),
    language,
  );
  return {
    name: namesTimes(first) ? signerName(first, language) : names,
    issuer: listText(
      signatures.map((signature) => issuerName(signature, language)),
      language,
    ),
    time: signingTime(first, writing),
    tsa: timestampAuthorityName(first, language),
    t1,
    t2,
    notes: notesText(signatures, writing),
    changes: unpermittedChanges(signatures, language),
    version: String(Math.max(1, ...signatures.map(({ revision }) => revision ?? 1))),
    algorithm: algorithmsText(signatures, language),
    code:
      first.reasons.find(({ code }) => REASON_TEXTS[code].kind === 'integrity')?.code ?? 'STRUCTURE_INVALID',
  };
}

/** A verdict that no listed item carries still has its sentence. */
function unstatedPlaces(language: Language): Values {
  const { name, issuer, time, note, change, algorithm } = UNSTATED;
  return {
    name: name[language],
    issuer: issuer[language],
    time: time[language],
    tsa: name[language],
    t1: time[language],
    t2: time[language],
    notes: note[language],
    changes: change[language],
    version: '1',
    algorithm: algorithm[language],
    code: 'STRUCTURE_INVALID',
  };
}

function namesTimes({ verdict }: SignatureReport): boolean {
  return (
    verdict === 'REVOKED' ||
    verdict === 'REVOKED_LATER' ||
    verdict === 'EXPIRED_AT_SIGNING' ||
    verdict === 'NOT_YET_VALID' ||
    verdict === 'UNKNOWN_REVOCATION'
  );
}

/** When the certificate began, ended or was revoked, beside the time of signing. */
function turningPoint(signature: SignatureReport, writing: Writing): readonly [t1: string, t2: string] {
  const unknown = UNSTATED.time[writing.language];
  const turned = turningInstant(signature);
  const signed = signature.time?.value ?? null;
  if (turned !== null && signed !== null) return timeTexts(turned, signed, writing);
  return [turned, signed].map((instant) => (instant === null ? unknown : timeText(instant, writing))) as [
    string,
    string,
  ];
}

function turningInstant(signature: SignatureReport): Instant | null {
  // The reason's time first: it may be an issuer's certificate that ended, not the signer's.
  const reasonAt = (code: ReasonCode): Instant | null =>
    signature.reasons.find((reason) => reason.code === code)?.at ?? null;
  switch (signature.verdict) {
    case 'REVOKED':
    case 'REVOKED_LATER':
      return reasonAt('CERT_REVOKED') ?? signature.revocation?.revokedAt ?? null;
    case 'NOT_YET_VALID':
      return reasonAt('CERT_NOT_STARTED') ?? signature.signer?.notBefore ?? null;
    default:
      return reasonAt('CERT_EXPIRED') ?? signature.signer?.notAfter ?? null;
  }
}

function notesText(signatures: readonly SignatureReport[], { language, timeZone }: Writing): string {
  const notes = signatures
    .flatMap(({ reasons }) => reasons)
    .filter(({ code }) => REASON_TEXTS[code].kind === 'note')
    .map((reason) => reasonText(reason, language, timeZone));
  return notes.length === 0 ? UNSTATED.note[language] : [...new Set(notes)].join('; ');
}

function unpermittedChanges(signatures: readonly SignatureReport[], language: Language): string {
  const changes = signatures
    .flatMap(({ integrity }) => integrity.changesAfter)
    .filter((change) => !change.permitted);
  return changes.length === 0 ? UNSTATED.change[language] : changesText(changes, language);
}

function algorithmsText(signatures: readonly SignatureReport[], language: Language): string {
  const names = signatures
    .flatMap(({ reasons }) => reasons)
    .filter(({ code }) => code === 'DIGEST_WEAK' || code === 'KEY_WEAK')
    .flatMap(({ name }) => (name === null ? [] : [printableClaim(name)]));
  return names.length === 0 ? UNSTATED.algorithm[language] : listText(names, language);
}
