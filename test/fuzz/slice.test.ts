// Five minutes of fuzzing with a seed that no run had before, and the proof that the harness would see what it looks for.

import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bytesSource, verifyDocument } from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { ensureMaterial, readMaterial } from './material.ts';
import { caseOf, TARGETS } from './one-case.ts';
import { checkPdf, checkStructure, policy } from './properties.ts';
import { fuzz, summary } from './run.ts';

const SECONDS = { pdf: 240, structures: 60 };

// In CI what breaks is kept where its name was printed; the folder is removed only when nothing broke.
const folder = mkdtempSync(join(tmpdir(), 'teken-fuzz-'));
await ensureMaterial(folder);
const material = readMaterial(folder);

t.test('a case is the same again for its seed and index, and another one for the next', (t) => {
  for (const target of TARGETS) {
    const bytes = (seed: number, index: number) =>
      Buffer.from(caseOf(material, target, seed, index).bytes).toString('hex');
    t.equal(bytes(1, 7), bytes(1, 7));
    t.not(bytes(1, 7), bytes(1, 8));
    t.not(bytes(1, 7), bytes(2, 7));
  }
  t.end();
});

t.test('praise for bytes that the carrier did not sign is seen', async (t) => {
  const [carrier, other] = material.pdfs;
  if (carrier === undefined || other === undefined) throw new Error('no carriers');
  const { trustList } = material;
  t.equal(await checkPdf(carrier.bytes, carrier, trustList), null);
  t.match(await checkPdf(other.bytes, carrier, trustList), { defect: 'accepted' });
});

t.test('what is thrown and is no refusal is seen', async (t) => {
  const thrown = new Proxy(new Uint8Array(9), {
    get: () => {
      throw new Error('planted');
    },
  });
  t.match(await checkStructure({ kind: 'crl', bytes: thrown }), { defect: 'crash' });
  t.equal(await checkStructure({ kind: 'crl', bytes: new Uint8Array(9) }), null);
});

t.test('carriers of our own are accepted as they are', async (t) => {
  const ours = material.pdfs.filter(({ name }) => !name.endsWith('.pdf'));
  t.ok(ours.length >= 20, `${ours.length} carriers`);
  for (const { name, bytes, at } of ours) t.ok((await verdictOf(bytes, at)).ok, name);
});

for (const target of TARGETS)
  t.test(`${SECONDS[target]} seconds of ${target}`, async (t) => {
    const seed = Math.floor(Date.now() / 1000);
    const run = { seed, from: 0, inputs: Number.POSITIVE_INFINITY, folder };
    const seconds = SECONDS[target];
    const processes = availableParallelism();
    const [outcome] = await fuzz({ ...run, targets: [target], seconds, processes });
    if (outcome === undefined) throw new Error('no outcome');
    t.comment(`seed ${seed}, ${summary(outcome)}`);
    t.ok(outcome.inputs > 0);
    t.same(outcome.found, []);
    if (outcome.found.length > 0) t.comment(`cases in ${folder}`);
  });

t.teardown(() => {
  if (t.passing()) rmSync(folder, { recursive: true });
});

function verdictOf(bytes: Uint8Array, now: number) {
  const { trustList } = material;
  const signal = new AbortController().signal;
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList,
    policy,
    revocation: null,
    now,
    signal,
  });
}
