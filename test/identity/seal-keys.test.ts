import t from 'tap';
import { InvalidRegistry } from '../../src/identity/registry-file.ts';
import { parseSealKeys } from '../../src/identity/seal-keys.ts';

const key = Buffer.alloc(32, 7).toString('base64');

t.test('the keys come in the order of the file', (t) => {
  const text = JSON.stringify({
    keys: [
      { id: '2026-12', key },
      { id: '2026-11', key },
    ],
  });
  t.same(
    parseSealKeys(text).map(({ id, key: bytes }) => [id, bytes.length]),
    [
      ['2026-12', 32],
      ['2026-11', 32],
    ],
  );
  t.end();
});

t.test('a file that is not as it must be is refused without repeating a key', (t) => {
  const short = Buffer.alloc(31, 7).toString('base64');
  for (const keys of [
    [],
    [{ id: 'a', key: short }],
    [{ id: 'a', key: 'x' }],
    [{ id: 'a b', key }],
    [
      { id: 'a', key },
      { id: 'a', key },
    ],
  ]) {
    try {
      parseSealKeys(JSON.stringify({ keys }));
      t.fail(`accepted ${JSON.stringify(keys.map(({ id }) => id))}`);
    } catch (error) {
      t.ok(error instanceof InvalidRegistry);
      t.notOk(String(error).includes(short) || String(error).includes(key));
    }
  }
  t.end();
});
