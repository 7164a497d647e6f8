// Requests that come again at another replica: while the first is under way, when its replica is dead, and without Redis.

import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ServicePath } from '../../certs-dev/profile.ts';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { readRecord } from '../../src/audit/record.ts';
import { signCall } from '../load/calls.ts';
import type { Call } from '../load/exchange.ts';
import { toolMissing } from '../tools.ts';
import { type Fault, hold } from './fault.ts';
import { ask, type ChaosGround, kill, type Outcome, told, until } from './ground.ts';
import { twoReplicas } from './replica-faults.ts';

const skip = toolMissing('redis-server');

function keyed({ place }: ChaosGround, key: string, query: Readonly<Record<string, string>> = {}): Call {
  return signCall(place, query, { 'Idempotency-Key': key });
}

function statusCall({ place }: ChaosGround, key: string): Call {
  const headers = { Authorization: `Bearer ${place.apiKey}` };
  return { method: 'GET', path: `/v1/operations/${key}`, headers };
}

function digestOf({ answer }: Outcome): string {
  return createHash('sha256')
    .update(answer?.body ?? '')
    .digest('hex');
}

/** How many signatures the audit of all replicas knows. */
async function signaturesIn(audit: string): Promise<number> {
  const chains = [...(await chainsIn(audit)).values()];
  const lines = chains.flatMap((parts) => [...linesOf(parts)]);
  return lines.filter(({ text }) => readRecord(text)?.event === 'sign.completed').length;
}

const together: Fault = {
  name: 'the same request to both replicas at once, with an Idempotency-Key; then one is killed, and Redis',
  passes:
    'one signature, equal bytes, the dead one’s too; other wishes and a wrong passphrase get nothing; without Redis nothing is signed',
  skip,
  happen: async (ground) => {
    const audit = join(ground.place.folder, 'audit-ulang');
    const { replicas, redis } = await twoReplicas(ground, { TEKEN_AUDIT_SINKS: `file:${audit}` });
    const [first, second] = replicas;
    const key = randomUUID();
    const call = keyed(ground, key);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ask(replicas[i % 2]?.url ?? '', call)),
    );
    const signed = answers.filter(({ status }) => status === 200);
    const waiting = answers.filter(({ status, code }) => status === 409 && code === 'idempotency-in-flight');
    hold(
      signed.length >= 1 && signed.length + waiting.length === answers.length,
      answers.map(told).join(', '),
    );
    for (const { url } of replicas) {
      const other = await ask(url, keyed(ground, key, { reason: 'Lain' }));
      hold(other.code === 'idempotency-payload-mismatch', `other wishes: ${told(other)}`);
    }
    await kill(first.child);
    const again = await ask(second.url, call);
    hold(
      again.status === 200 && again.answer?.headers['idempotency-replayed'] === 'true',
      `the repeat: ${told(again)}`,
    );
    const documents = new Set([...signed, again].map(digestOf));
    hold(documents.size === 1, `${documents.size} different documents`);
    const guess = await ask(second.url, {
      ...call,
      headers: { ...call.headers, 'Teken-Passphrase': 'salah' },
    });
    hold(guess.code === 'signer-auth-failed', `a wrong passphrase: ${told(guess)}`);
    await redis.kill();
    for (const refused of [call, keyed(ground, randomUUID()), statusCall(ground, key)]) {
      const outcome = await ask(second.url, refused);
      hold(outcome.code === 'state-unavailable', `without Redis: ${told(outcome)}`);
    }
    const made = await signaturesIn(audit);
    hold(made === 1, `${made} signatures on record`);
    return `${signed.length} answers and the repeat, 1 document`;
  },
};

const dead: Fault = {
  name: 'a replica is killed while it signs for an Idempotency-Key',
  passes: 'the other says 409 while the claim of the dead one lasts, then signs once',
  skip,
  happen: async (ground) => {
    const audit = join(ground.place.folder, 'audit-terbunuh');
    const { replicas } = await twoReplicas(ground, { TEKEN_AUDIT_SINKS: `file:${audit}` });
    const [first, second] = replicas;
    const key = randomUUID();
    const call = keyed(ground, key, { level: 'B-T' });
    // It stands still between the key and the time-stamp.
    ground.line.fail(ServicePath.timestamp, { kind: 'hangs' });
    const lost = ask(first.url, call);
    const underWay = await until(
      20_000,
      async () =>
        JSON.parse(String((await ask(second.url, statusCall(ground, key))).answer?.body)).status ===
        'in-flight',
    );
    await kill(first.child);
    hold(Number.isFinite(underWay), 'never under way');
    hold((await lost).status === 0, `answered all the same: ${told(await lost)}`);
    ground.line.heal();
    const meanwhile = await ask(second.url, call);
    hold(meanwhile.code === 'idempotency-in-flight', `meanwhile: ${told(meanwhile)}`);
    const freeMs = await until(60_000, async () => (await ask(second.url, call)).status === 200);
    hold(Number.isFinite(freeMs), 'never signed');
    const again = await ask(second.url, call);
    hold(again.answer?.headers['idempotency-replayed'] === 'true', `the repeat: ${told(again)}`);
    const made = await signaturesIn(audit);
    hold(made === 1, `${made} signatures on record`);
    return `free after ${(freeMs / 1000).toFixed(1)} s, 1 signature`;
  },
};

export const repeatFaults: readonly Fault[] = [together, dead];
