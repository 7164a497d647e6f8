// OCSP (RFC 6960): responses read to facts, requests written. Nothing in a response is verified here.

import { childrenOf, contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../asn1/encode.ts';
import { Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import {
  type Instant,
  readBitStringOctets,
  readOctetString,
  readOid,
  readSmallInteger,
  readTime,
} from '../asn1/values.ts';
import type { Digests } from '../platform/platform.ts';
import { digestOid, readSignatureAlgorithm } from './algorithm-identifiers.ts';
import {
  type Certificate,
  MalformedCertificate,
  parseCertificate,
  type SignatureAlgorithmIdentifier,
} from './certificate.ts';
import { readExtensionValue } from './extensions.ts';
import { type Name, parseName } from './name.ts';
import { readOcspExtensions, readSingleResponse, type SingleResponse } from './ocsp-single-response.ts';

export type OcspStatus =
  | 'successful'
  | 'malformed-request'
  | 'internal-error'
  | 'try-later'
  | 'signature-required'
  | 'unauthorized';

export interface OcspResponse {
  readonly der: Uint8Array;
  readonly status: OcspStatus;
  /** Null where the status is not `successful` or the response is of another type than basic. */
  readonly basic: BasicOcspResponse | null;
}

export interface BasicOcspResponse {
  /** The signed bytes: the ResponseData with its header. */
  readonly tbs: Uint8Array;
  /** SHA-1 of the responder's key bits, or its name. */
  readonly responderId: { readonly keyHash: Uint8Array } | { readonly name: Name };
  readonly producedAt: Instant;
  readonly responses: readonly SingleResponse[];
  readonly nonce: Uint8Array | null;
  /** A critical extension of the response that we do not know: it must not be used. */
  readonly unknownCritical: boolean;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Certificates sent along; those that cannot be read are left out, since they cannot be the responder's. */
  readonly certificates: readonly Certificate[];
}

const STATUSES: ReadonlyMap<number, OcspStatus> = new Map([
  [0, 'successful'],
  [1, 'malformed-request'],
  [2, 'internal-error'],
  [3, 'try-later'],
  [5, 'signature-required'],
  [6, 'unauthorized'],
]);

/** Reads a certificate that was sent along, or remembers it. @throws MalformedCertificate */
export type ReadCertificate = (der: Uint8Array) => Certificate;

/** Reads an OCSPResponse, strict DER. @throws MalformedAsn1 */
export function parseOcspResponse(
  der: Uint8Array,
  readCertificate: ReadCertificate = parseCertificate,
): OcspResponse {
  const fields = sequenceFields(parseElement(der, 'OCSPResponse'), 'OCSPResponse');
  const status = STATUSES.get(readSmallInteger(fields.take(Tag.enumerated), 'responseStatus'));
  const wrapper = fields.takeIf(contextTag(0));
  fields.end();
  if (status === undefined) throw new MalformedAsn1('value-malformed', 'responseStatus');
  if (status !== 'successful' || wrapper === undefined) return { der, status, basic: null };
  const bytes = sequenceFields(parseElement(wrapper.content, 'ResponseBytes'), 'ResponseBytes');
  const type = readOid(bytes.take(Tag.oid), 'responseType');
  const response = readOctetString(bytes.take(Tag.octetString), 'response');
  bytes.end();
  return { der, status, basic: type === Oid.ocspBasic ? readBasicResponse(response, readCertificate) : null };
}

/** Reads a BasicOCSPResponse that stands alone, as CMS and its attributes may carry it. @throws MalformedAsn1 */
export function parseBasicOcspResponse(der: Uint8Array): OcspResponse {
  return { der, status: 'successful', basic: readBasicResponse(der, parseCertificate) };
}

function readBasicResponse(der: Uint8Array, readCertificate: ReadCertificate): BasicOcspResponse {
  const fields = sequenceFields(parseElement(der, 'BasicOCSPResponse'), 'BasicOCSPResponse');
  const tbs = fields.take(Tag.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields.take(Tag.sequence));
  const signature = readBitStringOctets(fields.take(Tag.bitString), 'signature');
  const wrapper = fields.takeIf(contextTag(0));
  fields.end();
  const certificates =
    wrapper === undefined
      ? []
      : childrenOf(parseElement(wrapper.content, 'certs'), 'certs', MOST_CERTIFICATES);
  return {
    tbs: tbs.raw,
    ...readResponseData(tbs),
    signatureAlgorithm,
    signature,
    certificates: certificates.flatMap(({ raw }) => readableCertificate(raw, readCertificate)),
  };
}

// A responder sends its own certificate and sometimes its chain.
const MOST_CERTIFICATES = 20;

function readableCertificate(der: Uint8Array, readCertificate: ReadCertificate): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (cause) {
    if (cause instanceof MalformedCertificate) return [];
    throw cause;
  }
}

type ResponseData = Pick<
  BasicOcspResponse,
  'responderId' | 'producedAt' | 'responses' | 'nonce' | 'unknownCritical'
>;

function readResponseData(tbs: Element): ResponseData {
  const fields = sequenceFields(tbs, 'ResponseData');
  const version = fields.takeIf(contextTag(0));
  if (version !== undefined && readSmallInteger(parseElement(version.content, 'version'), 'version') !== 0) {
    throw new MalformedAsn1('value-malformed', 'version');
  }
  const responderId = readResponderId(fields.takeAny());
  const producedAt = readTime(fields.take(Tag.generalizedTime), 'producedAt');
  const responses = childrenOf(fields.take(Tag.sequence), 'responses').map(readSingleResponse);
  const extensions = readOcspExtensions(fields.takeIf(contextTag(1)));
  fields.end();
  return {
    responderId,
    producedAt,
    responses,
    nonce: readExtensionValue(extensions, Oid.ocspNonce, readNonce),
    unknownCritical: extensions.some(({ oid, critical }) => critical && oid !== Oid.ocspNonce),
  };
}

function readNonce(value: Uint8Array): Uint8Array {
  // RFC 8954 wants an OCTET STRING; older responders repeat whatever octets the request held.
  try {
    return readOctetString(parseElement(value, 'nonce'), 'nonce');
  } catch (cause) {
    if (cause instanceof MalformedAsn1) return value;
    throw cause;
  }
}

function readResponderId(element: Element): BasicOcspResponse['responderId'] {
  const inner = new Fields(element, 'ResponderID').takeAny();
  if (element.tag === contextTag(1)) return { name: parseName(inner) };
  if (element.tag === contextTag(2)) return { keyHash: readOctetString(inner, 'KeyHash') };
  throw new MalformedAsn1('tag-unexpected', 'ResponderID');
}

/**
 * An OCSPRequest about one certificate. The CertID uses SHA-1, the one algorithm that every responder knows; it only
 * points at the certificate.
 * @param request.nonce - 1 to 32 octets (RFC 8954); without one, a responder may answer from its cache
 */
export function encodeOcspRequest(request: {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly digests: Digests;
  readonly nonce?: Uint8Array;
}): Uint8Array {
  const { certificate, issuer, digests, nonce } = request;
  const certId = encodeSequence(
    // With NULL, as nearly all clients send it: some responders look the CertID up as bytes.
    encodeSequence(encodeOid(digestOid('sha1')), encodeNull()),
    encodeOctetString(digests.of('sha1', certificate.issuer.raw)),
    encodeOctetString(digests.of('sha1', issuer.publicKeyBits)),
    // As the certificate has it, even where that is negative or longer than it should be.
    encodeElement(Tag.integer, certificate.serialNumber),
  );
  const parts = [encodeSequence(encodeSequence(certId))];
  if (nonce !== undefined) parts.push(encodeExplicit(2, encodeSequence(encodeNonce(nonce))));
  return encodeSequence(encodeSequence(...parts));
}

function encodeNonce(nonce: Uint8Array): Uint8Array {
  return encodeSequence(encodeOid(Oid.ocspNonce), encodeOctetString(encodeOctetString(nonce)));
}
