// The second look at a CMS that a signer made as a whole: nothing is embedded that is not a signature of the expected certificate over
// exactly the bytes that were asked for.

import { childrenOf, type Element, MalformedAsn1, parseElement } from '../asn1/element.ts';
import { checkSignerInfo } from '../cms/check-signer.ts';
import { MalformedCms } from '../cms/errors.ts';
import { parseSignedData, type SignedData } from '../cms/signed-data.ts';
import type { Certificate } from '../pki/certificate.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import type { Platform, SignatureScheme, Source } from '../platform/platform.ts';
import { SignerFailed } from './errors.ts';
import { type CmsSigner, type Covered, type SignatureAlgorithm, schemeOf } from './ports.ts';
import type { PreparedSignature } from './prepared-signature.ts';

const PIECE = 1024 * 1024;

/** What the signer is given: the digest, and the bytes for one that wants them. */
export function coveredOf(
  source: Source,
  { update, byteRange, digest, sourceSize }: PreparedSignature,
): Covered {
  const [, cut, resume, length] = byteRange;
  return {
    digest,
    size: cut + length,
    *coveredBytes() {
      for (let at = 0; at < sourceSize; at += PIECE) yield source.read(at, Math.min(PIECE, sourceSize - at));
      yield update.subarray(0, cut - sourceSize);
      yield update.subarray(resume - sourceSize, resume - sourceSize + length);
    },
  };
}

/** A CMS that is right for the prepared bytes. */
export interface CheckedCms {
  readonly cms: Uint8Array;
  /** What it was made with. */
  readonly algorithm: SignatureAlgorithm;
  /** The signature-time-stamp that it brought along. */
  readonly timestampToken: Uint8Array | null;
  readonly format?: 'any';
}

/** @throws SignerFailed `signer-result-invalid` { check } */
export async function requireCms(
  results: readonly Uint8Array[],
  { digest, digestAlgorithm }: PreparedSignature,
  certificate: Certificate,
  { format, algorithms }: Pick<CmsSigner, 'format' | 'algorithms'>,
  { arithmetic, digests }: Platform,
): Promise<CheckedCms> {
  const [cms] = results;
  if (cms === undefined || results.length !== 1) throw invalid('count');
  const signedData = readStrictly(cms);
  const check = await withGatheredArithmetic(arithmetic, (verified) =>
    checkSignerInfo(signedData, {
      kind: format === 'pades' ? 'cades' : 'pkcs7',
      contentDigest: (algorithm) => (algorithm === digestAlgorithm ? digest : undefined),
      candidates: [certificate],
      verified,
      digests,
    }),
  );
  const wrong = check.findings.find(({ effect }) => effect !== 'info');
  if (check.certificate === null) throw invalid('certificate');
  if (check.digestMatches !== true) throw invalid('digest');
  if (check.valueMatches !== true) throw invalid('signature');
  if (wrong !== undefined) throw invalid(wrong.code);
  if (format === 'pades' && check.signingTime !== null) throw invalid('signing-time');
  const algorithm = algorithmOf(check.scheme, algorithms);
  if (algorithm === undefined) throw invalid('algorithm');
  return {
    cms,
    algorithm,
    timestampToken: check.signatureTimestamps[0] ?? null,
    ...(format === 'any' ? { format } : {}),
  };
}

/** DER to its last octet, with the signed content left out and one signer (EN 319 142-1, 6.3). */
function readStrictly(cms: Uint8Array): SignedData {
  try {
    requireDer(parseElement(cms, 'ContentInfo', 'der'));
    const signedData = parseSignedData(cms);
    if (signedData.signerInfos.length !== 1) throw invalid('signer-count');
    if (signedData.eContent !== null) throw invalid('eContent');
    return signedData;
  } catch (cause) {
    if (cause instanceof MalformedAsn1 || cause instanceof MalformedCms) throw invalid('structure', cause);
    throw cause;
  }
}

const CONSTRUCTED = 0x20;
/** As deep as a CMS with certificates and tokens gets, and some more. */
const MOST_DEPTH = 32;

/** @throws MalformedAsn1 where a length is indefinite or longer than it needs to be */
function requireDer(element: Element, depth = 0): void {
  if (depth > MOST_DEPTH) throw invalid('structure');
  if ((element.tag & CONSTRUCTED) === 0) return;
  for (const child of childrenOf(element, 'ContentInfo')) requireDer(child, depth + 1);
}

/** The one of these algorithms that a signature was made with. */
export function algorithmOf(
  found: SignatureScheme | null,
  algorithms: readonly SignatureAlgorithm[],
): SignatureAlgorithm | undefined {
  return algorithms.find((each) => found !== null && isSame(found, schemeOf(each).scheme));
}

function isSame(a: SignatureScheme, b: SignatureScheme): boolean {
  if (a.kind !== b.kind) return false;
  const [left, right] = [new Map(Object.entries(a)), Object.entries(b)];
  return left.size === right.length && right.every(([name, value]) => left.get(name) === value);
}

function invalid(check: string, cause?: unknown): SignerFailed {
  return new SignerFailed('signer-result-invalid', { check }, cause);
}
