// Processes that are told to end, that are killed, that lose a worker.

import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { readRecord } from '../../src/audit/record.ts';
import { signCall, verifyCall } from '../load/calls.ts';
import { exchange, keptConnections } from '../load/exchange.ts';
import { type Arrival, arrive, summarise } from '../load/open-loop.ts';
import { processTree } from '../load/process-tree.ts';
import { toolMissing } from '../tools.ts';
import { endInRounds } from './ending-rounds.ts';
import { type Fault, hold } from './fault.ts';
import {
  ask,
  askToSign,
  askToVerify,
  type ChaosGround,
  kill,
  readyStatus,
  until,
  verdictOf,
} from './ground.ts';

const PER_SECOND = 50;

async function twoProcesses(ground: ChaosGround, audit: string): Promise<Record<string, string>> {
  const { url } = await ground.redis();
  return {
    ...ground.place.environment,
    TEKEN_PROCESSES: '2',
    TEKEN_WORKERS: '1',
    TEKEN_REDIS_URL: url,
    TEKEN_ATTEMPT_GUARD: 'redis',
    TEKEN_AUDIT_SINKS: `file:${audit}`,
  };
}

const ending: Fault = {
  name: `SIGTERM at ${PER_SECOND} requests per second, two processes`,
  passes: 'every request that was let in has a whole answer; exit code 0 within 30 s; chains closed',
  skip: toolMissing('redis-server'),
  happen: async (ground, rounds) => {
    const audit = join(ground.place.folder, 'audit-akhir');
    const environment = await twoProcesses(ground, audit);
    const calls = [verifyCall(ground.place.letter), signCall(ground.place)];
    const done = await endInRounds({ rounds, perSecond: PER_SECOND, environment, calls });
    const { sent, ok, others } = summarise(done.flatMap(({ arrivals }) => arrivals));
    hold(ok === sent, `${ok} of ${sent}: ${JSON.stringify(others)}`);
    hold(
      done.every(({ exitCode, endedMs }) => exitCode === 0 && endedMs <= 30_000),
      'exit codes or times',
    );
    const chains = [...(await chainsIn(audit)).values()];
    const last = chains.map((parts) => readRecord([...linesOf(parts)].at(-1)?.text ?? '')?.event);
    hold(
      last.length === rounds * 2 && last.every((event) => event === 'shutdown'),
      `chains end with ${last}`,
    );
    return `${sent} answered in ${rounds} rounds`;
  },
};

const killing: Fault = {
  name: `kill -9 of a process of two at ${PER_SECOND} signatures per second`,
  passes:
    'no delivered document without a record, no partial one accepted, no file left, another takes its place',
  skip: toolMissing('redis-server'),
  happen: async (ground, rounds) => {
    const audit = join(ground.place.folder, 'audit-mati');
    const environment = await twoProcesses(ground, audit);
    const delivered: string[] = [];
    const arrivals: Arrival[] = [];
    let slowestMs = 0;
    // Who dies again and again is started after longer and longer pauses; they are not in question here.
    for (let left = rounds; left > 0; left -= ROUNDS_OF_EACH) {
      const made = await killInRounds(ground, environment, Math.min(left, ROUNDS_OF_EACH));
      delivered.push(...made.delivered);
      arrivals.push(...made.arrivals);
      slowestMs = Math.max(slowestMs, made.slowestMs);
    }
    const { sent, ok, others } = summarise(arrivals);
    const records = new Set<string>();
    for (const parts of (await chainsIn(audit)).values())
      for (const { text } of linesOf(parts)) {
        const record = readRecord(text);
        if (record?.event === 'sign.completed') records.add(String(record.facts.document?.outputSha256));
      }
    const missing = delivered.filter((sha256) => !records.has(sha256));
    hold(delivered.length > rounds, `${delivered.length} delivered`);
    hold(missing.length === 0, `${missing.length} of ${delivered.length} without a record`);
    hold(others[OTHER_BYTES] === undefined, `${others[OTHER_BYTES]} that are not what Content-Digest says`);
    const left = (await readdir(audit)).filter((name) => !/\.(?:jsonl|json)$/.test(name));
    hold(left.length === 0, `left: ${left}`);
    hold(Number.isFinite(slowestMs), 'not replaced');
    const seconds = (slowestMs / 1000).toFixed(1);
    return `${ok} of ${sent} delivered, all recorded; ${JSON.stringify(others)}; replaced within ${seconds} s`;
  },
};

const ROUNDS_OF_EACH = 4;
const OTHER_BYTES = 'other bytes than announced';

/** Signs at a constant rate while the processes are killed one after the other. */
async function killInRounds(
  ground: ChaosGround,
  environment: Readonly<Record<string, string>>,
  rounds: number,
): Promise<{ delivered: readonly string[]; arrivals: readonly Arrival[]; slowestMs: number }> {
  const serving = await ground.serve(environment);
  const { url, child } = serving;
  const serves = (): number => serving.output().split('"msg":"listening"').length - 1;
  hold(Number.isFinite(await until(60_000, () => serves() >= 2)), 'never two');
  const agent = keptConnections();
  const over = new AbortController();
  const delivered: string[] = [];
  const arriving = arrive({
    perSecond: PER_SECOND,
    seconds: 600,
    signal: over.signal,
    send: async () => {
      const { status, headers, body } = await exchange(url, signCall(ground.place), { agent });
      if (status !== 200) return status;
      const sha256 = createHash('sha256').update(body).digest();
      if (headers['content-digest'] !== `sha-256=:${sha256.toString('base64')}:`)
        throw new Error(OTHER_BYTES);
      delivered.push(sha256.toString('hex'));
      return status;
    },
  });
  let slowestMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    await wait(300 + 37 * (round % 10));
    const before = serves();
    const [victim] = processTree(child.pid).slice(1);
    if (victim !== undefined) killIfThere(victim);
    slowestMs = Math.max(slowestMs, await until(60_000, () => serves() > before));
  }
  over.abort();
  const arrivals = await arriving;
  agent.destroy();
  await kill(child);
  return { delivered, arrivals, slowestMs };
}

const worker: Fault = {
  name: 'a worker is lost under a document, as when it runs out of memory',
  passes: 'that request alone fails, with 422 or 503; /readyz stays 200; the next is served',
  happen: async (ground, rounds) => {
    const { url, child, output } = await ground.serve();
    const { letter } = ground.place;
    const large = Buffer.concat([letter, Buffer.alloc(20_000_000, 0x20)]);
    let failed = 0;
    for (let round = 0; round < rounds; round += 1) {
      hold(verdictOf(await askToVerify(url, letter)) === 'NO_SIGNATURE', 'not served before');
      const answered = new AbortController();
      const asked = askToVerify(url, large).finally(() => answered.abort());
      // Until it is answered, so that one of them had the document.
      for (; !answered.signal.aborted; await wait(40 + 10 * (round % 5)))
        for (const pid of processTree(child.pid).slice(1)) killIfThere(pid);
      const { status, code } = await asked;
      hold([200, 422, 503].includes(status), `${status} ${code}: ${failuresIn(output())}`);
      if (status !== 200) failed += 1;
      hold((await readyStatus(url)) === 200, 'not ready');
      const next = await askToVerify(url, letter);
      hold(verdictOf(next) === 'NO_SIGNATURE', `the next: ${next.status} ${next.code}`);
    }
    return `${rounds} lost, ${failed} requests with them`;
  },
};

/** What the log says of requests that failed. */
function failuresIn(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.includes('"msg":"failed"'))
    .join(' ');
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended since the tree was read.
  }
}

const trust: Fault = {
  name: 'the trust list is exchanged a hundred times under load',
  passes: 'no error; each answer names one of the lists, and has the verdict of that list',
  happen: async (ground) => {
    const trustFolder = join(ground.place.folder, 'kepercayaan');
    await cp(String(ground.place.environment.TEKEN_TRUST_DIR), trustFolder, { recursive: true });
    const { url, child } = await ground.serve({ TEKEN_TRUST_DIR: trustFolder });
    const file = join(trustFolder, 'anchors.json');
    const trusting = await readFile(file, 'utf8');
    const testing = trusting.replaceAll('"active"', '"test"');
    const letter = (await askToSign(url, ground)).answer?.body ?? Buffer.alloc(0);
    const over = new AbortController();
    const pairs = new Map<string, number>();
    const arriving = arrive({
      perSecond: 20,
      seconds: 600,
      signal: over.signal,
      send: async () => {
        const outcome = await ask(url, verifyCall(letter));
        if (outcome.status === 200) {
          const { trustList } = JSON.parse(String(outcome.answer?.body)) as { trustList: { sha256: string } };
          const pair = `${trustList.sha256} ${verdictOf(outcome)}`;
          pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
        }
        return outcome.status;
      },
    });
    for (let swap = 0; swap < 100; swap += 1) {
      await writeFile(`${file}.baru`, swap % 2 === 0 ? testing : trusting);
      await rename(`${file}.baru`, file);
      child.kill('SIGHUP');
      await wait(20 + ((swap * 7) % 23));
    }
    over.abort();
    const { sent, ok, others } = summarise(await arriving);
    hold(ok === sent, JSON.stringify(others));
    const digests = new Set([...pairs.keys()].map((pair) => pair.split(' ')[0]));
    hold(digests.size === 2 && pairs.size === 2, `${[...pairs].join('; ')}`);
    return `${sent} answers, both lists seen`;
  },
};

export const processFaults: readonly Fault[] = [ending, killing, worker, trust];
