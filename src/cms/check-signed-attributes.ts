// The rules for signed attributes (RFC 5652, 11; RFC 5035; RFC 6211): which must stand there, how often, and saying what.

import { MalformedAsn1 } from '../asn1/element.ts';
import { Oid } from '../asn1/oids.ts';
import { sameBytes } from '../asn1/values.ts';
import { type Attributes, attributeValues } from './attributes.ts';
import type { SignerContext, SignerKind } from './check-signer.ts';
import { type CmsFinding, finding } from './finding.ts';
import {
  readAlgorithmProtection,
  readContentType,
  readMessageDigest,
  readSigningCertificates,
  readSigningTime,
} from './signed-attributes.ts';
import type { SignedData, SignerInfo } from './signed-data.ts';

export interface SignedAttributesCheck {
  readonly findings: readonly CmsFinding[];
  readonly digestMatches: boolean | null;
}

/** Attributes that must have exactly one value where they are present. */
const SINGLE_VALUED: ReadonlyMap<string, string> = new Map([
  [Oid.contentType, 'content-type'],
  [Oid.messageDigest, 'message-digest'],
  [Oid.signingTime, 'signing-time'],
  [Oid.signingCertificate, 'signing-certificate'],
  [Oid.signingCertificateV2, 'signing-certificate-v2'],
  [Oid.cmsAlgorithmProtection, 'CMSAlgorithmProtection'],
]);

/**
 * PKCS#9 with S/MIME, ETSI and Adobe: attributes that readers know, who may take one or the other of two. RFC 5652 forbids
 * nobody to repeat one of his own, and signing software does.
 */
const STANDARD_ARCS = /^(?:1\.2\.840\.113549\.1\.9|0\.4\.0|1\.2\.840\.113583)\./;

/** Holds the signed attributes against each other and against the content. */
export function checkSignedAttributes(
  signedData: SignedData,
  signerInfo: SignerInfo,
  context: Pick<SignerContext, 'kind' | 'contentDigest'>,
): SignedAttributesCheck {
  const attributes = signerInfo.signedAttributes;
  if (attributes === null) return { findings: checkAbsence(signedData, context.kind), digestMatches: null };
  const malformed = checkReadability(attributes);
  const digest = malformed.length > 0 ? NO_DIGEST : checkMessageDigest(signerInfo, attributes, context);
  const reencoded = attributes.reencoded
    ? [finding('signed-attributes-reencoded', 'info', 'signedAttrs')]
    : [];
  return {
    findings: [
      ...reencoded,
      ...checkRepetition(attributes),
      ...malformed,
      ...(malformed.length > 0 ? [] : checkContentType(signedData, attributes, context.kind)),
      ...digest.findings,
    ],
    digestMatches: digest.digestMatches,
  };
}

const NO_DIGEST: SignedAttributesCheck = { findings: [], digestMatches: null };

/** Only the PKCS#7 forms over id-data may go without: then the value is taken over the content itself (RFC 5652, 5.3). */
function checkAbsence({ eContentType }: SignedData, kind: SignerKind): CmsFinding[] {
  if (kind === 'cades' || kind === 'timestamp') {
    return [finding('signed-attributes-missing', 'constraint', 'signedAttrs')];
  }
  return eContentType === Oid.data ? [] : [finding('content-type-differs', 'structure', eContentType)];
}

function checkRepetition(attributes: Attributes): CmsFinding[] {
  const seen = new Set<string>();
  const findings: CmsFinding[] = [];
  for (const { oid, values } of attributes.all) {
    // EN 319 122-1, 5.2.8 lets a content-time-stamp be given several times.
    const repeated = seen.has(oid) && oid !== Oid.contentTimestamp;
    const single = SINGLE_VALUED.get(oid);
    if (repeated || (single !== undefined && values.length !== 1)) {
      const effect = STANDARD_ARCS.test(oid) ? 'structure' : 'info';
      findings.push(finding('attribute-repeated', effect, single ?? oid));
    }
    seen.add(oid);
  }
  return findings;
}

/** Every attribute that a rule or a reader depends on must be readable, so that nobody sees another one than we do. */
function checkReadability(attributes: Attributes): CmsFinding[] {
  const readers = [
    readContentType,
    readMessageDigest,
    readSigningTime,
    readSigningCertificates,
    readAlgorithmProtection,
  ];
  return readers.flatMap((read) => {
    try {
      read(attributes);
      return [];
    } catch (cause) {
      if (!(cause instanceof MalformedAsn1)) throw cause;
      return [finding('attribute-malformed', 'structure', cause.where)];
    }
  });
}

/** RFC 5652, 11.1: content-type repeats eContentType, which is id-data for documents and TSTInfo for tokens. */
function checkContentType(signedData: SignedData, attributes: Attributes, kind: SignerKind): CmsFinding[] {
  const expected = kind === 'timestamp' ? Oid.tstInfo : Oid.data;
  const stated = readContentType(attributes);
  if (stated === signedData.eContentType && stated === expected) return [];
  return [finding('content-type-differs', 'structure', stated ?? 'content-type')];
}

function checkMessageDigest(
  { digestAlgorithm }: SignerInfo,
  attributes: Attributes,
  { contentDigest }: Pick<SignerContext, 'contentDigest'>,
): SignedAttributesCheck {
  const where = 'message-digest';
  if (attributeValues(attributes, Oid.messageDigest).length === 0) {
    return { findings: [finding('message-digest-missing', 'structure', where)], digestMatches: null };
  }
  const stated = readMessageDigest(attributes);
  const computed = digestAlgorithm === null ? undefined : contentDigest(digestAlgorithm);
  if (stated === null || computed === undefined) return NO_DIGEST;
  const digestMatches = sameBytes(stated, computed);
  return { findings: digestMatches ? [] : [finding('digest-mismatch', 'hash', where)], digestMatches };
}
