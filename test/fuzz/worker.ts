// One process of a run: does the ranges of indexes that it is given, and tells what broke.

import { readMaterial } from './material.ts';
import { caseOf, type Target } from './one-case.ts';
import type { Broken } from './properties.ts';

export interface Range {
  readonly target: Target;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Finding extends Broken {
  readonly target: Target;
  readonly seed: number;
  readonly index: number;
  readonly name: string;
  readonly base64: string;
}

export type FromWorker = { readonly done: number } | { readonly found: Finding };

const [folder = ''] = process.argv.slice(2);
const material = readMaterial(folder);

function tell(message: FromWorker): void {
  process.send?.(message);
}

process.on('message', async ({ target, seed, from, to }: Range) => {
  for (let index = from; index < to; index += 1) {
    const { name, bytes, check } = caseOf(material, target, seed, index);
    const broken = await check();
    if (broken === null) continue;
    tell({ found: { ...broken, target, seed, index, name, base64: Buffer.from(bytes).toString('base64') } });
  }
  tell({ done: to - from });
});
tell({ done: 0 });
