// A document time-stamp whose last bytes got lost on the way: it proves nothing any more, and takes nothing from the signature.

import t from 'tap';
import { verifyBytes } from '../attacks/carrier.ts';
import { carriers } from '../attacks/carriers.ts';

const [carrier] = await carriers(['an archive time-stamp']);
if (carrier === undefined) throw new Error('no such carrier');
const { bytes: archived, at: now } = carrier;

t.test('whole, it proves the time of everything before it', async (t) => {
  const report = await verifyBytes(archived, { now });
  t.match(report.signatures, [{ level: 'PAdES-B-LTA' }, { kind: 'doc-timestamp', verdict: 'VALID' }]);
  t.equal(report.verdict, 'VALID');
});

t.test('without the line end that it covers, it is broken alone', async (t) => {
  t.equal(archived.at(-1), 0x0a);
  const report = await verifyBytes(archived.subarray(0, -1), { now });
  const [signature, timestamp] = report.signatures;
  t.match(timestamp, { kind: 'doc-timestamp', verdict: 'INVALID', subIndication: 'FORMAT_FAILURE' });
  t.ok(timestamp?.findings.some(({ code }) => code === 'signed-data-missing'));
  t.match(signature, { verdict: 'VALID', level: 'PAdES-B-LT', integrity: { status: 'INTACT' } });
  t.match(report, { verdict: 'VALID', ok: true });
});

t.test('with a byte changed that it covers, and no signature does, the document is modified', async (t) => {
  const changed = Uint8Array.from(archived);
  const at = Buffer.from(changed).lastIndexOf('startxref');
  // White space for white space: the file reads as before.
  changed[at + 'startxref'.length] = 0x0d;
  const report = await verifyBytes(changed, { now });
  t.match(report.signatures[1], { verdict: 'MODIFIED', integrity: { status: 'CHANGED' } });
  t.match(report, { verdict: 'MODIFIED', ok: false });
});
