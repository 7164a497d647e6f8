// Runs in a worker thread: makes the lock of an installation and posts it.

import { parentPort, workerData } from 'node:worker_threads';
import { nodePlatform } from '../src/platform/node.ts';
import { randomText } from './installation-lock.ts';
import { createContainerLock } from './pkcs12.ts';

const { iterations } = workerData as { iterations: number | undefined };
const { randomBytes } = nodePlatform;
parentPort?.postMessage(createContainerLock(randomText(randomBytes), randomBytes, iterations));
