// A report in words: the verdict's title, explanation and next step, and a line or two about every signature.

import { classOf, type SignatureReport, type VerificationReport } from '../verify/report.ts';
import { VERDICT_TEXTS, type VerdictTextKey } from './catalogue.ts';
import { changesText } from './change-texts.ts';
import { CERTIFIED_LINE, KIND_TEXTS, UNSTATED } from './label-texts.ts';
import type { Language } from './language.ts';
import { type Look, lookOf, lookOfSignature } from './looks.ts';
import {
  consentsOf,
  placesFor,
  signerName,
  signingTime,
  timestampAuthorityName,
  type Writing,
} from './places.ts';
import { printable } from './printable.ts';
import { fileProblemText } from './problem-texts.ts';
import { REASON_TEXTS, reasonText } from './reason-texts.ts';
import { rulesLines } from './rules-texts.ts';
import { fillTemplate, fillText, plainText, type TextPart, type Values } from './template.ts';

export interface DescribeContext {
  /** IANA name of the zone that times are shown in, for example `Asia/Makassar`. */
  readonly timeZone: string;
  /** What a reader gives to the operator when our own service failed. */
  readonly requestId?: string;
}

/** One item of the file in words. Nothing is escaped for HTML; control and bidi characters are gone. */
export interface SignatureDescription {
  readonly look: Look;
  readonly title: string;
  readonly sentence: string;
  readonly sentenceParts: readonly TextPart[];
  readonly action: string;
  /** The signer, the agency or the time-stamp authority. */
  readonly name: string;
  readonly time: string;
  /** What kind of item it is, null for a person's signature. */
  readonly kindLine: string | null;
  /** Only below the PSrE Induk. */
  readonly certifiedLine: string | null;
  /** What the signature holds the document to from then on. */
  readonly rules: readonly string[];
  readonly reasons: readonly string[];
  /** What later revisions did, permitted or not; empty when nothing. */
  readonly changes: string;
}

/** A report in words. Nothing is escaped for HTML; control and bidi characters are gone. */
export interface Description {
  readonly look: Look;
  readonly title: string;
  readonly sentence: string;
  /** `sentence` in stretches, some of them to be set in bold. */
  readonly sentenceParts: readonly TextPart[];
  readonly action: string;
  /** In the order of `report.signatures`. */
  readonly signatures: readonly SignatureDescription[];
}

/** Says a report in one language. @throws RangeError for a zone that does not exist */
export function describe(
  report: VerificationReport,
  language: Language,
  context: DescribeContext,
): Description {
  const writing = { language, timeZone: context.timeZone };
  const texts = VERDICT_TEXTS[documentTextKey(report)];
  const values = documentPlaces(report, writing, context.requestId);
  const sentenceParts = fillTemplate(texts.sentence[language], values);
  return {
    look: lookOf(report.verdict, report.class),
    title: fillText(texts.title[language], values),
    sentence: plainText(sentenceParts),
    sentenceParts,
    action: texts.action[language],
    signatures: report.signatures.map((signature) => describeSignature(signature, writing, report)),
  };
}

function documentTextKey(report: VerificationReport): VerdictTextKey {
  if (report.verdict === 'VALID' && report.counts.signatures > 1) return 'VALID_SEVERAL';
  const spoken = spokenOf(report);
  const gone = spoken.length > 0 && spoken.every((signature) => statusIsGone(signature, report));
  return report.verdict === 'UNKNOWN_REVOCATION' && gone ? 'UNKNOWN_REVOCATION_GONE' : report.verdict;
}

/** The items that gave the document its verdict: signatures and seals, or else whatever item has it. */
function spokenOf(report: VerificationReport): readonly SignatureReport[] {
  const having = (items: readonly SignatureReport[]): readonly SignatureReport[] =>
    items.filter(({ verdict }) => verdict === report.verdict);
  const consents = having(consentsOf(report));
  return consents.length > 0 ? consents : having(report.signatures);
}

// Issuers drop the status of a certificate that has ended: asking again later would not help.
function statusIsGone(signature: SignatureReport, report: VerificationReport): boolean {
  const { signer, time, verdict } = signature;
  if (verdict !== 'UNKNOWN_REVOCATION' || signer === null || time === null) return false;
  return signer.notAfter < report.checkedAt && time.source === 'timestamp' && time.value <= signer.notAfter;
}

function documentPlaces(report: VerificationReport, writing: Writing, requestId: string | undefined): Values {
  const { language } = writing;
  return {
    ...placesFor(spokenOf(report), writing),
    count: String(report.counts.signatures),
    bad: String(report.counts.notOk),
    order: orderText(consentsOf(report), writing),
    problems: problemsText(consentsOf(report), writing),
    reason: fileProblemText(report.problem?.code ?? 'internal')?.[language] ?? '',
    requestId: requestId === undefined ? UNSTATED.requestId[language] : printable(requestId),
  };
}

function orderText(signatures: readonly SignatureReport[], writing: Writing): string {
  return signatures
    .map((signature, index) => {
      const name = signerName(signature, writing.language);
      return `${index + 1}. ${name}, ${signingTime(signature, writing)}`;
    })
    .join('; ');
}

/** Of each signature that is not accepted: whose it is, and its first reason. */
function problemsText(signatures: readonly SignatureReport[], writing: Writing): string {
  return signatures
    .filter(({ verdict }) => classOf(verdict) !== 'accept')
    .map((signature) => `${signerName(signature, writing.language)}: ${problemText(signature, writing)}`)
    .join('; ');
}

function problemText(signature: SignatureReport, { language, timeZone }: Writing): string {
  const reason = signature.reasons.find(({ code }) => {
    const { kind } = REASON_TEXTS[code];
    return kind === 'integrity' || kind === 'identity';
  });
  return reason === undefined
    ? VERDICT_TEXTS[signature.verdict].title[language]
    : reasonText(reason, language, timeZone);
}

function describeSignature(
  signature: SignatureReport,
  writing: Writing,
  report: VerificationReport,
): SignatureDescription {
  const { language, timeZone } = writing;
  const texts =
    VERDICT_TEXTS[statusIsGone(signature, report) ? 'UNKNOWN_REVOCATION_GONE' : signature.verdict];
  const places = placesFor([signature], writing);
  const kindLine = kindText(signature, language);
  const sentenceParts =
    kindLine !== null && signature.kind !== 'seal' && classOf(signature.verdict) === 'accept'
      ? [{ text: kindLine, strong: false }]
      : fillTemplate(texts.sentence[language], places);
  return {
    look: lookOfSignature(signature.verdict),
    title: fillText(texts.title[language], places),
    sentence: plainText(sentenceParts),
    sentenceParts,
    action: texts.action[language],
    name: signerName(signature, language),
    time: signingTime(signature, writing),
    kindLine,
    certifiedLine: signature.signer?.certifiedByPsre === true ? CERTIFIED_LINE[language] : null,
    rules: rulesLines(signature.rules, language),
    // A weak digest and a weak signature value are two codes and one sentence.
    reasons: [...new Set(signature.reasons.map((reason) => reasonText(reason, language, timeZone)))],
    changes: changesText(signature.integrity.changesAfter, language),
  };
}

function kindText(signature: SignatureReport, language: Language): string | null {
  if (signature.kind === 'signature') return null;
  return fillText(KIND_TEXTS[signature.kind][language], {
    agency: printableAgency(signature, language),
    tsa: timestampAuthorityName(signature, language),
  });
}

/** A seal's certificate names the agency as its organization, some only as the common name. */
function printableAgency(signature: SignatureReport, language: Language): string {
  const { signer } = signature;
  if (signer === null) return UNSTATED.name[language];
  return signerName(
    { ...signature, signer: { ...signer, commonName: signer.organization ?? signer.commonName } },
    language,
  );
}
