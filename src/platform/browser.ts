// The platform in a browser. Digests, ciphers and inflate are synchronous, as the verifier's layers ask for them; signature
// arithmetic is WebCrypto's.

import { browserArithmetic } from './browser-arithmetic.ts';
import { browserCiphers } from './browser-ciphers.ts';
import { browserDigests } from './browser-digests.ts';
import { browserInflater } from './browser-inflate.ts';
import type { Platform } from './platform.ts';

export const browserPlatform: Platform = {
  digests: browserDigests,
  ciphers: browserCiphers,
  arithmetic: browserArithmetic,
  inflater: browserInflater,
  deflate: async (data) => {
    const compressed = new Blob([data.slice()]).stream().pipeThrough(new CompressionStream('deflate'));
    return new Uint8Array(await new Response(compressed).arrayBuffer());
  },
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  pause: () => new Promise((resolve) => setTimeout(resolve)),
};
