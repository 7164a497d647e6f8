// What a specialist asks for: times in UTC, the certificate, codes of the standard, raw code points of odd names.

import type { SignatureReport, VerificationReport } from '../index.ts';
import type { Language, Text } from '../report/language.ts';
import { printable, printableClaim } from '../report/printable.ts';
import { rawCodePoints } from '../report/raw-code-points.ts';
import { rfc3339 } from '../report/time-text.ts';
import { type Html, html } from './html.ts';
import { DETAIL_TEXTS, PAGE_TEXTS } from './page-texts.ts';

type Row = readonly [label: Text, value: string | null];

/** Closed at first. */
export function signatureDetails(signature: SignatureReport, language: Language): Html {
  const rows = [...signerRows(signature), ...technicalRows(signature)];
  return html`<details><summary>${PAGE_TEXTS.details[language]}</summary>${table(rows, language)}</details>`;
}

function signerRows({ signer }: SignatureReport): Row[] {
  if (signer === null) return [];
  return [
    [DETAIL_TEXTS.issuer, printableClaim(signer.issuer)],
    [DETAIL_TEXTS.rawName, rawCodePoints(signer.commonName)],
    [DETAIL_TEXTS.serial, signer.serial],
    [DETAIL_TEXTS.fingerprint, signer.fingerprint],
  ];
}

function technicalRows(signature: SignatureReport): Row[] {
  const { time, revocation, indication, subIndication, level, fieldName, claims, findings } = signature;
  return [
    [DETAIL_TEXTS.time, time === null ? null : rfc3339(time.value)],
    [DETAIL_TEXTS.authority, time?.tsa === null || time === null ? null : printableClaim(time.tsa)],
    [
      DETAIL_TEXTS.claimed,
      time?.claimed === null || time === null || time.source === 'claimed' ? null : rfc3339(time.claimed),
    ],
    [
      DETAIL_TEXTS.revocation,
      revocation === null ? null : [revocation.status, revocation.source].filter(isText).join(', '),
    ],
    [DETAIL_TEXTS.conclusion, [indication, subIndication].filter(isText).join(' / ')],
    [DETAIL_TEXTS.level, level],
    [DETAIL_TEXTS.field, fieldName],
    [DETAIL_TEXTS.reason, claims.reason === null ? null : printableClaim(claims.reason)],
    [DETAIL_TEXTS.location, claims.location === null ? null : printableClaim(claims.location)],
    [
      DETAIL_TEXTS.findings,
      findings.length === 0 ? null : findings.map(({ code, where }) => `${code} ${where}`).join('; '),
    ],
  ];
}

/** About the whole check. */
export function documentDetails(
  report: VerificationReport,
  { language, requestId }: { readonly language: Language; readonly requestId: string },
): Html {
  const { trustList, policy } = report;
  const rows: Row[] = [
    [DETAIL_TEXTS.file, report.file.sha256],
    [DETAIL_TEXTS.trustList, `${trustList.version}, ${rfc3339(trustList.asOf)}`],
    [DETAIL_TEXTS.policy, policy.id],
    [DETAIL_TEXTS.time, rfc3339(report.checkedAt)],
    [DETAIL_TEXTS.request, requestId],
  ];
  return html`<details class="document-details"><summary>${PAGE_TEXTS.checkDetails[language]}</summary>${table(rows, language)}</details>`;
}

// Every value passes here: findings and field names come from the file as well.
function table(rows: readonly Row[], language: Language): Html {
  const filled = rows.filter(([, value]) => value !== null && value !== '');
  return html`<dl>${filled.map(([label, value]) => html`<div><dt>${label[language]}</dt><dd>${printable(value ?? '')}</dd></div>`)}</dl>`;
}

function isText(value: string | null): value is string {
  return value !== null;
}
