// Runs in a worker thread: makes the lock of an installation and posts it.

import { randomBytes as random } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { createContainerLock } from './container-lock.ts';
import { randomText } from './installation-lock.ts';

const { iterations } = workerData as { iterations: number | undefined };
const randomBytes = (count: number): Uint8Array => new Uint8Array(random(count));
parentPort?.postMessage(createContainerLock(randomText(randomBytes), randomBytes, iterations));
