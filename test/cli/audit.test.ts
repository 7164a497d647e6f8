// `teken audit`: whether a record is whole, and whether a signature is on it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { chainFile } from '../../src/audit/file-sink.ts';
import { auditIn, KEYS, signatureFacts } from '../audit/audit-in-folder.ts';
import { pem } from '../pki/authority.ts';
import { developmentTimestamps, pki } from '../sign/development-signer.ts';
import { runTeken } from './development-place.ts';

const place = t.testdir({ audit: {} });
const at = (name: string): string => join(place, name);
const { audit, folder, chainId } = await auditIn(t, {}, at('audit'));
const facts = signatureFacts(audit, 1);
const record = audit.append('sign.completed', facts);
const receipt = (await audit.receipt(record, { ...facts, sha256: facts.document.outputSha256 })) ?? '';
await audit.close();

const checkpoints = join(folder, `${chainId}.checkpoints.jsonl`);
writeFileSync(
  at('kunci.json'),
  JSON.stringify({ keys: KEYS.map(({ id, key }) => ({ id, key: Buffer.from(key).toString('base64') })) }),
);
writeFileSync(at('segel.pem'), pem('CERTIFICATE', pki.service.certificate));
writeFileSync(at('segel-lain.pem'), pem('CERTIFICATE', pki.signers.pejabatEc.certificate));
writeFileSync(at('tanda-terima.jws'), `${receipt}\n`);
writeFileSync(at('surat.pdf'), 'surat lain');

const teken = (...line: readonly string[]) => runTeken(['audit', ...line, '--lang', 'en']);
const verify = (...line: readonly string[]) =>
  teken('verify', '--keys', at('kunci.json'), '--seal', at('segel.pem'), ...line);

t.test('a record that nobody touched is whole', async (t) => {
  const { exit, out } = await verify(folder);
  t.equal(exit, 0);
  t.match(out, /WHOLE: 3 records in 1 chains; nothing was changed\./);
  const { out: json } = await verify(folder, '-f', 'json');
  t.match(JSON.parse(json), { chains: 1, records: 3, findings: [{ code: 'checkpoint-not-timestamped' }] });
});

t.test('a changed one is not, and the line is named', async (t) => {
  const tampered = t.testdir();
  for (const name of readdirSync(folder))
    writeFileSync(join(tampered, name), readFileSync(join(folder, name)));
  const file = join(tampered, chainFile(chainId, 1));
  writeFileSync(file, readFileSync(file, 'utf8').replace('permintaan-1', 'permintaan-2'));
  const { exit, out } = await runTeken([
    'audit',
    'verify',
    tampered,
    '--keys',
    at('kunci.json'),
    '--lang',
    'id',
  ]);
  t.equal(exit, 1);
  t.match(out, `${file}:2 #2: catatan diubah (record-changed)`);
  t.match(out, 'TIDAK UTUH: 1 temuan');
});

t.test('time-stamps of checkpoints are verified with the issuers that are trusted', async (t) => {
  const { stamp } = developmentTimestamps(8192, { pki, clock: Date.now });
  const kept = t.testdir({ audit: {} });
  const stamped = await auditIn(
    t,
    { stamp: (digest) => stamp({ algorithm: 'sha256', digest }, new AbortController().signal) },
    join(kept, 'audit'),
  );
  await stamped.audit.close();
  const file = join(stamped.folder, `${stamped.chainId}.checkpoints.jsonl`);
  const root = join(kept, 'root.pem');
  writeFileSync(root, pem('CERTIFICATE', pki.root.certificate));
  const issuing = join(kept, 'issuing.pem');
  writeFileSync(issuing, pem('CERTIFICATE', pki.legacy.certificate));
  const verifyWith = (trust: readonly string[]) =>
    runTeken(
      ['audit', 'verify', stamped.folder, '--keys', at('kunci.json'), '--seal', at('segel.pem'), ...trust],
      { environment: { TEKEN_ENV: 'development' } },
    );
  const codesOf = (out: string): readonly string[] => out.match(/checkpoint-timestamp-[a-z-]+/g) ?? [];
  const without = await verifyWith([]);
  t.same([without.exit, codesOf(without.out)], [0, ['checkpoint-timestamp-not-checked']]);
  const trusting = await verifyWith(['--trust', root, '--lang', 'en']);
  t.same([trusting.exit, codesOf(trusting.out)], [0, []], trusting.out);
  t.match(trusting.out, '1 of 1 checkpoints have a valid time-stamp');
  const strangers = await verifyWith(['--trust', issuing, '--lang', 'en']);
  t.same([strangers.exit, codesOf(strangers.out)], [1, ['checkpoint-timestamp-wrong']]);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const last = JSON.parse(lines.at(-1) ?? '') as { timestamp: string };
  const forOther = await stamp(
    { algorithm: 'sha256', digest: new Uint8Array(32).fill(1) },
    new AbortController().signal,
  );
  writeFileSync(
    file,
    `${JSON.stringify({ ...last, timestamp: Buffer.from(forOther).toString('base64') })}\n`,
  );
  const swapped = await verifyWith(['--trust', root]);
  t.same([swapped.exit, codesOf(swapped.out)], [1, ['checkpoint-timestamp-wrong']], 'of another checkpoint');
});

t.test('a receipt is proven by a kept checkpoint', async (t) => {
  const check = (...line: readonly string[]) =>
    teken('check-receipt', at('tanda-terima.jws'), '--checkpoints', checkpoints, ...line);
  const { exit, out } = await check('--seal', at('segel.pem'));
  t.equal(exit, 0);
  t.match(out, /ON RECORD: signature tanda-1 .* is record 2/);
  const foreign = await check('--seal', at('segel-lain.pem'));
  t.equal(foreign.exit, 1);
  t.match(foreign.out, 'a seal that --seal does not name');
  const other = await check('--seal', at('segel.pem'), '--document', at('surat.pdf'));
  t.equal(other.exit, 1);
  t.match(other.out, 'not the one of the receipt');
  writeFileSync(at('tanda-terima-palsu.jws'), `${receipt.slice(0, -8)}AAAAAAAA`);
  const forged = await teken(
    'check-receipt',
    at('tanda-terima-palsu.jws'),
    '--checkpoints',
    checkpoints,
    '--seal',
    at('segel.pem'),
  );
  t.equal(forged.exit, 1);
  t.match(forged.out, 'FORGED');
  const missing = await teken('check-receipt', at('tanda-terima.jws'), '--seal', at('segel.pem'));
  t.equal(missing.exit, 1);
  t.match(missing.out, 'Fetch it from the service');
});

t.test('what is no audit is said to be none', async (t) => {
  t.equal((await verify(place)).exit, 5);
  t.equal((await verify(at('tidak-ada'))).exit, 5);
  t.equal((await teken('verify')).exit, 2);
  t.equal((await teken('verify', '--keys', at('segel.pem'), folder)).exit, 5, 'keys that are none');
  t.equal((await teken('check-receipt', at('tanda-terima.jws'))).exit, 2);
});
