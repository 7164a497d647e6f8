// The passphrase of an installation's containers, and the keys made from it.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RandomBytes } from '../src/platform/platform.ts';
import type { ContainerLock } from './container-lock.ts';

/**
 * A lock for the containers of one installation, with a passphrase that nobody can guess. Made in a thread of its own, since it
 * takes half a second while keys are found and the service is loaded.
 *
 * @param iterations - the usual number, unless told otherwise
 */
export async function createInstallationLock(iterations?: number): Promise<ContainerLock> {
  const worker = new Worker(new URL('./lock-worker.ts', import.meta.url), { workerData: { iterations } });
  const [lock] = await once(worker, 'message');
  return lock as ContainerLock;
}

/** 125 random bits as letters and digits that nobody confuses, in groups of five. */
export function randomText(randomBytes: RandomBytes): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = Array.from(randomBytes(25), (octet) => letters[octet & 31] ?? '').join('');
  return text.replace(/.{5}(?=.)/g, '$&-');
}
