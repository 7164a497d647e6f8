// One signature value with its structure read: what it covers, its CMS, its time-stamp tokens. Nothing is verified yet.

import { Oid } from '../asn1/oids.ts';
import { attributeValues } from '../cms/attributes.ts';
import { parsePlainSignature } from '../cms/check-plain-signature.ts';
import type { SignerKind } from '../cms/check-signer.ts';
import { MalformedCms } from '../cms/errors.ts';
import { parseSignedData, type SignedData } from '../cms/signed-data.ts';
import { parseTimestampToken, type TimestampToken } from '../cms/timestamp-token.ts';
import { permittedChanges, readSignatureRules } from '../pdf/doc-mdp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { asKind, textOf } from '../pdf/objects.ts';
import type { SignatureValue } from '../pdf/signatures.ts';
import { type Coverage, checkCoverage } from './integrity.ts';
import type { Finding, SignatureReport } from './report.ts';

export interface ReadSignature {
  readonly value: SignatureValue;
  readonly coverage: Coverage;
  readonly fieldName: string | null;
  readonly subFilter: string | null;
  /** Null for a SubFilter that is not known: then nothing in it can be judged. `plain`: `adbe.x509.rsa_sha1`. */
  readonly kind: SignerKind | 'plain' | null;
  readonly cms: SignedData | null;
  /** The value of a `plain` one. */
  readonly plainValue: Uint8Array | null;
  /** `/Cert`, each DER, the signer's first; not read. */
  readonly certificates: readonly Uint8Array[];
  /** For a document time-stamp the token itself, null when it cannot be read as one. */
  readonly documentTimestamp: TimestampToken | null;
  /** Tokens of the signature-time-stamp attribute; null for one that cannot be read. */
  readonly signatureTimestamps: readonly (TimestampToken | null)[];
  /** As the signed revision has them. */
  readonly rules: SignatureReport['rules'];
  /** Tokens of the content-time-stamp attribute; null for one that cannot be read. */
  readonly contentTimestamps: readonly (TimestampToken | null)[];
  readonly findings: readonly Finding[];
}

const KINDS: Readonly<Record<string, SignerKind | 'plain'>> = {
  'ETSI.CAdES.detached': 'cades',
  'adbe.pkcs7.detached': 'pkcs7',
  'adbe.pkcs7.sha1': 'pkcs7-sha1',
  'adbe.x509.rsa_sha1': 'plain',
  'ETSI.RFC3161': 'timestamp',
};

/** Reads what can be read; what cannot is a finding, never an error and never "unsigned". */
export function readSignature(document: PdfDocument, value: SignatureValue): ReadSignature {
  const coverage = checkCoverage(document, value);
  const rules = readRules(document, value, coverage);
  return readContained(value, { fieldName: value.fields[0]?.name ?? null, coverage, rules });
}

/** What its dictionary and its contents say; where it stands, what it covers and what it holds the document to was read before. */
export function readContained(
  value: SignatureValue,
  { fieldName, coverage, rules }: Pick<ReadSignature, 'fieldName' | 'coverage' | 'rules'>,
): ReadSignature {
  const findings: Finding[] = [...coverage.findings];
  const subFilter = asKind(value.dictionary?.entries.get('SubFilter'), 'name')?.name ?? null;
  const kind = subFilter === null ? null : (KINDS[subFilter] ?? null);
  const where = fieldName ?? `object ${value.reference?.number ?? 0}`;
  if (kind === null) findings.push({ code: 'subfilter-unsupported', effect: 'structure', where });
  const { contents } = coverage;
  const cms =
    kind === null || kind === 'plain' || contents === null ? null : readCms(contents, findings, where);
  return {
    value,
    coverage,
    fieldName,
    subFilter,
    kind,
    cms,
    plainValue: kind === 'plain' && contents !== null ? readPlain(contents, findings, where) : null,
    certificates: certificatesBeside(value),
    documentTimestamp: kind === 'timestamp' && cms !== null ? readToken(cms.der, findings, where) : null,
    signatureTimestamps: (cms?.signerInfos ?? []).flatMap(({ unsignedAttributes }) =>
      attributeValues(unsignedAttributes, Oid.signatureTimestamp).map(({ raw }) =>
        readToken(raw, null, where),
      ),
    ),
    rules,
    contentTimestamps: (cms?.signerInfos ?? []).flatMap(({ signedAttributes }) =>
      attributeValues(signedAttributes, Oid.contentTimestamp).map(({ raw }) => readToken(raw, null, where)),
    ),
    findings,
  };
}

function readRules(
  document: PdfDocument,
  { dictionary }: SignatureValue,
  { revision }: Coverage,
): SignatureReport['rules'] {
  if (dictionary === null) return { certification: null, lock: null };
  const view = revision === null ? document.last : document.viewOf(revision);
  const { certification, lock } = readSignatureRules(view, dictionary);
  return { certification: certification === null ? null : permittedChanges(certification), lock };
}

function readCms(contents: Uint8Array, findings: Finding[], where: string): SignedData | null {
  return reading(() => parseSignedData(contents), findings, {
    code: 'cms-malformed',
    effect: 'structure',
    where,
  });
}

function readPlain(contents: Uint8Array, findings: Finding[], where: string): Uint8Array | null {
  const finding: Finding = { code: 'cms-malformed', effect: 'structure', where };
  return reading(() => parsePlainSignature(contents), findings, finding);
}

/** ISO 32000-2, table 255: one byte string, or an array of them. */
function certificatesBeside({ dictionary }: SignatureValue): readonly Uint8Array[] {
  const entry = dictionary?.entries.get('Cert');
  const items = asKind(entry, 'array')?.items ?? [entry];
  return items.flatMap((item) => asKind(item, 'string')?.bytes ?? []);
}

function readToken(der: Uint8Array, findings: Finding[] | null, where: string): TimestampToken | null {
  const finding: Finding = { code: 'timestamp-malformed', effect: 'structure', where };
  return reading(() => parseTimestampToken(der), findings, finding);
}

function reading<T>(read: () => T, findings: Finding[] | null, finding: Finding): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedCms)) throw error;
    findings?.push(finding);
    return null;
  }
}

/** A text entry of the signature dictionary, as the signer wrote it. */
export function claimOf(signature: ReadSignature, key: 'Reason' | 'Location' | 'M'): string | null {
  const value = asKind(signature.value.dictionary?.entries.get(key), 'string');
  return value === undefined ? null : textOf(value);
}
