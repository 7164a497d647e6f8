// Work on a stream of items, several at once, whose results leave in the order of the items: nothing is taken in before there is
// room for it, and a result leaves as soon as all before it have left.

export interface WorkRoom<I> {
  /** Most items at work; asked before each is taken. */
  readonly most: () => number;
  /** No further item is taken while those at work together have this size. */
  readonly size: number;
  readonly sizeOf: (item: I) => number;
}

type Event<I, O> =
  | { readonly kind: 'result'; readonly result: O }
  | { readonly kind: 'item'; readonly item: IteratorResult<I> }
  | { readonly kind: 'broken'; readonly error: unknown };

/**
 * @param work - never rejects
 * @throws what the items throw, after the results of all that came before
 */
export async function* workInOrder<I, O>(
  items: AsyncIterable<I>,
  work: (item: I, index: number) => Promise<O>,
  room: WorkRoom<I>,
): AsyncGenerator<O, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const running: { readonly result: Promise<O>; readonly size: number }[] = [];
  let next: Promise<Event<I, O>> | null = null;
  let open = true;
  let broken: { readonly error: unknown } | null = null;
  let size = 0;
  let index = 0;
  try {
    for (;;) {
      if (open && next === null && running.length < room.most() && (size === 0 || size < room.size))
        next = nextItem(iterator);
      const [head] = running;
      if (head === undefined && next === null) break;
      const event: Event<I, O> = await Promise.race([
        ...(head === undefined ? [] : [asEvent<I, O>(head.result)]),
        ...(next === null ? [] : [next]),
      ]);
      if (event.kind === 'result') {
        running.shift();
        size -= head?.size ?? 0;
        yield event.result;
        continue;
      }
      next = null;
      if (event.kind === 'broken') broken = event;
      if (event.kind === 'broken' || event.item.done === true) {
        open = false;
        continue;
      }
      const item = event.item.value;
      running.push({ result: work(item, index), size: room.sizeOf(item) });
      size += running.at(-1)?.size ?? 0;
      index += 1;
    }
  } finally {
    // Whoever stops listening wants no more items either; one that is just being waited for is given up with its source.
    if (open) void iterator.return?.()?.catch(() => undefined);
  }
  if (broken !== null) throw broken.error;
}

function nextItem<I, O>(iterator: AsyncIterator<I>): Promise<Event<I, O>> {
  return iterator.next().then(
    (item) => ({ kind: 'item', item }),
    (error: unknown) => ({ kind: 'broken', error }),
  );
}

function asEvent<I, O>(result: Promise<O>): Promise<Event<I, O>> {
  return result.then((value) => ({ kind: 'result', result: value }));
}
