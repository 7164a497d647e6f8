// Files made to exhaust a reader, among ordinary requests over real HTTP: each costs its own request and no other.

import t from 'tap';
import { BOMBS } from '../attacks/bombs.ts';
import { requestVerdict, signedLetter, startRealService } from './real-service.ts';

const GOOD = 60;
const POISON = 20;
const AT_ONCE = 6;

const service = await startRealService();
t.teardown(() => service.close());

interface Answer {
  readonly poison: string | null;
  readonly status: number;
  readonly ok: boolean;
  readonly verdict: string;
}

t.test(
  'twenty poisoned files among sixty good ones: all sixty are right, and the service lives',
  async (t) => {
    const letter = await signedLetter(service, { level: 'B-B' });
    const bombs = await Promise.all(
      BOMBS.filter(({ answer }) => answer.startsWith('limits-exceeded'))
        .slice(0, 10)
        .map(async ({ name, bytes }) => ({ name, bytes: await bytes() })),
    );
    const requests = Array.from({ length: GOOD + POISON }, (_, i) =>
      i % 4 === 3 ? (bombs[((i - 3) / 4) % bombs.length] ?? null) : null,
    );
    t.equal(requests.filter((poison) => poison !== null).length, POISON);

    const answers: Answer[] = [];
    const waiting = requests.values();
    const client = async (): Promise<void> => {
      for (const poison of waiting) {
        const response = await requestVerdict(service, poison?.bytes ?? letter);
        const { ok, verdict } = (await response.json()) as { ok: boolean; verdict: string };
        answers.push({ poison: poison?.name ?? null, status: response.status, ok, verdict });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));

    const good = answers.filter(({ poison }) => poison === null);
    t.equal(good.length, GOOD);
    const first = good[0]?.verdict;
    t.same(
      good.filter(({ ok, status, verdict }) => !ok || status !== 200 || verdict !== first),
      [],
    );
    const poisoned = answers.filter(({ poison }) => poison !== null);
    t.equal(poisoned.length, POISON);
    t.same(
      poisoned.filter(({ ok, verdict }) => ok || verdict !== 'UNREADABLE'),
      [],
    );
    t.equal((await fetch(`${service.url}/readyz`)).status, 200);
  },
);
