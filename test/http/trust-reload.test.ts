// A hundred exchanges of the trust list under load: every answer rests on one list, and names that one.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import type { VerifyAnswer } from '../../src/report/json.ts';
import { requestVerdict, signedLetter, startRealService } from './real-service.ts';

const SWAPS = 100;

t.test('each answer names one consistent list while lists are exchanged', { timeout: 240_000 }, async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const folder = service.environment.TEKEN_TRUST_DIR ?? '';
  const file = join(folder, 'anchors.json');
  const trusting = readFileSync(file, 'utf8');
  const testing = trusting.replaceAll('"active"', '"test"');
  t.not(testing, trusting);
  const put = async (text: string): Promise<string> => {
    writeFileSync(`${file}.baru`, text);
    renameSync(`${file}.baru`, file);
    if (!(await service.server.reload())) throw new Error('refused');
    return text;
  };
  const letter = await signedLetter(service);
  const first = await ask();
  await put(testing);
  const second = await ask();
  await put(trusting);
  t.match([first.verdict, second.verdict], ['VALID', 'TEST_CERTIFICATE']);
  const verdictOf = new Map([
    [first.trustList.sha256, first.verdict],
    [second.trustList.sha256, second.verdict],
  ]);

  async function ask(): Promise<VerifyAnswer> {
    const response = await requestVerdict(service, letter);
    if (response.status !== 200) throw new Error(await response.text());
    return (await response.json()) as VerifyAnswer;
  }

  let swaps = 0;
  const seen = new Map<string, number>();
  const asking = Array.from({ length: 4 }, async () => {
    while (swaps < SWAPS) {
      const { trustList, verdict } = await ask();
      if (verdictOf.get(trustList.sha256) !== verdict) t.fail(`${verdict} by ${trustList.sha256}`);
      seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    }
  });
  while (swaps < SWAPS) {
    await put(swaps % 2 === 0 ? testing : trusting);
    swaps += 1;
    // Odd pauses, so that exchanges fall into every part of a request.
    await new Promise((resolve) => setTimeout(resolve, (swaps * 7) % 23));
  }
  await Promise.all(asking);
  t.equal(swaps, SWAPS);
  t.equal(seen.size, 2, 'both lists were in force during requests');
  t.ok([...seen.values()].reduce((sum, count) => sum + count) >= 50, JSON.stringify([...seen]));
  const listed = await (await fetch(`${service.url}/v1/trust-list`)).json();
  t.equal((listed as { sha256: string }).sha256, first.trustList.sha256, 'the last exchange');

  const auditFolder = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);
  const [parts = []] = [...(await chainsIn(auditFolder)).values()];
  const exchanges = [...linesOf(parts)].filter(({ text }) => text.includes('"trust.reloaded"'));
  t.ok(exchanges.length >= 2, 'exchanges are on record');
  t.match(exchanges.at(-1)?.text, first.trustList.sha256, 'the last one is the list in force');

  writeFileSync(file, 'rusak');
  t.equal(await service.server.reload(), false);
  t.equal((await ask()).verdict, 'VALID', 'a broken folder keeps the list before it');
  t.match(service.logged(), 'trust list refused, the one before stays');
});
