// What reading a document in a browser takes: digests, ciphers and inflate, synchronous, as the verifier's layers ask for them. Apart
// from arithmetic, so that a page which leaves that to the service does not load it.

import { browserCiphers } from './browser-ciphers.ts';
import { browserDigests } from './browser-digests.ts';
import { browserInflater } from './browser-inflate.ts';
import type { ReadingPlatform } from './platform.ts';

export const browserReading: ReadingPlatform = {
  digests: browserDigests,
  ciphers: browserCiphers,
  inflater: browserInflater,
  deflate: async (data) => {
    const compressed = new Blob([data.slice()]).stream().pipeThrough(new CompressionStream('deflate'));
    return new Uint8Array(await new Response(compressed).arrayBuffer());
  },
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  pause: () => new Promise((resolve) => setTimeout(resolve)),
};
