// The list in force is exchanged as a whole, and a folder that must not be used changes nothing.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { TrustList } from '../../src/pki/trust-list.ts';
import { ANCHORS_FILE, type AnchorsFile } from '../../src/trust-services/trust-directory.ts';
import { openTrustStore, type TrustStore } from '../../src/trust-services/trust-store.ts';
import { digests, issue } from '../pki/authority.ts';

const root = issue({ subject: 'Root Uji' }).certificate.der;
const other = issue({ subject: 'Root Lain' }).certificate.der;
const pinOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

function list(version: string, change: Partial<AnchorsFile> = {}): string {
  return JSON.stringify({
    version,
    asOf: '2026-07-01T08:00:00Z',
    anchors: [{ file: 'root.cer', sha256: pinOf(root), role: 'active' }],
    ...change,
  });
}

function folderOf(t: Test): string {
  const folder = t.testdir();
  writeFileSync(join(folder, 'root.cer'), root);
  writeFileSync(join(folder, ANCHORS_FILE), list('satu'));
  return folder;
}

interface Opened {
  readonly store: TrustStore;
  readonly swaps: TrustList[];
  readonly refusals: unknown[];
}

function open(t: Test, folder: string, everyMs = 0): Opened {
  const swaps: TrustList[] = [];
  const refusals: unknown[] = [];
  const store = openTrustStore(folder, {
    digests,
    production: false,
    everyMs,
    onSwap: (next) => swaps.push(next),
    onRefused: (error) => refusals.push(error),
  });
  t.teardown(store.close);
  return { store, swaps, refusals };
}

/** As an operator should do it, and as every tool that distributes folders does. */
function replace(folder: string, text: string): void {
  writeFileSync(join(folder, 'baru'), text);
  renameSync(join(folder, 'baru'), join(folder, ANCHORS_FILE));
}

t.test('a changed folder is in force after it was read, and whoever had the old list keeps it', (t) => {
  const folder = folderOf(t);
  const { store, swaps } = open(t, folder);
  const before = store.current();
  writeFileSync(join(folder, 'lain.cer'), other);
  replace(folder, list('dua', { anchors: [{ file: 'lain.cer', sha256: pinOf(other), role: 'active' }] }));
  t.equal(store.current(), before, 'not before it was read');
  t.equal(store.reload(), true);
  t.match(store.current(), { version: 'dua' });
  t.not(store.current().sha256, before.sha256);
  t.match(before, { version: 'satu', anchors: [{ role: 'active' }] });
  t.equal(swaps.length, 1);
  t.equal(store.reload(), true);
  t.equal(swaps.length, 1, 'the same list again is no exchange');
  t.end();
});

t.test('the folder is watched', async (t) => {
  const folder = folderOf(t);
  const { store, refusals } = open(t, folder, 10);
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  replace(folder, list('dua'));
  await until(() => store.current().version === 'dua');
  replace(folder, 'rusak');
  await until(() => refusals.length > 0);
  await wait(100);
  t.equal(refusals.length, 1, 'a refusal is told once, not at every look');
  t.equal(store.current().version, 'dua');
  replace(folder, list('tiga'));
  await until(() => store.current().version === 'tiga');
  t.equal(store.refusals, 1);
});

t.test('a folder behind a link that is turned over is seen, as a cluster mounts it', async (t) => {
  const place = t.testdir();
  for (const version of ['satu', 'dua']) {
    mkdirSync(join(place, version));
    writeFileSync(join(place, version, 'root.cer'), root);
    writeFileSync(join(place, version, ANCHORS_FILE), list(version));
  }
  symlinkSync('satu', join(place, '..data'));
  const folder = join(place, 'mount');
  mkdirSync(folder);
  for (const name of [ANCHORS_FILE, 'root.cer']) symlinkSync(`../..data/${name}`, join(folder, name));
  const { store } = open(t, folder, 10);
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  symlinkSync('dua', join(place, '..next'));
  renameSync(join(place, '..next'), join(place, '..data'));
  await until(() => store.current().version === 'dua');
  t.pass('exchanged');
});

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if (holds()) return;
    await wait(10);
  }
  throw new Error('it never held');
}

const flipped = Uint8Array.from(root, (byte, i) => (i === root.length - 1 ? byte ^ 1 : byte));
const anchors = (entry: Record<string, unknown>): string => list('rusak', { anchors: [entry as never] });

/** Each leaves a folder that must not be used. */
const BROKEN: Readonly<Record<string, (folder: string) => void>> = {
  'no list': (folder) => rmSync(join(folder, ANCHORS_FILE)),
  'an empty list': (folder) => replace(folder, ''),
  'half a list': (folder) => replace(folder, list('rusak').slice(0, 60)),
  'no JSON': (folder) => replace(folder, 'anchors: []'),
  'another JSON': (folder) => replace(folder, '[]'),
  'no anchors': (folder) => replace(folder, list('rusak', { anchors: [] })),
  'a member more': (folder) => replace(folder, list('rusak', { more: 1 } as never)),
  'no time': (folder) => replace(folder, list('rusak', { asOf: 'kemarin' })),
  'no version': (folder) => replace(folder, list('')),
  'a missing certificate': (folder) => rmSync(join(folder, 'root.cer')),
  'another certificate': (folder) => writeFileSync(join(folder, 'root.cer'), other),
  'one bit of it': (folder) => writeFileSync(join(folder, 'root.cer'), flipped),
  'half a certificate': (folder) => writeFileSync(join(folder, 'root.cer'), root.subarray(0, 200)),
  'an empty certificate': (folder) => writeFileSync(join(folder, 'root.cer'), ''),
  'a folder for a certificate': (folder) => {
    rmSync(join(folder, 'root.cer'));
    mkdirSync(join(folder, 'root.cer'));
  },
  'far too large a file': (folder) =>
    writeFileSync(join(folder, 'root.cer'), new Uint8Array(5 * 1024 * 1024)),
  'a path out of the folder': (folder) =>
    replace(folder, anchors({ file: '../root.cer', sha256: pinOf(root), role: 'active' })),
  'no pin': (folder) =>
    replace(folder, anchors({ file: 'root.cer', sha256: 'percaya saja', role: 'active' })),
  'an unknown role': (folder) =>
    replace(folder, anchors({ file: 'root.cer', sha256: pinOf(root), role: 'raja' })),
  'one anchor twice': (folder) => {
    const entry = { file: 'root.cer', sha256: pinOf(root), role: 'active' } as const;
    replace(folder, list('rusak', { anchors: [entry, { ...entry, role: 'test' }] }));
  },
  'nothing at all': (folder) => rmSync(folder, { recursive: true }),
};

t.test('a broken folder keeps the list before it, whatever is broken', (t) => {
  t.ok(Object.keys(BROKEN).length >= 20);
  for (const [name, breakIt] of Object.entries(BROKEN)) {
    const folder = join(t.testdirName, name.replaceAll(' ', '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'root.cer'), root);
    writeFileSync(join(folder, ANCHORS_FILE), list('satu'));
    const { store, refusals, swaps } = open(t, folder);
    const before = store.current();
    breakIt(folder);
    t.equal(store.reload(), false, name);
    t.equal(store.current(), before, name);
    t.equal(refusals.length, 1, name);
    t.equal(swaps.length, 0, name);
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, 'root.cer'), { recursive: true, force: true });
    writeFileSync(join(folder, 'root.cer'), root);
    writeFileSync(join(folder, ANCHORS_FILE), list('mendingan'));
    t.equal(store.reload(), true, `${name}: mended`);
    t.equal(store.current().version, 'mendingan', name);
  }
  t.end();
});

t.test('a service does not start on a folder that must not be used', (t) => {
  const folder = folderOf(t);
  const text = readFileSync(join(folder, ANCHORS_FILE), 'utf8');
  replace(folder, text.replace(pinOf(root), pinOf(other)));
  t.throws(() => open(t, folder), { code: 'pin-mismatch' });
  t.end();
});
