// `teken audit`: the record of a service held against itself, its checkpoints, and the receipts of those who have signed documents.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Checkpoint } from '../audit/checkpoint.ts';
import { checkpointsIn, readCheckpoints } from '../audit/checkpoint-store.ts';
import { chainsIn, linesOf } from '../audit/read-folder.ts';
import { checkReceipt } from '../audit/receipt.ts';
import type { VerifySeal } from '../audit/seal.ts';
import { type VerifyTimestamp, verifyAudit } from '../audit/verify-audit.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { InvalidRegistry } from '../identity/registry-file.ts';
import { parseAuditKeys } from '../identity/seal-keys.ts';
import { certificatesInFile } from '../pki/pem.ts';
import { nodePlatform } from '../platform/node.ts';
import { fillText } from '../report/template.ts';
import { sealVerifier } from '../service-seal.ts';
import { checkKeptTimestamp } from '../trust-services/accept-timestamp.ts';
import { type Arguments, oneOf } from './arguments.ts';
import { AUDIT_WORDS, findingText, receiptFindingText } from './audit-texts.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { loadTrust } from './trust.ts';
import { UsageError } from './usage-error.ts';
import { trustPlaces } from './verify-settings.ts';

/** @throws UsageError */
export async function audit(line: Arguments, calling: Calling): Promise<number> {
  const [action, place, ...more] = line.files;
  if (place === undefined || more.length > 0) throw new UsageError('audit-arguments');
  if (action === 'verify') return await verifyFolder(place, line, calling);
  if (action === 'check-receipt') return await checkOneReceipt(place, line, calling);
  throw new UsageError('audit-arguments');
}

async function verifyFolder(folder: string, line: Arguments, calling: Calling): Promise<number> {
  const { terminal, language } = calling;
  const format = formatOf(line);
  const keysFile = line.value('keys');
  const keys =
    keysFile === null ? null : await reading(keysFile, async () => parseAuditKeys(readText(keysFile)));
  const files = await reading(folder, () => chainsIn(folder));
  const chains = [...files].map(([chainId, parts]) => verifyChain(chainId, linesOf(parts), keys));
  const own = await reading(folder, () => checkpointsIn(folder));
  const checkpoints = [...own, ...keptCheckpoints(line)];
  const receipts = line.values('receipt').map(readText);
  const verifyTimestamp = timestampsOf(line, calling);
  const findings = await verifyAudit({
    chains,
    checkpoints,
    receipts,
    verifySeal: sealOf(line),
    verifyTimestamp,
  });
  const unstamped = findings.filter(({ code }) => UNSTAMPED.has(code)).length;
  const stamped = checkpoints.length - unstamped;
  const records = chains.reduce((sum, { hashes }) => sum + hashes.size, 0);
  const faults = findings.filter(({ grade }) => grade === 'fault').length;
  if (format === 'json') {
    const answer = { chains: chains.length, records, checkpoints: checkpoints.length, stamped, findings };
    await terminal.write(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    for (const finding of findings) await terminal.write(`${findingText(finding, language)}\n`);
    const words = faults === 0 ? AUDIT_WORDS.whole : AUDIT_WORDS.broken;
    const counts = { chains: String(chains.length), records: String(records), faults: String(faults) };
    await terminal.write(`${fillText(words[language], counts)}\n`);
    const times = { stamped: String(stamped), checkpoints: String(checkpoints.length) };
    if (verifyTimestamp !== null) await terminal.write(`${fillText(AUDIT_WORDS.stamped[language], times)}\n`);
  }
  if (chains.length === 0) return EXIT.unreadable;
  return faults === 0 ? EXIT.accepted : EXIT.refused;
}

const UNSTAMPED: ReadonlySet<string> = new Set([
  'checkpoint-not-timestamped',
  'checkpoint-timestamp-wrong',
  'checkpoint-timestamp-not-checked',
]);

/** Null where nobody is trusted. @throws UsageError */
function timestampsOf(line: Arguments, calling: Calling): VerifyTimestamp | null {
  const environment = calling.environment();
  const places = trustPlaces(line, environment);
  if (places.length === 0) return null;
  const now = Date.now();
  const { production } = environment;
  const trustList = loadTrust(places, { digests: nodePlatform.digests, production, now });
  return async (digest, token) =>
    (await checkKeptTimestamp(token, digest, { trustList, platform: nodePlatform, now })) === null;
}

async function checkOneReceipt(file: string, line: Arguments, calling: Calling): Promise<number> {
  const { terminal, language } = calling;
  const verify = sealOf(line);
  if (verify === null) throw new UsageError('option-missing', { option: '--seal' });
  const document = line.value('document');
  const sha256 = document === null ? null : createHash('sha256').update(readBytes(document)).digest('hex');
  const checked = await checkReceipt(readText(file), keptCheckpoints(line), verify, sha256);
  const { receipt, checkpoint, findings } = checked;
  if (formatOf(line) === 'json') {
    await terminal.write(`${JSON.stringify(checked, null, 2)}\n`);
  } else {
    for (const finding of findings) await terminal.write(`${receiptFindingText(finding, language)}\n`);
    if (findings.length === 0 && receipt !== null && checkpoint !== null) {
      const { signatureId, seq, sha256: signed } = receipt;
      const values = { signatureId, sha256: signed, seq: String(seq), at: checkpoint.ts };
      await terminal.write(`${fillText(AUDIT_WORDS.included[language], values)}\n`);
    }
  }
  return findings.length === 0 ? EXIT.accepted : EXIT.refused;
}

function formatOf(line: Arguments): 'text' | 'json' {
  return oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
}

function keptCheckpoints(line: Arguments): readonly Checkpoint[] {
  return line.values('checkpoints').flatMap((file) => readCheckpoints(readText(file)));
}

/** Null where no certificate was named. */
function sealOf(line: Arguments): VerifySeal | null {
  const certificates = line.values('seal').flatMap((file) => certificatesInFile(readBytes(file)));
  return certificates.length === 0 ? null : sealVerifier(certificates, nodePlatform.arithmetic);
}

function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8');
}

function readBytes(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

/** Reads what `file` names; a file that cannot be used is the caller's mistake. */
async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    // A registry's fault names places in the file, never a value.
    const reason = cause instanceof InvalidRegistry ? cause.faults.join('; ') : systemReason(cause);
    throw new UsageError('input-unreadable', { file, reason }, cause);
  }
}
