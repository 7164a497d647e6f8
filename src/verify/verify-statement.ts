// Judging a document that is elsewhere, by what a device states of it: the signatures are verified as always, of the structure the
// device's word is taken, and every signature says so.

import type { PdfDictionary, PdfName, PdfObject, PdfString } from '../pdf/objects.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { decodeBase64 } from './base64.ts';
import { type CoveredRange, coveredRangeKey } from './covered-bytes.ts';
import { type DeviceStatement, DocumentNeeded, type StatedSignature } from './device-statement.ts';
import { type GatheredDigests, gatherFor } from './gather-evidence.ts';
import type { DocumentFacts } from './judge.ts';
import { type ReadSignature, readContained } from './read-signature.ts';
import type { SignatureReport, VerificationReport } from './report.ts';
import { reason } from './signing-time.ts';
import { reportOf, serviceError, type VerifyContext } from './verify-document.ts';

/**
 * As `verifyDocument`, with the note `PARTLY_CHECKED_ON_DEVICE` on every signature.
 * @throws DocumentNeeded where the statement does not hold what a verdict needs
 */
export async function verifyStatement(
  statement: DeviceStatement,
  context: Omit<VerifyContext, 'password' | 'prefixSize'>,
): Promise<VerificationReport> {
  try {
    const { size, revisions } = statement;
    const stored = statement.stored.map(({ data, ...item }) => ({ ...item, data: bytesOf(data) }));
    const covered = new StatedDigests(statement);
    const facts = factsOf(statement);
    const gathered = await gatherFor(facts, { revisions, stored, size, covered }, context);
    const report = reportOf({ size }, gathered.judged.reports, gathered, context);
    return { ...report, signatures: report.signatures.map(partlyElsewhere) };
  } catch (error) {
    if (error instanceof DocumentNeeded) throw error;
    if (context.signal.aborted) return serviceError(statement, context, 'deadline-exceeded');
    context.onFailure?.(error);
    return serviceError(statement, context, 'internal');
  }
}

function partlyElsewhere(signature: SignatureReport): SignatureReport {
  return { ...signature, reasons: [...signature.reasons, reason('PARTLY_CHECKED_ON_DEVICE')] };
}

/** Digests of a document that is not here; what was not stated cannot be computed. */
class StatedDigests implements GatheredDigests {
  readonly unanswered = 0;
  readonly #size: number;
  readonly #known: ReadonlyMap<string, Uint8Array>;

  constructor({ size, digests }: DeviceStatement) {
    this.#size = size;
    this.#known = new Map(digests.map((digest) => [coveredRangeKey(digest), hexBytes(digest.value)]));
  }

  lies({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>): boolean {
    return cut <= resume && resume <= end && end <= this.#size;
  }

  ask(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): void {
    if (this.lies(range) && this.known(range, algorithm) === undefined) throw new DocumentNeeded('digest');
  }

  digest(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined {
    this.ask(range, algorithm);
    return this.known(range, algorithm);
  }

  known(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined {
    return this.#known.get(coveredRangeKey({ ...range, algorithm }));
  }

  content(): never {
    throw new DocumentNeeded('content');
  }

  async computeAsked(): Promise<void> {
    // Everything there is was stated.
  }
}

function factsOf(statement: DeviceStatement): DocumentFacts {
  const { documentFindings, modifications, strayBytes, storeRevision, signatures } = statement;
  return {
    signatures: signatures.map(readStated),
    documentFindings,
    modifications,
    strayBytes,
    overlaps: signatures.map(({ overlap }) => overlap),
    places: signatures.map(({ place }) => place),
    storeRevision,
  };
}

function readStated(stated: StatedSignature): ReadSignature {
  const { fieldName, objectNumber, origin, dictionary, rules } = stated;
  const { contents } = stated.coverage;
  const coverage = { ...stated.coverage, contents: contents === null ? null : bytesOf(contents) };
  const value = {
    dictionary: dictionary === null ? null : dictionaryOf(dictionary),
    reference:
      objectNumber === null ? null : ({ kind: 'reference', number: objectNumber, generation: 0 } as const),
    origin,
    fields: [],
  };
  const read = readContained(value, { fieldName, coverage, rules });
  return { ...read, findings: [...read.findings, ...stated.findings] };
}

function dictionaryOf(stated: NonNullable<StatedSignature['dictionary']>): PdfDictionary {
  const { type, subFilter, time, reason: why, location, certificates } = stated;
  const entries: readonly (readonly [key: string, value: PdfObject | undefined])[] = [
    ['Type', nameOf(type)],
    ['SubFilter', nameOf(subFilter)],
    ['M', stringOf(time)],
    ['Reason', stringOf(why)],
    ['Location', stringOf(location)],
    [
      'Cert',
      certificates === undefined
        ? undefined
        : { kind: 'array', items: certificates.map((der) => stringOf(der) ?? null) },
    ],
  ];
  const present = entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return { kind: 'dictionary', entries: new Map(present), repeatedKeys: [] };
}

function nameOf(name: string | null): PdfName | undefined {
  return name === null ? undefined : { kind: 'name', name, token: null };
}

/** An entry that is no string stays one that is there. */
function stringOf(base64: string | null | undefined): PdfString | null | undefined {
  if (base64 === null || base64 === undefined) return base64;
  return { kind: 'string', form: 'literal', bytes: bytesOf(base64), token: null, offset: -1 };
}

/** What is no base64 is a signature without bytes, and no good one. */
function bytesOf(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}

function hexBytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
