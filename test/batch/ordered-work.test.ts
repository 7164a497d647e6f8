import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { type WorkRoom, workInOrder } from '../../src/batch/ordered-work.ts';

const room = (most: number, size = Number.POSITIVE_INFINITY): WorkRoom<number> => ({
  most: () => most,
  size,
  sizeOf: (item) => item,
});

async function* numbers(count: number, taken: (item: number) => void = () => undefined) {
  for (let i = 1; i <= count; i += 1) {
    taken(i);
    yield i;
  }
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

t.test('results leave in the order of the items, however long each takes', async (t) => {
  const work = async (item: number, index: number): Promise<number> => {
    await wait((item * 7) % 5);
    t.equal(index, item - 1);
    return item * 10;
  };
  const results = await all(workInOrder(numbers(20), work, room(6)));
  t.same(
    results,
    Array.from({ length: 20 }, (_, i) => (i + 1) * 10),
  );
});

t.test('no more is at work than there is room for, by number and by size', async (t) => {
  for (const [limit, most] of [
    [room(4), 4],
    [room(100, 30), 10],
  ] as const) {
    let running = 0;
    let peak = 0;
    const work = async (item: number): Promise<number> => {
      running += 1;
      peak = Math.max(peak, running);
      await wait(2);
      running -= 1;
      return item;
    };
    await all(workInOrder(numbers(40), work, limit));
    t.ok(peak > 1 && peak <= most, `${peak}`);
  }
});

t.test('what is larger than all the room is worked on alone', async (t) => {
  t.same(await all(workInOrder(numbers(3), async (item) => item, room(5, 1))), [1, 2, 3]);
});

t.test('a result leaves while the next item is still awaited', async (t) => {
  const release = Promise.withResolvers<void>();
  async function* slow() {
    yield 1;
    await release.promise;
    yield 2;
  }
  const results = workInOrder(slow(), async (item) => item, room(4));
  t.same(await results.next(), { value: 1, done: false });
  release.resolve();
  t.same(await all(results), [2]);
});

t.test('a reader that stops keeps the rest from being taken', async (t) => {
  let taken = 0;
  const items = numbers(1000, (item) => {
    taken = item;
  });
  for await (const result of workInOrder(items, async (item) => item, room(4))) if (result === 3) break;
  await wait(5);
  t.ok(taken <= 8, `${taken} taken`);
});

t.test('a slow reader holds the items back', async (t) => {
  let taken = 0;
  const items = numbers(1000, (item) => {
    taken = item;
  });
  const results = workInOrder(items, async (item) => item, room(4));
  await results.next();
  await wait(20);
  t.ok(taken <= 6, `${taken} taken`);
  await results.return();
});

t.test('items that break off fail the whole after the results before it', async (t) => {
  async function* broken() {
    yield* numbers(3);
    throw new RangeError('putus');
  }
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const result of workInOrder(broken(), async (item) => item, room(2))) seen.push(result);
  };
  await t.rejects(read(), { name: 'RangeError', message: 'putus' });
  t.same(seen, [1, 2, 3]);
});
