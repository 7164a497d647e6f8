// One answer of an OCSP response (RFC 6960, 4.2.1): about which certificate, and what.

import { contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { type Instant, readOctetString, readTime } from '../asn1/values.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { readDigestAlgorithm } from './algorithm-identifiers.ts';
import type { Extension } from './certificate.ts';
import { readInvalidityDate, readReason } from './crl-entries.ts';
import { readExtensionList, readExtensionValue } from './extensions.ts';

export interface CertId {
  /** Null for an unknown algorithm. */
  readonly digest: DigestAlgorithm | null;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export interface SingleResponse {
  readonly certId: CertId;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Instant | null;
  /** CRLReason; null where none is given. */
  readonly reason: number | null;
  readonly invalidityDate: Instant | null;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | null;
  /** The responder still knows certificates that expired after this (RFC 6960, 4.4.4). */
  readonly archiveCutoff: Instant | null;
  readonly unknownCritical: boolean;
}

/** Reads a SingleResponse. @throws MalformedAsn1 */
export function readSingleResponse(element: Element): SingleResponse {
  const fields = sequenceFields(element, 'SingleResponse');
  const certId = readCertId(fields.take(Tag.sequence));
  const status = readCertStatus(fields.takeAny());
  const thisUpdate = readTime(fields.take(Tag.generalizedTime), 'thisUpdate');
  const next = fields.takeIf(contextTag(0));
  const extensions = readOcspExtensions(fields.takeIf(contextTag(1)));
  fields.end();
  return {
    certId,
    ...status,
    invalidityDate: readExtensionValue(extensions, Oid.invalidityDate, readInvalidityDate),
    thisUpdate,
    nextUpdate: next === undefined ? null : readTime(parseElement(next.content, 'nextUpdate'), 'nextUpdate'),
    archiveCutoff: readExtensionValue(extensions, Oid.ocspArchiveCutoff, readArchiveCutoff),
    unknownCritical: extensions.some(({ oid, critical }) => critical && !SINGLE_EXTENSIONS.has(oid)),
  };
}

const SINGLE_EXTENSIONS: ReadonlySet<string> = new Set([
  Oid.ocspArchiveCutoff,
  Oid.invalidityDate,
  Oid.reasonCode,
]);

function readArchiveCutoff(value: Uint8Array): Instant {
  return readTime(parseElement(value, 'archiveCutoff'), 'archiveCutoff');
}

/** Reads a CertID. @throws MalformedAsn1 */
export function readCertId(element: Element): CertId {
  const fields = sequenceFields(element, 'CertID');
  const digest = readDigestAlgorithm(fields.take(Tag.sequence));
  const issuerNameHash = readOctetString(fields.take(Tag.octetString), 'issuerNameHash');
  const issuerKeyHash = readOctetString(fields.take(Tag.octetString), 'issuerKeyHash');
  const serialNumber = fields.take(Tag.integer).content;
  fields.end();
  return { digest, issuerNameHash, issuerKeyHash, serialNumber };
}

function readCertStatus(element: Element): Pick<SingleResponse, 'status' | 'revokedAt' | 'reason'> {
  switch (element.tag) {
    case contextTag(0, 'primitive'):
      return { status: 'good', revokedAt: null, reason: null };
    case contextTag(2, 'primitive'):
      return { status: 'unknown', revokedAt: null, reason: null };
    case contextTag(1): {
      const fields = new Fields(element, 'RevokedInfo');
      const revokedAt = readTime(fields.take(Tag.generalizedTime), 'revocationTime');
      const wrapper = fields.takeIf(contextTag(0));
      fields.end();
      const reason =
        wrapper === undefined ? null : readReason(parseElement(wrapper.content, 'revocationReason'));
      return { status: 'revoked', revokedAt, reason };
    }
    default:
      throw new MalformedAsn1('tag-unexpected', 'CertStatus');
  }
}

/** Reads Extensions out of their EXPLICIT tag. @throws MalformedAsn1 also when one occurs twice */
export function readOcspExtensions(wrapper: Element | undefined): readonly Extension[] {
  if (wrapper === undefined) return [];
  const list = readExtensionList(parseElement(wrapper.content, 'Extensions'));
  if (list.repeated) throw new MalformedAsn1('value-malformed', 'Extensions');
  return list.extensions;
}
