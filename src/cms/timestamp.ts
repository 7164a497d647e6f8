// Asking for a time-stamp (RFC 3161, 2.4 with RFC 5816): request and response, in both directions.

import { childrenOf, type Element, parseElement, Tag } from '../asn1/element.ts';
import {
  encodeBoolean,
  encodeInteger,
  encodeNamedBits,
  encodeOid,
  encodeSequence,
  encodeUtf8String,
} from '../asn1/encode.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import {
  hasBit,
  readBitString,
  readBoolean,
  readInteger,
  readOid,
  readSmallInteger,
  readText,
} from '../asn1/values.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { MalformedCms, readingCms } from './errors.ts';
import { encodeMessageImprint, type MessageImprint, readMessageImprint } from './timestamp-token.ts';

export interface TimestampRequest {
  readonly imprint: MessageImprint;
  /** Null where the requester asks for none. */
  readonly nonce: bigint | null;
  readonly policy: string | null;
  readonly certReq: boolean;
}

/** A TimeStampReq, version 1, that asks for the authority's certificate (RFC 3161, 2.4.1). */
export function encodeTimestampRequest(request: {
  readonly algorithm: DigestAlgorithm;
  readonly digest: Uint8Array;
  readonly nonce: bigint;
  /** Object identifier of the policy to be used; the authority chooses where it is absent. */
  readonly policy?: string;
}): Uint8Array {
  return encodeSequence(
    encodeInteger(1),
    encodeMessageImprint(request.algorithm, request.digest),
    ...(request.policy === undefined ? [] : [encodeOid(request.policy)]),
    encodeInteger(request.nonce),
    encodeBoolean(true),
  );
}

/** Reads a TimeStampReq; extensions are refused, since nobody here understands one. @throws MalformedCms */
export function parseTimestampRequest(der: Uint8Array): TimestampRequest {
  return readingCms(() => {
    const fields = sequenceFields(parseElement(der, 'TimeStampReq'), 'TimeStampReq');
    requireVersion1(fields, 'TimeStampReq');
    const imprint = readMessageImprint(fields.take(Tag.sequence));
    const policy = fields.takeIf(Tag.oid);
    const nonce = fields.takeIf(Tag.integer);
    const certReq = fields.takeIf(Tag.boolean);
    fields.end();
    return {
      imprint,
      nonce: nonce === undefined ? null : readInteger(nonce, 'nonce'),
      policy: policy === undefined ? null : readOid(policy, 'reqPolicy'),
      certReq: certReq !== undefined && readBoolean(certReq, 'certReq'),
    };
  });
}

/** PKIFailureInfo by bit number (RFC 3161, 2.4.2). */
const FAILURE_BITS = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;

export type TimestampFailure = keyof typeof FAILURE_BITS;

const STATUSES = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
] as const;

export type TimestampStatus = (typeof STATUSES)[number];

export interface TimestampResponse {
  readonly status: TimestampStatus;
  /** The authority's words, joined by a line feed; outside text. Null where it gives none. */
  readonly statusText: string | null;
  readonly failureInfo: readonly TimestampFailure[];
  /** The token byte for byte, neither parsed nor verified; null where none was granted. */
  readonly token: Uint8Array | null;
}

/** Reads a TimeStampResp, whose token may be BER. @throws MalformedCms */
export function readTimestampResponse(der: Uint8Array): TimestampResponse {
  return readingCms(() => {
    const fields = sequenceFields(parseElement(der, 'TimeStampResp', 'ber'), 'TimeStampResp');
    const info = sequenceFields(fields.take(Tag.sequence), 'PKIStatusInfo');
    const token = fields.takeIf(Tag.sequence);
    fields.end();
    const status = STATUSES[readSmallInteger(info.take(Tag.integer), 'status')];
    const texts = info.takeIf(Tag.sequence);
    const failure = info.takeIf(Tag.bitString);
    info.end();
    if (status === undefined) throw new MalformedCms('cms-malformed', 'status');
    return {
      status,
      statusText: texts === undefined ? null : readFreeText(texts),
      failureInfo: failure === undefined ? [] : readFailureInfo(failure),
      token: token?.raw ?? null,
    };
  });
}

function readFreeText(element: Element): string {
  return childrenOf(element, 'statusString')
    .map((text) => readText(text, 'statusString'))
    .join('\n');
}

function readFailureInfo(element: Element): TimestampFailure[] {
  const bits = readBitString(element, 'failInfo');
  const known = Object.entries(FAILURE_BITS) as [TimestampFailure, number][];
  return known.filter(([, bit]) => hasBit(bits, bit)).map(([name]) => name);
}

/** A TimeStampResp: a token, or the reason why there is none. */
export function encodeTimestampResponse(
  response:
    | { readonly status: 'granted' | 'grantedWithMods'; readonly token: Uint8Array }
    | {
        readonly status: 'rejection' | 'waiting';
        readonly failureInfo: TimestampFailure;
        readonly statusText: string;
      },
): Uint8Array {
  const status = encodeInteger(STATUSES.indexOf(response.status));
  if ('token' in response) return encodeSequence(encodeSequence(status), response.token);
  return encodeSequence(
    encodeSequence(
      status,
      encodeSequence(encodeUtf8String(response.statusText)),
      encodeNamedBits([FAILURE_BITS[response.failureInfo]]),
    ),
  );
}

function requireVersion1(fields: Fields, where: string): void {
  if (readSmallInteger(fields.take(Tag.integer), where) !== 1) throw new MalformedCms('cms-malformed', where);
}
