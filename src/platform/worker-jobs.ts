// The worker's side of a pool: one job after the other, and questions to whoever gave the job.

import type { CallReply, FromWorker, ToWorker } from './worker-messages.ts';
import { describeFailure, JobFailed } from './worker-pool.ts';

export interface JobContext {
  /**
   * Asks the process that gave the job.
   * @throws JobFailed for what the answer threw there
   */
  call(name: string, argument: unknown): Promise<unknown>;
  /** Aborted when the result is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Does the jobs that come; called once by the module that a worker runs. Ends with the process that started it. */
export function serveJobs(doJob: (job: unknown, context: JobContext) => Promise<unknown>): void {
  const send = (message: FromWorker): void => {
    process.send?.(message);
  };
  const open = new Map<number, (reply: CallReply) => void>();
  let aborted = new AbortController();
  let calls = 0;
  const call: JobContext['call'] = async (name, argument) => {
    calls += 1;
    const number = calls;
    const reply = await new Promise<CallReply>((resolve) => {
      open.set(number, resolve);
      send({ kind: 'call', call: number, name, argument });
    });
    open.delete(number);
    if (reply.ok) return reply.value;
    throw new JobFailed(reply.failure);
  };
  const begin = async (job: unknown): Promise<void> => {
    aborted = new AbortController();
    try {
      send({ kind: 'done', value: await doJob(job, { call, signal: aborted.signal }) });
    } catch (error) {
      send({ kind: 'failed', failure: describeFailure(error) });
    } finally {
      open.clear();
    }
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'job') void begin(message.job);
    else if (message.kind === 'abort') aborted.abort();
    else open.get(message.call)?.(message.reply);
  });
  process.on('disconnect', () => process.exit());
  send({ kind: 'ready' });
}
