// Every mutator on every carrier: none is accepted, none is called unsigned, none rests on who the issuer is, and each is caught
// by a rule that it names.

import t from 'tap';
import type { VerificationReport } from '../../src/index.ts';
import { attackedFile } from './attacked-file.ts';
import { verifyBytes } from './carrier.ts';
import { type Carrier, carriers } from './carriers.ts';
import { byteRangeMutators } from './mutators/byte-range.ts';
import { documentMutators, formMutators } from './mutators/document.ts';
import { fileMutators } from './mutators/file-structure.ts';
import type { Mutator } from './mutators/mutator.ts';
import { bitMutators } from './mutators/signed-bytes.ts';

const mutators = [
  ...byteRangeMutators,
  ...fileMutators,
  ...documentMutators,
  ...formMutators,
  ...bitMutators,
];
const made = await carriers();

function codesOf(report: VerificationReport): readonly string[] {
  const codes = report.signatures.flatMap(({ findings }) =>
    findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code),
  );
  return [...new Set(report.problem === null ? codes : [report.problem.code, ...codes])];
}

t.test('every carrier is accepted before anything is done to it', async (t) => {
  t.ok(made.length >= 25, `${made.length} carriers`);
  t.ok(mutators.length >= 20, `${mutators.length} mutators`);
  t.equal(new Set(mutators.map(({ name }) => name)).size, mutators.length);
  for (const { name, bytes, at } of made) {
    const report = await verifyBytes(bytes, { now: at });
    t.ok(report.ok, `${name}: ${report.verdict} ${codesOf(report)}`);
  }
});

/** Null where the mutator was caught by a rule that it names; else what is wrong. */
async function escapeOf(mutator: Mutator, carrier: Carrier): Promise<string | null | undefined> {
  const bytes = mutator.apply(attackedFile(carrier.bytes));
  if (bytes === null) return undefined;
  const report = await verifyBytes(bytes, { now: carrier.at });
  const codes = codesOf(report);
  if (report.ok) return `accepted: ${report.verdict}`;
  if (report.class === 'unsure' || report.verdict === 'NO_SIGNATURE') return `${report.verdict} ${codes}`;
  const stray = codes.filter((code) => !mutator.findings.includes(code));
  if (stray.length > 0) return `also ${stray}`;
  return codes.length > 0 ? null : `${report.verdict} without a finding`;
}

let performed = 0;
for (const mutator of mutators) {
  t.test(mutator.name, async (t) => {
    const escapes: string[] = [];
    let here = 0;
    for (const carrier of made) {
      const result = await escapeOf(mutator, carrier);
      if (result === undefined) continue;
      here += 1;
      if (result !== null) escapes.push(`${carrier.name}: ${result}`);
    }
    performed += here;
    t.ok(here > 0, `performed on ${here} carriers`);
    t.same(escapes, []);
  });
}

t.test('count', (t) => {
  t.comment(`${mutators.length} mutators, ${made.length} carriers, ${performed} spoiled files`);
  t.ok(performed >= 500, `${performed} files`);
  t.end();
});
