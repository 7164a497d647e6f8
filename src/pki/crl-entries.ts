// The entries of a certificate list, read where they stand: lists of 100 000 entries are real, objects for each are not worth it.

import { type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { type Instant, readSmallInteger, readTime, sameBytes } from '../asn1/values.ts';
import { readExtensionList, readExtensionValue } from './extensions.ts';

export interface CrlEntry {
  readonly revocationDate: Instant;
  /** CRLReason; null where none is given. */
  readonly reason: number | null;
  readonly invalidityDate: Instant | null;
}

/** An entry with the serial number asked for, as it stands. */
export interface EntryMatch {
  readonly raw: Uint8Array;
  /** The last certificateIssuer at or before the entry (RFC 5280, 5.3.3), null for the issuer of the list. */
  readonly certificateIssuer: Uint8Array | null;
}

export interface EntrySummary {
  readonly count: number;
  /** An entry carries a critical extension that we do not know: the list may not be used at all (RFC 5280, 5.3). */
  readonly unknownCritical: boolean;
}

/**
 * Walks all entries once and requires their form.
 * @param entries - the content of revokedCertificates
 * @throws MalformedAsn1
 */
export function summarizeEntries(entries: Uint8Array): EntrySummary {
  const cursor = new EntryCursor(entries);
  let count = 0;
  let unknownCritical = false;
  while (cursor.next()) {
    count += 1;
    unknownCritical ||= cursor.unknownCritical;
  }
  return { count, unknownCritical };
}

/**
 * Finds the entries about a serial number; in an indirect list several issuers may have used it.
 * @param serialNumber - content octets of the INTEGER
 */
export function findEntries(entries: Uint8Array, serialNumber: Uint8Array): EntryMatch[] {
  const cursor = new EntryCursor(entries);
  const matches: EntryMatch[] = [];
  let certificateIssuer: Uint8Array | null = null;
  while (cursor.next()) {
    certificateIssuer = cursor.certificateIssuer ?? certificateIssuer;
    if (cursor.hasSerial(serialNumber)) matches.push({ raw: cursor.entry(), certificateIssuer });
  }
  return matches;
}

/** Reads one entry. @throws MalformedAsn1 */
export function readEntry(raw: Uint8Array): CrlEntry {
  const fields = sequenceFields(parseElement(raw, 'revokedCertificate'), 'revokedCertificate');
  fields.take(Tag.integer);
  const revocationDate = readTime(fields.takeAny(), 'revocationDate');
  const list = fields.takeIf(Tag.sequence);
  fields.end();
  const { extensions } = list === undefined ? { extensions: [] } : readExtensionList(list);
  return {
    revocationDate,
    reason: readExtensionValue(extensions, Oid.reasonCode, readReasonCode),
    invalidityDate: readExtensionValue(extensions, Oid.invalidityDate, readInvalidityDate),
  };
}

/** Reads the value of a reasonCode extension. @throws MalformedAsn1 */
export function readReasonCode(value: Uint8Array): number {
  return readReason(parseElement(value, 'reasonCode'));
}

/** Reads a CRLReason: 0 to 10 without 7 (RFC 5280, 5.3.1). @throws MalformedAsn1 */
export function readReason(element: Element): number {
  if (element.tag !== Tag.enumerated) throw new MalformedAsn1('tag-unexpected', 'CRLReason');
  const reason = readSmallInteger(element, 'CRLReason');
  if (reason < 0 || reason > 10 || reason === 7) throw new MalformedAsn1('value-malformed', 'CRLReason');
  return reason;
}

/** Reads the value of an invalidityDate extension. @throws MalformedAsn1 */
export function readInvalidityDate(value: Uint8Array): Instant {
  return readTime(parseElement(value, 'invalidityDate'), 'invalidityDate');
}

// id-ce, 2.5.29, in DER; the entry extensions that we know differ in the one octet that follows.
const ID_CE = Uint8Array.of(0x55, 0x1d);
const REASON_CODE = 21;
const INVALIDITY_DATE = 24;
const CERTIFICATE_ISSUER = 29;

/** Steps from entry to entry without making anything; what it shows belongs to the entry it stands on. */
class EntryCursor {
  unknownCritical = false;
  certificateIssuer: Uint8Array | null = null;
  readonly #bytes: Uint8Array;
  #start = 0;
  #end = 0;
  #serialStart = 0;
  #serialEnd = 0;
  // Set by #header: identifier and extent of the element that was read last.
  #tag = 0;
  #contentStart = 0;
  #contentEnd = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  entry(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  hasSerial(serialNumber: Uint8Array): boolean {
    if (this.#serialEnd - this.#serialStart !== serialNumber.length) return false;
    for (let i = 0; i < serialNumber.length; i += 1) {
      if (this.#bytes[this.#serialStart + i] !== serialNumber[i]) return false;
    }
    return true;
  }

  next(): boolean {
    if (this.#end === this.#bytes.length) return false;
    this.unknownCritical = false;
    this.certificateIssuer = null;
    this.#start = this.#end;
    this.#require(this.#start, this.#bytes.length, Tag.sequence);
    const end = this.#contentEnd;
    this.#require(this.#contentStart, end, Tag.integer);
    this.#serialStart = this.#contentStart;
    this.#serialEnd = this.#contentEnd;
    if (this.#serialStart === this.#serialEnd) throw malformed('value-malformed');
    this.#header(this.#contentEnd, end);
    this.#requireTime();
    if (this.#contentEnd !== end) this.#walkExtensions(end);
    this.#end = end;
    return true;
  }

  #walkExtensions(end: number): void {
    this.#require(this.#contentEnd, end, Tag.sequence);
    if (this.#contentEnd !== end) throw malformed('trailing-bytes');
    let at = this.#contentStart;
    while (at !== end) {
      this.#require(at, end, Tag.sequence);
      at = this.#contentEnd;
      this.#walkExtension(this.#contentStart, at);
    }
  }

  #walkExtension(start: number, end: number): void {
    this.#require(start, end, Tag.oid);
    const known = this.#entryExtension();
    this.#header(this.#contentEnd, end);
    let critical = false;
    if (this.#tag === Tag.boolean) {
      critical = this.#bytes[this.#contentStart] === 0xff;
      this.#header(this.#contentEnd, end);
    }
    if (this.#tag !== Tag.octetString || this.#contentEnd !== end) throw malformed('tag-unexpected');
    if (critical && known === null) this.unknownCritical = true;
    if (known === CERTIFICATE_ISSUER) this.certificateIssuer = this.#bytes.subarray(this.#contentStart, end);
  }

  /** The last arc of the extension's OID, null for one that is not known. */
  #entryExtension(): number | null {
    const oid = this.#bytes.subarray(this.#contentStart, this.#contentEnd);
    const arc = oid[2];
    if (oid.length !== 3 || !sameBytes(oid.subarray(0, 2), ID_CE)) return null;
    return arc === REASON_CODE || arc === INVALIDITY_DATE || arc === CERTIFICATE_ISSUER ? arc : null;
  }

  // Its form only: every digit is read where the entry is the one asked for.
  #requireTime(): void {
    const length = this.#contentEnd - this.#contentStart;
    const form =
      (this.#tag === Tag.utcTime && length === 13) || (this.#tag === Tag.generalizedTime && length === 15);
    if (!form || this.#bytes[this.#contentEnd - 1] !== 0x5a) throw malformed('value-malformed');
  }

  #require(at: number, limit: number, tag: number): void {
    this.#header(at, limit);
    if (this.#tag !== tag) throw malformed('tag-unexpected');
  }

  /** Reads identifier and length octets, as strictly as asn1/element.ts. */
  #header(at: number, limit: number): void {
    const bytes = this.#bytes;
    if (at + 2 > limit) throw malformed('truncated');
    let length = bytes[at + 1] ?? 0;
    let start = at + 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 3 || start + octets > limit) throw malformed('truncated');
      length = 0;
      for (const last = start + octets; start < last; start += 1) length = length * 256 + (bytes[start] ?? 0);
      if (length < 0x80 || bytes[at + 2] === 0) throw malformed('length-not-minimal');
    }
    if (start + length > limit) throw malformed('truncated');
    this.#tag = bytes[at] ?? 0;
    this.#contentStart = start;
    this.#contentEnd = start + length;
  }
}

function malformed(code: MalformedAsn1['code']): MalformedAsn1 {
  return new MalformedAsn1(code, 'revokedCertificates');
}
