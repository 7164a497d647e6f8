// `npm run chaos`: everything around the service fails, one thing after the other, and what must hold then is looked at.
// `npm run chaos -- redis` makes the faults whose name has that word; `--rounds 20` repeats what happens by chance so often.

import { parseArgs } from 'node:util';
import { say, sayTable } from '../bench/table.ts';
import { NotHeld } from './fault.ts';
import { FAULTS } from './faults.ts';
import { makeChaosGround } from './ground.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '20' } },
});
const wanted = FAULTS.filter(
  ({ name }) =>
    positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word.toLowerCase())),
);
const rows: string[][] = [];
const ground = await makeChaosGround();
try {
  for (const fault of wanted) {
    const beganMs = performance.now();
    const { held, seen } = await tryFault(fault);
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
    process.stderr.write(`${held}: ${fault.name} (${seconds} s)${held === 'yes' ? '' : `: ${seen}`}\n`);
    rows.push([fault.name, fault.passes, held, seen, seconds]);
  }
} finally {
  await ground.close();
}
sayTable(['fault', 'what must hold', 'held', 'seen', 's'], rows);
const failed = rows.filter(([, , held]) => held === 'NO').length;
say(`${rows.length - failed} of ${rows.length} held`);
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1;

async function tryFault({ skip, happen }: (typeof FAULTS)[number]): Promise<{ held: string; seen: string }> {
  if (typeof skip === 'string') return { held: 'not tried', seen: skip };
  try {
    return { held: 'yes', seen: await happen(ground, Number(values.rounds)) };
  } catch (error) {
    return { held: 'NO', seen: error instanceof NotHeld ? error.message : String((error as Error).stack) };
  } finally {
    await ground.settle();
  }
}
