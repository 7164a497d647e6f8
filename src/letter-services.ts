// Letters' codes, wired: made when a document is signed, and checked with the seals that are trusted here.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LetterLinks, LetterOrder, OrderedDocument, SigningOrder } from './http/ports.ts';
import { HttpProblem } from './http/problems.ts';
import { type BatchDocument, SigningRefused, type Source } from './index.ts';
import type { KnownSeal, SealStanding } from './letters/check-letter-code.ts';
import { letterCode } from './letters/letter-code.ts';
import { type LinkRules, readLetterLink } from './letters/letter-link.ts';
import { type Certificate, parseCertificate } from './pki/certificate.ts';
import { commonNameOf } from './pki/name.ts';
import { certificatesInFile } from './pki/pem.ts';
import { nodePlatform } from './platform/node.ts';
import { pieceReader } from './platform/platform.ts';
import { type ServiceSeal, sealedBy } from './service-seal.ts';
import { FetchFailed, type GuardedClient } from './trust-services/guarded-fetch.ts';

type Look = Pick<SigningOrder, 'appearance'>;

/**
 * The same look with the code of this letter in its QR.
 * @param leaf - certificate of who signs, DER
 * @throws SigningRefused `qr-too-dense` when no QR holds it
 */
export async function withLetterCode<T extends Look>(
  order: T,
  letter: LetterOrder | null,
  source: Source,
  leaf: Uint8Array,
  seal: ServiceSeal | null,
): Promise<T> {
  if (letter === null) return order;
  const { appearance } = order;
  // The route has asked for both before; a letter without its code must not leave.
  if (seal === null || appearance?.picture?.kind !== 'qr')
    throw new SigningRefused('qr-too-dense', { modulePt: null });
  const signer = commonNameOf(parseCertificate(leaf).subject) ?? '';
  const contentSha256 = digestOf(source);
  const content = await letterCode({ ...letter, signer, contentSha256, size: source.size }, seal);
  const picture = { ...appearance.picture, content };
  return { ...order, appearance: { ...appearance, picture, missing: 'refuse' } };
}

/**
 * The documents of a batch, each with the code of its own letter.
 * @param order - the look that they have in common
 */
export async function* withLetterCodes(
  documents: AsyncIterable<OrderedDocument>,
  order: Look,
  leaf: Uint8Array,
  seal: ServiceSeal | null,
): AsyncGenerator<BatchDocument<string | null>, void, undefined> {
  for await (const { letter = null, ...document } of documents) {
    if (letter === null || 'error' in document) yield document;
    else yield await withOneCode(document, order, letter, leaf, seal);
  }
}

async function withOneCode(
  document: Exclude<BatchDocument<string | null>, { readonly error: unknown }>,
  order: Look,
  letter: LetterOrder,
  leaf: Uint8Array,
  seal: ServiceSeal | null,
): Promise<BatchDocument<string | null>> {
  try {
    const { appearance } = await withLetterCode(order, letter, document.source, leaf, seal);
    return { ...document, wish: { ...document.wish, appearance } };
  } catch (error) {
    // It fails alone.
    return { label: document.label, error };
  }
}

const PIECE = 1024 * 1024;

function digestOf(source: Source): Uint8Array {
  const hash = createHash('sha256');
  const read = pieceReader(source, PIECE);
  for (let at = 0; at < source.size; at += PIECE) hash.update(read(at, Math.min(PIECE, source.size - at)));
  return new Uint8Array(hash.digest());
}

/** `former-seals-unusable` { reason }: the file of TEKEN_FORMER_SEALS_FILE cannot be what it should be. */
export class FormerSealsRefused extends Error {
  readonly code = 'former-seals-unusable';

  constructor(reason: string, cause?: unknown) {
    super(`TEKEN_FORMER_SEALS_FILE: ${reason}`, { cause });
    this.name = 'FormerSealsRefused';
  }
}

/**
 * The certificates of seals that were replaced; their keys are no longer here, and do not belong into the file.
 * @param file - PEM, or one certificate in DER; null: there are none
 * @throws FormerSealsRefused, and the system's error for a file that cannot be read
 */
export function readFormerSeals(file: string | null): readonly Certificate[] {
  if (file === null) return [];
  const bytes = readFileSync(file);
  if (bytes.includes('PRIVATE KEY-----')) throw new FormerSealsRefused('holds a private key');
  const certificates = certificatesInFile(bytes).map(parseSeal);
  if (certificates.length === 0) throw new FormerSealsRefused('holds no certificate');
  return certificates;
}

function parseSeal(der: Uint8Array): Certificate {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(der);
  } catch (cause) {
    throw new FormerSealsRefused('holds what is no certificate', cause);
  }
  const { algorithm, bits } = certificate.publicKey;
  // No other key has ever sealed a code.
  if (algorithm !== 'ec' || bits !== 256)
    throw new FormerSealsRefused('holds a certificate whose key is not P-256');
  return certificate;
}

/** Seals whose letters' codes are believed. */
export function knownSeals(
  certificates: readonly Certificate[],
  standing: SealStanding = 'current',
): readonly KnownSeal[] {
  return certificates.map((certificate) => ({
    standing,
    sha256: nodePlatform.digests.of('sha256', certificate.der),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    holder: commonNameOf(certificate.subject) ?? '',
    verify: (message, signature) => sealedBy(certificate, message, signature, nodePlatform.arithmetic),
  }));
}

// A reader waits for it before a page.
const LETTER_TIMEOUT_MS = 10_000;

/** Letters behind the addresses of their QR codes: one exchange with a listed host, without redirects. */
export function letterLinks(client: GuardedClient, rules: LinkRules, maxBytes: number): LetterLinks {
  return {
    read: (text) => readLetterLink(text, rules),
    fetch: async ({ url, standing }, signal) => {
      // Asked before by whoever shows the page; here it is the rule.
      if (standing !== 'listed') throw new HttpProblem('letter-unavailable');
      try {
        return await client.fetch({ url: url.href, maxBytes, timeoutMs: LETTER_TIMEOUT_MS, signal });
      } catch (error) {
        const large = error instanceof FetchFailed && error.code === 'too-large';
        throw new HttpProblem(large ? 'file-too-large' : 'letter-unavailable', {}, [], error);
      }
    },
  };
}
