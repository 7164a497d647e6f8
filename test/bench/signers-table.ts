// Signing from file to file beside others, in turns, each warm and with its key open, at three sizes; and what openssl needs for the RSA alone.

import { fileURLToPath } from 'node:url';
import { judgeByPdfsig } from '../interop/oracles.ts';
import { toolPath } from '../tools.ts';
import { inTurns, type Share, type Turns } from './in-turns.ts';
import { nodeOptions } from './node-options.ts';
import { processorMs } from './processor-time.ts';
import { type StandingProcess, startStanding } from './standing-process.ts';
import { say, sayTable } from './table.ts';
import { PEER_PASSPHRASE, type SizeName, workplacePaths } from './workplace.ts';

/** Three sizes and four signers: all of it in less than two minutes. */
const SHARE: Share = {
  warmUp: { most: 200, enoughMs: 5_000 },
  measure: { most: 60, fewest: 3, enoughMs: 10_000 },
};

const WORK = `PAdES B-B, RSA-2048, from file to file, in turns. Teken's own verifier accepts each document before it is handed out; the others check nothing of
what they made. @signpdf opens its container for every signature, because its signer is good once.
`;

interface Hand {
  readonly name: string;
  /** Null where it is not installed. */
  readonly standing: StandingProcess | null;
}

/** Ours first. */
function startHands(folder: string): readonly Hand[] {
  const { peerContainer } = workplacePaths(folder);
  const node = (who: string): StandingProcess =>
    startStanding(process.execPath, [...nodeOptions(), scriptPath('./signing-hand.ts'), who, folder]);
  const [python, jar] = [toolPath('pyhanko'), toolPath('java') === null ? null : toolPath('dss')];
  const key = [peerContainer, PEER_PASSPHRASE];
  return [
    { name: 'Teken, verified', standing: node('teken') },
    { name: '@signpdf/signpdf', standing: node('signpdf') },
    {
      name: 'pyHanko',
      standing: python === null ? null : startStanding(python, [scriptPath('./pyhanko_sign.py'), ...key]),
    },
    {
      name: 'EU DSS',
      standing: jar === null ? null : startStanding('java', ['-cp', jar, 'teken.interop.Signer', ...key]),
    },
  ];
}

/** @param opensslMs - null where openssl is not installed */
export async function saySigners(
  folder: string,
  sizes: readonly SizeName[],
  opensslMs: number | null,
): Promise<void> {
  say('## Signing from file to file, warm\n');
  say(WORK);
  const hands = startHands(folder);
  const rows: string[][] = [];
  try {
    for (const size of sizes) rows.push(...(await rowsOf(size, folder, hands, opensslMs)));
  } finally {
    await Promise.all(hands.map(({ standing }) => standing?.close()));
  }
  sayTable(['file', 'who', 'median ms', 'to Teken', 'processor ms', 'to Teken', 'runs'], rows);
}

async function rowsOf(
  size: SizeName,
  folder: string,
  hands: readonly Hand[],
  opensslMs: number | null,
): Promise<string[][]> {
  const { letter, output } = workplacePaths(folder);
  const contestants = hands.flatMap(({ name, standing }) => {
    if (standing === null) return [];
    let proven = false;
    const work = async (): Promise<void> => {
      await standing.ask(`${letter(size)}\t${output}`);
      if (!proven) await requireSigned(name, output);
      proven = true;
    };
    return [{ name, work, processorMs: () => processorMs(standing.pid, 'own') }];
  });
  const measured = await inTurns(contestants, SHARE);
  const ours = measured.get(hands[0]?.name ?? '');
  return [
    ...hands.map(({ name }) => [size, name, ...cellsOf(measured.get(name), ours)]),
    [
      size,
      'openssl, the RSA alone',
      opensslMs === null ? 'not installed' : opensslMs.toFixed(2),
      '',
      '',
      '',
      '',
    ],
  ];
}

function cellsOf(turns: Turns | undefined, ours: Turns | undefined): string[] {
  if (turns === undefined) return ['not installed', '', '', '', ''];
  const ratio = (of: (turns: Turns) => number): string => {
    const times = of(turns) / (ours === undefined ? Number.NaN : of(ours));
    return Number.isFinite(times) ? `${times.toFixed(1)} ×` : '';
  };
  return [
    turns.medianMs.toFixed(2),
    ratio(({ medianMs }) => medianMs),
    Number.isNaN(turns.processorMs) ? '' : turns.processorMs.toFixed(1),
    ratio(({ processorMs }) => processorMs),
    String(turns.runs),
  ];
}

/** Nobody is fast who did not sign. */
async function requireSigned(name: string, path: string): Promise<void> {
  if (toolPath('pdfsig') === null) return;
  const [only, ...more] = await judgeByPdfsig(path);
  if (only?.validation !== 'Signature is Valid.' || more.length > 0) throw new Error(`${name} did not sign`);
}

function scriptPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
