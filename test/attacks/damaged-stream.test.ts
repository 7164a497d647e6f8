// A stream whose `/Length` is wrong cannot be read strictly, yet what it refers to is known: evidence may be added behind it, and
// nobody changes what it leads to.

import t from 'tap';
import { bytesSource, DEFAULT_POLICY, verifyDocument } from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { now, pki } from '../sign/development-signer.ts';
import { raiseTo, signAt } from '../sign/long-term.ts';
import { append } from './append.ts';

const letter = handmadePdf({
  objects: onePage({
    4: '<< /Length 9000 /Note 6 0 R >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Keterangan) Tj ET\nendstream',
    6: '(Catatan)',
  }),
  // Some writers' tests leave a key of their own in the trailer.
  trailer: '/Uji 4 0 R',
});

async function integrityOf(bytes: Uint8Array) {
  const report = await verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList: pki.trustList(nodePlatform.digests),
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(30_000),
  });
  return { problem: report.problem?.code ?? null, first: report.signatures[0]?.integrity.status };
}

t.test('validation data and time-stamps are added behind it', async (t) => {
  const { bytes, signature } = await signAt('B-LTA', letter);
  t.match(signature, { level: 'PAdES-B-LTA', integrity: { status: 'INTACT' } });
  const raised = await raiseTo('B-LTA', (await signAt('B-B', letter)).bytes);
  t.match(raised.report.signatures[0], { level: 'PAdES-B-LTA', integrity: { status: 'INTACT' } });
  t.same(await integrityOf(bytes), { problem: null, first: 'INTACT' });
});

t.test('what it refers to is not changed behind the signer', async (t) => {
  const { bytes } = await signAt('B-B', letter);
  const changed = append(bytes, { objects: { 6: '(Catatan lain)' }, trailer: '/Uji 4 0 R' });
  t.not((await integrityOf(changed)).first, 'INTACT');
  const replaced = '<< /Length 16 >>\nstream\nBT (Palsu) Tj ET\nendstream';
  const drawn = append(bytes, { objects: { 4: replaced }, trailer: '/Uji 4 0 R' });
  t.not((await integrityOf(drawn)).first, 'INTACT');
});
