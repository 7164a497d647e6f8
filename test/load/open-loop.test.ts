// The client of the load: a service that stands still is seen by everybody who came meanwhile.

import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { arrive, quantiles, summarise } from './open-loop.ts';
import { line } from './soak.ts';

t.test(
  'callers come at their rate while nothing is answered, and each has waited since it was due',
  async (t) => {
    let standing = true;
    const open = { now: 0, most: 0 };
    const freed = wait(500).then(() => {
      standing = false;
    });
    const arrivals = await arrive({
      perSecond: 100,
      seconds: 1,
      send: async () => {
        open.now += 1;
        open.most = Math.max(open.most, open.now);
        if (standing) await freed;
        open.now -= 1;
        return 200;
      },
    });
    const { sent, ok, p50, most } = summarise(arrivals);
    t.same([sent, ok], [100, 100]);
    t.ok(open.most >= 40, `${open.most} at once`);
    t.ok(most >= 400, 'the first has waited for all of it');
    t.ok(p50 < 400 && most > p50, 'and who came after it was answered at once');
  },
);

t.test('what was not answered is counted by its reason and has no latency', async (t) => {
  const outcomes = [200, 503, 'ECONNRESET', 503];
  const arrivals = await arrive({
    perSecond: 1000,
    seconds: 0.004,
    send: async (number) => {
      const outcome = outcomes[number];
      if (typeof outcome === 'number') return outcome;
      throw Object.assign(new Error('reset'), { code: outcome });
    },
  });
  const { ok, others } = summarise(arrivals);
  t.equal(ok, 1);
  t.same(others, { 503: 2, ECONNRESET: 1 });
});

t.test('a quantile is a value that was measured; a line is the nearest one', (t) => {
  const at = quantiles([5, 1, 4, 2, 3]);
  t.same([at(0.5), at(0.99), at(1)], [3, 5, 5]);
  t.same(
    line([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    { slope: 2, r2: 1 },
  );
  t.ok(
    line([
      [0, 0],
      [1, 5],
      [2, 1],
      [3, 6],
    ]).r2 < 0.7,
  );
  t.end();
});
