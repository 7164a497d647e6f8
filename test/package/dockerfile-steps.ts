// Reads a Dockerfile as far as ours goes, so that its steps can be replayed where no container engine runs.

export interface Stage {
  readonly name: string | null;
  readonly image: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly instruction: string;
  /** Everything behind the instruction, continued lines joined. */
  readonly value: string;
}

const INSTRUCTIONS = ['WORKDIR', 'COPY', 'RUN', 'ENV', 'EXPOSE', 'USER', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'];

/** Arguments before the first stage by name (null where there is no default), and the stages. @throws Error for what it cannot replay */
export function readDockerfile(text: string): {
  args: ReadonlyMap<string, string | null>;
  stages: readonly Stage[];
} {
  const args = new Map<string, string | null>();
  const stages: { name: string | null; image: string; steps: Step[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, instruction = '', value = ''] = /^([A-Z]+)\s+(.*)$/s.exec(line) ?? [];
    const stage = stages.at(-1);
    if (instruction === 'ARG' && stage === undefined) {
      const [name = '', fallback] = value.split('=');
      args.set(name, fallback ?? null);
    } else if (instruction === 'FROM') {
      const [, image = '', name] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(value) ?? [];
      stages.push({ name: name ?? null, image, steps: [] });
    } else if (stage !== undefined && INSTRUCTIONS.includes(instruction)) {
      stage.steps.push({ instruction, value });
    } else {
      throw new Error(`the replay does not know: ${line}`);
    }
  }
  return { args, stages };
}

function logicalLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
}

/** The value of the last such step. @throws Error when there is none */
export function lastStep(stage: Stage, instruction: string): string {
  const value = stage.steps.findLast((step) => step.instruction === instruction)?.value;
  if (value === undefined) throw new Error(`the Dockerfile has no ${instruction}`);
  return value;
}

/** The variables of all `ENV` steps. */
export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  const pairs = stage.steps
    .filter(({ instruction }) => instruction === 'ENV')
    .flatMap(({ value }) => value.split(/\s+/))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return Object.fromEntries(pairs);
}

/** A command in its exec form, `["program", "argument"]`. */
export function execForm(value: string): readonly string[] {
  return JSON.parse(value.slice(value.indexOf('['))) as string[];
}
