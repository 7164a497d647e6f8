// What a service of several processes needs that a single one does not.

import type { Config } from './config.ts';
import type { Rate } from './rate-setting.ts';

type Name =
  | 'TEKEN_REDIS_URL'
  | 'TEKEN_AUDIT_SINKS'
  | 'TEKEN_TSA_RATE'
  | 'TEKEN_ATTEMPT_GUARD'
  | 'TEKEN_SEAL_KEYS_FILE'
  | 'TEKEN_NIK_HMAC_KEY_FILE';

/** A variable that will not do with `TEKEN_PROCESSES` above 1. */
type Fault = readonly [name: Name, expected: string];

/** What one process alone knows, or alone may write, is not enough where several answer. */
export function faultsOfSeveral(config: Config): readonly Fault[] {
  const { production, processes, redisUrl, auditToStdout, tsaRates, signersFile } = config;
  if (processes === 1) return [];
  const faults: Fault[] = [];
  if (redisUrl === null)
    faults.push(['TEKEN_REDIS_URL', 'the Redis in which the processes of TEKEN_PROCESSES count together']);
  // A pipe takes 4096 bytes in one piece; longer records of two processes would get into each other.
  if (auditToStdout) faults.push(['TEKEN_AUDIT_SINKS', 'files alone with TEKEN_PROCESSES above 1']);
  if (tsaRates.some((rate) => rate !== null && rate.requests < processes))
    faults.push(['TEKEN_TSA_RATE', 'at least one request for each of TEKEN_PROCESSES']);
  if (signersFile === null) return faults;
  if (config.attemptGuard === 'memory' || config.attemptGuard === 'ingress')
    faults.push(['TEKEN_ATTEMPT_GUARD', '"redis" or "signer" with TEKEN_PROCESSES above 1']);
  // In development each process would make its own; in production there are none without a file.
  if (!production && config.sealKeysFile === null)
    faults.push(['TEKEN_SEAL_KEYS_FILE', 'the keys that all of TEKEN_PROCESSES seal with']);
  if (config.nikHmacKeyFile === null)
    faults.push(['TEKEN_NIK_HMAC_KEY_FILE', 'the keys of the audit record of all of TEKEN_PROCESSES']);
  return faults;
}

/** The part of a rate that each process may use; together they keep to it. */
export function shareOf(rate: Rate, processes: number): Rate {
  return rate === null ? null : { ...rate, requests: Math.floor(rate.requests / processes) };
}
