// The record cannot be written: nothing signed leaves.

import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot, toolMissing } from '../tools.ts';
import { type Fault, hold } from './fault.ts';
import { askToSign, type ChaosGround, kill, told, until } from './ground.ts';

// A mount namespace of its own, in which the folder that is named next is a disk of 64 kB.
const SMALL_DISK = [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=64k none "$0" && exec "$@"',
];

/** A service whose standard output is read, or not, as the fault says. */
async function serveToPipe(
  { place }: ChaosGround,
  variables: Readonly<Record<string, string>>,
  before: readonly string[] = [],
) {
  const [command = '', ...args] = [...before, process.execPath, 'src/server.ts'];
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { PATH: process.env.PATH ?? '', ...place.environment, TEKEN_WORKERS: '1', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const address = (): string | undefined => /"url":"([^"]+)"/.exec(output)?.[1];
  await until(60_000, () => address() !== undefined || child.exitCode !== null);
  const url = address();
  if (url === undefined) throw new Error('the service did not start');
  return { child, url };
}

const blocked: Fault = {
  name: 'nobody reads the pipe that the record goes to',
  passes: '503 audit-unavailable and no document while it is blocked; signed again when it is read',
  happen: async (ground) => {
    const { child, url } = await serveToPipe(ground, { TEKEN_AUDIT_SINKS: 'stdout' });
    try {
      hold((await askToSign(url, ground)).status === 200, 'not signed before');
      child.stdout.pause();
      let delivered = 0;
      // A pipe takes 64 kB, Node some more: until then records have a place to be.
      const fullMs = await until(120_000, async () => {
        const outcome = await askToSign(url, ground);
        if (outcome.status === 200) delivered += 1;
        return outcome.status !== 200;
      });
      hold(Number.isFinite(fullMs), 'never refused');
      const refused = [];
      for (let i = 0; i < 5; i += 1) refused.push(await askToSign(url, ground));
      hold(
        refused.every(({ status, code }) => status === 503 && code === 'audit-unavailable'),
        refused.map(told).join(', '),
      );
      child.stdout.resume();
      const backMs = await until(15_000, async () => (await askToSign(url, ground)).status === 200);
      hold(Number.isFinite(backMs), 'not signed again within 15 s');
      return `refused after ${delivered} that had room, back after ${(backMs / 1000).toFixed(1)} s`;
    } finally {
      await kill(child);
    }
  },
};

const broken: Fault = {
  name: 'the pipe of the record breaks (EPIPE)',
  passes: 'no document leaves any more',
  happen: async (ground) => {
    const { child, url } = await serveToPipe(ground, { TEKEN_AUDIT_SINKS: 'stdout' });
    try {
      hold((await askToSign(url, ground)).status === 200, 'not signed before');
      child.stdout.destroy();
      await wait(100);
      const outcomes = [];
      for (let i = 0; i < 5; i += 1) outcomes.push(await askToSign(url, ground));
      hold(
        outcomes.every(({ status }) => status === 0 || status === 503),
        outcomes.map(told).join(', '),
      );
      return outcomes.map(({ status, code }) => `${status} ${code}`)[0] ?? '';
    } finally {
      await kill(child);
    }
  },
};

const full: Fault = {
  name: 'the disk of the record is full',
  passes: '503 audit-unavailable, and no document leaves',
  skip: toolMissing('unshare'),
  happen: async (ground) => {
    const audit = join(ground.place.folder, 'audit-penuh');
    await mkdir(audit);
    const { child, url } = await serveToPipe(ground, { TEKEN_AUDIT_SINKS: `file:${audit}` }, [
      ...SMALL_DISK,
      audit,
    ]);
    try {
      let delivered = 0;
      const fullMs = await until(120_000, async () => {
        const outcome = await askToSign(url, ground);
        if (outcome.status === 200) delivered += 1;
        return outcome.status !== 200;
      });
      hold(Number.isFinite(fullMs), 'never refused');
      const refused = [];
      for (let i = 0; i < 5; i += 1) refused.push(await askToSign(url, ground));
      hold(
        refused.every(({ status, code }) => status === 503 && code === 'audit-unavailable'),
        refused.map(told).join(', '),
      );
      return `refused after ${delivered} that had room`;
    } finally {
      await kill(child);
    }
  },
};

export const auditFaults: readonly Fault[] = [blocked, broken, full];
