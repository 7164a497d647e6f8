import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ALGORITHM_POLICY } from '../../src/pki/algorithm-policy.ts';
import { loadAlgorithmTable } from '../../src/trust-services/algorithm-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-algorithms-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'algorithms.json');

function loaded(content: unknown) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadAlgorithmTable(file);
}

t.test('what the file says replaces the built-in rows, the others stay', async (t) => {
  const table = loaded({
    issued: '2030-01-01',
    digests: { sha256: '2035-01-01', sha512: null },
    rsaPkcs1: 'never',
    rsaPss: [
      { fromBits: 0, acceptance: 'never' },
      { fromBits: 4096, acceptance: null },
    ],
  });
  t.same(table, {
    ...ALGORITHM_POLICY,
    issued: Date.UTC(2030, 0, 1),
    digests: { ...ALGORITHM_POLICY.digests, sha256: Date.UTC(2035, 0, 1), sha512: null },
    rsaPkcs1: 'never',
    rsaPss: [
      { fromBits: 0, acceptance: 'never' },
      { fromBits: 4096, acceptance: null },
    ],
  });
});

t.test('a table that is not whole and understood is refused, and says where', async (t) => {
  const refusals = [
    ['{', 'algorithm-table-malformed', file],
    [{}, 'algorithm-table-malformed', '/issued'],
    [{ issued: '2030-01-01', digests: { sha999: null } }, 'algorithm-table-malformed', '/digests'],
    [{ issued: '2030-01-01', ecdsa: 'soon' }, 'algorithm-table-malformed', '/ecdsa'],
    [{ issued: '2030-01-01', minimumRsaBits: 512 }, 'algorithm-table-malformed', '/minimumRsaBits'],
    [
      {
        issued: '2030-01-01',
        rsaPss: [
          { fromBits: 3000, acceptance: null },
          { fromBits: 0, acceptance: 'never' },
        ],
      },
      'algorithm-table-malformed',
      '/rsaPss',
    ],
  ] as const;
  for (const [content, code, where] of refusals) {
    t.throws(() => loaded(content), { name: 'AlgorithmTableRefused', code, where });
  }
  t.throws(() => loadAlgorithmTable(join(folder, 'none.json')), { code: 'algorithm-table-missing' });
});
