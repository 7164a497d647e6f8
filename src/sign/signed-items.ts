// What stands signed in a document: its signatures and time-stamps, who made them, and since when each is proven to exist.

import { Oid } from '../asn1/oids.ts';
import type { Instant } from '../asn1/values.ts';
import { attributeValues } from '../cms/attributes.ts';
import { checkSignerInfo, type SignerKind } from '../cms/check-signer.ts';
import { checkTimestampToken } from '../cms/check-timestamp.ts';
import { MalformedCms } from '../cms/errors.ts';
import { parseSignedData, type SignedData } from '../cms/signed-data.ts';
import { parseTimestampToken, type TimestampToken } from '../cms/timestamp-token.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { asKind } from '../pdf/objects.ts';
import { findFormSignatures, type SignatureValue } from '../pdf/signatures.ts';
import type { Certificate } from '../pki/certificate.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import { findTrustedPath } from '../pki/path.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { Platform, SignatureScheme } from '../platform/platform.ts';
import type { ValidationMaterial } from './validation-material.ts';

/** A signature or a document time-stamp as it was read; nothing in it is verified. */
export interface SignedItem {
  readonly fieldName: string;
  readonly kind: SignerKind;
  readonly cms: SignedData;
  /** The token itself, of a document time-stamp. */
  readonly documentTimestamp: TimestampToken | null;
  /** Tokens of the signature-time-stamp attribute. */
  readonly signatureTimestamps: readonly TimestampToken[];
  /** Offset where the covered bytes end. */
  readonly end: number;
}

export interface SignedItems {
  /** In the order of signing. */
  readonly items: readonly SignedItem[];
  /** Fields whose value cannot be read as any signature that we know. */
  readonly unreadable: readonly string[];
}

const KINDS: Readonly<Record<string, SignerKind>> = {
  'ETSI.CAdES.detached': 'cades',
  'adbe.pkcs7.detached': 'pkcs7',
  'adbe.pkcs7.sha1': 'pkcs7-sha1',
  'ETSI.RFC3161': 'timestamp',
};

/**
 * Reads the values of the form's signature fields.
 * @param isWanted - by name of the field; others are not read at all
 * @throws MalformedPdf
 */
export function readSignedItems(
  document: PdfDocument,
  isWanted: (fieldName: string) => boolean = () => true,
): SignedItems {
  const items: SignedItem[] = [];
  const unreadable: string[] = [];
  for (const value of findFormSignatures(document)) {
    const fieldName = value.fields[0]?.name ?? '';
    if (!isWanted(fieldName)) continue;
    const item = readItem(value, fieldName);
    if (item === null) unreadable.push(fieldName);
    else items.push(item);
  }
  return { items: items.toSorted((a, b) => a.end - b.end), unreadable };
}

function readItem({ dictionary }: SignatureValue, fieldName: string): SignedItem | null {
  const subFilter = asKind(dictionary?.entries.get('SubFilter'), 'name')?.name ?? '';
  const kind = KINDS[subFilter];
  const contents = asKind(dictionary?.entries.get('Contents'), 'string')?.bytes;
  const [, , resume, length] = (asKind(dictionary?.entries.get('ByteRange'), 'array')?.items ?? []).map(
    (item) => asKind(item, 'number')?.value,
  );
  if (kind === undefined || contents === undefined || resume === undefined || length === undefined)
    return null;
  const cms = readCms(() => parseSignedData(contents));
  if (cms === null) return null;
  const documentTimestamp = kind === 'timestamp' ? readCms(() => parseTimestampToken(contents)) : null;
  if (kind === 'timestamp' && documentTimestamp === null) return null;
  return {
    fieldName,
    kind,
    cms,
    documentTimestamp,
    signatureTimestamps: tokensOf(cms),
    end: resume + length,
  };
}

function tokensOf({ signerInfos }: SignedData): readonly TimestampToken[] {
  return signerInfos.flatMap(({ unsignedAttributes }) =>
    attributeValues(unsignedAttributes, Oid.signatureTimestamp).flatMap(({ raw }) => {
      const token = readCms(() => parseTimestampToken(raw));
      return token === null ? [] : [token];
    }),
  );
}

/** Null for what is no CMS or no token; which of them matter is decided by those who miss it. */
function readCms<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedCms) return null;
    throw error;
  }
}

/** A token whose signature holds and whose authority is trusted; it is about what it should be about as far as that was asked. */
export interface Stamp {
  readonly token: TimestampToken;
  /** The authority's; its revocation is not asked. */
  readonly certificate: Certificate;
  readonly genTime: Instant;
  readonly scheme: SignatureScheme;
}

export interface IdentifiedSignature {
  readonly fieldName: string;
  /** The signer's; its path is not validated. */
  readonly certificate: Certificate;
  readonly stamps: readonly Stamp[];
  readonly end: number;
}

export interface IdentifyingContext {
  readonly platform: Platform;
  readonly trustList: TrustList;
}

export interface IdentifiedItems {
  readonly signatures: readonly IdentifiedSignature[];
  readonly documentTimestamps: readonly (Stamp & { readonly fieldName: string; readonly end: number })[];
  /** Fields whose value does not hold against the certificate it names, or names none that is at hand. */
  readonly unsound: readonly string[];
}

/** Who made each item. Whether the covered bytes still have the digest that was signed is the verifier's question. */
export async function identifyItems(
  items: readonly SignedItem[],
  material: ValidationMaterial,
  context: IdentifyingContext,
): Promise<IdentifiedItems> {
  const signatures: IdentifiedSignature[] = [];
  const documentTimestamps: IdentifiedItems['documentTimestamps'][number][] = [];
  const unsound: string[] = [];
  for (const item of items) {
    const { fieldName, end, documentTimestamp } = item;
    if (documentTimestamp !== null) {
      const stamp = await identifyStamp(documentTimestamp, null, material, context);
      if (stamp === null) unsound.push(fieldName);
      else documentTimestamps.push({ ...stamp, fieldName, end });
      continue;
    }
    const certificate = await identifySigner(item, material, context);
    if (certificate === null) unsound.push(fieldName);
    else signatures.push({ fieldName, certificate, stamps: await stampsOf(item, material, context), end });
  }
  return { signatures, documentTimestamps, unsound };
}

function identifySigner(
  { cms, kind }: SignedItem,
  material: ValidationMaterial,
  { platform: { arithmetic, digests } }: IdentifyingContext,
): Promise<Certificate | null> {
  return withGatheredArithmetic(arithmetic, (verified) => {
    const check = checkSignerInfo(cms, {
      kind,
      contentDigest: () => undefined,
      candidates: material.certificates,
      verified,
      digests,
    });
    return check.valueMatches === false ? null : check.certificate;
  });
}

async function stampsOf(
  { cms, signatureTimestamps }: SignedItem,
  material: ValidationMaterial,
  context: IdentifyingContext,
): Promise<readonly Stamp[]> {
  const signature = cms.signerInfos[0]?.signature ?? new Uint8Array(0);
  const stamps = signatureTimestamps.map((token) => identifyStamp(token, signature, material, context));
  return (await Promise.all(stamps)).filter((stamp) => stamp !== null);
}

/**
 * @param about - the bytes that the token must be about; null where comparing them is left to the verifier
 * @returns null for a token that proves nothing
 */
export function identifyStamp(
  token: TimestampToken,
  about: Uint8Array | null,
  material: ValidationMaterial,
  { platform: { arithmetic, digests }, trustList }: IdentifyingContext,
): Promise<Stamp | null> {
  const { genTime: time } = token.tstInfo;
  return withGatheredArithmetic(arithmetic, (verified) => {
    const { findings, certificate, signer } = checkTimestampToken(token, {
      imprint: (algorithm) => (about === null ? undefined : digests.of(algorithm, about)),
      candidates: material.certificates,
      verified,
      digests,
    });
    const sound = findings.every(({ effect }) => effect === 'info') && signer.valueMatches === true;
    if (!sound || certificate === null || signer.scheme === null) return null;
    const pool = [...material.certificates, ...trustList.intermediates];
    const path = findTrustedPath(certificate, {
      pool,
      trustList,
      purpose: 'timestamp',
      time,
      verified,
      digests,
    });
    return path.status === 'trusted' ? { token, certificate, genTime: time, scheme: signer.scheme } : null;
  });
}

/** Since when a signature is proven to exist: by its own time-stamps, and by those of the document that cover it. */
export function provenTime(
  { stamps, end }: IdentifiedSignature,
  { documentTimestamps }: Pick<IdentifiedItems, 'documentTimestamps'>,
): Instant | null {
  const covering = documentTimestamps.filter((stamp) => stamp.end > end);
  const times = [...stamps, ...covering].map(({ genTime }) => genTime);
  return times.length === 0 ? null : Math.min(...times);
}
