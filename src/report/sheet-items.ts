// One signature, seal or time-stamp of the verification report: its row, and its details.

import type { Change, SignatureReport } from '../verify/report.ts';
import { changeText } from './change-texts.ts';
import { forecastAction, forecastCause } from './forecast-text.ts';
import type { Language } from './language.ts';
import { printable, printableClaim } from './printable.ts';
import { rawCodePoints } from './raw-code-points.ts';
import type { SignatureDescription } from './sentences.ts';
import type { LabelledValue, SheetContext, SheetDetails, SheetRow } from './sheet.ts';
import {
  ADDED_AS_PERMITTED,
  IDENTITY_TEXTS,
  INTEGRITY_TEXTS,
  ITEM_KIND_TEXTS,
  REVOCATION_TEXTS,
  SHEET_TEXTS,
} from './sheet-texts.ts';
import { fillText } from './template.ts';
import { rfc3339, timeText } from './time-text.ts';

export interface SheetItem {
  readonly signature: SignatureReport;
  readonly said: SignatureDescription;
  /** Counted from 1. */
  readonly number: number;
  /** Whether the file holds no other. */
  readonly alone: boolean;
}

type Writing = Pick<SheetContext, 'language' | 'timeZone'>;

export function itemRow({ signature, said, number }: SheetItem, { language }: Writing): SheetRow {
  const { kind, level } = signature;
  return {
    number: String(number),
    who: kind === 'signature' ? said.name : `${said.name} (${ITEM_KIND_TEXTS[kind][language]})`,
    when: whenText(signature, said, language),
    integrity: integrityText(signature, language),
    identity: IDENTITY_TEXTS[signature.identity.status][language],
    look: said.look,
    outcome: `${said.title}${said.title.endsWith('.') ? '' : '.'} ${level}`,
  };
}

function whenText({ time }: SignatureReport, said: SignatureDescription, language: Language): string {
  if (time === null) return said.time;
  const text = time.source === 'timestamp' ? SHEET_TEXTS.timestamped : SHEET_TEXTS.claimedTime;
  return fillText(text[language], { time: said.time });
}

function integrityText({ integrity }: SignatureReport, language: Language): string {
  const { status, changesAfter } = integrity;
  const permitted = status === 'ADDED' && changesAfter.every((change) => change.permitted);
  return (permitted ? ADDED_AS_PERMITTED : INTEGRITY_TEXTS[status])[language];
}

export function itemDetails(item: SheetItem, writing: Writing): SheetDetails {
  const { signature, said, number, alone } = item;
  const { language } = writing;
  const repeats = alone && said.kindLine === null;
  const facts = [...signerFacts(signature, writing), ...checkFacts(signature, writing)];
  return {
    heading: `${number}. ${said.name}`,
    sentence: repeats ? [] : said.sentenceParts,
    facts: facts.filter(([, value]) => value !== null && value !== '').map(labelled(language)),
    notes: [...(repeats || said.kindLine === null ? [] : [said.kindLine]), ...said.rules, ...said.reasons],
    changes: changeLines(signature.integrity.changesAfter, language),
  };
}

type Fact = readonly [label: keyof typeof SHEET_TEXTS, value: string | null];

function labelled(language: Language): (fact: Fact) => LabelledValue {
  return ([label, value]) => ({ label: SHEET_TEXTS[label][language], value: printable(value ?? '') });
}

function signerFacts({ signer }: SignatureReport, { language, timeZone }: Writing): readonly Fact[] {
  if (signer === null) return [];
  const [from, to] = [signer.notBefore, signer.notAfter].map((at) => timeText(at, { language, timeZone }));
  return [
    ['issuer', printableClaim(signer.issuer)],
    ['validity', `${from} – ${to}`],
    ['serial', signer.serial],
    ['fingerprint', signer.fingerprint],
    ['rawName', rawCodePoints(signer.commonName)],
  ];
}

function checkFacts(signature: SignatureReport, writing: Writing): readonly Fact[] {
  const { language } = writing;
  const { time, indication, subIndication, level, fieldName, page, claims, revision } = signature;
  const place =
    page === null
      ? SHEET_TEXTS.onNoPage[language]
      : fillText(SHEET_TEXTS.onPage[language], { page: String(page) });
  return [
    ['signingTime', time === null ? null : rfc3339(time.value)],
    ['authority', time === null || time.tsa === null ? null : printableClaim(time.tsa)],
    ['claimed', claimedText(time)],
    ['revocation', revocationText(signature, writing)],
    ['conclusion', subIndication === null ? indication : `${indication} / ${subIndication}`],
    ['level', level],
    ['field', fieldName === null ? null : printableClaim(fieldName)],
    ['place', revision === null ? place : `${place}; ${VERSION[language]} ${revision}`],
    ['reason', claims.reason === null ? null : printableClaim(claims.reason)],
    ['location', claims.location === null ? null : printableClaim(claims.location)],
    ['forecast', forecastText(signature, writing)],
  ];
}

const VERSION = { id: 'versi', en: 'version' } as const;

function claimedText(time: SignatureReport['time']): string | null {
  return time === null || time.claimed === null || time.source === 'claimed' ? null : rfc3339(time.claimed);
}

function revocationText({ revocation }: SignatureReport, { language, timeZone }: Writing): string | null {
  if (revocation === null) return null;
  const { status, source, producedAt, revokedAt } = revocation;
  const parts = [
    REVOCATION_TEXTS[status][language],
    ...(revokedAt === null ? [] : [timeText(revokedAt, { language, timeZone })]),
    ...(source === null ? [] : [source]),
    ...(producedAt === null ? [] : [rfc3339(producedAt)]),
  ];
  return parts.join(', ');
}

function forecastText({ forecast }: SignatureReport, { language, timeZone }: Writing): string | null {
  if (forecast === null) return null;
  const until = timeText(forecast.belowPolicyFrom, { language, timeZone });
  return `${until}. ${forecastCause(forecast, language)} ${forecastAction(forecast, language)}`;
}

// Two hundred take some six pages.
const MOST_CHANGES = 500;

function changeLines(changes: readonly Change[], language: Language): readonly string[] {
  const lines = changes.slice(0, MOST_CHANGES).map((change) => {
    const text = change.permitted ? SHEET_TEXTS.permitted : SHEET_TEXTS.notPermitted;
    const values = { revision: String(change.revision), change: changeText(change, language) };
    return fillText(text[language], values);
  });
  const left = changes.length - lines.length;
  if (left === 0) return lines;
  return [...lines, fillText(SHEET_TEXTS.moreChanges[language], { count: String(left) })];
}
