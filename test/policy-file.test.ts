// Policies of an office's own.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadPolicyFile } from '../src/policy-file.ts';
import { DEFAULT_POLICY, ETSI_POLICY } from '../src/verify/policy.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-policy-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'policy.json');
const NAMED = { id: 'luwu-timur-1', url: 'https://contoh.go.id/aturan' };

function loaded(content: unknown) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadPolicyFile(file);
}

t.test('what the file does not say is as in its base', async (t) => {
  t.same(loaded(NAMED), { ...DEFAULT_POLICY, ...NAMED });
  t.same(loaded({ ...NAMED, base: 'etsi' }), { ...ETSI_POLICY, ...NAMED });
});

t.test('what it says replaces the base, algorithms row by row', async (t) => {
  const policy = loaded({
    ...NAMED,
    revocation: 'prefer',
    pastValidation: 'sliding',
    addedAnnotations: 'note',
    algorithms: { issued: '2030-01-01', digests: { sha256: 'never' } },
  });
  const { algorithms } = DEFAULT_POLICY;
  t.same(policy, {
    ...DEFAULT_POLICY,
    ...NAMED,
    revocation: 'prefer',
    pastValidation: 'sliding',
    addedAnnotations: 'note',
    algorithms: {
      ...algorithms,
      issued: Date.UTC(2030, 0, 1),
      digests: { ...algorithms.digests, sha256: 'never' },
    },
  });
});

t.test('a policy that is not whole and understood is refused, and says where', async (t) => {
  const refusals = [
    { content: '{', code: 'policy-malformed', where: file },
    { content: { url: NAMED.url }, code: 'policy-malformed', where: '/id' },
    { content: { ...NAMED, id: 'teken-default-1' }, code: 'policy-malformed', where: '/id' },
    { content: { ...NAMED, url: 'javascript:alert(1)' }, code: 'policy-malformed', where: '/url' },
    { content: { ...NAMED, revocation: 'sometimes' }, code: 'policy-malformed', where: '/revocation' },
    { content: { ...NAMED, trusted: true }, code: 'policy-malformed', where: '/' },
    {
      content: { ...NAMED, algorithms: { digests: {} } },
      code: 'policy-malformed',
      where: '/algorithms/issued',
    },
  ];
  for (const { content, code, where } of refusals)
    t.throws(() => loaded(content), { name: 'PolicyRefused', code, where }, JSON.stringify(content));
  t.throws(() => loadPolicyFile(join(folder, 'none.json')), { code: 'policy-missing' });
});
