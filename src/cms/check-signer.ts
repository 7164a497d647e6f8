// Whether a SignerInfo is a signature as its format demands it: every rule of CMS and CAdES that needs no trust and no time.

import { MalformedAsn1 } from '../asn1/element.ts';
import { Oid } from '../asn1/oids.ts';
import type { Instant } from '../asn1/values.ts';
import { sameBytes } from '../asn1/values.ts';
import { schemeFitsKey, withDigest } from '../pki/algorithm-identifiers.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { DigestAlgorithm, Digests, SignatureScheme } from '../platform/platform.ts';
import { attributeValues } from './attributes.ts';
import { readCertificates } from './certificates.ts';
import { checkAlgorithms } from './check-algorithms.ts';
import { checkSignedAttributes } from './check-signed-attributes.ts';
import { findSigningCertificate } from './find-signing-certificate.ts';
import { type CmsFinding, finding } from './finding.ts';
import { readSigningTime } from './signed-attributes.ts';
import type { SignedData, SignerInfo } from './signed-data.ts';

/**
 * - `cades`: `ETSI.CAdES.detached`
 * - `pkcs7`: `adbe.pkcs7.detached`, where signed attributes and the signing-certificate attribute may be absent
 * - `pkcs7-sha1`: `adbe.pkcs7.sha1`, whose eContent is the SHA-1 of the covered bytes
 * - `timestamp`: a token, whose eContent is the TSTInfo
 */
export type SignerKind = 'cades' | 'pkcs7' | 'pkcs7-sha1' | 'timestamp';

export interface SignerContext {
  readonly kind: SignerKind;
  /** Digest of the covered bytes, undefined while it has not been computed; not asked for a time-stamp. */
  readonly contentDigest: (algorithm: DigestAlgorithm) => Uint8Array | undefined;
  /** The covered bytes themselves; asked only by a `pkcs7` signature without signed attributes. */
  readonly content?: () => Uint8Array | undefined;
  /** Where the signing certificate may be found; none of them is trusted. */
  readonly candidates: readonly Certificate[];
  /** What the arithmetic said. An answer that is not there yet counts as true for the moment. */
  readonly verified: SignatureLookup;
  readonly digests: Digests;
}

/** What was found. Trust, time and the strength of algorithms are judged elsewhere. */
export interface SignerCheck {
  readonly findings: readonly CmsFinding[];
  /** The signing certificate, not validated; null where none of the candidates is it. */
  readonly certificate: Certificate | null;
  readonly digestAlgorithm: DigestAlgorithm | null;
  /** Null where the algorithm is unknown. */
  readonly scheme: SignatureScheme | null;
  /** Content digest against message-digest; null where one of them is missing, or there are no signed attributes. */
  readonly digestMatches: boolean | null;
  /** The signature value with the certificate's key; null where it could not be asked. Never a pass unless true. */
  readonly valueMatches: boolean | null;
  /** The claim of the signing-time attribute, which proves nothing. */
  readonly signingTime: Instant | null;
  readonly hasSigningCertificateAttribute: boolean;
  /** Tokens of the signature-time-stamp attribute, byte for byte, not read. */
  readonly signatureTimestamps: readonly Uint8Array[];
  /** Tokens of the content-time-stamp attribute, byte for byte, not read. */
  readonly contentTimestamps: readonly Uint8Array[];
}

/** Applies the rules to the first SignerInfo; whatever the content does, the answer is findings. */
export function checkSignerInfo(signedData: SignedData, context: SignerContext): SignerCheck {
  const envelope = [...checkEnvelope(signedData), ...checkContent(signedData, context)];
  const [signerInfo] = signedData.signerInfos;
  if (signerInfo === undefined) return { ...NOTHING, findings: envelope };

  const attributes = checkSignedAttributes(signedData, signerInfo, {
    kind: context.kind,
    contentDigest: signedContentDigest(signedData, context),
  });
  const scheme = withDigest(signerInfo.signatureAlgorithm, signerInfo.digestAlgorithm).scheme;
  const message = signedBytes(signedData, signerInfo, context);
  const valueFits = (certificate: Certificate): boolean | null =>
    verifyValue(certificate, scheme, message, signerInfo.signature, context.verified);
  const signer = findSigningCertificate(signerInfo, { ...context, valueFits });
  const algorithms = checkAlgorithms(signerInfo, scheme, signer.certificate);
  const valueMatches = signer.certificate === null ? null : valueFits(signer.certificate);
  const value = valueMatches === false ? [finding('signature-value-mismatch', 'value', 'signature')] : [];

  return {
    findings: [
      ...envelope,
      ...attributes.findings,
      ...signer.findings,
      ...(signer.certificate === null ? unreadableCertificates(signedData) : []),
      ...algorithms,
      ...value,
      ...checkUnsignedAttributes(signerInfo),
    ],
    certificate: signer.certificate,
    digestAlgorithm: signerInfo.digestAlgorithm,
    scheme,
    digestMatches: attributes.digestMatches,
    valueMatches,
    signingTime: claimedTime(signerInfo),
    hasSigningCertificateAttribute: signer.hasAttribute,
    signatureTimestamps: attributeValues(signerInfo.unsignedAttributes, Oid.signatureTimestamp).map(rawOf),
    contentTimestamps: attributeValues(signerInfo.signedAttributes, Oid.contentTimestamp).map(rawOf),
  };
}

const NOTHING: Omit<SignerCheck, 'findings'> = {
  certificate: null,
  digestAlgorithm: null,
  scheme: null,
  digestMatches: null,
  valueMatches: null,
  signingTime: null,
  hasSigningCertificateAttribute: false,
  signatureTimestamps: [],
  contentTimestamps: [],
};

function checkEnvelope(signedData: SignedData): CmsFinding[] {
  const findings: CmsFinding[] = [];
  // The room behind the CMS is covered by no signature, whether it holds zeros or not; nothing reads it.
  if (signedData.trailingBytes) {
    findings.push(finding('contents-trailing-data', 'info', 'ContentInfo'));
  }
  if (signedData.signerInfos.length !== 1) {
    findings.push(finding('signer-count', 'structure', `signerInfos ${signedData.signerInfos.length}`));
  }
  return findings;
}

/** A detached signature carries no content, or the same content; the two others carry what they sign. */
function checkContent({ eContent }: SignedData, context: SignerContext): CmsFinding[] {
  const { kind, contentDigest, digests } = context;
  const where = 'eContent';
  if (kind === 'timestamp' || kind === 'pkcs7-sha1') {
    if (eContent === null) return [finding('econtent-missing', 'structure', where)];
    if (kind === 'timestamp') return [];
    const covered = contentDigest('sha1');
    const weak = finding('sub-filter-sha1', 'weak', 'adbe.pkcs7.sha1');
    const differs = covered !== undefined && !sameBytes(covered, eContent);
    return differs ? [weak, finding('digest-mismatch', 'hash', where)] : [weak];
  }
  if (eContent === null) return [];
  const covered = contentDigest('sha256');
  if (covered !== undefined && !sameBytes(covered, digests.of('sha256', eContent))) {
    return [finding('econtent-differs', 'structure', where)];
  }
  return [finding('econtent-present', 'info', where)];
}

/** What message-digest is the digest of: the eContent where the format signs that, else the covered bytes. */
function signedContentDigest(
  { eContent }: SignedData,
  { kind, contentDigest, digests }: SignerContext,
): SignerContext['contentDigest'] {
  if (kind === 'cades' || kind === 'pkcs7') return contentDigest;
  return (algorithm) => (eContent === null ? undefined : digests.of(algorithm, eContent));
}

/** The bytes under the signature value (RFC 5652, 5.4). */
function signedBytes(
  { eContent }: SignedData,
  { signedAttributes }: SignerInfo,
  { kind, content }: SignerContext,
): Uint8Array | undefined {
  if (signedAttributes !== null) return signedAttributes.asSetOf;
  return kind === 'cades' || kind === 'pkcs7' ? content?.() : (eContent ?? undefined);
}

function verifyValue(
  certificate: Certificate,
  scheme: SignatureScheme | null,
  message: Uint8Array | undefined,
  signature: Uint8Array,
  verified: SignatureLookup,
): boolean | null {
  if (scheme === null || message === undefined) return null;
  // OpenSSL goes by the key: it would verify an ECDSA value that is declared as RSA.
  if (!schemeFitsKey(scheme, certificate.publicKey.algorithm)) return false;
  return verified({ publicKey: certificate.publicKeyInfo, scheme, message, signature }) !== false;
}

function checkUnsignedAttributes({ unsignedAttributes }: SignerInfo): CmsFinding[] {
  const others = unsignedAttributes?.all.filter(({ oid }) => oid !== Oid.signatureTimestamp) ?? [];
  return others.map(({ oid }) =>
    oid === Oid.countersignature
      ? finding('countersignature-present', 'info', 'unsignedAttrs')
      : finding('unsigned-attribute-unknown', 'info', oid),
  );
}

/**
 * A certificate that cannot be read hurts nobody while the signer's is another one. Where the signer's is not found, it may be the
 * one: then this is a signature that cannot be read, and not one whose signer is merely unknown.
 */
function unreadableCertificates(signedData: SignedData): readonly CmsFinding[] {
  return readCertificates(signedData).findings.map((malformed) => ({ ...malformed, effect: 'structure' }));
}

function claimedTime({ signedAttributes }: SignerInfo): Instant | null {
  if (signedAttributes === null) return null;
  try {
    return readSigningTime(signedAttributes);
  } catch (cause) {
    // Reported as `attribute-malformed` by the check of the signed attributes; here there is just no claim.
    if (cause instanceof MalformedAsn1) return null;
    throw cause;
  }
}

function rawOf({ raw }: { readonly raw: Uint8Array }): Uint8Array {
  return raw;
}
