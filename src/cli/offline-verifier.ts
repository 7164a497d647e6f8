// `teken offline-verifier`: writes the verifier that needs no service, with this day's trust list.

import { offlineVerifier as makeOfflineVerifier } from '../offline-verifier.ts';
import { nodePlatform } from '../platform/node.ts';
import type { Text } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import { rfc3339 } from '../report/time-text.ts';
import { DEFAULT_POLICY } from '../verify/policy.ts';
import type { Arguments } from './arguments.ts';
import { beginFile } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { loadTrust } from './trust.ts';
import { UsageError } from './usage-error.ts';
import { trustPlaces } from './verify-settings.ts';
import { toolOf } from './version.ts';

const WRITTEN: Text = {
  id: 'Ditulis: {file}, dengan daftar {version} per {time} ({count} penerbit).',
  en: 'Written: {file}, with list {version} as of {time} ({count} issuers).',
};

/** @returns the exit code @throws UsageError, also `option-missing` where nobody would be trusted */
export async function offlineVerifier(line: Arguments, calling: Calling): Promise<number> {
  const { language, terminal } = calling;
  const [stray] = line.files;
  if (stray !== undefined) throw new UsageError('argument-unexpected', { argument: stray });
  const output = line.value('output');
  if (output === null) throw new UsageError('option-missing', { option: '--output' });
  const environment = calling.environment();
  const { production, timeZone, commit } = environment;
  const places = trustPlaces(line, environment);
  const trustList = loadTrust(places, { digests: nodePlatform.digests, production, now: Date.now() });
  // A verifier that knows no issuer would call every letter unknown, wherever it is carried.
  if (trustList.anchors.length === 0) throw new UsageError('option-missing', { option: '--trust' });
  const embedded = { trustList, policy: DEFAULT_POLICY, tool: toolOf(commit), timeZone, language };
  const html = await makeOfflineVerifier(embedded);
  const file = beginFile(output, line.has('force') ? 'replace' : 'keep');
  try {
    file.write(new TextEncoder().encode(html));
    file.commit();
  } finally {
    file.discard();
  }
  const { version, asOf, anchors } = trustList;
  const values = { file: output, version, time: rfc3339(asOf), count: String(anchors.length) };
  await terminal.write(`${fillText(WRITTEN[language], values)}\n`);
  return EXIT.accepted;
}
