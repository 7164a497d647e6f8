// The answers to a verification, member by member as both versions have them; misspelt names are theirs and stay.

import { createHash } from 'node:crypto';
import type { CompatSwitches } from '../../identity/compat-switches.ts';
import type { Certificate, SignatureReport, VerificationReport } from '../../index.ts';
import { reportJson } from '../../report/json.ts';
import type { AppServices } from '../ports.ts';
import {
  chainOf,
  claimedTime,
  compatibleVerdict,
  DESCRIPTIONS,
  isIntact,
  isTrusted,
  nameOf,
  timestampOf,
  timeV1,
  timeV2,
} from './verdict.ts';

/** The answer of v2. @param settings - for the times inside of warnings */
export function verifyAnswerV2(
  report: VerificationReport,
  switches: CompatSwitches,
  settings: AppServices['settings'],
): object {
  const { conclusion, description, count, signatures } = compatibleVerdict(report, switches);
  const warning = warningsOf(report, settings);
  return {
    conclusion,
    description,
    signatureCount: count,
    signatureInformations: signatures.map((signature, i) =>
      signatureV2(signature, switches.truthfulFlags, i === signatures.length - 1),
    ),
    ...(warning.length === 0 ? {} : { warning }),
  };
}

/** What keeps a verdict from being plain, in sentences. */
function warningsOf(
  report: VerificationReport,
  { tool, timeZone }: AppServices['settings'],
): readonly string[] {
  if (report.verdict === 'VALID' || report.verdict === 'NO_SIGNATURE') return [];
  const answer = reportJson(report, { requestId: '', fileName: null, tool, timeZone });
  const reasons = answer.signatures.flatMap((signature) => signature.reasons.map(({ id }) => id));
  return [...new Set([answer.message.id, ...reasons])];
}

function signatureV2(signature: SignatureReport, truthful: boolean, last: boolean): object {
  const { signer, fieldName, claims, details, level } = signature;
  const at = claimedTime(signature);
  const stamp = timestampOf(signature);
  return {
    id: `S-${identityOf(signature)}`,
    signatureFormat: formatOf(level),
    signerName: signer?.commonName ?? null,
    signatureDate: at === null ? null : timeV2(at),
    fieldName,
    reason: claims.reason,
    location: claims.location,
    certLevelCode: 0,
    signatureAlgorithm: truthful ? (details?.signatureAlgorithm ?? null) : null,
    digestAlgorithm: truthful ? (details?.digestAlgorithm ?? null) : null,
    timestampInfomation:
      stamp === null
        ? null
        : {
            id: `T-${stamp.token}`,
            signerName: stamp.authority,
            timestampDate: stamp.genTime === null ? null : timeV2(stamp.genTime),
          },
    certificateDetails: chainOf(signature).map(certificateV2),
    integrityValid: isIntact(signature),
    certificateTrusted: isTrusted(signature),
    // The original says no even of the only one.
    lastSignature: truthful && last,
    ltv: level === 'PAdES-B-LT' || level === 'PAdES-B-LTA' || level === 'PKCS7-LT' || level === 'PKCS7-LTA',
    modified: signature.integrity.status === 'ADDED' || signature.integrity.status === 'CHANGED',
  };
}

/** Upper-case hexadecimal, the same for the same signature. */
function identityOf({ details, fieldName, signer }: SignatureReport): string {
  const value = details?.signatureValue ?? null;
  if (value !== null) return value.toUpperCase();
  const rest = JSON.stringify([fieldName, signer?.fingerprint ?? null]);
  return createHash('sha256').update(rest).digest('hex').toUpperCase();
}

function formatOf(level: SignatureReport['level']): string {
  switch (level) {
    case 'PAdES-B-B':
    case 'PAdES-BES':
      return 'PAdES-BASELINE-B';
    case 'PAdES-B-T':
      return 'PAdES-BASELINE-T';
    case 'PAdES-B-LT':
      return 'PAdES-BASELINE-LT';
    case 'PAdES-B-LTA':
      return 'PAdES-BASELINE-LTA';
    default:
      return level;
  }
}

function certificateV2(certificate: Certificate): object {
  const { der, issuer, serialNumber, notBefore, notAfter, keyUsage } = certificate;
  return {
    id: `C-${createHash('sha256').update(der).digest('hex').toUpperCase()}`,
    commonName: commonNameOf(certificate),
    issuerName: nameOf(issuer, 'rfc2253'),
    serialNumber: decimal(serialNumber),
    notBeforeDate: timeV2(notBefore),
    notAfterDate: timeV2(notAfter),
    signatureAlgoritm: algorithmOf(certificate),
    keyUsages: [...(keyUsage ?? [])].map((usage) => (usage === 'cRLSign' ? 'crlSign' : usage)),
  };
}

function commonNameOf({ subject }: Certificate): string {
  const text = nameOf(subject, 'rfc2253');
  const found = /(?:^|,)CN=((?:\\.|[^,\\])*)/i.exec(text)?.[1];
  return found === undefined ? text : found.replace(/\\(.)/g, '$1');
}

/** Of the content octets of an INTEGER. */
function decimal(octets: Uint8Array): string {
  const value = BigInt(`0x${Buffer.from(octets).toString('hex') || '0'}`);
  return String(BigInt.asIntN(8 * octets.length, value));
}

/** `RSA with SHA384` */
function algorithmOf({ signatureAlgorithm: { scheme, oid } }: Certificate): string {
  switch (scheme?.kind) {
    case 'rsa-pkcs1':
      return `RSA with ${scheme.digest.toUpperCase()}`;
    case 'rsa-pss':
      return `RSASSA-PSS with ${scheme.digest.toUpperCase()}`;
    case 'ecdsa':
      return `ECDSA with ${scheme.digest.toUpperCase()}`;
    default:
      return scheme?.kind ?? oid;
  }
}

/** The answer of v1, of the generation that the application was written for. */
export function verifyAnswerV1(
  report: VerificationReport,
  switches: CompatSwitches,
  fileName: string | null,
): object {
  const { conclusion, description, count, signatures } = compatibleVerdict(report, switches);
  const older = switches.verifyGeneration === 'A';
  const head = { nama_dokumen: fileName ?? 'document.pdf', jumlah_signature: count };
  const details = signatures.map((signature) => signatureV1(signature, older));
  if (!older) return { ...head, notes: description, details, summary: conclusion };
  if (conclusion === 'NO_SIGNATURE') return { ...head, notes: null, details, summary: null };
  const stamped = signatures.every((signature) => timestampOf(signature) !== null);
  return {
    ...head,
    notes: description === DESCRIPTIONS.trusted ? (stamped ? GENUINE : WITHOUT_TIMESTAMP) : description,
    details,
    summary: conclusion === 'VALID' ? 'DOCUMENT VALID !!!' : 'DOCUMENT NOT VALID !!!',
  };
}

const GENUINE = 'Tanda tangan elektronik valid dan dokumen merupakan dokumen asli sejak ditandatangani';
const WITHOUT_TIMESTAMP = 'Dokumen asli dan valid, tetapi dokumen tidak menggunakan waktu TSA';

function signatureV1(signature: SignatureReport, older: boolean): object {
  const { signer, fieldName, claims, details } = signature;
  const at = claimedTime(signature);
  const stamp = timestampOf(signature);
  const [leaf] = chainOf(signature);
  const name = signer?.commonName ?? null;
  return {
    info_tsa: {
      name: stamp?.authority ?? null,
      tsa_cert_validity: older ? authorityValidity(signature) : null,
    },
    signature_field: fieldName,
    info_signer: {
      issuer_dn:
        leaf === undefined ? (signer?.issuer ?? null) : nameOf(leaf.issuer, older ? 'encoded' : 'rfc2253'),
      signer_name: name,
      signer_cert_validity:
        signer === null ? null : `${timeV1(signer.notBefore)} to ${timeV1(signer.notAfter)}`,
      // The newer generation really has the name here.
      signer_dn: older && leaf !== undefined ? nameOf(leaf.subject, 'encoded') : name,
      cert_user_certified: isTrusted(signature),
    },
    signature_document: {
      signed_using_tsa: stamp !== null,
      reason: claims.reason,
      document_integrity: isIntact(signature),
      signature_value: older ? (details?.signatureValue ?? null) : null,
      signed_in: at === null ? null : timeV1(at),
      location: claims.location,
      hash_value: older ? (details?.signedDigest ?? null) : null,
    },
  };
}

function authorityValidity({ details }: SignatureReport): string | null {
  const [authority] = details?.timestamps.find(({ kind }) => kind === 'signature')?.chain ?? [];
  return authority === undefined ? null : `${timeV1(authority.notBefore)} to ${timeV1(authority.notAfter)}`;
}
