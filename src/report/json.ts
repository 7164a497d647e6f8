// The machine-readable answer, schema version 1: closed, every member always present, times RFC 3339 in UTC.

import type { Instant } from '../asn1/values.ts';
import type {
  Change,
  ChangeKind,
  Forecast,
  IdentityStatus,
  Indication,
  IntegrityStatus,
  ReasonCode,
  SignatureKind,
  SignatureLevel,
  SignatureReport,
  SignatureVerdict,
  SubIndication,
  Verdict,
  VerificationReport,
} from '../verify/report.ts';
import { type DetailsAnswer, detailsAnswer } from './details-json.ts';
import { forecastAction, forecastCause } from './forecast-text.ts';
import type { Text } from './language.ts';
import { printable, printableClaim } from './printable.ts';
import { reasonText } from './reason-texts.ts';
import { type Description, describe } from './sentences.ts';
import { DEFAULT_TIME_ZONE, rfc3339 } from './time-text.ts';

export interface VerifyAnswer {
  readonly schemaVersion: 1;
  readonly verdict: Verdict;
  /** True exactly for `VALID`, `VALID_WITH_NOTES` and `REVOKED_LATER`: decide on this, or on `verdict`. */
  readonly ok: boolean;
  /** Title and explanation, ready to show. */
  readonly message: Text;
  readonly action: Text;
  /** For display only; time-stamps and e-Meterai are listed but not counted. */
  readonly counts: { readonly signatures: number; readonly ok: number; readonly notOk: number };
  readonly file: { readonly name: string | null; readonly size: number; readonly sha256: string };
  readonly signatures: readonly SignatureAnswer[];
  readonly policy: {
    readonly id: string;
    readonly url: string;
    readonly revocation: 'require' | 'prefer' | 'off';
  };
  readonly trustList: { readonly version: string; readonly sha256: string; readonly asOf: string };
  readonly tool: { readonly version: string; readonly commit: string };
  readonly checkedAt: string;
  readonly requestId: string;
}

type Rectangle = readonly [left: number, bottom: number, right: number, top: number];

export interface SignatureAnswer {
  readonly verdict: SignatureVerdict;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  readonly kind: SignatureKind;
  readonly level: SignatureLevel;
  /** 1 for the oldest; null when the signature fits none. */
  readonly revision: number | null;
  readonly integrity: {
    readonly status: IntegrityStatus;
    readonly coversWholeFile: boolean;
    readonly changesAfter: readonly ChangeAnswer[];
  };
  readonly identity: { readonly status: IdentityStatus };
  readonly signer: {
    readonly commonName: string | null;
    readonly issuer: string;
    readonly certifiedByPsre: boolean;
    readonly serial: string;
  } | null;
  readonly time: {
    readonly value: string;
    readonly source: 'timestamp' | 'claimed';
    readonly tsa: string | null;
    readonly claimed: string | null;
    readonly skewSeconds: number | null;
  } | null;
  readonly revocation: {
    readonly status: 'GOOD' | 'REVOKED' | 'UNKNOWN' | 'NOT_CHECKED';
    readonly source: 'embedded-ocsp' | 'embedded-crl' | 'fetched-ocsp' | 'fetched-crl' | null;
    readonly producedAt: string | null;
  } | null;
  /** 1-based; null for a signature that is on no page. */
  readonly page: number | null;
  /** Points of user space. */
  readonly rect: Rectangle | null;
  /** What the signature holds the document to from then on. */
  readonly rules: {
    readonly certification: SignatureReport['rules']['certification'];
    readonly lock: {
      readonly action: 'All' | 'Include' | 'Exclude';
      readonly fields: readonly string[];
    } | null;
  };
  /** From when on it will not be accepted any more unless somebody acts; null where no end is in sight. */
  readonly forecast: ForecastAnswer | null;
  readonly reasons: readonly ({ readonly code: ReasonCode } & Text)[];
  /** Null unless they were asked for. */
  readonly details: DetailsAnswer | null;
}

export interface ForecastAnswer {
  readonly belowPolicyFrom: string;
  readonly because: Text;
  readonly action: Text;
}

export interface ChangeAnswer {
  readonly revision: number;
  readonly kind: ChangeKind;
  readonly permitted: boolean;
  readonly page: number | null;
  readonly rect: Rectangle | null;
  readonly field: string | null;
  /** Form value before and after the change, a NIK masked; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
  readonly rule: string;
}

export interface AnswerContext {
  readonly requestId: string;
  /** As the sender named it, null where it has no name. */
  readonly fileName: string | null;
  readonly tool: { readonly version: string; readonly commit: string };
  /** Zone of the times inside sentences. */
  readonly timeZone?: string;
}

/** The answer for a report, with its sentences in both languages. */
export function reportJson(report: VerificationReport, context: AnswerContext): VerifyAnswer {
  const { requestId, fileName, tool, timeZone = DEFAULT_TIME_ZONE } = context;
  const { counts, file, policy, trustList } = report;
  const id = describe(report, 'id', { timeZone, requestId });
  const en = describe(report, 'en', { timeZone, requestId });
  // Member by member, so that whatever else the report's parts may hold stays out of a closed answer.
  return {
    schemaVersion: 1,
    verdict: report.verdict,
    ok: report.ok,
    message: { id: messageOf(id), en: messageOf(en) },
    action: { id: id.action, en: en.action },
    counts: { signatures: counts.signatures, ok: counts.ok, notOk: counts.notOk },
    file: {
      name: fileName === null ? null : printable(fileName),
      size: file.size,
      sha256: file.sha256,
    },
    signatures: report.signatures.map((signature) => signatureAnswer(signature, timeZone)),
    policy: { id: policy.id, url: policy.url, revocation: policy.revocation },
    trustList: { version: trustList.version, sha256: trustList.sha256, asOf: rfc3339(trustList.asOf) },
    tool: { version: tool.version, commit: tool.commit },
    checkedAt: rfc3339(report.checkedAt),
    requestId,
  };
}

function messageOf({ title, sentence }: Description): string {
  return `${title}${title.endsWith('.') ? '' : '.'} ${sentence}`;
}

function signatureAnswer(signature: SignatureReport, timeZone: string): SignatureAnswer {
  const { integrity, identity } = signature;
  return {
    verdict: signature.verdict,
    indication: signature.indication,
    subIndication: signature.subIndication,
    kind: signature.kind,
    level: signature.level,
    revision: signature.revision,
    integrity: {
      status: integrity.status,
      coversWholeFile: integrity.coversWholeFile,
      changesAfter: integrity.changesAfter.map(changeAnswer),
    },
    identity: { status: identity.status },
    signer: signerAnswer(signature.signer),
    time: timeAnswer(signature.time),
    revocation: revocationAnswer(signature.revocation),
    page: signature.page,
    rect: signature.rect,
    rules: rulesAnswer(signature.rules),
    forecast: forecastAnswer(signature.forecast),
    reasons: signature.reasons.map((reason) => ({
      code: reason.code,
      id: reasonText(reason, 'id', timeZone),
      en: reasonText(reason, 'en', timeZone),
    })),
    details: detailsAnswer(signature.details),
  };
}

function forecastAnswer(forecast: Forecast | null): ForecastAnswer | null {
  if (forecast === null) return null;
  return {
    belowPolicyFrom: rfc3339(forecast.belowPolicyFrom),
    because: { id: forecastCause(forecast, 'id'), en: forecastCause(forecast, 'en') },
    action: { id: forecastAction(forecast, 'id'), en: forecastAction(forecast, 'en') },
  };
}

function rulesAnswer({ certification, lock }: SignatureReport['rules']): SignatureAnswer['rules'] {
  return {
    certification,
    lock: lock === null ? null : { action: lock.action, fields: lock.fields.map(printableClaim) },
  };
}

function changeAnswer(change: Change): ChangeAnswer {
  const { revision, kind, permitted, page, rect, rule } = change;
  return {
    revision,
    kind,
    permitted,
    page,
    rect,
    field: claimOrNull(change.field),
    before: claimOrNull(change.before),
    after: claimOrNull(change.after),
    rule,
  };
}

function signerAnswer(signer: SignatureReport['signer']): SignatureAnswer['signer'] {
  if (signer === null) return null;
  return {
    commonName: claimOrNull(signer.commonName),
    issuer: printableClaim(signer.issuer),
    certifiedByPsre: signer.certifiedByPsre,
    serial: signer.serial,
  };
}

function timeAnswer(time: SignatureReport['time']): SignatureAnswer['time'] {
  if (time === null) return null;
  return {
    value: rfc3339(time.value),
    source: time.source,
    tsa: claimOrNull(time.tsa),
    claimed: rfc3339OrNull(time.claimed),
    skewSeconds: time.skewSeconds,
  };
}

function revocationAnswer(revocation: SignatureReport['revocation']): SignatureAnswer['revocation'] {
  if (revocation === null) return null;
  const { status, source, producedAt } = revocation;
  return { status, source, producedAt: rfc3339OrNull(producedAt) };
}

function claimOrNull(claim: string | null): string | null {
  return claim === null ? null : printableClaim(claim);
}

function rfc3339OrNull(instant: Instant | null): string | null {
  return instant === null ? null : rfc3339(instant);
}
