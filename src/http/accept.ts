// Proactive negotiation (RFC 9110, 12.5): which of our offers the caller prefers.

interface Range {
  readonly value: string;
  readonly quality: number;
}

function rangesOf(header: string): Range[] {
  return header.split(',').flatMap((item) => {
    const [value = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return value === '' || !(quality >= 0 && quality <= 1) ? [] : [{ value, quality }];
  });
}

/**
 * The offered media type that the caller likes best; the first one where nothing is preferred.
 *
 * @returns null when the caller accepts none of them
 */
export function preferredMediaType<T extends string>(
  header: string | undefined,
  offers: readonly [T, ...T[]],
): T | null {
  if (header === undefined || header.trim() === '') return offers[0];
  const ranges = rangesOf(header);
  return best(offers, (offer) => {
    const [type] = offer.split('/');
    // The most specific range that matches decides, not the kindest one.
    for (const pattern of [offer, `${type}/*`, '*/*']) {
      const range = ranges.find((candidate) => candidate.value === pattern);
      if (range !== undefined) return range.quality;
    }
    return 0;
  });
}

/** The language that the caller likes best, Indonesian where it likes neither. */
export function preferredLanguage(header: string | undefined): 'id' | 'en' {
  const ranges = rangesOf(header ?? '');
  const quality = (language: string): number => {
    const matching = ranges.filter(({ value }) => value === language || value.startsWith(`${language}-`));
    return Math.max(0, ...matching.map((range) => range.quality));
  };
  return best(['id', 'en'] as const, quality) ?? 'id';
}

function best<T extends string>(offers: readonly T[], quality: (offer: T) => number): T | null {
  let chosen: T | null = null;
  let highest = 0;
  for (const offer of offers) {
    const found = quality(offer);
    if (found > highest) [chosen, highest] = [offer, found];
  }
  return chosen;
}
