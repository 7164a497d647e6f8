// Replays a Dockerfile's steps on this machine: each stage is a folder, each step does there what an engine would do.

import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { projectRoot, run } from '../tools.ts';
import { environmentOf, type Stage } from './dockerfile-steps.ts';

export interface Replay {
  /** The folder that stands for the root of the last stage. */
  readonly root: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Carries out `WORKDIR`, `COPY` and `RUN` of all stages; the other instructions describe how the last one is started.
 *
 * @param folder - an empty folder that becomes the parent of the stages
 * @param path - what `PATH` is for `RUN`
 */
export async function replayStages(stages: readonly Stage[], folder: string, path: string): Promise<Replay> {
  const roots = new Map<string, string>();
  let last: Replay | undefined;
  for (const [index, stage] of stages.entries()) {
    const root = join(folder, stage.name ?? `stage-${index}`);
    roots.set(stage.name ?? String(index), root);
    const workingDirectory = await replayStage(stage, root, roots, path);
    last = { root, workingDirectory, environment: environmentOf(stage) };
  }
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  return last;
}

async function replayStage(
  stage: Stage,
  root: string,
  roots: ReadonlyMap<string, string>,
  path: string,
): Promise<string> {
  let here = root;
  await mkdir(root, { recursive: true });
  for (const { instruction, value } of stage.steps) {
    if (instruction === 'WORKDIR') {
      here = join(root, value);
      await mkdir(here, { recursive: true });
    }
    if (instruction === 'COPY') await copy(value, here, roots);
    if (instruction === 'RUN') {
      const { code, stderr } = await run('sh', ['-c', value], {
        cwd: here,
        env: { PATH: path },
        timeoutMs: 300_000,
      });
      if (code !== 0) throw new Error(`RUN ${value} ended with ${code}: ${stderr}`);
    }
  }
  return here;
}

/** `COPY [--from=STAGE] SOURCE… TARGET`; a folder's content is copied, and below `./` a file keeps its name. */
async function copy(value: string, here: string, roots: ReadonlyMap<string, string>): Promise<void> {
  const words = value.split(/\s+/);
  const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1];
  const origin = from === undefined ? projectRoot : roots.get(from);
  if (origin === undefined) throw new Error(`COPY from an unknown stage ${from}`);
  const sources = words.slice(from === undefined ? 0 : 1, -1);
  const target = words.at(-1) ?? '';
  for (const source of sources) {
    const place = target.endsWith('/') ? join(here, target, basename(source)) : join(here, target);
    await mkdir(dirname(place), { recursive: true });
    await cp(join(origin, source), place, { recursive: true });
  }
}
