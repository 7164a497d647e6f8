// What exactly is signed: the rules on ByteRange, its gap and the revision it covers (verification of ISO 32000-2, 12.8.1).

import { accountOfBytes } from '../pdf/account-of-bytes.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { asKind, type PdfString } from '../pdf/objects.ts';
import type { SignatureValue } from '../pdf/signatures.ts';
import { isFilledWithDigits } from '../pdf/strings.ts';
import { readsAsItWasSigned } from './own-revision.ts';
import type { Finding } from './report.ts';

/** [0, cut) and [resume, end) are covered; the gap between is the `/Contents` token. */
export interface ByteRange {
  readonly start: number;
  readonly cut: number;
  readonly resume: number;
  readonly end: number;
}

/** What a signature covers, as far as the file's structure tells. No digest has been compared. */
export interface Coverage {
  /** Null when `/ByteRange` is absent or malformed. */
  readonly byteRange: ByteRange | null;
  /** Decoded `/Contents`, zero padding included; null when absent or malformed. */
  readonly contents: Uint8Array | null;
  /** Index of the revision that ends where the range ends; null when none does. */
  readonly revision: number | null;
  readonly coversWholeFile: boolean;
  readonly findings: readonly Finding[];
}

/** White space that transfer tools leave behind the last `%%EOF`. */
const TRAILING_WHITE_SPACE = 16;

/** Applies every rule that concerns one signature alone; all findings are returned, not the first. */
export function checkCoverage(document: PdfDocument, signature: SignatureValue): Coverage {
  const findings: Finding[] = [];
  const report = (code: string, effect: Finding['effect'], where = whereOf(signature)): void => {
    findings.push({ code, effect, where });
  };
  const { dictionary } = signature;
  if (dictionary === null) {
    report('signature-unreadable', 'structure');
    return { byteRange: null, contents: null, revision: null, coversWholeFile: false, findings };
  }
  if (signature.origin === 'hidden') report('signature-outside-form', 'structure');
  if (signature.fields.length > 1) report('signature-shared', 'structure');
  if (dictionary.repeatedKeys.length > 0) report('duplicate-key', 'structure');

  const contents = readContents(signature, report);
  const byteRange = readByteRange(document, signature, report);
  let revision: number | null = null;
  if (byteRange !== null) {
    checkBounds(byteRange, report);
    if (contents !== null) checkGap(document, byteRange, contents, report);
    revision = revisionEndingAt(document, byteRange.end);
    if (revision === null) report('coverage-not-a-revision', 'change');
    else checkRevision(document, signature, revision, report);
  }
  return {
    byteRange,
    contents: contents?.bytes ?? null,
    revision,
    coversWholeFile: byteRange !== null && byteRange.end === document.source.size,
    findings,
  };
}

type Report = (code: string, effect: Finding['effect'], where?: string) => void;

function whereOf(signature: SignatureValue): string {
  if (signature.reference !== null) return `object ${signature.reference.number}`;
  return `field ${signature.fields[0]?.name ?? ''}`;
}

/** `/Contents` is a direct hexadecimal string, not all zeros. */
function readContents(signature: SignatureValue, report: Report): PdfString | null {
  const contents = asKind(signature.dictionary?.entries.get('Contents'), 'string');
  if (contents === undefined) {
    report('contents-missing', 'structure');
    return null;
  }
  if (contents.form !== 'hexadecimal' || contents.token === null || contents.offset < 0) {
    report('contents-not-the-gap', 'structure');
    return null;
  }
  if (contents.bytes.every((byte) => byte === 0)) {
    report('contents-empty', 'structure');
    return null;
  }
  return contents;
}

/** `/ByteRange` is a direct array of exactly four direct integers, none negative. */
function readByteRange(document: PdfDocument, signature: SignatureValue, report: Report): ByteRange | null {
  const array = asKind(signature.dictionary?.entries.get('ByteRange'), 'array');
  const numbers = (array?.items ?? []).map((item) => asKind(item, 'number'));
  const values = numbers.map((number) => (number?.integer === true ? number.value : Number.NaN));
  const [start, length, resume, rest] = values;
  const wellFormed =
    values.length === 4 && values.every((value) => Number.isSafeInteger(value) && value >= 0);
  if (
    !wellFormed ||
    start === undefined ||
    length === undefined ||
    resume === undefined ||
    rest === undefined
  ) {
    report('byte-range-malformed', 'structure');
    return null;
  }
  const range = { start, cut: start + length, resume, end: resume + rest };
  if (range.end > document.source.size || range.cut > document.source.size) {
    report('signed-data-missing', 'structure');
    return null;
  }
  return range;
}

function checkBounds(range: ByteRange, report: Report): void {
  // Four bytes are the least that a gap can hold: two brackets and one pair of digits.
  const sound =
    range.start === 0 && range.cut > 0 && range.resume >= range.cut + 4 && range.end > range.resume;
  if (!sound) report('byte-range-bounds', 'structure');
}

/** The gap is the `/Contents` token, bracket to bracket, and holds nothing but pairs of hexadecimal digits. */
function checkGap(document: PdfDocument, range: ByteRange, contents: PdfString, report: Report): void {
  const tokenLength = contents.token?.length ?? 0;
  const isToken = contents.offset === range.cut && contents.offset + tokenLength === range.resume;
  // The token is at hand, and holds digits and white space only: that it stands in the gap is all the more there is to ask.
  if (isToken && isFilledWithPairs(contents)) return;
  if (!isToken) report('contents-not-the-gap', 'structure');
  if (range.resume <= range.cut || range.resume - range.cut > 2 * document.limits.contentsBytes + 2) {
    report('gap-not-hex', 'structure');
    return;
  }
  const gap = document.source.read(range.cut, range.resume - range.cut);
  if (!isPairsOfDigits(gap)) report('gap-not-hex', 'structure');
}

/** Pairs of digits, no blank among them and none missing. */
function isFilledWithPairs({ token, bytes }: PdfString): boolean {
  return token !== null && token.length === 2 * bytes.length + 2 && isFilledWithDigits(token);
}

function isPairsOfDigits(gap: Uint8Array): boolean {
  if (gap[0] !== 0x3c || gap.at(-1) !== 0x3e || gap.length % 2 !== 0) return false;
  for (let i = 1; i < gap.length - 1; i += 1) if (!isHexDigit(gap[i] ?? 0)) return false;
  return true;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** The index of the revision that ends here: after its `%%EOF`, with at most the line end that follows. */
function revisionEndingAt(document: PdfDocument, end: number): number | null {
  const revision = document.revisions.find(({ endOfMarker, end: last }) => end >= endOfMarker && end <= last);
  return revision?.index ?? null;
}

/** The dictionary was last defined in the revision it signs, and reads alike there and in the whole file. */
function checkRevision(
  document: PdfDocument,
  signature: SignatureValue,
  revision: number,
  report: Report,
): void {
  const number = signature.reference?.number ?? signature.fields[0]?.reference?.number;
  if (number === undefined) {
    report('signature-dictionary-differs', 'structure');
    return;
  }
  const defining = document.revisions.filter(({ entries }) => entries.has(number)).map(({ index }) => index);
  if (defining.at(-1) !== revision) report('signature-dictionary-redefined', 'structure', `object ${number}`);
  else if (!readsAsItWasSigned(document, signature, revision))
    report('signature-dictionary-differs', 'structure', `object ${number}`);
}

/** A finding on bytes of a revision; the number of revisions as `revision` stands for what follows the last one. */
export interface StrayBytes {
  readonly revision: number;
  readonly finding: Finding;
}

/**
 * Rules on what follows the last revision and on the bytes of each later one: everything must belong to an object that a
 * cross-reference section lists, to a section, a comment or white space.
 * @param from - index of the first revision whose bytes are accounted for
 */
export function checkBytesAfter(document: PdfDocument, from: number): readonly StrayBytes[] {
  const stray: StrayBytes[] = [];
  const report = (revision: number, code: string, effect: Finding['effect'], offset: number): void => {
    stray.push({ revision, finding: { code, effect, where: `offset ${offset}` } });
  };
  for (const { index } of document.revisions.slice(from)) {
    const unexplained = accountOfBytes(document, index);
    if (unexplained !== null) report(index, 'unlisted-object', 'change', unexplained.start);
  }
  const last = document.revisions.at(-1);
  const end = last?.end ?? 0;
  const behind = document.source.size - end;
  if (document.reading === 'prefix') {
    report(document.revisions.length, 'bytes-after-revision', 'change', document.readableEnd);
  } else if (behind > 0) {
    const tail = document.source.read(end, Math.min(behind, TRAILING_WHITE_SPACE + 1));
    const blank = behind <= TRAILING_WHITE_SPACE && tail.every(isWhiteSpace);
    const [code, effect] = blank
      ? (['trailing-white-space', 'info'] as const)
      : (['bytes-after-revision', 'change'] as const);
    report(document.revisions.length, code, effect, end);
  }
  return stray;
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32;
}

/**
 * Any two ranges are nested, the later covering the earlier with its gap; no two end alike or claim one gap.
 * @returns for each signature, in the order given, the finding or null
 */
export function checkOverlaps(
  coverages: readonly Coverage[],
  names: readonly string[],
): readonly (Finding | null)[] {
  return coverages.map((coverage, i) => {
    const mine = coverage.byteRange;
    if (mine === null) return null;
    const collides = coverages.some((other, j) => {
      const theirs = other.byteRange;
      if (i === j || theirs === null) return false;
      const [inner, outer] = mine.end <= theirs.end ? [mine, theirs] : [theirs, mine];
      return inner.end === outer.end || outer.cut < inner.end;
    });
    return collides ? { code: 'byte-range-overlap', effect: 'structure', where: names[i] ?? '' } : null;
  });
}
