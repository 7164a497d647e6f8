// From the start of the process until `/readyz` says yes, the configured keys opened.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { median } from '../bench/measure.ts';
import { projectRoot, run } from '../tools.ts';
import { type LoadGround, startService } from './ground.ts';
import { treeProcessorMs } from './process-tree.ts';

export interface ColdStart {
  readonly medianMs: number;
  readonly mostMs: number;
  /** Processor time until then, of all its processes. */
  readonly processorMs: number;
}

export interface ColdProgram {
  /** What Node is told to run; the sources unless given. */
  readonly program?: readonly string[];
  /** A folder that the image may bring. */
  readonly compileCache?: string;
}

export async function measureColdStart(
  ground: LoadGround,
  runs: number,
  { program, compileCache }: ColdProgram = {},
): Promise<ColdStart> {
  const variables: Record<string, string> =
    compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache };
  // What fills the cache, and the file cache of the system, is not measured.
  await (await startService(ground, variables, program)).stop();
  const times: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const service = await startService(ground, variables, program);
    times.push(service.readyMs);
    processor.push(treeProcessorMs(service.child.pid));
    await service.stop();
  }
  return { medianMs: median(times), mostMs: Math.max(...times), processorMs: median(processor) };
}

/** The program as the image runs it, in a folder beside the sources, where it finds the same packages. */
export async function withPackedProgram<T>(use: (program: readonly string[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(projectRoot, 'dist-'));
  try {
    cpSync(join(projectRoot, 'src/web/static'), join(folder, 'web/static'), { recursive: true });
    const { code, stderr } = await run(process.execPath, ['src/write-node-bundle.ts', folder], {
      cwd: projectRoot,
    });
    if (code !== 0) throw new Error(stderr);
    return await use([join(relative(projectRoot, folder), 'cli/main.js'), 'serve']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
