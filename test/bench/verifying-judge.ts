// Teken as a judge that stays: `node verifying-judge.ts TRUST` reads a path per line and answers each with a line of JSON.

import { createInterface } from 'node:readline';
import { nodePlatform, openFileSource } from '../../src/platform/node.ts';
import { loadTrustDirectory } from '../../src/trust-services/trust-directory.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';

const [trust = ''] = process.argv.slice(2);
const trustList = loadTrustDirectory(trust, { digests: nodePlatform.digests, production: false });

for await (const path of createInterface({ input: process.stdin })) {
  const source = openFileSource(path);
  const { verdict, counts } = await verifyDocument(source, {
    platform: nodePlatform,
    trustList,
    policy: DEFAULT_POLICY,
    // Nobody to ask: what the file carries has to do.
    revocation: null,
    now: Date.now(),
    signal: AbortSignal.timeout(600_000),
  });
  source.close();
  process.stdout.write(`${JSON.stringify({ verdict, good: counts.ok })}\n`);
}
