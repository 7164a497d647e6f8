// What the files of one run are judged by: rules, trusted issuers, time, the network or none.

import { hex, type Instant } from '../asn1/values.ts';
import type { CliEnvironment } from '../config.ts';
import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { nodePlatform } from '../platform/node.ts';
import { guardedClient } from '../trust-services/guarded-fetch.ts';
import { revocationClient } from '../trust-services/revocation-client.ts';
import type { VerifyContext } from '../verify/verify-document.ts';
import { readPassword } from './password-file.ts';
import { loadTrust } from './trust.ts';
import { UsageError } from './usage-error.ts';
import type { VerifySettings } from './verify-settings.ts';
import { type Tool, toolOf } from './version.ts';

export interface VerifyRun {
  readonly context: Omit<VerifyContext, 'signal' | 'onFailure'>;
  /** A digest of what the verdicts depend on beside the files: two runs with the same say the same of the same file. */
  readonly rules: string;
  readonly now: Instant;
  readonly shown: {
    readonly timeZone: string;
    readonly tool: Tool;
    /** Whether issuers that are for development only are accepted. */
    readonly development: boolean;
  };
  close(): void;
}

const DAY = 86_400_000;

/**
 * Reads what the settings name.
 * @param earlierNow - the time of the run that this one goes on with, null for a new one
 * @throws UsageError
 */
export function openVerifyContext(
  settings: VerifySettings,
  environment: CliEnvironment,
  earlierNow: Instant | null,
): VerifyRun {
  const { production, allowPrivateNetwork, timeZone, commit } = environment;
  const now = settings.at ?? earlierNow ?? Date.now();
  const trustList = loadTrust(settings.trust, { digests: nodePlatform.digests, production, now });
  requireYoung(trustList, settings.trustListMaxAge);
  const password = settings.passwordFile === null ? null : readPassword(settings.passwordFile);
  const client = guardedClient({ privateAddresses: allowPrivateNetwork ? 'allow' : 'refuse' });
  const tool = toolOf(commit);
  return {
    context: {
      platform: nodePlatform,
      trustList,
      policy: settings.policy,
      revocation: settings.offline
        ? null
        : revocationClient({ client, platform: nodePlatform, clock: Date.now }),
      supplied: settings.supplied,
      now,
      detail: settings.detail || settings.format === 'etsi',
      ...(password === null ? {} : { password }),
    },
    rules: rulesDigest(settings, trustList, tool),
    now,
    shown: { timeZone, tool, development: acceptsDevelopment(trustList) },
    close: () => {
      client.close();
      password?.fill(0);
    },
  };
}

function requireYoung({ anchors, asOf }: TrustList, limit: number | null): void {
  const age = Date.now() - asOf;
  if (limit === null || (anchors.length > 0 && age <= limit)) return;
  const days = (ms: number): string => String(Math.ceil(ms / DAY));
  throw new UsageError('trust-list-old', { age: days(age), limit: days(limit) });
}

function acceptsDevelopment({ anchors }: TrustList): boolean {
  return anchors.some(({ role, certificate }) => role === 'active' && isDevelopmentCertificate(certificate));
}

function rulesDigest(settings: VerifySettings, trustList: TrustList, tool: Tool): string {
  const { digests } = nodePlatform;
  const { policy, offline, at, detail, format, maxSize, heapMegabytes, timeoutMs, evidence } = settings;
  const named = {
    tool,
    policy,
    offline,
    at,
    detail: detail || format === 'etsi',
    limits: [maxSize, heapMegabytes, timeoutMs],
    evidence: evidence !== null,
    encrypted: settings.passwordFile !== null,
    trust: trustList.sha256,
    supplied: settings.supplied.map(({ kind, der }) => [kind, hex(digests.of('sha256', der))]),
  };
  return hex(digests.of('sha256', new TextEncoder().encode(JSON.stringify(named))));
}
