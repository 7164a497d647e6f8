// What has to hold for any input: nothing but the refusals that are written down, in time, and no word of praise for changed bytes.

import { MalformedAsn1 } from '../../src/asn1/element.ts';
import { readCertificates } from '../../src/cms/certificates.ts';
import { MalformedCms } from '../../src/cms/errors.ts';
import {
  readAlgorithmProtection,
  readContentType,
  readMessageDigest,
  readSigningCertificates,
  readSigningTime,
} from '../../src/cms/signed-attributes.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { parseTimestampRequest, readTimestampResponse } from '../../src/cms/timestamp.ts';
import { parseTimestampToken } from '../../src/cms/timestamp-token.ts';
import { DEFAULT_POLICY, type VerificationReport, verifyDocument } from '../../src/index.ts';
import { asKind } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { findSignatures } from '../../src/pdf/signatures.ts';
import { MalformedCertificate, parseCertificate } from '../../src/pki/certificate.ts';
import { parseCrl } from '../../src/pki/crl.ts';
import { parseOcspResponse } from '../../src/pki/ocsp.ts';
import type { TrustList } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { ValidationPolicy } from '../../src/verify/policy.ts';
import type { PdfCarrier, Structure, StructureKind } from './material.ts';

/** - `crash`: thrown, and not a refusal · `hang`: beyond its time · `accepted`: ok, although signed bytes are other ones */
export type Defect = 'crash' | 'hang' | 'accepted';

export interface Broken {
  readonly defect: Defect;
  readonly what: string;
}

/** Material is looked at without anybody to ask. */
export const policy: ValidationPolicy = { ...DEFAULT_POLICY, revocation: 'off' };

/** Processor time: what else the machine does is not the input's fault. */
const MOST_MS = 2_000;

/**
 * Null within its time. Asking for processor time takes longer than reading most inputs: only what took long by the clock is done
 * once more, and then it is asked for.
 */
async function tooLong(started: number, again: () => unknown): Promise<Broken | null> {
  if (performance.now() - started < MOST_MS) return null;
  const since = process.cpuUsage();
  await again();
  const { user, system } = process.cpuUsage(since);
  const ms = Math.round((user + system) / 1000);
  return ms > MOST_MS ? { defect: 'hang', what: `${ms} ms` } : null;
}

export async function checkPdf(
  mutant: Uint8Array,
  carrier: PdfCarrier,
  trustList: TrustList,
): Promise<Broken | null> {
  const started = performance.now();
  const verdict = () => judgePdf(mutant, carrier, trustList);
  return (await verdict()) ?? tooLong(started, verdict);
}

async function judgePdf(
  mutant: Uint8Array,
  carrier: PdfCarrier,
  trustList: TrustList,
): Promise<Broken | null> {
  const failures: unknown[] = [];
  try {
    const report = await verifyDocument(bytesSource(mutant), {
      platform: nodePlatform,
      trustList,
      policy,
      revocation: null,
      now: carrier.at,
      signal: new AbortController().signal,
      onFailure: (error) => failures.push(error),
    });
    if (failures.length > 0) return { defect: 'crash', what: textOfError(failures[0]) };
    const isFalse = report.ok && !signsWhatCarrierSigned(mutant, carrier, report);
    return isFalse ? { defect: 'accepted', what: report.verdict } : null;
  } catch (error) {
    return { defect: 'crash', what: textOfError(error) };
  }
}

/**
 * Each range that a passed signature or time-stamp of the mutant covers is covered in the carrier too, and holds the same bytes there. A
 * time-stamp that failed proves nothing and is reported so; what people signed before it stands.
 */
function signsWhatCarrierSigned(
  mutant: Uint8Array,
  carrier: PdfCarrier,
  report: VerificationReport,
): boolean {
  const known = new Set([...rangesOf(carrier.bytes).values()].map(String));
  const ranges = rangesOf(mutant);
  const passed = report.signatures.filter(({ indication }) => indication === 'TOTAL_PASSED');
  return (
    passed.length > 0 &&
    passed.every(({ fieldName }) => {
      const range = ranges.get(fieldName);
      if (range === undefined || !known.has(String(range))) return false;
      const [start, cut, resume, end] = range;
      return sameWithin(mutant, carrier.bytes, start, cut) && sameWithin(mutant, carrier.bytes, resume, end);
    })
  );
}

type Range = readonly [start: number, cut: number, resume: number, end: number];

/** By the name of the field, in the order of the file. */
function rangesOf(bytes: Uint8Array): ReadonlyMap<string | null, Range> {
  const document = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'read' });
  return new Map(
    findSignatures(document).map(({ dictionary, fields }) => {
      const items = asKind(dictionary?.entries.get('ByteRange'), 'array')?.items ?? [];
      const numbers = items.map((item) => asKind(item, 'number')?.value);
      const [start = -1, length = -1, resume = -1, rest = -1] = numbers;
      return [fields[0]?.name ?? null, [start, start + length, resume, resume + rest]];
    }),
  );
}

function sameWithin(a: Uint8Array, b: Uint8Array, start: number, end: number): boolean {
  return Buffer.compare(a.subarray(start, end), b.subarray(start, end)) === 0;
}

const READERS: Readonly<Record<StructureKind, (bytes: Uint8Array) => void>> = {
  certificate: (bytes) => parseCertificate(bytes),
  crl: (bytes) => parseCrl(bytes),
  ocsp: (bytes) => parseOcspResponse(bytes),
  cms: readSignature,
  token: (bytes) => parseTimestampToken(bytes),
  request: (bytes) => parseTimestampRequest(bytes),
  response: (bytes) => readTimestampResponse(bytes),
};

function readSignature(bytes: Uint8Array): void {
  const signedData = parseSignedData(bytes);
  readCertificates(signedData);
  for (const { signedAttributes } of signedData.signerInfos) {
    if (signedAttributes === null) continue;
    for (const read of [
      readContentType,
      readMessageDigest,
      readSigningTime,
      readSigningCertificates,
      readAlgorithmProtection,
    ])
      refusing(() => read(signedAttributes));
  }
}

/** Lets pass what a reader may throw. */
function refusing(read: () => void): void {
  try {
    read();
  } catch (error) {
    const refusal =
      error instanceof MalformedAsn1 ||
      error instanceof MalformedCms ||
      error instanceof MalformedCertificate;
    if (!refusal) throw error;
  }
}

export async function checkStructure({ kind, bytes }: Structure): Promise<Broken | null> {
  const started = performance.now();
  const read = () => refusing(() => READERS[kind](bytes));
  try {
    read();
  } catch (error) {
    return { defect: 'crash', what: textOfError(error) };
  }
  return tooLong(started, read);
}

function textOfError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
