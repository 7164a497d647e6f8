// A time-stamp authority (RFC 3161) over the development PKI.

import { childrenOf, contextTag, parseElement } from '../src/asn1/element.ts';
import { encodeExplicit, encodeSequence } from '../src/asn1/encode.ts';
import { Oid } from '../src/asn1/oids.ts';
import type { Instant } from '../src/asn1/values.ts';
import { encodeSignedData } from '../src/cms/encode-signed-data.ts';
import { MalformedCms } from '../src/cms/errors.ts';
import { encodeSignedAttributes } from '../src/cms/signed-attributes.ts';
import {
  encodeTimestampResponse,
  parseTimestampRequest,
  type TimestampRequest,
} from '../src/cms/timestamp.ts';
import { encodeTstInfo } from '../src/cms/timestamp-token.ts';
import type { DigestAlgorithm, Platform } from '../src/platform/platform.ts';
import type { Identity } from './certificate-authority.ts';
import { randomSerialNumber } from './encode-certificate.ts';
import { DevelopmentPolicy } from './profile.ts';
import { signatureScheme, signatureValue } from './sign-structure.ts';

const DIGEST_BYTES: Partial<Record<DigestAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** The answer to a request at `now`: a token, or a rejection with its reason. */
export function answerTimestampRequest(
  authority: Identity,
  request: Uint8Array,
  now: Instant,
  platform: Platform,
): Uint8Array {
  const parsed = tryParseRequest(request);
  if (parsed === null)
    return encodeTimestampResponse({
      status: 'rejection',
      failureInfo: 'badDataFormat',
      statusText: 'not a time-stamp request',
    });
  const { imprint, policy, nonce } = parsed;
  if (imprint.algorithm === null || DIGEST_BYTES[imprint.algorithm] !== imprint.digest.length)
    return encodeTimestampResponse({
      status: 'rejection',
      failureInfo: 'badAlg',
      statusText: 'the imprint must be SHA-256, SHA-384 or SHA-512',
    });
  if (policy !== null && policy !== DevelopmentPolicy.timestamp)
    return encodeTimestampResponse({
      status: 'rejection',
      failureInfo: 'unacceptedPolicy',
      statusText: 'no such policy',
    });
  const tstInfo = encodeTstInfo({
    policy: DevelopmentPolicy.timestamp,
    algorithm: imprint.algorithm,
    digest: imprint.digest,
    serialNumber: randomSerialNumber(platform.randomBytes),
    genTime: now,
    nonce,
  });
  const token = signTstInfo(authority, tstInfo, platform);
  return encodeTimestampResponse({
    status: 'granted',
    token: parsed.certReq ? token : withoutCertificates(token),
  });
}

/** A token: SignedData over this TSTInfo, with the authority's chain. */
export function signTstInfo(authority: Identity, tstInfo: Uint8Array, platform: Platform): Uint8Array {
  const digest = 'sha256';
  const scheme = signatureScheme(authority.privateKey, digest);
  const signedAttributes = encodeSignedAttributes({
    contentType: Oid.tstInfo,
    messageDigest: platform.digests.of(digest, tstInfo),
    digestAlgorithm: digest,
    certificateDer: authority.certificate,
    signatureAlgorithm: scheme,
    digests: platform.digests,
  });
  return encodeSignedData({
    signedAttributes,
    certificates: authority.chain,
    digest,
    scheme,
    signature: signatureValue(authority.privateKey, digest, signedAttributes),
    eContentType: Oid.tstInfo,
    eContent: tstInfo,
  });
}

/** The same token for a requester that has the certificates (RFC 3161, 2.4.1: certReq). */
export function withoutCertificates(token: Uint8Array): Uint8Array {
  const [type, content] = childrenOf(parseElement(token, 'ContentInfo'), 'ContentInfo');
  if (type === undefined || content === undefined) throw new MalformedCms('cms-malformed', 'ContentInfo');
  const fields = childrenOf(parseElement(content.content, 'SignedData'), 'SignedData');
  const kept = fields.filter(({ tag }) => tag !== contextTag(0)).map(({ raw }) => raw);
  return encodeSequence(type.raw, encodeExplicit(0, encodeSequence(...kept)));
}

function tryParseRequest(request: Uint8Array): TimestampRequest | null {
  try {
    return parseTimestampRequest(request);
  } catch (error) {
    if (error instanceof MalformedCms) return null;
    throw error;
  }
}
