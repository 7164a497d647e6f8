// A process of another day, without a network: replays every evidence file of a list and prints what came out.
// Arguments: the list, a JSON array of { pack, document, password }. Output: one JSON per line.

import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { readEvidencePack, replayEvidence } from '../../src/index.ts';
import { nodePlatform, openFileSource } from '../../src/platform/node.ts';
import { canonicalJson } from '../../src/verify/canonical-json.ts';

export interface ReplayWish {
  readonly pack: string;
  readonly document: string;
  readonly password: string | null;
}

export interface ReplayOutcome {
  readonly pack: string;
  readonly reproduced: boolean;
  readonly differences: readonly string[];
  /** SHA-256 of the canonical report. */
  readonly report: string;
  /** Uses of the clock and the network up to now. */
  readonly clock: number;
  readonly network: number;
}

const uses = { clock: 0, network: 0 };

/** A day in 2041 to everybody who asks; and it is counted that they did. */
class LaterDate extends Date {
  constructor(...given: [] | [string | number | Date]) {
    const [value] = given;
    if (value === undefined) uses.clock += 1;
    super(value ?? Date.UTC(2041, 2, 3, 4, 5, 6));
  }

  static override now(): number {
    uses.clock += 1;
    return Date.UTC(2041, 2, 3, 4, 5, 6);
  }
}

function refuse(): never {
  uses.network += 1;
  throw new Error('there is no network');
}

async function main([list]: readonly string[]): Promise<void> {
  const wishes = JSON.parse(readFileSync(list ?? '', 'utf8')) as readonly ReplayWish[];
  globalThis.Date = LaterDate as DateConstructor;
  globalThis.fetch = refuse;
  Socket.prototype.connect = refuse;
  dns.lookup = refuse as unknown as typeof dns.lookup;
  for (const wish of wishes) process.stdout.write(`${JSON.stringify(await replay(wish))}\n`);
}

async function replay({ pack, document, password }: ReplayWish): Promise<ReplayOutcome> {
  const source = openFileSource(document);
  const recorded = readEvidencePack(new Uint8Array(readFileSync(pack)), nodePlatform.digests);
  const { report, reproduced, differences } = await replayEvidence(source, recorded, {
    platform: nodePlatform,
    tool: { version: 'later', commit: 'later' },
    ...(password === null ? {} : { password: Buffer.from(password) }),
    signal: new AbortController().signal,
    onFailure: (error) => {
      throw error;
    },
  });
  source.close();
  const digest = createHash('sha256').update(canonicalJson(report)).digest('hex');
  return { pack, reproduced, differences, report: digest, ...uses };
}

await main(process.argv.slice(2));
