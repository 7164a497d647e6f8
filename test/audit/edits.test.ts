// Whoever may write into the files of an audit but has neither its key nor its seal is found, whatever is done to them.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkpointsIn } from '../../src/audit/checkpoint-store.ts';
import { chainFile } from '../../src/audit/file-sink.ts';
import { macKeyOf } from '../../src/audit/keys.ts';
import { linesOf } from '../../src/audit/read-folder.ts';
import { type ReadRecord, readRecord, writeRecord } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { auditIn, KEYS, OTHER_KEYS, signatureFacts, verifySeal } from './audit-in-folder.ts';

const RECORDS = 90;
const EDITS = 1_000;

const { audit, folder, chainId } = await auditIn(t);
const receipts: string[] = [];
for (let i = 0; i < RECORDS; i += 1) {
  const facts = signatureFacts(audit, i);
  const record = audit.append(i % 5 === 4 ? 'sign.refused' : 'sign.completed', facts);
  const sha256 = facts.document.outputSha256;
  if (i % 5 !== 4) receipts.push((await audit.receipt(record, { ...facts, sha256 })) ?? '');
  if (i % 10 === 0) await record.written;
}
await audit.close();
const original = readFileSync(join(folder, chainFile(chainId, 1)));
const checkpoints = await checkpointsIn(folder);
const scratch = join(folder, 'diubah.jsonl');

async function findings(
  bytes: Uint8Array,
  { keys = KEYS, kept = checkpoints, brought = [] as readonly string[] } = {},
) {
  writeFileSync(scratch, bytes);
  const chain = verifyChain(chainId, linesOf([scratch]), keys.length === 0 ? null : keys);
  return verifyAudit({
    chains: [chain],
    checkpoints: kept,
    receipts: brought,
    verifySeal,
    verifyTimestamp: null,
  });
}

const faults = async (...given: Parameters<typeof findings>): Promise<readonly string[]> =>
  (await findings(...given)).filter(({ grade }) => grade === 'fault').map(({ code }) => code);

/** Numbers that look like chance and are the same in every run (Park–Miller). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const text = original.toString('latin1');
const lines = text.split('\n').slice(0, -1);
const joined = (parts: readonly string[]): Buffer => Buffer.from(`${parts.join('\n')}\n`, 'latin1');

/** All records from `from` on as somebody would write them who has the program but not the key. */
function rewritten(from: number, change: (record: ReadRecord) => ReadRecord | null): Buffer {
  const key = macKeyOf(chainId, OTHER_KEYS[0] ?? { id: '', key: new Uint8Array(32) });
  const kept = lines.slice(0, from);
  let prev = readRecord(kept.at(-1) ?? '')?.hash ?? '0'.repeat(64);
  let seq = from;
  for (const [i, line] of lines.slice(from).entries()) {
    const record = readRecord(line);
    const changed = record === null || i > 0 ? record : change(record);
    if (changed === null) continue;
    seq += 1;
    const place = { chainId, seq, prev, ts: changed.ts };
    const written = writeRecord(place, changed.event as 'sign.completed', changed.facts, key);
    kept.push(written.line.trimEnd());
    prev = written.hash;
  }
  return joined(kept);
}

type Edit = (below: (below: number) => number) => Buffer;

const EDITS_BY_NAME: Readonly<Record<string, Edit>> = {
  'a bit is turned': (below) => {
    const bytes = Buffer.from(original);
    const at = below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    return bytes;
  },
  'octets are taken out': (below) => {
    const at = below(original.length - 10);
    return Buffer.concat([original.subarray(0, at), original.subarray(at + 1 + below(9))]);
  },
  'octets are put in': (below) => {
    const at = below(original.length);
    const more = Buffer.from(Array.from({ length: 1 + below(9) }, () => 0x20 + below(0x5f)));
    return Buffer.concat([original.subarray(0, at), more, original.subarray(at)]);
  },
  'a record is taken out': (below) => joined(lines.toSpliced(below(lines.length), 1)),
  'several records are taken out': (below) => {
    const at = below(lines.length - 5);
    return joined(lines.toSpliced(at, 2 + below(4)));
  },
  'two records are swapped': (below) => {
    const [a, b] = [below(lines.length - 1), below(lines.length - 1)];
    const other = a === b ? a + 1 : b;
    return joined(lines.with(a, lines[other] ?? '').with(other, lines[a] ?? ''));
  },
  'a record is written twice': (below) => {
    const at = below(lines.length);
    return joined(lines.toSpliced(at, 0, lines[at] ?? ''));
  },
  'a made-up record is put in': (below) => {
    const at = 1 + below(lines.length - 1);
    const before = readRecord(lines[at - 1] ?? '');
    const place = { chainId, seq: at + 1, prev: before?.hash ?? '', ts: before?.ts ?? '' };
    const key = macKeyOf(chainId, OTHER_KEYS[0] ?? { id: '', key: new Uint8Array(32) });
    return joined(lines.toSpliced(at, 0, writeRecord(place, 'sign.refused', {}, key).line.trimEnd()));
  },
  'the end is cut off between records': (below) => joined(lines.slice(0, 1 + below(lines.length - 1))),
  'the end is cut off anywhere': (below) => original.subarray(0, 1 + below(original.length - 1)),
  'a record is changed and the rest hashed anew': (below) =>
    rewritten(below(lines.length), (record) => ({
      ...record,
      facts: { ...record.facts, requestId: 'palsu' },
    })),
  'a record is taken out and the rest hashed anew': (below) => rewritten(below(lines.length), () => null),
};

t.test('what nobody touched is whole', async (t) => {
  t.equal(
    lines.length,
    RECORDS + Math.floor(RECORDS / 25) + 2,
    'every record, what checkpoints say, and shutdown',
  );
  t.same(
    (await findings(original, { brought: receipts })).map(({ code }) => code),
    checkpoints.map(() => 'checkpoint-not-timestamped'),
  );
});

t.test(`${EDITS} random edits are ${EDITS} findings`, async (t) => {
  const below = chance(20_261_122);
  const names = Object.keys(EDITS_BY_NAME);
  const missed: string[] = [];
  let done = 0;
  for (let i = 0; done < EDITS; i += 1) {
    const name = names[i % names.length] ?? '';
    const edited = EDITS_BY_NAME[name]?.(below) ?? original;
    // An edit that changes nothing is none.
    if (edited.equals(original)) continue;
    done += 1;
    if ((await faults(edited)).length === 0) missed.push(`${name} (${i})`);
  }
  t.equal(done, EDITS);
  t.same(missed, []);
});

t.test('each kind of edit is found by what it leaves behind', async (t) => {
  const at = (line: number): string => lines[line] ?? '';
  const changed = at(4).replace('permintaan-3', 'permintaan-9');
  t.match(await findings(joined(lines.with(4, changed)), { kept: [] }), [
    { code: 'record-changed', line: 5, seq: [5, 5], file: scratch },
  ]);
  t.match(await findings(joined(lines.toSpliced(4, 3)), { kept: [] }), [
    { code: 'records-missing', line: 5, seq: [5, 7] },
  ]);
  t.match(await faults(joined(lines.with(4, at(5)).with(5, at(4))), { kept: [] }), [
    'records-missing',
    'out-of-order',
  ]);
});

t.test('who hashes the rest anew is found by the key alone, and by checkpoints alone', async (t) => {
  const forged = rewritten(10, (record) => ({ ...record, facts: { requestId: 'palsu' } }));
  const codes = await faults(forged, { kept: [] });
  t.ok(codes.every((code) => code === 'mac-wrong') && codes.length > 80);
  t.ok((await faults(forged, { keys: [] })).includes('checkpoint-differs'));
});

t.test('an end that is cut off between records is found by checkpoints, and by a receipt', async (t) => {
  const cut = joined(lines.slice(0, 40));
  t.same(await faults(cut, { kept: [] }), [], 'the file alone only says that it is not closed');
  t.match(await findings(cut, { kept: [] }), [{ code: 'chain-open', grade: 'note' }]);
  t.ok((await faults(cut)).every((code) => code === 'checkpoint-records-missing'));
  const last = receipts.at(-1) ?? '';
  t.same(await faults(cut, { kept: [], brought: [last] }), ['receipt-record-missing']);
});

t.test('a checkpoint that was changed is found, also when its tree was made to fit', async (t) => {
  const [first, ...others] = checkpoints;
  const leaves = first?.leaves.with(3, createHash('sha256').update('palsu').digest('hex')) ?? [];
  const forged = { statement: '', jws: null, timestamp: null, ...first, leaves };
  t.ok((await faults(original, { kept: [forged, ...others] })).includes('checkpoint-broken'));
  const unsigned = { statement: '', timestamp: null, leaves: [], ...first, jws: null };
  t.same(await faults(original, { kept: [unsigned, ...others] }), ['checkpoint-unsigned']);
});
