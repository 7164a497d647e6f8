// Certificate revocation lists (RFC 5280, clause 5): bytes to facts. Whether a list speaks about a certificate is revocation's business.

import { contextTag, type Element, MalformedAsn1, parseElement, Tag, withTag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import {
  type Instant,
  readBitStringOctets,
  readBoolean,
  readInteger,
  readSmallInteger,
  readTime,
  sameBytes,
} from '../asn1/values.ts';
import { readSignatureAlgorithm } from './algorithm-identifiers.ts';
import type { Extension, SignatureAlgorithmIdentifier } from './certificate.ts';
import { type CrlEntry, findEntries, readEntry, summarizeEntries } from './crl-entries.ts';
import {
  type DistributionPointName,
  type ReasonFlags,
  readDistributionPointName,
  readReasonFlags,
} from './distribution-points.ts';
import { extensionValue, readExtensionList, readExtensionValue } from './extensions.ts';
import { readGeneralNames } from './general-names.ts';
import { type Name, parseName, sameName } from './name.ts';

/** What a list says about its own scope (RFC 5280, 5.2.5). */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | null;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCaCerts: boolean;
  readonly onlyContainsAttributeCerts: boolean;
  /** Null: all reasons. */
  readonly onlySomeReasons: ReasonFlags | null;
  readonly indirectCrl: boolean;
}

export interface Crl {
  readonly der: Uint8Array;
  /** The signed bytes: the TBSCertList with its header. */
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | null;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly crlNumber: bigint | null;
  /** BaseCRLNumber of a delta list; null for a complete one. */
  readonly baseCrlNumber: bigint | null;
  readonly issuingDistributionPoint: IssuingDistributionPoint | null;
  /** Certificates that expired after this are still listed (X.509, expiredCertsOnCRL). */
  readonly expiredCertsSince: Instant | null;
  /** The list or one of its entries carries a critical extension that we do not know: it must not be used. */
  readonly unknownCritical: boolean;
  readonly entryCount: number;
  /** The content of revokedCertificates. */
  readonly entries: Uint8Array;
}

const PROCESSED_EXTENSIONS: ReadonlySet<string> = new Set([
  Oid.authorityKeyIdentifier,
  Oid.issuerAltName,
  Oid.crlNumber,
  Oid.deltaCrlIndicator,
  Oid.issuingDistributionPoint,
  Oid.freshestCrl,
  Oid.authorityInfoAccess,
  Oid.expiredCertsOnCrl,
]);

/**
 * Reads a CertificateList, strict DER, its entries walked once and left where they stand.
 * @throws MalformedAsn1
 */
export function parseCrl(der: Uint8Array): Crl {
  const fields = sequenceFields(parseElement(der, 'CertificateList'), 'CertificateList');
  const tbs = fields.take(Tag.sequence);
  const algorithm = fields.take(Tag.sequence);
  const signature = readBitStringOctets(fields.take(Tag.bitString), 'signatureValue');
  fields.end();
  return { der, tbs: tbs.raw, signature, ...readTbs(tbs, algorithm) };
}

function readTbs(tbs: Element, outerAlgorithm: Element): Omit<Crl, 'der' | 'tbs' | 'signature'> {
  const fields = sequenceFields(tbs, 'TBSCertList');
  const version = fields.takeIf(Tag.integer);
  if (version !== undefined && readSmallInteger(version, 'version') !== 1) throw malformed('version');
  const innerAlgorithm = fields.take(Tag.sequence);
  if (!sameBytes(innerAlgorithm.raw, outerAlgorithm.raw)) throw malformed('signatureAlgorithm');
  const issuer = parseName(fields.take(Tag.sequence));
  const thisUpdate = readTime(fields.takeAny(), 'thisUpdate');
  const nextField = fields.takeIf(Tag.utcTime, Tag.generalizedTime);
  const entries = fields.takeIf(Tag.sequence)?.content ?? new Uint8Array();
  const summary = summarizeEntries(entries);
  const extensions = readCrlExtensions(fields.takeIf(contextTag(0)), version !== undefined);
  fields.end();
  const unknown = extensions.some(({ oid, critical }) => critical && !PROCESSED_EXTENSIONS.has(oid));
  return {
    issuer,
    thisUpdate,
    nextUpdate: nextField === undefined ? null : readTime(nextField, 'nextUpdate'),
    signatureAlgorithm: readSignatureAlgorithm(outerAlgorithm),
    extensions,
    crlNumber: readExtensionValue(extensions, Oid.crlNumber, readCrlNumber),
    baseCrlNumber: readExtensionValue(extensions, Oid.deltaCrlIndicator, readCrlNumber),
    issuingDistributionPoint: readExtensionValue(extensions, Oid.issuingDistributionPoint, readScope),
    expiredCertsSince: readExtensionValue(extensions, Oid.expiredCertsOnCrl, readExpiredCertsOnCrl),
    unknownCritical: unknown || summary.unknownCritical,
    entryCount: summary.count,
    entries,
  };
}

function readCrlExtensions(wrapper: Element | undefined, version2: boolean): readonly Extension[] {
  if (wrapper === undefined) return [];
  const list = readExtensionList(parseElement(wrapper.content, 'crlExtensions'));
  if (list.repeated || !version2) throw malformed('crlExtensions');
  return list.extensions;
}

function readCrlNumber(value: Uint8Array): bigint {
  const element = parseElement(value, 'CRLNumber');
  if (element.tag !== Tag.integer) throw malformed('CRLNumber');
  return readInteger(element, 'CRLNumber');
}

function readExpiredCertsOnCrl(value: Uint8Array): Instant {
  return readTime(parseElement(value, 'expiredCertsOnCRL'), 'expiredCertsOnCRL');
}

function readScope(value: Uint8Array): IssuingDistributionPoint {
  const fields = sequenceFields(parseElement(value, 'issuingDistributionPoint'), 'issuingDistributionPoint');
  const flag = (n: number): boolean => {
    const field = fields.takeIf(contextTag(n, 'primitive'));
    return field !== undefined && readBoolean(withTag(field, Tag.boolean), 'issuingDistributionPoint');
  };
  const name = fields.takeIf(contextTag(0));
  const onlyContainsUserCerts = flag(1);
  const onlyContainsCaCerts = flag(2);
  const reasons = fields.takeIf(contextTag(3, 'primitive'));
  const indirectCrl = flag(4);
  const onlyContainsAttributeCerts = flag(5);
  fields.end();
  return {
    name: name === undefined ? null : readDistributionPointName(name),
    onlyContainsUserCerts,
    onlyContainsCaCerts,
    onlyContainsAttributeCerts,
    onlySomeReasons: reasons === undefined ? null : readReasonFlags(reasons),
    indirectCrl,
  };
}

/**
 * Looks a certificate up by issuer and serial number. Of several entries the earliest counts.
 * @throws MalformedAsn1 when an entry about it cannot be read
 */
export function findCrlEntry(crl: Crl, issuer: Name, serialNumber: Uint8Array): CrlEntry | null {
  const indirect = crl.issuingDistributionPoint?.indirectCrl === true;
  const entries = findEntries(crl.entries, serialNumber)
    .filter(({ certificateIssuer }) => {
      // Only in an indirect list may entries be about certificates of somebody else (RFC 5280, 5.3.3).
      if (!indirect) return true;
      return certificateIssuer === null
        ? sameName(crl.issuer, issuer)
        : namesIssuer(certificateIssuer, issuer);
    })
    .map(({ raw }) => readEntry(raw));
  return entries.sort((a, b) => a.revocationDate - b.revocationDate)[0] ?? null;
}

function namesIssuer(certificateIssuer: Uint8Array, issuer: Name): boolean {
  const names = readGeneralNames(parseElement(certificateIssuer, 'certificateIssuer'));
  return names.some((name) => name.form === 'directory' && sameName(name.name, issuer));
}

/** Whether two lists have the same scope and the same signer, as a delta and its base must (RFC 5280, 5.2.4). */
export function haveSameScope(a: Crl, b: Crl): boolean {
  return (
    sameName(a.issuer, b.issuer) &&
    [Oid.issuingDistributionPoint, Oid.authorityKeyIdentifier].every((oid) => {
      const [left, right] = [extensionValue(a.extensions, oid), extensionValue(b.extensions, oid)];
      return left === null || right === null ? left === right : sameBytes(left, right);
    })
  );
}

function malformed(where: string): MalformedAsn1 {
  return new MalformedAsn1('value-malformed', where);
}
