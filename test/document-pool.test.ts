// Documents in processes of their own: what a document does to its reader, it does to nobody else.

import t, { type Test } from 'tap';
import { type DocumentPool, documentPool, type PooledVerifyContext } from '../src/document-pool.ts';
import { sign, verifyBytes, verifyContext } from './attacks/carrier.ts';
import { handmadePdf, onePage } from './pdf/handmade.ts';

function poolOf(t: Test, heapMegabytes = 256): DocumentPool {
  const pool = documentPool({ size: 1, mostWaiting: 8, heapMegabytes });
  t.teardown(() => pool.close());
  return pool;
}

function pooled(changes: Partial<PooledVerifyContext> = {}): PooledVerifyContext {
  return { ...verifyContext(), timeoutMs: 60_000, ...changes };
}

const letter = await sign(handmadePdf({ objects: onePage() }));

t.test('a worker says what the verifier says here', async (t) => {
  const pool = poolOf(t);
  const changed = letter.slice();
  changed[20] = (changed[20] ?? 0) ^ 1;
  const files = [letter, changed, letter.subarray(0, 900), new Uint8Array([1, 2, 3]), new Uint8Array()];
  for (const file of files) {
    const there = await pool.verify(file, pooled());
    t.same(there, await verifyBytes(file), there.verdict);
  }
  t.equal((await pool.verify(letter, pooled())).verdict, 'VALID');
  t.equal(pool.restarts, 0);
});

t.test('it reaches the network through its host alone, and only where it may', async (t) => {
  const pool = poolOf(t);
  const asked: string[] = [];
  const { revocation } = verifyContext();
  const counting = {
    fetch: async (...[certificate, issuer, signal]: Parameters<NonNullable<typeof revocation>['fetch']>) => {
      asked.push(String(certificate.der.length));
      return revocation?.fetch(certificate, issuer, signal) ?? { ocsp: null, crl: null, failures: [] };
    },
  };
  t.equal((await pool.verify(letter, pooled({ revocation: counting }))).verdict, 'VALID');
  t.ok(asked.length > 0);
  const offline = await pool.verify(letter, pooled({ revocation: null }));
  t.equal(offline.verdict, 'UNKNOWN_REVOCATION');
});

t.test('a failure there is told here', async (t) => {
  const pool = poolOf(t);
  const told: unknown[] = [];
  const revocation = {
    fetch: async () => {
      throw Object.assign(new Error('the planted fault'), { code: 'planted' });
    },
  };
  const report = await pool.verify(letter, pooled({ revocation, onFailure: (error) => told.push(error) }));
  t.match(report, { verdict: 'SERVICE_ERROR', ok: false, problem: { code: 'internal' } });
  t.match(told, [{ code: 'planted' }]);
});

t.test('one that wants all memory is over a limit, and the next one is judged', async (t) => {
  const pool = poolOf(t, 64);
  const report = await pool.verify(large(), pooled());
  t.match(report, {
    verdict: 'UNREADABLE',
    ok: false,
    problem: { code: 'limits-exceeded', values: { limit: 'heapMegabytes', value: 64 } },
  });
  t.equal((await pool.verify(letter, pooled())).verdict, 'VALID');
  t.equal(pool.restarts, 1);
});

t.test('one that is not judged in its time is no verdict, and the next one is judged', async (t) => {
  const pool = poolOf(t);
  await pool.verify(letter, pooled());
  const never = { fetch: () => new Promise<never>(() => undefined) };
  const report = await pool.verify(letter, pooled({ revocation: never, timeoutMs: 300 }));
  t.match(report, { verdict: 'SERVICE_ERROR', ok: false, problem: { code: 'deadline-exceeded' } });
  t.equal((await pool.verify(letter, pooled())).verdict, 'VALID');
});

/** Legal and within every limit of a document, and more than a small heap holds: 64 pages with about half as much in each as an object may have. */
function large(): Uint8Array {
  const { 1: catalog = '', 4: content = '', 5: font = '' } = onePage();
  const numbers = Array.from({ length: 64 }, (_, i) => 10 + i);
  const kids = numbers.map((number) => `${number} 0 R`).join(' ');
  const many = '<<>>'.repeat(28_000);
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /PieceInfo [${many}] >>`;
  const pages = Object.fromEntries(numbers.map((number) => [number, page]));
  const root = `<< /Type /Pages /Kids [${kids}] /Count ${numbers.length} >>`;
  return handmadePdf({ objects: { 1: catalog, 2: root, 4: content, 5: font, ...pages } });
}
