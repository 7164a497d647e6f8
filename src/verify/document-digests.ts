// The digests of a document that judging asks for, computed together in one pass.

import type { DigestAlgorithm, Platform, Source } from '../platform/platform.ts';
import { type CoveredRange, coveredRangeKey, digestCoveredRanges } from './covered-bytes.ts';
import type { GatheredDigests } from './gather-evidence.ts';

export interface DigestingContext {
  readonly platform: Pick<Platform, 'digests' | 'pause'>;
  readonly signal: AbortSignal;
}

// The old format without signed attributes signs the bytes themselves, which then have to be in memory at once.
const CONTENT_BYTES = 64 * 1024 * 1024;

/** Digests of covered ranges, computed for all that was asked in one pass. */
export class DocumentDigests implements GatheredDigests {
  readonly #source: Source;
  readonly #context: DigestingContext;
  readonly #known = new Map<string, Uint8Array>();
  readonly #asked = new Map<string, CoveredRange>();
  readonly #ranges: CoveredRange[] = [];

  constructor(source: Source, context: DigestingContext) {
    this.#source = source;
    this.#context = context;
  }

  get unanswered(): number {
    return this.#asked.size;
  }

  ask({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): void {
    const range: CoveredRange = { cut, resume, end, algorithm };
    const key = coveredRangeKey(range);
    if (this.lies(range) && !this.#known.has(key)) this.#asked.set(key, range);
  }

  /** Whether there are such bytes; of others no digest is ever known. */
  lies({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>): boolean {
    return cut <= resume && resume <= end && end <= this.#source.size;
  }

  digest(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined {
    const known = this.known(range, algorithm);
    if (known === undefined) this.ask(range, algorithm);
    return known;
  }

  content({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>): Uint8Array | undefined {
    if (!this.lies({ cut, resume, end }) || end - (resume - cut) > CONTENT_BYTES) return undefined;
    const source = this.#source;
    const content = new Uint8Array(cut + (end - resume));
    content.set(source.read(0, cut));
    content.set(source.read(resume, end - resume), cut);
    return content;
  }

  /** A digest if it was computed; asks for nothing. */
  known(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined {
    return this.#known.get(coveredRangeKey({ ...range, algorithm }));
  }

  /** All that was computed, in the order of asking. */
  get computed(): readonly { readonly range: CoveredRange; readonly value: Uint8Array }[] {
    return this.#ranges.flatMap((range) => {
      const value = this.#known.get(coveredRangeKey(range));
      return value === undefined ? [] : [{ range, value }];
    });
  }

  async computeAsked(): Promise<void> {
    if (this.#asked.size === 0) return;
    const { platform, signal } = this.#context;
    const ranges = [...this.#asked.values()];
    this.#asked.clear();
    this.#ranges.push(...ranges);
    const computed = await digestCoveredRanges(
      this.#source,
      ranges,
      platform.digests,
      platform.pause,
      signal,
    );
    for (const [key, digest] of computed) this.#known.set(key, digest);
  }
}
