// Two replicas that share a Redis, behind a router: what they count, they count together, and nothing is done without it.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBase32, TOTP, totpCode, totpStep } from '../../src/identity/totp.ts';
import { signCall, signFormCall, verifyCall } from '../load/calls.ts';
import type { Call } from '../load/exchange.ts';
import { toolMissing } from '../tools.ts';
import { type Fault, hold } from './fault.ts';
import { ask, type ChaosGround, kill, readyStatus, type Serving, told, until, verdictOf } from './ground.ts';
import { openRouter } from './router.ts';

const skip = toolMissing('redis-server');

export async function twoReplicas(
  ground: ChaosGround,
  variables: Readonly<Record<string, string>> = {},
): Promise<{
  readonly replicas: readonly [Serving, Serving];
  readonly redis: Awaited<ReturnType<ChaosGround['redis']>>;
}> {
  const redis = await ground.redis();
  const shared = { TEKEN_REDIS_URL: redis.url, TEKEN_ATTEMPT_GUARD: 'redis', ...variables };
  const replicas = [await ground.serve(shared), await ground.serve(shared)] as const;
  return { replicas, redis };
}

const counting: Fault = {
  name: 'limits, wrong passphrases and one-time codes over two replicas',
  passes: 'a rate of 20 lets 20 through, five wrong passphrases are tried, a code is good once',
  skip,
  happen: async (ground) => {
    const { place } = ground;
    const clientsFile = join(place.folder, 'klien-terbatas.json');
    const file = JSON.parse(await readFile(String(place.environment.TEKEN_CLIENTS_FILE), 'utf8')) as Clients;
    const sha256 = createHash('sha256').update(LIMITED_KEY).digest('hex');
    const [first] = file.clients;
    const limited = {
      ...first,
      id: 'terbatas',
      keys: [{ id: 'k', sha256 }],
      passwords: [],
      rates: { requests: { count: 20, seconds: 600 } },
    };
    await writeFile(clientsFile, JSON.stringify({ ...file, clients: [...file.clients, limited] }));
    const { replicas } = await twoReplicas(ground, { TEKEN_CLIENTS_FILE: clientsFile });
    const at = (i: number): string => replicas[i % 2]?.url ?? '';

    const asLimited = signCall({ ...place, apiKey: LIMITED_KEY });
    const rated = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(at(i), asLimited)));
    const through = rated.filter(({ status }) => status !== 429).length;
    hold(through === 20, `${through} of 40 let through: ${rated.map(({ status }) => status)}`);

    const steps = TOTP.periodMs;
    const secret = (await readFile(place.paths.totpSecret('pejabat-kode'), 'utf8')).trim();
    // A code at the end of its time would be another one at the second replica.
    if (Date.now() % steps > steps - 5_000) await until(steps, () => Date.now() % steps < 1_000);
    const code = codeNow(secret);
    const withCode = signCall(
      { ...place, passphrase: '' },
      { signer: 'pejabat-kode' },
      { 'Teken-Code': code },
    );
    const used = await Promise.all([0, 1, 0, 1].map((i) => ask(at(i), withCode)));
    const accepted = used.filter(({ status }) => status === 200).length;
    hold(accepted === 1, `one code signed ${accepted} times: ${used.map(told).join(', ')}`);

    const wrong = signCall({ ...place, passphrase: 'salah' });
    const tried = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(at(i), wrong)));
    const reached = tried.filter(({ status }) => status === 403).length;
    hold(reached >= 1 && reached <= 5, `${reached} tried: ${tried.map(told).join(', ')}`);
    const rightful = await ask(at(1), signCall(place));
    hold(rightful.status === 429, `the right one meanwhile: ${told(rightful)}`);
    return `${through} of 40 let through, ${reached} of 20 passphrases tried, ${accepted} of 4 codes`;
  },
};

const LIMITED_KEY = 'kunci-terbatas';

interface Clients {
  readonly clients: readonly object[];
}

function codeNow(secret: string): string {
  return totpCode(parseBase32(secret) ?? new Uint8Array(), totpStep(Date.now()));
}

const once: Fault = {
  name: 'the same request to both replicas at once, with an idempotency key (compatible API)',
  passes: 'one signature, equal answers; the key with another document is refused on either',
  skip,
  happen: async (ground) => {
    const { replicas } = await twoReplicas(ground);
    const call = compatibleCall(ground, 'sekali');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ask(replicas[i % 2]?.url ?? '', call)),
    );
    hold(
      answers.every(({ status }) => status === 200),
      answers.map(told).join(', '),
    );
    const bodies = new Set(
      answers.map(({ answer }) =>
        createHash('sha256')
          .update(answer?.body ?? '')
          .digest('hex'),
      ),
    );
    hold(bodies.size === 1, `${bodies.size} different documents`);
    for (const { url } of replicas) {
      const other = await ask(url, compatibleCall(ground, 'lain'));
      hold(other.status === 400, `another document: ${told(other)}`);
    }
    return '10 answers, 1 document';
  },
};

function compatibleCall({ place }: ChaosGround, reason: string): Call {
  const fields = { nik: '8999000000000101', passphrase: place.passphrase, tampilan: 'invisible', reason };
  const form = signFormCall(place.apiKey, place.letter, fields);
  return {
    ...form,
    path: '/api/sign/pdf',
    headers: { ...form.headers, Authorization: place.basic, 'Idempotency-Key': 'surat-berdua' },
  };
}

const redisGone: Fault = {
  name: 'Redis is killed, and comes back; then it stands still',
  passes:
    'nothing is signed and nobody tried, 503 state-unavailable; verdicts go on; signed again within 10 s',
  skip,
  happen: async (ground) => {
    const { replicas, redis } = await twoReplicas(ground);
    const sign = signCall(ground.place);
    const verify = verifyCall(ground.place.letter);
    const expectRefused = async (what: string): Promise<void> => {
      for (const { url } of replicas) {
        const refused = await ask(url, sign);
        hold(refused.status === 503 && refused.code === 'state-unavailable', `${what}: ${told(refused)}`);
        const guess = await ask(url, signCall({ ...ground.place, passphrase: 'salah' }));
        hold(guess.status === 503, `${what}, a wrong passphrase: ${told(guess)}`);
        hold(verdictOf(await ask(url, verify)) === 'NO_SIGNATURE', `${what}: no verdict`);
        hold((await readyStatus(url)) === 503, `${what}: ready all the same`);
      }
    };
    for (const { url } of replicas) hold((await ask(url, sign)).status === 200, 'not signed before');
    await redis.kill();
    await expectRefused('killed');
    await redis.restart();
    let backMs = 0;
    for (const { url } of replicas)
      backMs = Math.max(backMs, await until(10_000, async () => (await ask(url, sign)).status === 200));
    hold(Number.isFinite(backMs), 'not back within 10 s');
    redis.pause(true);
    await expectRefused('standing still').finally(() => redis.pause(false));
    return `back after ${(backMs / 1000).toFixed(1)} s`;
  },
};

const replicaGone: Fault = {
  name: 'one of two replicas behind a router is killed, then the other after the first is back',
  passes: 'the router finds the other at once; what was counted before still counts',
  skip,
  happen: async (ground) => {
    const { replicas, redis } = await twoReplicas(ground);
    const urls: string[] = replicas.map(({ url }) => url);
    const router = await openRouter(() => urls);
    try {
      hold(
        Number.isFinite(
          await until(
            20_000,
            async () => (await ask(router.url, verifyCall(ground.place.letter))).status === 200,
          ),
        ),
        'no route',
      );
      const wrong = signCall({ ...ground.place, passphrase: 'salah' });
      // Many at once, again and again: after each failure there is a pause, until five have failed and the window is shut.
      let reached = 0;
      await until(60_000, async () => {
        const guesses = await Promise.all(Array.from({ length: 10 }, () => ask(router.url, wrong)));
        reached += guesses.filter(({ status }) => status === 403).length;
        return reached >= 5;
      });
      hold(reached === 5, `${reached} tried`);
      await kill(replicas[0].child);
      const served = await until(
        5_000,
        async () => verdictOf(await ask(router.url, verifyCall(ground.place.letter))) === 'NO_SIGNATURE',
      );
      hold(Number.isFinite(served), 'not served by the other');
      const still = await ask(urls[1] ?? '', signCall(ground.place));
      hold(still.status === 429, `the other tries again: ${told(still)}`);
      const third = await ground.serve({ TEKEN_REDIS_URL: redis.url, TEKEN_ATTEMPT_GUARD: 'redis' });
      urls[0] = third.url;
      await kill(replicas[1].child);
      const again = await until(
        5_000,
        async () => verdictOf(await ask(router.url, verifyCall(ground.place.letter))) === 'NO_SIGNATURE',
      );
      hold(Number.isFinite(again), 'not served by the new one');
      const restarted = await ask(third.url, signCall(ground.place));
      hold(restarted.status === 429, `the new one tries again: ${told(restarted)}`);
      return `routed again after ${served.toFixed(0)} and ${again.toFixed(0)} ms`;
    } finally {
      await router.close();
    }
  },
};

export const replicaFaults: readonly Fault[] = [counting, once, redisGone, replicaGone];
