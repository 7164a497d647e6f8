// Opening a container in a worker thread, from the side that waits.

import { Worker } from 'node:worker_threads';
import { SignerFailed } from '../sign/errors.ts';
import type { OpenContainerJob, OpenContainerResult, OpenedContainer } from './pkcs12-worker.ts';

// The sources run as .ts, the packed library as .js; a worker's address is not rewritten when it is built.
const WORKER = new URL(`./pkcs12-worker${import.meta.url.slice(-3)}`, import.meta.url);

/**
 * Opens every part of a container, MAC included.
 *
 * @param job - copied to the worker; the caller's bytes stay and are the caller's to zero
 * @throws SignerFailed `pkcs12-wrong-password`, `pkcs12-unsupported` { part }
 */
export async function openContainer(job: OpenContainerJob): Promise<OpenedContainer> {
  const worker = new Worker(WORKER, { workerData: job });
  try {
    const result = await new Promise<OpenContainerResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`worker ended with ${code}`)));
    });
    if (result.ok) return result.opened;
    throw new SignerFailed(result.code, result.values);
  } catch (cause) {
    if (cause instanceof SignerFailed) throw cause;
    throw new SignerFailed('signer-unavailable', {}, cause);
  } finally {
    await worker.terminate();
  }
}
