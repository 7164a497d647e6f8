// What the independent verifier must say about a document that we appended to, before it is handed out.

import { hex } from './asn1/values.ts';
import type { Digests, Source } from './platform/platform.ts';
import type { Level } from './sign/ports.ts';
import {
  SIGNATURE_VERDICTS_WORST_FIRST,
  type SignatureReport,
  type VerificationReport,
} from './verify/report.ts';

/** What was appended, as far as the self-check has to know it. */
export interface Appended {
  readonly source: Source;
  readonly update: Uint8Array;
  /** Of the source, lower-case hexadecimal. */
  readonly sourceSha256: string;
  /** Fields of the document time-stamps among it, in their order. */
  readonly documentTimestamps: readonly string[];
}

/** A signature of ours among what was appended. */
export interface AppendedSignature extends Appended {
  readonly fieldName: string;
  readonly level: Level;
  readonly certification: SignatureReport['rules']['certification'];
  readonly certificateDer: Uint8Array;
  /** `any`: the older format PKCS#7 will do. */
  readonly format?: 'any';
}

/** The document was changed, or the signature itself does not hold; trust and time are not asked here. */
export function isBroken({ integrity, indication, subIndication }: SignatureReport): boolean {
  return (
    integrity.status !== 'INTACT' || (indication === 'TOTAL_FAILED' && subIndication !== 'NOT_YET_VALID')
  );
}

/** @returns findings about the new signature, the document and what was there before; empty: it may leave */
export function checkSigned(
  before: VerificationReport | null,
  after: VerificationReport,
  signed: AppendedSignature,
  digests: Digests,
): readonly string[] {
  const ours = after.signatures.find(({ fieldName }) => fieldName === signed.fieldName);
  return [
    ...checkFile(after, signed),
    ...(ours === undefined ? ['signature-not-found'] : checkOurs(ours, after, signed, digests)),
    ...checkTimestamps(after, signed),
    ...checkEarlier(before, after, [signed.fieldName, ...signed.documentTimestamps]),
  ];
}

/** @param left - fields of signatures that stay as they are @returns as `checkSigned` */
export function checkRaised(
  before: VerificationReport,
  after: VerificationReport,
  raised: Appended & { readonly level: Level },
  left: ReadonlySet<string>,
): readonly string[] {
  const wanted = after.signatures.filter(
    ({ kind, fieldName }) => kind !== 'doc-timestamp' && fieldName !== null && !left.has(fieldName),
  );
  const below = wanted.filter((signature) => !reaches(signature, raised.level));
  return [
    ...checkFile(after, raised),
    ...below.map(({ fieldName, level }) => `level:${fieldName}:${level}`),
    ...checkTimestamps(after, raised),
    ...checkEarlier(before, after, raised.documentTimestamps),
  ];
}

/** The source stands unchanged at the beginning, and nothing but the update follows it. */
function checkFile({ prefix, problem, file }: VerificationReport, appended: Appended): readonly string[] {
  if (problem !== null) return [`unreadable:${problem.code}`];
  const { source, update, sourceSha256 } = appended;
  const same = prefix?.size === source.size && prefix.sha256 === sourceSha256;
  const complete = file.size === source.size + update.length;
  return [...(same ? [] : ['prefix-differs']), ...(complete ? [] : ['size-differs'])];
}

function checkOurs(
  ours: SignatureReport,
  after: VerificationReport,
  signed: AppendedSignature,
  digests: Digests,
): readonly string[] {
  const findings = checkWhatFollows(ours, after, signed);
  if (isBroken(ours)) {
    findings.push(...ours.findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code));
    findings.push(`integrity:${ours.integrity.status}`);
  }
  if (ours.signer?.fingerprint !== hex(digests.of('sha256', signed.certificateDer)))
    findings.push('other-certificate');
  if (ours.rules.certification !== signed.certification)
    findings.push(`certification:${ours.rules.certification ?? 'none'}`);
  const otherFormat = signed.format !== 'any' && !ours.level.startsWith('PAdES-');
  if (otherFormat || !reaches(ours, signed.level)) findings.push(`level:${ours.level}`, ...ours.deviations);
  return findings;
}

/** From B-LT on our own validation data and document time-stamps follow the signature, and nothing else ever does. */
function checkWhatFollows(
  ours: SignatureReport,
  { signatures }: VerificationReport,
  { level, documentTimestamps }: AppendedSignature,
): string[] {
  const findings: string[] = [];
  // A value that covers nothing has no place in the order of signing; a verifier lists it at the end.
  const later = signatures.slice(signatures.indexOf(ours) + 1).filter(({ revision }) => revision !== null);
  const areOurs = later.every(({ fieldName }, i) => fieldName === documentTimestamps[i]);
  if (!areOurs || later.length > documentTimestamps.length) findings.push('not-the-last-signature');
  const mayFollow: ReadonlySet<string> = new Set(
    level === 'B-B' || level === 'B-T' ? [] : ['validation-data-added', 'timestamp-added'],
  );
  const foreign = ours.integrity.changesAfter.filter(({ kind }) => !mayFollow.has(kind));
  findings.push(...foreign.map(({ kind }) => `followed-by:${kind}`));
  if (mayFollow.size === 0 && !ours.integrity.coversWholeFile) findings.push('does-not-cover-the-file');
  return findings;
}

/** Each time-stamp that we added holds, and the one over the evidence covers the file to its end. */
function checkTimestamps(
  { signatures }: VerificationReport,
  { documentTimestamps, level }: Appended & { readonly level: Level },
): readonly string[] {
  const stamps = documentTimestamps.map((name) => signatures.find(({ fieldName }) => fieldName === name));
  const sound = stamps.every((stamp) => stamp?.kind === 'doc-timestamp' && !isBroken(stamp));
  const archived = level !== 'B-LTA' || stamps.at(-1)?.integrity.coversWholeFile === true;
  return [...(sound ? [] : ['timestamp-broken']), ...(archived ? [] : ['does-not-cover-the-file'])];
}

const STEPS = ['B', 'T', 'LT', 'LTA'];

/** A signature of the older format climbs the same ladder; one that misses a requirement of B-B stands on none. */
export function reaches({ level }: SignatureReport, wanted: Level): boolean {
  const step = /^(?:PAdES-B|PKCS7)-(B|T|LT|LTA)$/.exec(level)?.[1];
  return step !== undefined && STEPS.indexOf(step) >= STEPS.indexOf(wanted.slice(2));
}

/** What was signed before is there, in its order, none of it worse; beside it stands only what we added. */
function checkEarlier(
  before: VerificationReport | null,
  after: VerificationReport,
  addedFields: readonly string[],
): readonly string[] {
  if (before === null) return [];
  const earlier = before.signatures;
  const others = after.signatures.filter(
    ({ fieldName }) => fieldName === null || !addedFields.includes(fieldName),
  );
  const added = others.length > earlier.length ? ['signature-added'] : [];
  const compared = earlier.flatMap((signature, i) => {
    const now = others[i];
    if (now === undefined || !isSameSignature(signature, now)) return [`earlier-signature-lost:${i}`];
    const rank = (report: SignatureReport): number => SIGNATURE_VERDICTS_WORST_FIRST.indexOf(report.verdict);
    return rank(now) < rank(signature) ? [`earlier-signature-worse:${signature.verdict}:${now.verdict}`] : [];
  });
  return [...added, ...compared];
}

function isSameSignature(a: SignatureReport, b: SignatureReport): boolean {
  return (
    a.fieldName === b.fieldName &&
    a.revision === b.revision &&
    a.signer?.fingerprint === b.signer?.fingerprint
  );
}
