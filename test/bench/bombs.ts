// Files made to exhaust a reader, each verified in a process of its own: what each costs, in time and in memory.

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BOMBS } from '../attacks/bombs.ts';
import { letter, sign } from '../attacks/carrier.ts';
import type { Measured } from './measure.ts';

export interface BombMeasured extends Measured {
  /** The verdict, or code and limit of the problem by which there is none. */
  readonly answer: string;
}

/** What a bomb may cost. */
export const MOST = { cpuMs: 1_000, growthMiB: 100 } as const;

/** Of each bomb. @param name - only those whose name it is part of */
export async function measureBombs(
  folder: string,
  name = '',
): Promise<readonly (BombMeasured & { readonly name: string; readonly bytes: number })[]> {
  const good = join(folder, 'surat-baik.pdf');
  const bad = join(folder, 'bom.pdf');
  const script = fileURLToPath(new URL('./bomb-case.ts', import.meta.url));
  writeFileSync(good, await sign(letter('table')));
  const measured = [];
  for (const bomb of BOMBS.filter((each) => each.name.includes(name))) {
    const bytes = await bomb.bytes();
    writeFileSync(bad, bytes);
    const output = execFileSync(process.execPath, [script, bad, good], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    measured.push({ ...(JSON.parse(output) as BombMeasured), name: bomb.name, bytes: bytes.length });
  }
  rmSync(bad);
  return measured;
}
