// The certificate extensions that are read as soon as a certificate is (RFC 5280, 4.2). Path validation reads the others.

import { childrenOf, contextTag, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import {
  hasBit,
  readBitString,
  readBoolean,
  readOctetString,
  readOid,
  readSmallInteger,
} from '../asn1/values.ts';
import type { CertificateNote, KeyUsage } from './certificate.ts';
import { readDistributionPoints } from './distribution-points.ts';
import { readGeneralName } from './general-names.ts';

/** @throws MalformedAsn1 also for a negative path length */
export function readBasicConstraints(
  value: Uint8Array,
  notes: Set<CertificateNote>,
): { ca: boolean; pathLength: number | null } {
  const fields = sequenceFields(parseElement(value, 'basicConstraints'), 'basicConstraints');
  const caField = fields.takeIf(Tag.boolean);
  const pathField = fields.takeIf(Tag.integer);
  fields.end();
  const ca = caField !== undefined && readBoolean(caField, 'cA');
  if (caField !== undefined && !ca) notes.add('default-encoded');
  const pathLength = pathField === undefined ? null : readSmallInteger(pathField, 'pathLenConstraint');
  if (pathLength !== null && pathLength < 0) throw new MalformedAsn1('value-malformed', 'pathLenConstraint');
  return { ca, pathLength };
}

const KEY_USAGES: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** @throws MalformedAsn1 */
export function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const bits = readBitString(parseElement(value, 'keyUsage'), 'keyUsage');
  return new Set(KEY_USAGES.filter((_, n) => hasBit(bits, n)));
}

/** @throws MalformedAsn1 */
export function readExtendedKeyUsage(value: Uint8Array): readonly string[] {
  const list = parseElement(value, 'extKeyUsage');
  if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'extKeyUsage');
  return childrenOf(list, 'extKeyUsage').map((purpose) => readOid(purpose, 'KeyPurposeId'));
}

/** @throws MalformedAsn1 */
export function readSubjectKeyIdentifier(value: Uint8Array): Uint8Array {
  return readOctetString(parseElement(value, 'subjectKeyIdentifier'), 'subjectKeyIdentifier');
}

/** The keyIdentifier of an authorityKeyIdentifier; null where it names its issuer otherwise. @throws MalformedAsn1 */
export function readAuthorityKeyIdentifier(value: Uint8Array): Uint8Array | null {
  const fields = new Fields(parseElement(value, 'authorityKeyIdentifier'), 'authorityKeyIdentifier');
  return fields.takeIf(contextTag(0, 'primitive'))?.content ?? null;
}

/** The URLs of an authorityInfoAccess. @throws MalformedAsn1 */
export function readAuthorityInfoAccess(value: Uint8Array): { ocspUrls: string[]; caIssuersUrls: string[] } {
  const urls: { ocspUrls: string[]; caIssuersUrls: string[] } = { ocspUrls: [], caIssuersUrls: [] };
  const list = parseElement(value, 'authorityInfoAccess');
  if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'authorityInfoAccess');
  for (const description of childrenOf(list, 'authorityInfoAccess')) {
    const fields = sequenceFields(description, 'AccessDescription');
    const method = readOid(fields.take(Tag.oid), 'accessMethod');
    const location = readGeneralName(fields.takeAny());
    fields.end();
    if (location.form !== 'uri') continue;
    if (method === Oid.accessOcsp) urls.ocspUrls.push(location.text);
    if (method === Oid.accessCaIssuers) urls.caIssuersUrls.push(location.text);
  }
  return urls;
}

/** The URLs at which the distribution points offer a list. @throws MalformedAsn1 */
export function readCrlUrls(value: Uint8Array): string[] {
  const urls: string[] = [];
  for (const { name } of readDistributionPoints(value)) {
    if (name?.kind !== 'full') continue;
    for (const location of name.names) if (location.form === 'uri') urls.push(location.text);
  }
  return urls;
}
