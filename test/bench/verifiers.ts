// Those whose verifying is compared, each asked for the same: is every signature of this file good, from the file and a root alone?

import { fileURLToPath } from 'node:url';
import { type DssVerdict, type FileVerdict, judgeByPdfsig, type PyhankoVerdict } from '../interop/oracles.ts';
import { toolPath } from '../tools.ts';
import { processorMs } from './processor-time.ts';
import { startStanding } from './standing-process.ts';

export interface Verifier {
  readonly name: string;
  /** @returns how many signatures of people it calls good */
  countGood(path: string): Promise<number>;
  /** What it has used so far; null where the system does not tell. */
  processorMs(): number | null;
  /** Ends its process; null where it has none of its own. */
  readonly close: (() => Promise<void>) | null;
}

/** What verifiers trust: the same root in the shape that each reads. */
export interface Trusted {
  /** With `anchors.json`. */
  readonly directory: string;
  /** One certificate, PEM. */
  readonly root: string;
}

/** A verifier, or only its name where it is not installed. */
export type Candidate = Verifier | { readonly name: string; readonly countGood: null };

/** Ours first. Those that stay in a process are started. */
export function startVerifiers({ directory, root }: Trusted): readonly [Verifier, ...Candidate[]] {
  return [
    standing('Teken', process.execPath, [scriptPath('./verifying-judge.ts'), directory], (line) => {
      return (JSON.parse(line) as { good: number }).good;
    }),
    // Nobody can be faster who looks at all that was signed: it shows what of each one's time is no choice of theirs.
    standing(FLOOR, process.execPath, [scriptPath('./hashing-judge.ts')], () => 0),
    ...startPeers(root),
  ];
}

/** The others alone. @param root - one certificate, PEM */
export function startPeers(root: string): readonly Candidate[] {
  return [pyhanko(root), dss(root), pdfsig()];
}

/** Reads and judges nothing. */
export const FLOOR = 'the file read and hashed once';

function pyhanko(root: string): Candidate {
  const name = 'pyHanko';
  const python = toolPath('pyhanko');
  if (python === null) return { name, countGood: null };
  const script = scriptPath('../interop/pyhanko/judge.py');
  return standing(name, python, [script, '--trust', root, '--embedded-revocation'], (line) => {
    const { signatures } = JSON.parse(line) as FileVerdict<PyhankoVerdict>;
    return signatures.filter(({ bottomLine }) => bottomLine === true).length;
  });
}

function dss(root: string): Candidate {
  const name = 'EU DSS';
  const jar = toolPath('dss');
  if (jar === null || toolPath('java') === null) return { name, countGood: null };
  return standing(name, 'java', ['-jar', jar, '--trust', root], (line) => {
    const { signatures } = JSON.parse(line) as FileVerdict<DssVerdict>;
    return signatures.filter(({ indication }) => indication === 'TOTAL_PASSED').length;
  });
}

/** Without its certificate check: that knows no revocation evidence of the file, and would ask the network. */
function pdfsig(): Candidate {
  const name = 'pdfsig, a call per file';
  if (toolPath('pdfsig') === null) return { name, countGood: null };
  const countGood = async (path: string): Promise<number> => {
    const verdicts = await judgeByPdfsig(path);
    const people = verdicts.filter(({ subFilter }) => subFilter !== 'ETSI.RFC3161');
    return people.filter(({ validation }) => validation === 'Signature is Valid.').length;
  };
  return { name, countGood, processorMs: () => processorMs(process.pid, 'endedChildren'), close: null };
}

function standing(
  name: string,
  command: string,
  args: readonly string[],
  readGood: (line: string) => number,
): Verifier {
  const { pid, ask, close } = startStanding(command, args);
  return {
    name,
    countGood: async (path) => readGood(await ask(path)),
    processorMs: () => processorMs(pid, 'own'),
    close,
  };
}

function scriptPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
