// How much a document may ask of us, each number with its origin. A breach is `limits-exceeded` { limit, value }.

export interface PdfLimits {
  /** Nesting of arrays and dictionaries. */
  readonly nesting: number;
  readonly sections: number;
  readonly objects: number;
  readonly decodedBytesPerStream: number;
  readonly decodedBytesPerDocument: number;
  /** What undoing filters may produce in all, each stream as often as it is asked for. */
  readonly decodingPerDocument: number;
  readonly filtersPerStream: number;
  /** Memory of one object once it is parsed, as `parser.ts` estimates it. */
  readonly parsedBytesPerObject: number;
  /** The same of all that stands in object streams, each object as often as it is parsed. */
  readonly memberBytesPerDocument: number;
  /** Of these what is kept for the next who asks. */
  readonly memberBytesKept: number;
  /** Bytes of one string or name as written. */
  readonly tokenBytes: number;
  /** Beginnings of objects that a repair finds and cannot read. */
  readonly repairFailures: number;
  /** How many times the size of the file a repair may read. */
  readonly repairReads: number;
  readonly signatureValues: number;
  /** Objects that all updates behind the first signature write. */
  readonly objectsBehindSignature: number;
  /** Decoded bytes of one `/Contents`. */
  readonly contentsBytes: number;
  readonly fields: number;
  readonly fieldDepth: number;
  readonly pages: number;
  readonly annotationsPerPage: number;
  readonly dssStreams: number;
  readonly dssBytes: number;
  /** Operations in a page's content, its forms as often as they are drawn. */
  readonly contentOperations: number;
  /** Bytes of a page's content, counted the same way. */
  readonly contentBytes: number;
  readonly glyphsPerPage: number;
  /** Form XObjects within each other. */
  readonly formDepth: number;
  /** Objects visited while asking by which paths an object is reached. */
  readonly pathSteps: number;
}

export const PDF_LIMITS: PdfLimits = {
  // Well-formed files nest below 20; parser crashes published so far use 10^3 and more.
  nesting: 100,
  // The busiest honest file known to us has 50 sections and 25 signature values.
  sections: 300,
  signatureValues: 100,
  // A form of 5 000 entries filled in, each with looks of its own, and a full security store; the busiest honest file known to us
  // writes 2 337 behind its first revision.
  objectsBehindSignature: 20_000,
  // Half a million rows take 4 MiB as a cross-reference stream.
  objects: 500_000,
  decodedBytesPerStream: 16 * 1024 * 1024,
  // So that one document costs at most 100 MB of memory: what inflating leaves behind comes on top until it is collected.
  decodedBytesPerDocument: 48 * 1024 * 1024,
  // A document with ten signatures asks ten times for the streams that tell its revisions apart, which are a small part of it.
  decodingPerDocument: 256 * 1024 * 1024,
  filtersPerStream: 4,
  // A quarter of a million numbers: twice what the widths of a font with all of Unicode's plane 0 take.
  parsedBytesPerObject: 16 * 1024 * 1024,
  // 50 000 pages, each with its boxes and resources, take 100 MB; a file of 15 kB could ask for gigabytes.
  memberBytesPerDocument: 128 * 1024 * 1024,
  // So that one document costs at most 100 MB of memory: objects beyond that are parsed again whenever somebody asks.
  memberBytesKept: 8 * 1024 * 1024,
  // Twice what the hexadecimal digits of the largest `/Contents` take.
  tokenBytes: 8 * 1024 * 1024,
  // A file that was cut or joined breaks a handful of objects; each failure costs microseconds.
  repairFailures: 20_000,
  // The scan itself, each object, and each stream of unknown length once more.
  repairReads: 8,
  contentsBytes: 2 * 1024 * 1024,
  fields: 20_000,
  fieldDepth: 32,
  pages: 50_000,
  annotationsPerPage: 5_000,
  dssStreams: 1_000,
  dssBytes: 64 * 1024 * 1024,
  // A dense map has some 10^5 path operations and few letters; a page of small print about 10^4 of both.
  contentOperations: 2_000_000,
  // Sixteen bytes for each operation; a writer that pads uses fewer, and inline images are small.
  contentBytes: 32 * 1024 * 1024,
  glyphsPerPage: 200_000,
  formDepth: 30,
  pathSteps: 5_000_000,
};
