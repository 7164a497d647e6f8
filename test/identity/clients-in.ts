// The clients of a file's text, over parts that the test chooses.

import {
  type ApiClient,
  type ApiClients,
  type AuthenticationContext,
  parseApiClients,
} from '../../src/identity/api-clients.ts';
import { passwordCheck } from '../../src/identity/client-passwords.ts';
import { ClientRefused, type RefusalReason } from '../../src/identity/client-refused.ts';
import { memoryState } from '../../src/state/memory.ts';

/** Clients without token issuers, unless the test brings them. */
export function clientsIn(text: string, parts: Partial<AuthenticationContext> = {}): ApiClients {
  return parseApiClients(text, {
    clock: Date.now,
    tokens: { verify: () => Promise.reject(new Error('no token issuers here')) },
    passwords: passwordCheck(),
    attempts: memoryState(() => performance.now()).attempts,
    ...parts,
  });
}

/** Shown by a caller on loopback who has nothing else. */
export const NOTHING = { bearer: null, basic: null, certificate: null, address: '127.0.0.1' } as const;

export function withKey(clients: ApiClients, bearer: string, address = '127.0.0.1'): Promise<ApiClient> {
  return clients.authenticate({ ...NOTHING, bearer, address });
}

/** Why nobody is let in; null where somebody is. */
export async function refusalOf(
  attempt: Promise<ApiClient>,
): Promise<{ code: string; reason: RefusalReason | null } | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof ClientRefused) return { code: error.code, reason: error.reason };
    throw error;
  }
}
