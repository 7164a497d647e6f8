// Every fault of `npm run chaos`, with few rounds of what happens by chance.

import t from 'tap';
import { FAULTS } from './faults.ts';
import { makeChaosGround } from './ground.ts';

// A process that is killed at once has answered nobody yet: one round alone shows nothing.
const ROUNDS = 3;

const ground = await makeChaosGround();
t.teardown(() => ground.close());

for (const { name, passes, skip, happen } of FAULTS)
  t.test(`${name}: ${passes}`, { skip: skip ?? false, timeout: 240_000 }, async (t) => {
    t.teardown(() => ground.settle());
    t.comment(await happen(ground, ROUNDS));
    t.pass(passes);
  });
