import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { askOnce, type Oracle, type Question } from './oracle-cache.ts';

const question: Question = { path: '/a.pdf', sha256: 'aa' };

/** Answers with the path and counts what it was asked. */
function countingOracle(): { oracle: Oracle<string>; asked: string[] } {
  const asked: string[] = [];
  const ask = async (questions: readonly Question[]): Promise<ReadonlyMap<string, string>> => {
    asked.push(...questions.map(({ path }) => path));
    return new Map(questions.map(({ path }) => [path, `on ${path}`]));
  };
  return { oracle: { name: 'oracle', version: '1', options: [], ask }, asked };
}

t.test('what was answered once is not asked again, wherever the file lies', async (t) => {
  const folder = t.testdir({});
  const { oracle, asked } = countingOracle();
  t.same(await askOnce(oracle, [question], folder), new Map([['/a.pdf', 'on /a.pdf']]));
  t.same(
    await askOnce(oracle, [{ ...question, path: '/b.pdf' }], folder),
    new Map([['/b.pdf', 'on /a.pdf']]),
  );
  t.same(asked, ['/a.pdf']);
});

t.test('other bytes, another password, version or way of asking are asked anew', async (t) => {
  const folder = t.testdir({});
  const { oracle, asked } = countingOracle();
  await askOnce(oracle, [question], folder);
  await askOnce(oracle, [{ ...question, sha256: 'bb' }], folder);
  await askOnce(oracle, [{ ...question, password: 'p' }], folder);
  await askOnce({ ...oracle, version: '2' }, [question], folder);
  await askOnce({ ...oracle, options: ['strict'] }, [question], folder);
  t.equal(asked.length, 5);
});

t.test('an answer that is missing is an error, and nothing is kept for it', async (t) => {
  const folder = t.testdir({});
  const { oracle } = countingOracle();
  const silent = { ...oracle, ask: async () => new Map<string, string>() };
  await t.rejects(askOnce(silent, [question], folder), { message: /no answer on \/a\.pdf/ });
  t.same(readdirSync(folder), []);
});

t.test('an answer that cannot be read is named, not guessed', async (t) => {
  const folder = t.testdir({});
  const { oracle } = countingOracle();
  await askOnce(oracle, [question], folder);
  const [kept = ''] = readdirSync(join(folder, 'oracle'));
  writeFileSync(join(folder, 'oracle', kept), '"half an ans');
  await t.rejects(askOnce(oracle, [question], folder), { message: /cannot be read; delete it/ });
});
