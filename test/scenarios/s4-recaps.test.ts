// S4, monthly recaps: the attendance and allowance recaps of all offices are sealed in one authorised batch with the agency's seal.
// Single files that fail do not stop the rest, and a table says what became of each.

import t from 'tap';
import { type BatchFile, batchForm, postBatch, readBatch } from '../http/batch-client.ts';
import { requestVerdict, startRealService } from '../http/real-service.ts';
import { recapOf } from './recap.ts';

const RECAPS = 1000;
/** Where something went wrong on the way: the file, and what the table must say of it. */
const SPOILT = new Map([
  [17, { spoil: (pdf: Uint8Array) => pdf.subarray(0, 100), code: 'pdf-damaged' }],
  [404, { spoil: () => Buffer.from('Lembar kerja, bukan PDF'), code: 'not-pdf' }],
  [998, { spoil: () => Buffer.alloc(0), code: 'file-empty' }],
]);

const service = await startRealService();
t.teardown(() => service.close());

const recaps: readonly BatchFile[] = Array.from({ length: RECAPS }, (_, i) => {
  const pdf = recapOf(i + 1);
  return { name: `rekap-${String(i + 1).padStart(4, '0')}.pdf`, bytes: SPOILT.get(i)?.spoil(pdf) ?? pdf };
});

t.test('a thousand recaps are sealed in one batch; three that are spoilt do not stop the rest', async (t) => {
  const fields = {
    signer: 'segel',
    passphrase: service.passphrase,
    level: 'B-B',
    reason: 'Rekapitulasi bulanan',
    count: String(RECAPS),
  };
  const startedMs = performance.now();
  const { lines, end } = await readBatch(await postBatch(service, batchForm(fields, recaps)));
  t.comment(`${RECAPS} recaps in ${Math.round(performance.now() - startedMs)} ms`);
  t.same(end.summary, { announced: RECAPS, signed: RECAPS - SPOILT.size, failed: SPOILT.size, skipped: 0 });
  t.same(
    lines.map(({ index, fileName }) => [index, fileName]),
    recaps.map(({ name }, i) => [i, name]),
    'one outcome for each, in order',
  );
  t.same(
    lines.filter(({ status }) => status === 'failed').map(({ index, problem }) => [index, problem?.code]),
    [...SPOILT].map(([index, { code }]) => [index, code]),
  );
  const files = new Set(lines.flatMap(({ sha256 }) => sha256 ?? []));
  t.equal(files.size, RECAPS - SPOILT.size, 'each is another file');
  for (const index of [0, 16, 18, 500, 999]) {
    const pdf = Buffer.from(lines[index]?.pdf ?? '', 'base64');
    const verdict: unknown = await (await requestVerdict(service, pdf)).json();
    t.match(verdict, { ok: true, signatures: [{ kind: 'seal', level: 'PAdES-B-B' }] }, `recap ${index}`);
  }
});
