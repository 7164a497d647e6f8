// The chain as it is written: in groups, through failures, over files, and after other chains.

import { readdirSync } from 'node:fs';
import t from 'tap';
import { checkpointsIn } from '../../src/audit/checkpoint-store.ts';
import { openFileSink } from '../../src/audit/file-sink.ts';
import { inclusionPath, rootOfPath, treeRoot } from '../../src/audit/merkle.ts';
import { chainsIn, latestHeads, linesOf } from '../../src/audit/read-folder.ts';
import { readRecord } from '../../src/audit/record.ts';
import { type AuditSink, Lane } from '../../src/audit/sink.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { auditIn, KEYS, signatureFacts } from './audit-in-folder.ts';

const codes = (findings: readonly { readonly code: string }[]): readonly string[] =>
  findings.map(({ code }) => code);

t.test('the tree and its proofs are those of RFC 9162', (t) => {
  t.equal(
    Buffer.from(treeRoot([new Uint8Array()])).toString('hex'),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'a single empty leaf',
  );
  for (let size = 1; size <= 20; size += 1) {
    const leaves = Array.from({ length: size }, (_, i) => Uint8Array.of(i));
    const root = Buffer.from(treeRoot(leaves));
    for (const [i, leaf] of leaves.entries()) {
      const path = inclusionPath(i, leaves);
      t.ok(root.equals(rootOfPath(leaf, i, size, path) ?? new Uint8Array()), `${i} of ${size}`);
      const wrong = rootOfPath(Uint8Array.of(99), i, size, path) ?? new Uint8Array();
      t.notOk(root.equals(wrong), 'and of no other leaf');
    }
  }
  t.end();
});

t.test('records that come together are written together', async (t) => {
  const groups: number[] = [];
  const sink: AuditSink = {
    name: 'memory',
    write: async (lines) => {
      groups.push(lines.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
  const { audit } = await auditIn(t, { lanes: [new Lane(sink)] });
  const records = Array.from({ length: 500 }, (_, i) =>
    audit.append('sign.completed', signatureFacts(audit, i)),
  );
  await Promise.all(records.map(({ written }) => written));
  t.ok(groups.length <= 4, `${groups.length} writes for 500 records`);
});

t.test(
  'lines that a sink refused are written when it takes them again, and the chain is whole',
  async (t) => {
    const written: string[] = [];
    const changes: boolean[] = [];
    let full = false;
    const sink: AuditSink = {
      name: 'disk',
      write: async (lines) => {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        written.push(...lines);
      },
    };
    const lane = new Lane(sink, { onChange: (works) => changes.push(works), retryMs: 10 });
    const { audit, chainId } = await auditIn(t, { lanes: [lane], patienceMs: 200 });
    await audit.append('sign.completed', signatureFacts(audit, 1)).written;
    full = true;
    await t.rejects(audit.append('sign.completed', signatureFacts(audit, 2)).written, {
      code: 'audit-unavailable',
    });
    t.notOk(audit.works);
    full = false;
    await audit.append('sign.completed', signatureFacts(audit, 3)).written;
    await audit.close();
    t.same(changes, [false, true]);
    const lines = written.map((text, i) => ({
      file: 'memory',
      line: i + 1,
      text: text.trimEnd(),
      ended: true,
    }));
    t.same(codes(verifyChain(chainId, lines, KEYS).findings), []);
  },
);

t.test('one sink that works is enough', async (t) => {
  const broken: AuditSink = { name: 'rusak', write: () => Promise.reject(new Error('EPIPE')) };
  const lines: string[] = [];
  const memory: AuditSink = { name: 'memory', write: async (more) => void lines.push(...more) };
  const { audit } = await auditIn(t, { lanes: [new Lane(broken), new Lane(memory)] });
  await audit.append('sign.completed', signatureFacts(audit, 1)).written;
  t.equal(lines.length, 2);
  t.ok(audit.works);
});

t.test('a chain goes on in its next file, and is read as one', async (t) => {
  const folder = t.testdir();
  const sink = await openFileSink(folder, 'uji-panjang', { largestFile: 2_000 });
  const { audit } = await auditIn(t, { chainId: 'uji-panjang', lanes: [new Lane(sink)] }, folder);
  for (let i = 0; i < 20; i += 1) await audit.append('sign.completed', signatureFacts(audit, i)).written;
  await audit.close();
  const files = (await chainsIn(folder)).get('uji-panjang') ?? [];
  t.ok(files.length > 3);
  t.same(codes(verifyChain('uji-panjang', linesOf(files), KEYS).findings), []);
});

t.test('a chain says where those before it stood, so that none of them can be taken away', async (t) => {
  const folder = t.testdir();
  const first = await auditIn(t, {}, folder);
  await first.audit.append('sign.completed', signatureFacts(first.audit, 1)).written;
  await first.audit.close();
  const after = await latestHeads(folder);
  t.match(after, [{ chainId: first.chainId, seq: 3 }]);
  const second = await auditIn(t, {}, folder, after);
  await second.audit.close();
  const files = await chainsIn(folder);
  const read = (chainId: string) => verifyChain(chainId, linesOf(files.get(chainId) ?? []), KEYS);
  const [one, two] = [read(first.chainId), read(second.chainId)];
  const none = { checkpoints: [], receipts: [], verifySeal: null, verifyTimestamp: null };
  t.same(codes(await verifyAudit({ chains: [one, two], ...none })), []);
  t.same(codes(await verifyAudit({ chains: [two], ...none })), ['earlier-chain-missing']);
});

t.test('letters that are not ASCII stand escaped, so that a reader hashes what was hashed', async (t) => {
  const { audit, folder, chainId } = await auditIn(t);
  const issuer = 'CN=Balai Sertifikasi – Élite 電子, C=ID';
  await audit.append('sign.completed', { certificate: { sha256: 'ab', serial: '01', issuer } }).written;
  await audit.close();
  const lines = [...linesOf((await chainsIn(folder)).get(chainId) ?? [])];
  t.ok(lines.every(({ text }) => /^[\x20-\x7e]*$/.test(text)));
  t.equal(readRecord(lines[1]?.text ?? '')?.facts.certificate?.issuer, issuer);
});

t.test('checkpoints outlive their process, and a time-stamped one replaces its untimed form', async (t) => {
  const token = Buffer.from('cap waktu');
  const { audit, folder } = await auditIn(t, { stamp: async () => token });
  for (let i = 0; i < 60; i += 1) audit.append('sign.completed', signatureFacts(audit, i));
  await audit.close();
  const kept = await checkpointsIn(folder);
  t.equal(kept.length, 3);
  t.ok(kept.every(({ timestamp }) => timestamp === token.toString('base64')));
  const later = await auditIn(t, {}, folder);
  t.same(later.audit.published(), kept, 'the next process publishes them');
  await later.audit.close();
  t.ok(readdirSync(folder).length >= 3);
});
