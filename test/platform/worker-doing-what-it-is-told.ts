// A worker for the tests of the pool; each job is an order in words.

import { setTimeout as wait } from 'node:timers/promises';
import { type JobContext, serveJobs } from '../../src/platform/worker-jobs.ts';

async function obey(order: string, { call, signal }: JobContext): Promise<unknown> {
  const [verb = '', ...rest] = order.split(' ');
  switch (verb) {
    case 'echo':
      return rest.join(' ');
    case 'ask':
      return call(rest.join(' '), 'you');
    case 'wait':
      return wait(60_000, null, { signal });
    case 'exit':
      return process.exit(3);
    case 'loop':
      for (;;);
    case 'hoard': {
      const kept = new Map<number, string[]>();
      const all: unknown[] = [];
      for (let i = 0; ; i += 1) {
        if (rest[0] === 'map') kept.set(i, []);
        else all.push(new Array(1000).fill(`${i}`));
      }
    }
    default:
      if (rest.length > 0) setTimeout(() => thrown(), 0);
      else thrown();
      return wait(60_000, null, { signal });
  }
}

function thrown(): never {
  throw Object.assign(new RangeError('out of range'), { code: 'too-far', values: { most: 3 } });
}

serveJobs((job, context) => obey(String(job), context));
