// Time-stamp tokens (RFC 3161, 2.4.2 with RFC 5816): TSTInfo and the SignedData around it, in both directions.

import { contextTag, type Element, MalformedAsn1, parseElement, Tag } from '../asn1/element.ts';
import {
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../asn1/encode.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import {
  type Instant,
  integerOf,
  readBoolean,
  readInteger,
  readOctetString,
  readOid,
  readSmallInteger,
  readTime,
} from '../asn1/values.ts';
import { encodeDigestAlgorithm, readDigestAlgorithm } from '../pki/algorithm-identifiers.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { MalformedCms, readingCms } from './errors.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

/** What is to be proven to have existed. */
export interface MessageImprint {
  /** Null, in what was read, for a digest that is not known by name. */
  readonly algorithm: DigestAlgorithm | null;
  readonly digest: Uint8Array;
}

export interface TstInfo {
  readonly version: number;
  /** Object identifier of the authority's policy. */
  readonly policy: string;
  readonly imprint: MessageImprint;
  /** Content octets of the INTEGER, as encoded. */
  readonly serialNumber: Uint8Array;
  readonly genTime: Instant;
  /** Milliseconds around genTime, rounded up; null where the authority states none. */
  readonly accuracyMs: number | null;
  readonly ordering: boolean;
  readonly nonce: bigint | null;
  /** The GeneralName that the authority gives itself, DER. */
  readonly tsa: Uint8Array | null;
  readonly extensions: boolean;
}

/** A token as read; nothing in it is verified. */
export interface TimestampToken {
  readonly signedData: SignedData;
  readonly tstInfo: TstInfo;
}

/**
 * Reads a time-stamp token: SignedData over a TSTInfo in strict DER (RFC 3161, 2.4.2).
 *
 * @throws MalformedCms also where the signed content is no TSTInfo
 */
export function parseTimestampToken(der: Uint8Array): TimestampToken {
  const signedData = parseSignedData(der);
  const { eContentType, eContent } = signedData;
  if (eContentType !== Oid.tstInfo || eContent === null) {
    throw new MalformedCms('cms-malformed', 'eContentType');
  }
  return { signedData, tstInfo: readingCms(() => parseTstInfo(eContent)) };
}

function parseTstInfo(der: Uint8Array): TstInfo {
  const fields = sequenceFields(parseElement(der, 'TSTInfo'), 'TSTInfo');
  const version = readSmallInteger(fields.take(Tag.integer), 'version');
  const policy = readOid(fields.take(Tag.oid), 'policy');
  const imprint = readMessageImprint(fields.take(Tag.sequence));
  const serialNumber = fields.take(Tag.integer).content;
  const genTime = readTime(fields.take(Tag.generalizedTime), 'genTime');
  const accuracy = fields.takeIf(Tag.sequence);
  const ordering = fields.takeIf(Tag.boolean);
  const nonce = fields.takeIf(Tag.integer);
  const tsa = fields.takeIf(contextTag(0));
  const extensions = fields.takeIf(contextTag(1));
  fields.end();
  return {
    version,
    policy,
    imprint,
    serialNumber,
    genTime,
    accuracyMs: accuracy === undefined ? null : readAccuracy(accuracy),
    ordering: ordering !== undefined && readBoolean(ordering, 'ordering'),
    nonce: nonce === undefined ? null : readInteger(nonce, 'nonce'),
    tsa: tsa?.content ?? null,
    extensions: extensions !== undefined,
  };
}

/** Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1] }, all optional. */
function readAccuracy(element: Element): number {
  const fields = sequenceFields(element, 'accuracy');
  const seconds = fields.takeIf(Tag.integer);
  const millis = fields.takeIf(contextTag(0, 'primitive'));
  const micros = fields.takeIf(contextTag(1, 'primitive'));
  fields.end();
  const value = (part: Element | undefined): number => {
    const number = part === undefined ? 0n : integerOf(part.content, 'accuracy');
    if (number < 0n || number > 0x7fffffffn) throw new MalformedAsn1('value-malformed', 'accuracy');
    return Number(number);
  };
  return value(seconds) * 1000 + value(millis) + Math.ceil(value(micros) / 1000);
}

/** A TSTInfo to be signed as eContent. */
export function encodeTstInfo(info: {
  readonly policy: string;
  readonly algorithm: DigestAlgorithm;
  readonly digest: Uint8Array;
  /** Unique with this authority; unsigned magnitude. */
  readonly serialNumber: Uint8Array;
  /** Written in whole seconds. */
  readonly genTime: Instant;
  readonly accuracySeconds?: number;
  readonly nonce: bigint | null;
}): Uint8Array {
  const { accuracySeconds, nonce } = info;
  return encodeSequence(
    encodeInteger(1),
    encodeOid(info.policy),
    encodeMessageImprint(info.algorithm, info.digest),
    encodeInteger(info.serialNumber),
    encodeGeneralizedTime(info.genTime),
    ...(accuracySeconds === undefined ? [] : [encodeSequence(encodeInteger(accuracySeconds))]),
    ...(nonce === null ? [] : [encodeInteger(nonce)]),
  );
}

export function encodeMessageImprint(algorithm: DigestAlgorithm, digest: Uint8Array): Uint8Array {
  return encodeSequence(encodeDigestAlgorithm(algorithm), encodeOctetString(digest));
}

/** @throws MalformedAsn1 */
export function readMessageImprint(element: Element): MessageImprint {
  const fields = sequenceFields(element, 'messageImprint');
  const algorithm = readDigestAlgorithm(fields.take(Tag.sequence));
  const digest = readOctetString(fields.take(Tag.octetString), 'messageImprint');
  fields.end();
  return { algorithm, digest };
}
