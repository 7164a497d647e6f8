// A service that is killed while it signs: whoever has a signed document finds it on record.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { readRecord } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { parseAuditKeys } from '../../src/identity/seal-keys.ts';
import { requestSignature, startRealService } from '../http/real-service.ts';
import { projectRoot } from '../tools.ts';

const ROUNDS = 20;
const CALLERS = 4;

const service = await startRealService();
t.teardown(() => service.close());
const folder = await mkdtemp(join(tmpdir(), 'teken-audit-'));
t.teardown(() => rm(folder, { recursive: true }));

function start(): ChildProcess {
  return spawn(process.execPath, ['src/server.ts'], {
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH ?? '',
      ...service.environment,
      TEKEN_AUDIT_SINKS: `file:${folder}`,
      TEKEN_WORKERS: '1',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  // Read to its end: a service whose output nobody reads would end by itself.
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  while (child.exitCode === null) {
    const url = /"url":"([^"]+)"/.exec(output)?.[1];
    if (url !== undefined) return url;
    await wait(25);
  }
  throw new Error('the service did not start');
}

/** Asks for one signature after the other until nobody answers. @returns digests of what came completely */
async function callUntilKilled(url: string): Promise<string[]> {
  const delivered: string[] = [];
  for (;;) {
    try {
      const response = await requestSignature({ ...service, url }, { level: 'B-B' });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status === 200) delivered.push(createHash('sha256').update(bytes).digest('hex'));
    } catch {
      // The connection broke: the service is gone.
      return delivered;
    }
  }
}

t.test(
  `killed ${ROUNDS} times under load, it has delivered nothing without a record`,
  { timeout: 280_000 },
  async (t) => {
    const delivered: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = start();
      const url = await addressOf(child);
      const calling = Array.from({ length: CALLERS }, () => callUntilKilled(url));
      await wait(300 + 37 * round);
      const ended = once(child, 'exit');
      t.equal(child.exitCode, null, 'it runs until it is killed');
      child.kill('SIGKILL');
      await ended;
      delivered.push(...(await Promise.all(calling)).flat());
    }
    const keys = parseAuditKeys(await readFile(String(service.environment.TEKEN_NIK_HMAC_KEY_FILE), 'utf8'));
    const files = await chainsIn(folder);
    const recorded = new Set(
      [...linesOf([...files.values()].flat())].flatMap(({ text }) => {
        const record = readRecord(text);
        return record?.event === 'sign.completed' ? [record.facts.document?.outputSha256] : [];
      }),
    );
    t.comment(`${delivered.length} delivered, ${recorded.size} recorded, ${files.size} chains`);
    t.ok(delivered.length > ROUNDS, 'there was load');
    t.same(
      delivered.filter((sha256) => !recorded.has(sha256)),
      [],
    );
    const chains = [...files].map(([chainId, parts]) => verifyChain(chainId, linesOf(parts), keys));
    t.equal(chains.length, ROUNDS, 'each process has written a chain of its own');
    const findings = await verifyAudit({
      chains,
      checkpoints: [],
      receipts: [],
      verifySeal: null,
      verifyTimestamp: null,
    });
    t.same(
      findings.filter(({ grade }) => grade === 'fault'),
      [],
      'and what the killing left torn is no fault',
    );
  },
);
