// Everything a verdict rests on, gathered before anything is judged: material from the document and from outside, digests,
// and the answers of signature arithmetic.

import { concatBytes, hex, sameBytes } from '../asn1/values.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { type Crl, parseCrl } from '../pki/crl.ts';
import { type OcspResponse, parseOcspResponse } from '../pki/ocsp.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { Digests, SignatureArithmetic, SignatureCheck, SignatureScheme } from '../platform/platform.ts';
import type { EvidenceKind, Receipt } from './ports.ts';
import type { Finding } from './report.ts';

/** Where an item of revocation data came from. */
export type EvidenceOrigin = 'embedded' | 'fetched';

/**
 * The first revision whose bytes hold an item, or how it came from outside. What stands in a signature's value is outside of its own
 * revision's covered bytes, and belongs to the next.
 */
export type Provenance = number | Receipt;

/** Where the source of an item did not tell more. */
export const OUTSIDE_UNKNOWN: Receipt = { origin: 'network', fetchedAt: null };

/** An item as it came, for the record. */
export interface PoolItem {
  readonly kind: EvidenceKind;
  readonly der: Uint8Array;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  readonly from: Provenance;
}

// Parsing is pure, and the same issuers come with every letter of an office; by fingerprint, so nothing can be slipped in. Each has bytes
// of its own: a view would hold the document that it came with.
const recentCertificates = new Map<string, Certificate>();
const RECENT_CERTIFICATES = 256;

function remember(fingerprint: string, certificate: Certificate): void {
  if (recentCertificates.has(fingerprint)) return;
  if (recentCertificates.size >= RECENT_CERTIFICATES) recentCertificates.clear();
  recentCertificates.set(fingerprint, certificate);
}

/** Certificates and revocation data, parsed; nothing in them is verified. Grows while evidence is gathered. */
export class EvidencePool {
  readonly #certificates = new Map<string, Certificate>();
  #certificateList: readonly Certificate[] | null = null;
  readonly #crls = new Map<string, Crl>();
  readonly #ocsps = new Map<string, OcspResponse>();
  // Since which revision an item stands in the document; what is not in it has no entry.
  readonly #since = new Map<string, number>();
  readonly #items = new Map<string, PoolItem>();
  readonly #fingerprints = new WeakMap<Uint8Array, string>();
  readonly #digests: Digests;
  /** What could not be parsed; never an error, since a hostile document may carry anything. */
  readonly findings: Finding[] = [];

  constructor(digests: Digests) {
    this.#digests = digests;
  }

  get certificates(): readonly Certificate[] {
    this.#certificateList ??= [...this.#certificates.values()];
    return this.#certificateList;
  }

  get crls(): readonly Crl[] {
    return [...this.#crls.values()];
  }

  get ocsps(): readonly OcspResponse[] {
    return [...this.#ocsps.values()];
  }

  /** Everything that could be read, in the order in which it came first. */
  get items(): readonly PoolItem[] {
    return [...this.#items.values()].map((item) => ({
      ...item,
      from: this.#since.get(item.sha256) ?? item.from,
    }));
  }

  /** Where a DER item of revocation data came from. */
  originOf(item: Uint8Array): EvidenceOrigin {
    return this.embeds(item) ? 'embedded' : 'fetched';
  }

  /** Whether the document itself holds this DER. */
  embeds(item: Uint8Array): boolean {
    return this.#since.has(this.#fingerprint(item));
  }

  /** The first revision whose bytes hold this DER, the values of its signatures not counted; null: not in the document. */
  embeddedSince(item: Uint8Array): number | null {
    return this.#since.get(this.#fingerprint(item)) ?? null;
  }

  /** What the document held in this revision: the signatures' own material, and what its stores had by then. */
  embeddedUpTo(revision: number): EvidencePool {
    const earlier = new EvidencePool(this.#digests);
    for (const [key, since] of this.#since) {
      if (since > revision) continue;
      earlier.#since.set(key, since);
      copyEntry(this.#certificates, earlier.#certificates, key);
      copyEntry(this.#crls, earlier.#crls, key);
      copyEntry(this.#ocsps, earlier.#ocsps, key);
    }
    return earlier;
  }

  addCertificate(der: Uint8Array, from: Provenance = 0): Certificate | null {
    const key = this.#fingerprint(der);
    this.#note(key, from);
    const known = this.#certificates.get(key);
    if (known !== undefined) return known;
    const certificate = this.#parsed('certificate', () => this.#readCertificate(der));
    if (certificate !== null) {
      this.#certificates.set(key, certificate);
      this.#items.set(key, { kind: 'certificate', der, sha256: key, from });
      this.#certificateList = null;
    }
    return certificate;
  }

  addCrl(der: Uint8Array, from: Provenance): void {
    const key = this.#fingerprint(der);
    this.#note(key, from);
    if (this.#crls.has(key)) return;
    const crl = this.#parsed('crl', () => parseCrl(der));
    if (crl === null) return;
    this.#crls.set(key, crl);
    this.#items.set(key, { kind: 'crl', der, sha256: key, from });
  }

  addOcsp(der: Uint8Array, from: Provenance): void {
    const key = this.#fingerprint(der);
    this.#note(key, from);
    if (this.#ocsps.has(key)) return;
    const response = this.#parsed('ocsp', () =>
      parseOcspResponse(der, (sent) => this.#readCertificate(sent)),
    );
    if (response === null) return;
    this.#ocsps.set(key, response);
    this.#items.set(key, { kind: 'ocsp', der, sha256: key, from });
    for (const { der: sent } of response.basic?.certificates ?? []) this.addCertificate(sent, from);
  }

  /** Parsed, or as it was parsed before. @throws MalformedCertificate */
  #readCertificate(der: Uint8Array): Certificate {
    const key = this.#fingerprint(der);
    const certificate = recentCertificates.get(key) ?? parseCertificate(der.slice());
    this.#fingerprints.set(certificate.der, key);
    remember(key, certificate);
    return certificate;
  }

  #note(key: string, from: Provenance): void {
    if (typeof from === 'number') this.#since.set(key, Math.min(from, this.#since.get(key) ?? from));
  }

  #parsed<T>(kind: string, parse: () => T): T | null {
    try {
      return parse();
    } catch (error) {
      if (!isMalformed(error)) throw error;
      this.findings.push({ code: `${kind}-malformed`, effect: 'info', where: 'evidence' });
      return null;
    }
  }

  /** The same lists are asked about for each certificate; they are digested once. */
  #fingerprint(der: Uint8Array): string {
    const known = this.#fingerprints.get(der);
    if (known !== undefined) return known;
    const fingerprint = hex(this.#digests.of('sha256', der));
    this.#fingerprints.set(der, fingerprint);
    return fingerprint;
  }
}

function copyEntry<T>(from: ReadonlyMap<string, T>, to: Map<string, T>, key: string): void {
  const item = from.get(key);
  if (item !== undefined) to.set(key, item);
}

/** The parsers' own refusals; anything else is a defect of ours and must not be taken for a bad document. */
function isMalformed(error: unknown): boolean {
  return (
    error instanceof Error && (error instanceof MalformedCertificate || error.name.startsWith('Malformed'))
  );
}

// An honest signature is held against one key or two; a crafted pool of certificates may try many.
const QUESTIONS_OF_ONE_SIGNATURE = 16;

type KnownQuestion = Omit<SignatureCheck, 'signature'> & { readonly key: string };

/**
 * Answers of signature arithmetic. Judging asks through `lookup`; what it asks for the first time is noted, computed by
 * `computeAsked`, and answered when the same question comes again.
 */
export class ArithmeticAnswers {
  readonly #answers = new Map<string, boolean>();
  readonly #asked = new Map<string, SignatureCheck>();
  /**
   * Digests of questions, by the very bytes that are asked about, none of which ever change. They go with the document: their bytes
   * are views of it, and what outlived it would hold all of it.
   */
  readonly #keys = new Map<Uint8Array, readonly KnownQuestion[]>();
  readonly #arithmetic: SignatureArithmetic;
  readonly #digests: Digests;

  constructor(arithmetic: SignatureArithmetic, digests: Digests) {
    this.#arithmetic = arithmetic;
    this.#digests = digests;
  }

  readonly lookup: SignatureLookup = (check) => {
    const key = this.keyOf(check);
    const answer = this.#answers.get(key);
    if (answer === undefined) this.#asked.set(key, check);
    return answer;
  };

  /** The answer if it was computed; asks for nothing. */
  readonly known: SignatureLookup = (check) => this.#answers.get(this.keyOf(check));

  get unanswered(): number {
    return this.#asked.size;
  }

  /** @returns whether every answer was yes, as judging had taken it for granted */
  async computeAsked(): Promise<boolean> {
    let allTrue = true;
    for (const [key, check] of this.#asked) {
      const answer = await this.#arithmetic.verify(check);
      this.#answers.set(key, answer);
      allTrue &&= answer;
    }
    this.#asked.clear();
    return allTrue;
  }

  /** A digest of the question. The rules ask the same of the same bytes several times; only the first time are they digested. */
  keyOf(check: SignatureCheck): string {
    const { signature, publicKey, message, scheme } = check;
    const asked = this.#keys.get(signature) ?? [];
    const known = asked.find(
      (each) => each.publicKey === publicKey && each.message === message && each.scheme === scheme,
    );
    if (known !== undefined) return known.key;
    const key = this.#digestOf(check);
    const kept = asked.length < QUESTIONS_OF_ONE_SIGNATURE ? asked : [];
    this.#keys.set(signature, [...kept, { publicKey, message, scheme, key }]);
    return key;
  }

  #digestOf({ publicKey, scheme, message, signature }: SignatureCheck): string {
    const messageDigest = this.#digests.of('sha256', message);
    return hex(
      this.#digests.of('sha256', concatBytes([publicKey, schemeText(scheme), messageDigest, signature])),
    );
  }
}

const schemeTexts = new WeakMap<SignatureScheme, Uint8Array>();

function schemeText(scheme: SignatureScheme): Uint8Array {
  const known = schemeTexts.get(scheme);
  if (known !== undefined) return known;
  const text = new TextEncoder().encode(JSON.stringify(scheme));
  schemeTexts.set(scheme, text);
  return text;
}

/** Whether two certificates are the same bytes. */
export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return a === b || sameBytes(a.der, b.der);
}
