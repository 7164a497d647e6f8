// Signing from file to file beside others, each warm and with its key open, at three sizes; and what openssl needs for the RSA alone.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toolPath } from '../tools.ts';
import { type Measured, median } from './measure.ts';
import { say, sayTable } from './table.ts';
import { PEER_PASSPHRASE, type SizeName, type workplacePaths } from './workplace.ts';

const RUNS: Readonly<Record<SizeName, number>> = { '100 KB': 30, '10 MB': 10, '100 MB': 3 };

const WORK = `PAdES B-B, RSA-2048, from file to file. Teken's own verifier accepts each document before it is handed out; the others check nothing of what they
made. @signpdf opens its container for every signature, because its signer is good once.
`;

/** Null where pyHanko is not installed. */
function pyHankoMedianMs(paths: ReturnType<typeof workplacePaths>, size: SizeName): number | null {
  const python = toolPath('pyhanko');
  if (python === null) return null;
  const script = fileURLToPath(new URL('./pyhanko_sign.py', import.meta.url));
  const args = [
    script,
    paths.peerContainer,
    PEER_PASSPHRASE,
    paths.letter(size),
    paths.output,
    String(RUNS[size]),
  ];
  return median(JSON.parse(execFileSync(python, args, { encoding: 'utf8' })) as number[]);
}

export function saySigners(
  paths: ReturnType<typeof workplacePaths>,
  sizes: readonly SizeName[],
  measured: (who: 'teken' | 'signpdf', size: SizeName) => Measured,
  opensslMs: number | null,
): void {
  say('## Signing from file to file, warm\n');
  say(WORK);
  const rows = sizes.flatMap((size) => {
    const ours = measured('teken', size).medianMs;
    const row = (who: string, ms: number | null): string[] => [
      size,
      who,
      ms === null ? 'not installed' : ms.toFixed(2),
      ms === null ? '' : `${(ms / ours).toFixed(1)} ×`,
    ];
    return [
      row('Teken, verified', ours),
      row('@signpdf/signpdf', measured('signpdf', size).medianMs),
      row('pyHanko', pyHankoMedianMs(paths, size)),
      row('openssl, the RSA alone', opensslMs),
    ];
  });
  sayTable(['file', 'who', 'median ms', 'to Teken'], rows);
}
