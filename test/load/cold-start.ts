// From the start of the process until `/readyz` says yes, the configured keys opened.

import { median } from '../bench/measure.ts';
import { type LoadGround, startService } from './ground.ts';
import { treeProcessorMs } from './process-tree.ts';

export interface ColdStart {
  readonly medianMs: number;
  readonly mostMs: number;
  /** Processor time until then, of all its processes. */
  readonly processorMs: number;
}

/** @param compileCache - a folder that the image may bring; null for a start without one */
export async function measureColdStart(
  ground: LoadGround,
  runs: number,
  compileCache: string | null,
): Promise<ColdStart> {
  const variables: Record<string, string> = compileCache === null ? {} : { NODE_COMPILE_CACHE: compileCache };
  // What fills the cache, and the file cache of the system, is not measured.
  await (await startService(ground, variables)).stop();
  const times: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const service = await startService(ground, variables);
    times.push(service.readyMs);
    processor.push(treeProcessorMs(service.child.pid));
    await service.stop();
  }
  return { medianMs: median(times), mostMs: Math.max(...times), processorMs: median(processor) };
}
