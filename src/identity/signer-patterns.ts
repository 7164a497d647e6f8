// Which signers a client may use: by identifier, or by a pattern with one `*`.

export interface SignerPatterns {
  /** Compared character by character: identifiers know no case folding and no Unicode forms. */
  has(signerId: string): boolean;
}

/** @param patterns - identifiers; `*` in one stands for any number of further characters of identifiers */
export function signerPatterns(patterns: readonly string[]): SignerPatterns {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const open = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => {
      const star = pattern.indexOf('*');
      return { start: pattern.slice(0, star), end: pattern.slice(star + 1) };
    });
  return {
    has: (signerId) =>
      exact.has(signerId) ||
      (/^[\w.-]{1,64}$/.test(signerId) &&
        open.some(
          ({ start, end }) =>
            signerId.length >= start.length + end.length &&
            signerId.startsWith(start) &&
            signerId.endsWith(end),
        )),
  };
}
