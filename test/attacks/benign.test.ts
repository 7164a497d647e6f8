// What must stay good: at most one of a hundred files that honest tools made may raise an alarm.

import t from 'tap';
import { now } from '../sign/development-signer.ts';
import { attackedFile } from './attacked-file.ts';
import { sign, verifyBytes } from './carrier.ts';
import { carriers } from './carriers.ts';
import { benignMutators } from './mutators/benign.ts';

const made = await carriers();

/** Alarms that were looked into, by mutator and carrier: why each is right. */
const EXPLAINED: ReadonlyMap<string, string> = new Map();

let performed = 0;
const alarms: string[] = [];
for (const mutator of benignMutators) {
  t.test(mutator.name, async (t) => {
    let here = 0;
    for (const carrier of made) {
      const bytes = mutator.apply(attackedFile(carrier.bytes));
      if (bytes === null) continue;
      here += 1;
      const report = await verifyBytes(bytes, { now: carrier.at });
      if (report.ok) continue;
      const codes = report.signatures
        .flatMap(({ findings }) => findings)
        .filter(({ effect }) => effect !== 'info');
      alarms.push(
        `${mutator.name} on ${carrier.name}: ${[...new Set(codes.map(({ code }) => code))]} ${report.problem?.code ?? ''}`,
      );
    }
    performed += here;
    t.ok(here > 0, `performed on ${here} carriers`);
  });
}

t.test('a later signature', async (t) => {
  for (const { name, bytes, at } of made) {
    if (/permits nothing|everything locked/.test(name)) continue;
    performed += 1;
    const twice = await sign(bytes, { signer: 'pejabatEc', now: now + 3_600_000 });
    const report = await verifyBytes(twice, { now: Math.max(at, now + 3_600_000) });
    if (!report.ok) alarms.push(`a later signature on ${name}: ${report.verdict}`);
  }
  t.ok(performed > 0);
});

t.test('false alarms', (t) => {
  t.comment(`${alarms.length} alarms in ${performed} files`);
  t.ok(performed >= 100, `${performed} files`);
  t.same(
    alarms.filter((alarm) => !EXPLAINED.has(alarm)),
    [],
  );
  t.ok(alarms.length <= performed / 100);
  t.end();
});
