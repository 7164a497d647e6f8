// Files that appear complete or not at all.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { beginFile } from '../../src/cli/atomic-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

t.test('nothing stands at the place before the commit, everything after it', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'out.pdf');
  const file = beginFile(path, 'keep');
  file.write(bytes('satu '));
  file.write(bytes('dua'));
  t.notOk(readdirSync(folder).includes('out.pdf'));
  t.equal(readFileSync(file.part, 'utf8'), 'satu dua', 'it can be read back while it waits');
  file.commit();
  file.discard();
  t.equal(readFileSync(path, 'utf8'), 'satu dua');
  t.strictSame(readdirSync(folder), ['out.pdf']);
});

t.test('what is discarded leaves nothing behind', async (t) => {
  const folder = t.testdir();
  const file = beginFile(join(folder, 'out.pdf'), 'replace');
  file.write(bytes('setengah'));
  file.discard();
  t.strictSame(readdirSync(folder), []);
});

t.test('a file that came there in the meantime is kept', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'out.pdf');
  const file = beginFile(path, 'keep');
  file.write(bytes('baru'));
  writeFileSync(path, 'lama');
  t.throws(() => file.commit(), { code: 'output-exists' });
  file.discard();
  t.equal(readFileSync(path, 'utf8'), 'lama');
  t.strictSame(readdirSync(folder), ['out.pdf']);
});

t.test('a file that is to be replaced is whole at every moment', async (t) => {
  const path = join(t.testdir({ 'out.pdf': 'lama' }), 'out.pdf');
  const file = beginFile(path, 'replace');
  file.write(bytes('baru'));
  t.equal(readFileSync(path, 'utf8'), 'lama');
  file.commit();
  t.equal(readFileSync(path, 'utf8'), 'baru');
});

t.test('a place that cannot be written names the file and the reason', async (t) => {
  const missing = join(t.testdir(), 'tidak-ada', 'out.pdf');
  t.throws(() => beginFile(missing, 'keep'), {
    code: 'output-unwritable',
    values: { file: missing, reason: 'ENOENT' },
  });
  const folder = t.testdir({ taken: {} });
  const file = beginFile(join(folder, 'taken'), 'replace');
  t.throws(() => file.commit(), { code: 'output-unwritable' });
  file.discard();
  t.strictSame(readdirSync(folder), ['taken']);
});
