// A document time-stamp (EN 319 142-1, 5.4.3): an invisible signature whose value is a token over everything before it.

import type { Instant } from '../asn1/values.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { embedSignature, type PreparedUpdate, prepareSignature } from '../pdf/prepare-signature.ts';
import { timestampPlace } from '../pdf/signing-place.ts';
import type { Platform } from '../platform/platform.ts';
import { withMargin } from './contents-size.ts';
import type { GrowingDocument } from './growing-document.ts';
import type { TimestampSource } from './ports.ts';

export interface DocumentTimestampContext {
  readonly platform: Platform;
  readonly timestamps: TimestampSource;
  /** Only for the name of the field; the time that counts is the authority's. */
  readonly now: Instant;
  readonly signal: AbortSignal;
}

export interface DocumentTimestamp {
  readonly fieldName: string;
  /** DER. */
  readonly token: Uint8Array;
}

/**
 * Appends a time-stamp over the document as it stands. A token that is larger than expected is asked for once more with room
 * for it: another token costs no key operation.
 * @throws TrustServiceFailed; UpdateRefused `signature-too-large`; MalformedPdf
 */
export async function appendDocumentTimestamp(
  document: GrowingDocument,
  context: DocumentTimestampContext,
): Promise<DocumentTimestamp> {
  const opened = document.open();
  let prepared = prepareTimestamp(opened, withMargin(context.timestamps.tokenSize), context);
  let token = await obtainToken(document, opened, prepared, context);
  if (token.length > prepared.reserved) {
    prepared = prepareTimestamp(opened, withMargin(token.length), context);
    token = await obtainToken(document, opened, prepared, context);
  }
  document.append(embedSignature(prepared, token));
  return { fieldName: prepared.fieldName, token };
}

const NO_ENTRIES = { name: null, reason: null, location: null, contactInfo: null, signingTime: null };

function prepareTimestamp(
  document: PdfDocument,
  reserved: number,
  { platform, now }: DocumentTimestampContext,
): PreparedUpdate {
  return prepareSignature(document, {
    place: timestampPlace(document, `timestamp_${now}`),
    appearance: null,
    reserved,
    subFilter: 'ETSI.RFC3161',
    entries: NO_ENTRIES,
    description: 'Stempel waktu dokumen',
    fileIdentifier: platform.randomBytes(16),
    randomBytes: platform.randomBytes,
  });
}

function obtainToken(
  document: GrowingDocument,
  { source }: PdfDocument,
  { update, byteRange }: PreparedUpdate,
  { timestamps, signal }: DocumentTimestampContext,
): Promise<Uint8Array> {
  const [, cut, resume] = byteRange;
  const gap = { start: cut - source.size, end: resume - source.size };
  const digest = document.digestWith(update, gap);
  signal.throwIfAborted();
  return timestamps.stamp({ algorithm: document.digestAlgorithm, digest }, signal);
}
