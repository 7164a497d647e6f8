// One file made to exhaust a reader, before a verifier that has read good letters: `node bomb-case.ts BOMB LETTER` prints what it
// cost as JSON. The file comes from the disk: whoever makes it needs more memory than whoever reads it.

import { readFileSync } from 'node:fs';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import type { BombMeasured } from './bombs.ts';
import { measure } from './measure.ts';

const GOOD_LETTERS = 20;

const [bomb = '', letter = ''] = process.argv.slice(2);
const now = Date.now();
const { digests } = nodePlatform;
const trustList = trustListOf({ anchors: [], intermediates: [], asOf: now, digests });

function verify(bytes: Uint8Array): Promise<VerificationReport> {
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList,
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(60_000),
  });
}

const good = new Uint8Array(readFileSync(letter));
for (let i = 0; i < GOOD_LETTERS; i += 1) await verify(good);
const bytes = new Uint8Array(readFileSync(bomb));
let answer = '';
const cost = await measure(
  async () => {
    const { problem, verdict } = await verify(bytes);
    answer = problem === null ? verdict : `${problem.code} ${problem.values?.limit ?? ''}`.trim();
  },
  { warmUps: 0, runs: 1 },
);
process.stdout.write(JSON.stringify({ ...cost, answer } satisfies BombMeasured));
