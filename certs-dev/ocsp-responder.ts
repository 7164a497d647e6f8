// An OCSP responder (RFC 6960): requests read, answers written and signed by the delegated responder.

import {
  childrenOf,
  contextTag,
  type Element,
  MalformedAsn1,
  parseElement,
  Tag,
} from '../src/asn1/element.ts';
import {
  encodeElement,
  encodeEnumerated,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../src/asn1/encode.ts';
import { sequenceFields } from '../src/asn1/fields.ts';
import { Oid } from '../src/asn1/oids.ts';
import { type Instant, readOctetString, readOid, sameBytes } from '../src/asn1/values.ts';
import { readDigestAlgorithm } from '../src/pki/algorithm-identifiers.ts';
import { type Certificate, parseCertificate } from '../src/pki/certificate.ts';
import type { Digests } from '../src/platform/platform.ts';
import type { DevelopmentAuthorities, Identity } from './certificate-authority.ts';
import { encodeExtensions, keyIdentifier } from './encode-extensions.ts';
import { signatureOver } from './sign-structure.ts';

/** What one question is about; `raw` is the CertID, repeated in the answer. */
export interface CertificateId {
  readonly raw: Uint8Array;
  readonly hashAlgorithm: Uint8Array;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export interface OcspRequest {
  readonly ids: readonly CertificateId[];
  /** The DER inside the nonce extension, null without one. */
  readonly nonce: Uint8Array | null;
}

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: Instant; readonly reason: number }
  | { readonly kind: 'unknown' };

/** OCSPResponseStatus other than successful (RFC 6960, 4.2.1). */
export const OcspRefusal = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;

const FRESH_MS = 3_600_000;

/** The answer to a request as of `now`; a refusal for what is no request or asks about another issuer. */
export function answerOcspRequest(
  pki: DevelopmentAuthorities,
  request: Uint8Array,
  now: Instant,
  digests: Digests,
): Uint8Array {
  const parsed = tryReadRequest(request);
  if (parsed === null) return encodeOcspRefusal(OcspRefusal.malformedRequest);
  const issuer = parseCertificate(pki.issuing.certificate);
  if (!parsed.ids.every((id) => isIssuedBy(id, issuer, digests)))
    return encodeOcspRefusal(OcspRefusal.unauthorized);
  const answers = parsed.ids.map((id) => ({
    id: id.raw,
    status: statusOf(pki, id.serialNumber, now),
    thisUpdate: now,
    nextUpdate: now + FRESH_MS,
  }));
  return encodeOcspResponse({ answers, producedAt: now, nonce: parsed.nonce }, pki.responder, digests);
}

function tryReadRequest(request: Uint8Array): OcspRequest | null {
  try {
    return readOcspRequest(request);
  } catch (error) {
    if (error instanceof MalformedAsn1) return null;
    throw error;
  }
}

/** An OCSPRequest; a signature on it is not looked at. @throws MalformedAsn1 */
export function readOcspRequest(der: Uint8Array): OcspRequest {
  const where = 'OCSPRequest';
  const tbs = sequenceFields(sequenceFields(parseElement(der, where), where).take(Tag.sequence), where);
  tbs.takeIf(contextTag(0));
  tbs.takeIf(contextTag(1));
  const ids = childrenOf(tbs.take(Tag.sequence), where).map((request) =>
    readCertificateId(sequenceFields(request, where).take(Tag.sequence)),
  );
  const extensions = tbs.takeIf(contextTag(2));
  tbs.end();
  return { ids, nonce: extensions === undefined ? null : nonceOf(extensions) };
}

function readCertificateId(element: Element): CertificateId {
  const fields = sequenceFields(element, 'CertID');
  const hashAlgorithm = fields.take(Tag.sequence).raw;
  const issuerNameHash = readOctetString(fields.take(Tag.octetString), 'CertID');
  const issuerKeyHash = readOctetString(fields.take(Tag.octetString), 'CertID');
  const serialNumber = fields.take(Tag.integer).content;
  fields.end();
  return { raw: element.raw, hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

function nonceOf(explicitExtensions: Element): Uint8Array | null {
  for (const list of childrenOf(explicitExtensions, 'requestExtensions')) {
    for (const extension of childrenOf(list, 'requestExtensions')) {
      const fields = sequenceFields(extension, 'Extension');
      if (readOid(fields.take(Tag.oid), 'Extension') !== Oid.ocspNonce) continue;
      fields.takeIf(Tag.boolean);
      return readOctetString(fields.take(Tag.octetString), 'nonce');
    }
  }
  return null;
}

function isIssuedBy(id: CertificateId, issuer: Certificate, digests: Digests): boolean {
  const algorithm = readDigestAlgorithm(parseElement(id.hashAlgorithm, 'CertID'));
  return (
    algorithm !== null &&
    sameBytes(id.issuerNameHash, digests.of(algorithm, issuer.subject.raw)) &&
    sameBytes(id.issuerKeyHash, digests.of(algorithm, issuer.publicKeyBits))
  );
}

function statusOf(pki: DevelopmentAuthorities, serialNumber: Uint8Array, now: Instant): OcspStatus {
  const known = pki.issued.some((certificate) =>
    sameBytes(parseCertificate(certificate).serialNumber, serialNumber),
  );
  if (!known) return { kind: 'unknown' };
  const revocation = pki.revocations.find((entry) => sameBytes(entry.serialNumber, serialNumber));
  if (revocation === undefined || revocation.at > now) return { kind: 'good' };
  return { kind: 'revoked', at: revocation.at, reason: revocation.reason };
}

export interface OcspAnswer {
  /** CertID, DER. */
  readonly id: Uint8Array;
  readonly status: OcspStatus;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | null;
}

export interface OcspResponseContent {
  readonly answers: readonly OcspAnswer[];
  readonly producedAt: Instant;
  readonly nonce: Uint8Array | null;
}

/** A successful OCSPResponse with a BasicOCSPResponse, the responder named by its key and its certificate enclosed. */
export function encodeOcspResponse(
  content: OcspResponseContent,
  responder: Identity,
  digests: Digests,
): Uint8Array {
  const { publicKeyInfo } = parseCertificate(responder.certificate);
  const data = encodeSequence(
    encodeExplicit(2, encodeOctetString(keyIdentifier(publicKeyInfo, digests))),
    encodeGeneralizedTime(content.producedAt),
    encodeSequence(...content.answers.map(encodeAnswer)),
    ...(content.nonce === null
      ? []
      : [
          encodeExplicit(
            1,
            encodeExtensions([{ oid: Oid.ocspNonce, critical: false, value: content.nonce }]),
          ),
        ]),
  );
  const basic = encodeSequence(
    data,
    ...signatureOver(responder.privateKey, 'sha256', data),
    encodeExplicit(0, encodeSequence(responder.certificate)),
  );
  const responseBytes = encodeSequence(encodeOid(Oid.ocspBasic), encodeOctetString(basic));
  return encodeSequence(encodeEnumerated(0), encodeExplicit(0, responseBytes));
}

/** An OCSPResponse that is a refusal. */
export function encodeOcspRefusal(status: (typeof OcspRefusal)[keyof typeof OcspRefusal]): Uint8Array {
  return encodeSequence(encodeEnumerated(status));
}

function encodeAnswer(answer: OcspAnswer): Uint8Array {
  return encodeSequence(
    answer.id,
    encodeStatus(answer.status),
    encodeGeneralizedTime(answer.thisUpdate),
    ...(answer.nextUpdate === null ? [] : [encodeExplicit(0, encodeGeneralizedTime(answer.nextUpdate))]),
  );
}

function encodeStatus(status: OcspStatus): Uint8Array {
  switch (status.kind) {
    case 'good':
      return encodeElement(contextTag(0, 'primitive'));
    case 'unknown':
      return encodeElement(contextTag(2, 'primitive'));
    case 'revoked':
      return encodeElement(
        contextTag(1),
        encodeGeneralizedTime(status.at),
        encodeExplicit(0, encodeEnumerated(status.reason)),
      );
  }
}
