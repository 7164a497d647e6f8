// Who guesses learns nothing by the clock: an unknown signer, a wrong passphrase and every hidden reason bring the same bytes, and none of
// them before the step of half a second to which all are held.

import t from 'tap';
import { requestSignature, startRealService } from './real-service.ts';
import { arrangeSigners } from './signers-of-all-kinds.ts';

const STEP_MS = 500;
/** Of timers, which may fire a little early by another clock. */
const TIMER_MS = 2;
const ROUNDS = 15;

/** For each the work behind the answer is another: none, a key's derivation, a certificate's judgement. */
const KINDS = ['tidak-ada', 'pejabat', 'kedaluwarsa', 'ditangguhkan', 'dicabut'] as const;

interface Refusal {
  readonly ms: number;
  /** Status, header fields and body, but for what names the request and the moment. */
  readonly answer: string;
}

t.test('hidden reasons are one answer at one time', { timeout: 600_000 }, async (t) => {
  // Failures count for a second alone, so that no pause stands between the rounds; keys are as slow as real ones.
  const variables = { TEKEN_ATTEMPT_WINDOW_S: '1' };
  const service = await startRealService(variables, { arrange: arrangeSigners, iterations: 100_000 });
  t.teardown(() => service.close());

  const refusal = async (signer: string): Promise<Refusal> => {
    const startedMs = performance.now();
    const response = await requestSignature(service, { signer, level: 'B-B', passphrase: 'salah' });
    const body = (await response.json()) as Record<string, unknown>;
    const ms = performance.now() - startedMs;
    const headers = [...response.headers].filter(
      ([name]) => !['date', 'x-request-id', 'traceparent'].includes(name),
    );
    return { ms, answer: JSON.stringify([response.status, headers, { ...body, requestId: '' }]) };
  };

  const seen = new Map<string, Refusal[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Another order each round: what the machine does in between falls on all alike.
    const order = KINDS.map((_, i) => KINDS[(i * 2 + round) % KINDS.length] ?? 'pejabat');
    for (const kind of order) seen.get(kind)?.push(await refusal(kind));
  }

  const all = [...seen.values()].flat();
  t.equal(all.length, ROUNDS * KINDS.length);
  t.equal(new Set(all.map(({ answer }) => answer)).size, 1, 'the same bytes');
  t.match(all[0]?.answer, /^\[403,/);
  t.match(all[0]?.answer, '"signer-auth-failed"');
  const early = all.filter(({ ms }) => ms < STEP_MS - TIMER_MS);
  t.strictSame(
    early.map(({ ms }) => Math.round(ms)),
    [],
    'none before the step',
  );

  // Half a step: a kind that as a rule fell into another one would be a whole step away, however busy the machine is.
  const medians = [...seen].map(([kind, answers]) => [kind, medianOf(answers.map(({ ms }) => ms))] as const);
  const times = medians.map(([, ms]) => ms);
  t.comment(medians.map(([kind, ms]) => `${kind} ${ms.toFixed(1)} ms`).join(', '));
  t.ok(Math.max(...times) - Math.min(...times) < STEP_MS / 2, 'one step for all, as a rule');
});

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
