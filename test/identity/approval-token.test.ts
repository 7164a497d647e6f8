import t from 'tap';
import { type Approval, openApproval, sealApproval } from '../../src/identity/approval-token.ts';

const NEW = { id: '2026.11', key: new Uint8Array(32).fill(7) };
const OLD = { id: '2026.10', key: new Uint8Array(32).fill(8) };

const APPROVAL: Approval = {
  approver: 'sekda',
  signer: 'bupati',
  document: 'ab'.repeat(32),
  client: 'surat',
  expiresAt: 1_800_000_000_000,
};

t.test('an approval opens as it was sealed, under every key that is still known', (t) => {
  t.same(openApproval(sealApproval(APPROVAL, [NEW, OLD]), [NEW]), APPROVAL);
  t.same(openApproval(sealApproval(APPROVAL, [OLD]), [NEW, OLD]), APPROVAL);
  t.equal(openApproval(sealApproval(APPROVAL, [OLD]), [NEW]), null);
  t.equal(openApproval(sealApproval(APPROVAL, [{ ...NEW, key: OLD.key }]), [NEW, OLD]), null);
  t.end();
});

t.test('no single character of it can be changed', (t) => {
  const token = sealApproval(APPROVAL, [NEW]);
  const other = (character: string): string => (character === 'A' ? 'B' : 'A');
  const opened = [...token].filter((character, i) => {
    const changed = openApproval(token.slice(0, i) + other(character) + token.slice(i + 1), [NEW, OLD]);
    return changed !== null && JSON.stringify(changed) !== JSON.stringify(APPROVAL);
  });
  t.same(opened, []);
  for (const wrong of ['', '.', token.slice(0, -2), `${token}A`, 'x'.repeat(2000)])
    t.equal(openApproval(wrong, [NEW]), null);
  t.end();
});
